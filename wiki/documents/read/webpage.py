"""A web page before it is read as a document: what only a browser made something of (pure)."""

import re
from collections.abc import Iterator
from html import escape, unescape

from wiki.documents.read.annotations import Remark
from wiki.translation import gettext as _

_PART = re.compile(
    r"<(?P<tag>script|style|iframe|frame|object|embed|applet|video|audio|source|form|canvas)"
    r"(?=[\s/>])(?P<rest>[^<>]*)>",
    re.I,
)
_ADDRESS = re.compile(
    r"""(?<![\w-])(?:src|data)\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)'|([^\s"'<>]+))""", re.I
)
#: what is shown there from an address: of that the address stays
_SHOWN = frozenset({"iframe", "frame", "object", "embed", "video", "audio", "source"})
_MOST, _LONG = 50, 300
#: a small drawing in the page itself, such as the sign before a word
_SIGN = re.compile(r"<svg\b(?:(?!</?svg\b).){0,2000}+</svg\s*>", re.I | re.S)


def without_programs(html: str) -> str:
    """The page with addresses in place of what it shows from there, and without small signs."""

    def address(found: re.Match[str]) -> str:
        where = _address(found)
        if not where or found["tag"].lower() not in _SHOWN:
            return found[0]
        return f'<p><a href="{escape(where)}">{escape(where)}</a></p>'

    return _PART.sub(address, _SIGN.sub("", html))


def remarks_of(html: str) -> tuple[Remark, ...]:
    """What of the page does not come along."""
    return tuple(dict.fromkeys(_remarks(html)))[:_MOST]


def _remarks(html: str) -> Iterator[Remark]:
    for found in _PART.finditer(html):
        tag, where = found["tag"].lower(), _address(found)
        if tag in ("script", "applet", "canvas"):
            yield _("Programs (scripts or macros), which are left behind"), where
        elif tag == "style":
            yield _("A look of its own (styles), which is left behind"), ""
        elif tag == "form":
            yield _("A form, of which only the words stay"), ""
        elif where:
            yield _("Something shown from elsewhere, of which the address stays"), where


def _address(found: re.Match[str]) -> str:
    said = _ADDRESS.search(found["rest"])
    where = unescape(next(filter(None, said.groups()), "")).strip() if said else ""
    return where[:_LONG] if not where.lower().startswith(("data:", "javascript:")) else ""
