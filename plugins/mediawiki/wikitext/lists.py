"""Lists of wikitext (``*``, ``#``, ``:``, ``;``, mixed and in one another) as those of Markdown.

======================  ========================================================
``* a`` ``# a``         ``- a``, ``1. a``
``; term`` ``: words``  a definition; a term alone is a line in bold
``: words``             a quotation, as answers in a discussion are; in an item, a paragraph of it
======================  ========================================================
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from wiki.api.imports.dialects import ListItem

if TYPE_CHECKING:
    from .inline import Words

_PREFIX = re.compile(r"[*#:;]+")
#: deeper ones lie at this depth
_DEEPEST = 12


def list_as_markdown(lines: Sequence[str], words: "Words") -> str:
    """``lines``, which all begin with a sign of a list, as one block."""
    root = ListItem()
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
    return root.write_list(words.paragraph)


def _add(root: ListItem, prefix: str, text: str) -> None:
    at = root
    for sign in prefix[:-1]:
        # ``:`` goes on below ``;``.
        if not (
            at.below and (at.below[-1].kind == sign or at.below[-1].kind + sign in (";:", ":;"))
        ):
            at.below.append(ListItem(sign))
        at = at.below[-1]
    at.below.append(ListItem(prefix[-1], text))
