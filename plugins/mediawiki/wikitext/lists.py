"""Lists of wikitext (``*``, ``#``, ``:``, ``;``, mixed and in one another) as those of Markdown.

======================  ========================================================
``* a`` ``# a``         ``- a``, ``1. a``
``; term`` ``: words``  a definition; a term alone is a line in bold
``: words``             a quotation, as answers in a discussion are; in an item, a paragraph of it
======================  ========================================================
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .inline import Words

_PREFIX = re.compile(r"[*#:;]+")
#: deeper ones lie at this depth
_DEEPEST = 12
_LEADS = {"*": "- ", "definition": ": ", "quote": "> "}


@dataclass
class _Item:
    """A line of a list: ``kind`` is its sign, "" of the root; ``below`` lie in it."""

    kind: str
    words: str = ""
    below: "list[_Item]" = field(default_factory=list)


def list_as_markdown(lines: Sequence[str], words: "Words") -> str:
    """``lines``, which all begin with a sign of a list, as one block."""
    root = _Item("")
    for line in lines:
        found = _PREFIX.match(line)
        prefix = found[0] if found else "*"
        text = line[len(prefix) :].strip()
        prefix = prefix[:_DEEPEST]
        definition = ""
        if prefix[-1] == ";":
            text, _sign, definition = (part.strip() for part in text.partition(" : "))
        _add(root, prefix, text)
        if definition:
            _add(root, f"{prefix[:-1]}:", definition)
    return "\n".join(_written(root, words))


def _add(root: _Item, prefix: str, text: str) -> None:
    at = root
    for sign in prefix[:-1]:
        # ``:`` goes on below ``;``.
        if not (
            at.below and (at.below[-1].kind == sign or at.below[-1].kind + sign in (";:", ":;"))
        ):
            at.below.append(_Item(sign))
        at = at.below[-1]
    at.below.append(_Item(prefix[-1], text))


def _written(above: _Item, words: "Words") -> list[str]:
    """The lines of what lies in ``above``."""
    lines: list[str] = []
    number, before = 0, ""
    for at, item in enumerate(above.below):
        following = above.below[at + 1].kind if at + 1 < len(above.below) else ""
        kind = _role(item.kind, before, following, inside=above.kind in ("*", "#"))
        number = number + 1 if kind == "#" else 0
        if before and kind != "definition" and (kind != before or kind not in "*#"):
            lines.append(">" if kind == before == "quote" else "")
        lines += _item(item, _LEADS.get(kind, f"{number}. " if kind == "#" else ""), kind, words)
        before = kind
    return lines


def _role(sign: str, before: str, following: str, *, inside: bool) -> str:
    if sign == ";":
        return "term" if following == ":" else "bold"
    if sign == ":":
        if before in ("term", "definition"):
            return "definition"
        return "words" if inside else "quote"
    return sign


def _item(item: _Item, lead: str, kind: str, words: "Words") -> list[str]:
    own = "\n\n".join(words.paragraph(item.words))
    if own and kind == "bold":
        own = f"**{own}**" if "*" not in own else own
    if kind == "term":
        own = own.replace("\n", " ")
    below = _written(item, words)
    lines = own.split("\n") if own else []
    # A list goes on in the item; other blocks want a line between.
    if lines and below and not (item.below[0].kind in "*#" and kind in "*#"):
        lines.append("")
    lines += below
    indent = "> " if kind == "quote" else " " * len(lead)
    return [
        (lead + line if number == 0 else indent + line).rstrip()
        for number, line in enumerate(lines or [""])
    ]
