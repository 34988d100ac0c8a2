"""A tree as a file of FreeMind, ``.mm``, which Freeplane, XMind and others open too.

As FreeMind writes it: XML without a declaration, in ASCII, with numbers for other characters.
"""

import re
from collections.abc import Sequence
from typing import Protocol
from xml.etree import ElementTree as Xml

FREEMIND = "application/x-freemind"
#: what XML 1.0 has no way to say
_NEVER = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ICONS = {"x": "button_ok", "-": "button_cancel", " ": "help"}


class Leading(Protocol):
    """Words that lead to an address."""

    @property
    def words(self) -> str: ...
    @property
    def url(self) -> str: ...


class Branch(Protocol):
    """A node of the tree; ``state`` is that of an item's box, or ""; ``links`` begins with ``url``.

    ``notes`` are texts below it.
    """

    @property
    def text(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def notes(self) -> Sequence[str]: ...
    @property
    def links(self) -> Sequence[Leading]: ...
    @property
    def children(self) -> "Sequence[Branch]": ...


def as_freemind(root: Branch) -> bytes:
    """The whole file."""
    written = Xml.Element("map", version="1.0.1")
    # A stack, as a text may be nested deeper than Python calls itself.
    todo: list[tuple[Xml.Element, Branch, int, str]] = [(written, root, 0, "")]
    number = 0
    while todo:
        above, node, depth, side = todo.pop()
        number += 1
        element = _node(above, node, number, side)
        count = len(node.children)
        for place, child in reversed(list(enumerate(node.children))):
            # The first half of the branches to the right, as one reads on.
            towards = ("right" if place < (count + 1) // 2 else "left") if depth == 0 else ""
            todo.append((element, child, depth + 1, towards))
    told: bytes = Xml.tostring(written, encoding="us-ascii", xml_declaration=False)
    return told + b"\n"


def _node(above: Xml.Element, node: Branch, number: int, side: str) -> Xml.Element:
    element = Xml.SubElement(above, "node", ID=f"ID_{number}", TEXT=_safe(node.text))
    if side:
        element.set("POSITION", side)
    if node.url:
        element.set("LINK", _safe(node.url))
    if node.state in _ICONS:
        Xml.SubElement(element, "icon", BUILTIN=_ICONS[node.state])
    if node.notes:
        _note(element, node.notes)
    for place, link in enumerate(node.links[1:], 1):
        Xml.SubElement(
            element, "node", ID=f"ID_{number}_{place}", TEXT=_safe(link.words), LINK=_safe(link.url)
        )
    return element


def _note(element: Xml.Element, notes: Sequence[str]) -> None:
    content = Xml.SubElement(element, "richcontent", TYPE="NOTE")
    html = Xml.SubElement(content, "html")
    Xml.SubElement(html, "head")
    body = Xml.SubElement(html, "body")
    for note in notes:
        Xml.SubElement(body, "p").text = _safe(note)


def _safe(words: str) -> str:
    return _NEVER.sub("\ufffd", words)
