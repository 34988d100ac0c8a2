"""A line in the story of a space, in the core's grammar: a date, a dash, a sentence (pure)."""

from wiki.api import Item, read_document

from .placing import HISTORY


def with_step(text: str, day: str, sentence: str, lang: str = "fr") -> str:
    """``text`` with that step in its ``historique`` block, which is made where it is missing.

    Where the list begins with the newest, so does the step; a step that is there already is not
    told twice.
    """
    step = f"- {day} — {sentence}"
    if step in text.split("\n"):
        return text
    for block in read_document(text).blocks:
        if block.name in HISTORY and not block.args.strip() and block.items:
            return _in_list(text, block.items, step)
    block_name = HISTORY[lang == "en"]
    start = text.rstrip("\n")
    return f"{start}\n\n::: {block_name}\n{step}\n\n:::\n"


def tells(text: str, day: str, sentence: str) -> bool:
    """Whether ``text`` has that step as one of its story."""
    return any(
        item.date == day and sentence in item.source
        for block in read_document(text).blocks
        if block.name in HISTORY
        for item in block.items
    )


def _in_list(text: str, items: tuple[Item, ...], step: str) -> str:
    lines = text.split("\n")
    first, last = items[0], items[-1]
    at = first.line
    if (first.date or "") < (last.date or ""):
        at = last.line + len(last.source.rstrip().split("\n"))
    own = lines[first.line]
    before = own[: len(own) - len(own.lstrip(" \t>"))]
    marker = own[len(before) :][:1]
    return "\n".join(
        [*lines[:at], f"{before}{marker if marker in '-*+' else '-'}{step[1:]}", *lines[at:]]
    )
