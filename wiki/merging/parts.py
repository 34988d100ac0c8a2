"""The parts of one paragraph that has lines of its own: those of a list, a table, a block, a head.

Each part is a Paragraph of kind ``line`` (``code`` for one of code), or ``key`` for what one key of
a front matter holds.
"""

from collections.abc import Iterator

from wiki.merging.units import Kind, Paragraph
from wiki.pages.head.yaml_subset import Refused, read_keys
from wiki.pages.lines import split_lines

#: Kinds whose lines stand for themselves.
_LINED = ("item", "quote", "table", "code", "block", "other")


def parts_of(one: Paragraph) -> list[Paragraph]:
    """The parts of ``one``, whose texts and gaps are its text; none where it is one whole.

    The parts of a head that cannot be read are its lines.
    """
    if one.kind == "head":
        return _head_parts(one.text)
    if one.kind not in _LINED or "\n" not in one.text.strip("\n"):
        return []
    return list(_lines(one.text, "code" if one.kind == "code" else "line"))


def key_of(one: Paragraph) -> str:
    """The name of a part of kind ``key``, in lower case; what there is of a line otherwise."""
    return one.text.partition(":")[0].strip("'\" ").casefold()


def _lines(text: str, kind: Kind = "line") -> Iterator[Paragraph]:
    """Each line with words, and the empty ones after it as its gap."""
    started = ""
    gap = ""
    index = 0
    for line in split_lines(text):
        body = line.rstrip("\n")
        if body.strip() and started.strip():
            yield Paragraph(index, kind, 0, started, gap)
            index, started, gap = index + 1, body, line[len(body) :]
        elif body.strip():
            started, gap = started + gap + body, line[len(body) :]
        else:
            gap += line
    yield Paragraph(index, kind, 0, started, gap)


def _head_parts(text: str) -> list[Paragraph]:
    lines = text.split("\n")
    try:
        keys = read_keys("\n".join(lines[1:-1]) + "\n")
    except Refused:
        return list(_lines(text))
    if keys.twice:
        return list(_lines(text))
    starts = sorted({0, len(lines) - 1, *(place.line + 1 for place in keys.places.values())})
    return [
        Paragraph(
            index,
            "key",
            start,
            "\n".join(lines[start:end]),
            "\n" if end < len(lines) else "",
        )
        for index, (start, end) in enumerate(zip(starts, [*starts[1:], len(lines)], strict=True))
    ]
