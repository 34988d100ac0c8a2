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
    url = f"/-/{action}" + (f"/{quote(path, safe=_SAFE)}" if path else "")
    if not query:
        return url
    asked = {key: str(value) for key, value in query.items() if value not in (None, "")}
    return f"{url}?{urlencode(asked)}" if asked else url
