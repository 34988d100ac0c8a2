"""The addresses of pages, of their files and of what one does with them (``contracts.md``)."""

from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote, urlencode

_ROOT = "index"
#: sub-delimiters that stay readable in an address
_SAFE = "/~!$'()*,;:@"


@lru_cache(maxsize=8192)
def page_url(path: str, anchor: str = "") -> str:
    """The address of the page at ``path``, percent-encoded, at its heading ``anchor``."""
    url = "/" if path == _ROOT else "/" + quote(path, safe=_SAFE)
    return f"{url}#{quote(anchor)}" if anchor else url


def file_url(file: str, query: Mapping[str, str] | None = None) -> str:
    """The address of an attachment; ``query`` may ask for a size."""
    return "/" + quote(file, safe=_SAFE) + (f"?{urlencode(query)}" if query else "")


def action_url(action: str, path: str = "", query: Mapping[str, object] | None = None) -> str:
    """The address of what one does with a page: ``/-/<action>/<path>``."""
    asked: tuple[tuple[str, str], ...] = ()
    if query:
        asked = tuple((key, str(one)) for key, one in query.items() if one not in (None, ""))
    return _action_url(action, path, asked)


@lru_cache(maxsize=8192)
def _action_url(action: str, path: str, asked: tuple[tuple[str, str], ...]) -> str:
    url = f"/-/{action}" + (f"/{quote(path, safe=_SAFE)}" if path else "")
    return f"{url}?{urlencode(asked)}" if asked else url
