"""Chapters without a word: headings below which nothing stands (pure)."""

from collections.abc import Sequence

from markdown_it.token import Token


def empty_chapters(tokens: Sequence[Token]) -> tuple[str, ...]:
    """The ids of the headings below which nothing stands, up to the next of their rank or above.

    ``tokens`` are those of a ``Document``. A heading that says how far its chapter is says enough.
    """
    found: list[str] = []
    #: headings that nothing was found below yet, each of a lower rank than the one before
    still: list[tuple[int, str]] = []
    for token in tokens:
        if token.level or token.nesting < 0:
            continue
        if token.type != "heading_open":
            still.clear()
            continue
        rank = int(token.tag[1])
        while still and still[-1][0] >= rank:
            found.append(still.pop()[1])
        if token.meta.get("state"):
            still.clear()
        else:
            still.append((rank, str(token.attrs["id"])))
    return (*found, *(name for _rank, name in still))
