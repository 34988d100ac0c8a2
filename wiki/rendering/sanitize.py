"""THE GATE: everything that stands in a page passes here last, plugin output included.

First nh3, which is maintained and fast. Then a second reader of another making, with the same table
(``allow_list.py``): ``normal.py``, which lets pass what any parser reads as it is written, and
bleach, which the client asked for, for what it does not let pass. Both cleaners read HTML as
browsers do, drop what the table does not name and write what is left in one normal form.
"""

import re
import threading
from html import unescape
from typing import Any

import nh3
from bleach.sanitizer import Cleaner

from wiki.rendering.allow_list import ALLOWED, DROPPED_WHOLE, SCHEMES, kept
from wiki.rendering.normal import is_normal

#: whether what is not in normal form passes bleach too: the switch by which it can be done without
BLEACH = True

_nh3 = nh3.Cleaner(
    tags=set(ALLOWED),
    attributes={tag: set(attributes) for tag, attributes in ALLOWED.items()},
    attribute_filter=kept,
    clean_content_tags=set(DROPPED_WHOLE),
    # Otherwise a box without a type would be a field to type in.
    set_tag_attribute_values={"input": {"type": "checkbox", "disabled": ""}},
    url_schemes=set(SCHEMES),
    link_rel=None,
)
#: a bleach cleaner keeps the state of its parser, so each thread has its own
_threads = threading.local()
#: parsers drop the first line end of a ``pre``, so a second pass would drop one more
_PRE_LINES = re.compile(r"(<pre(?: [^>]*)?>)\n+")
#: Each entity costs bleach 8 µs, and many of them cost nh3 their number squared. So those that text
#: is full of pass both as characters that no text has: neither means anything to a parser, and
#: what comes out is the same entity, which is inert wherever it stands.
_HIDDEN = {
    "&amp;": "\U0010fff0",
    "&lt;": "\U0010fff1",
    "&gt;": "\U0010fff2",
    "&quot;": "\U0010fff3",
    "&nbsp;": "\U0010fff4",
}
#: nh3 gives flags an empty value and bleach none
_WITH_FLAGS = re.compile(r"<(?:details|input) [^<>]*>")
_FLAG = re.compile(r' (open|checked|disabled)=""')
#: parsers drop one at the start of a text, so a second pass would drop one more
_MARK = "\ufeff"
_NEVER_TEXT = re.compile("[\x00\U0010fff0-\U0010fff4]")


def clean(html: str) -> str:
    """``html`` with nothing left but what the table allows, well-formed: ``clean(clean(x))`` is
    ``clean(x)``, and what stands around the result keeps its shape."""
    first = _through_nh3(html)
    written = _written(first)
    return written if not BLEACH or is_normal(written) else _through_bleach(first)


def balance(html: str) -> str:
    """The first half alone: for a part, so that an open or a stray tag in it stays its own affair.

    The whole still passes ``clean``.
    """
    return _shown(_through_nh3(html))


def _through_nh3(html: str) -> str:
    return _nh3.clean(_hidden(_NEVER_TEXT.sub("", html))).lstrip(_MARK)


def _through_bleach(first: str) -> str:
    return _shown(_bleach().clean(first)).lstrip(_MARK)


def _written(first: str) -> str:
    """What nh3 gave, as bleach writes it where it finds nothing to change."""
    return _WITH_FLAGS.sub(lambda tag: _FLAG.sub(r" \1", tag[0]), _shown(first))


def _hidden(html: str) -> str:
    for entity, character in _HIDDEN.items():
        html = html.replace(entity, character)
    return html


def _shown(html: str) -> str:
    for entity, character in _HIDDEN.items():
        html = html.replace(character, entity)
    return _PRE_LINES.sub(r"\1", html)


def _bleach() -> Cleaner:
    cleaner: Cleaner | None = getattr(_threads, "cleaner", None)
    if cleaner is None:
        cleaner = _threads.cleaner = Cleaner(
            tags=set(ALLOWED),
            attributes=_unchanged,
            protocols=set(SCHEMES),
            strip=True,
            strip_comments=True,
        )
        cleaner.walker = _Walker  # type: ignore[assignment]
    return cleaner


def _unchanged(tag: str, name: str, value: str) -> bool:
    """Whether the table keeps all of a value; what it would only shorten, nh3 has shortened."""
    plain = unescape(_shown(value))
    return kept(tag, name, plain) == plain


_BleachWalker: Any = Cleaner().walker


class _Walker(_BleachWalker):  # type: ignore[misc]
    """bleach's walk over the tree, in which the way up from a child is remembered.

    Its own looks for the parent among all its siblings, so a page of many paragraphs costs their
    number squared.
    """

    def __init__(self, tree: Any) -> None:
        super().__init__(tree)
        self._keys: list[int | None] = []

    def getFirstChild(self, node: Any) -> Any:  # noqa: N802
        return self._down(node, super().getFirstChild(node))

    def getNextSibling(self, node: Any) -> Any:  # noqa: N802
        following = super().getNextSibling(node)
        return self._down(node, following) if node[3] == "text" else following

    def _down(self, node: Any, child: Any) -> Any:
        if child is not None and child[3] is None:
            self._keys.append(node[1] if isinstance(node, tuple) else None)
        return child

    def getParentNode(self, node: Any) -> Any:  # noqa: N802
        if not isinstance(node, tuple) or node[3] == "text":
            return super().getParentNode(node)
        _element, _key, parents, _flag = node
        parent, key = parents.pop(), self._keys.pop()
        return (parent, key, parents, None) if parents else parent
