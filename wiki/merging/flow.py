"""A list of the front matter written on one line, ``themes: [eau, énergie]``, joined by entry."""

import re

_LINE = re.compile(r"([^\s\[\]:][^\[\]:]{0,100}:[ \t]*)\[(.*)\][ \t]*")
_ENTRY = re.compile(r"""[ \t]*("[^"\\]*"|'[^']*'|[^,"'\[\]{}#]+?)[ \t]*(?:,|\Z)""")


def join_flow(base: str, mine: str, theirs: str) -> str | None:
    """The line with what both sides added, without what either took out.

    None where one of the three is no such line, or where a side put the entries in another order.
    """
    found = [_LINE.fullmatch(text) for text in (base, mine, theirs)]
    lists = [_entries(match[2]) if match else None for match in found]
    before, ours, others = lists
    if before is None or ours is None or others is None:
        return None
    if len({match[1] for match in found if match}) != 1:
        return None
    kept = [one for one in before if one in ours and one in others]
    for side in (ours, others):
        if [one for one in side if one in kept] != kept:
            return None
    added = sorted({*ours, *others} - {*before})
    return f"{found[0][1] if found[0] else ''}[{', '.join([*kept, *added])}]"


def _entries(text: str) -> list[str] | None:
    """The entries, each once; None where they are more than plain words."""
    entries: list[str] = []
    at = 0
    while at < len(text):
        match = _ENTRY.match(text, at)
        if match is None:
            return None
        entries.append(match[1])
        at = match.end()
    return entries if len(set(entries)) == len(entries) else None
