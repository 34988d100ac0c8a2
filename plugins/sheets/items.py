"""Needs and offers as lines of their blocks, and put into the text of a page that is there (pure).

The identity of a line is worked out from its name in the table, so that it is the same each time:
answers and introductions refer to it.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence

from wiki.api.imports.markdown import identity_of
from wiki.api.pages import Page, split_lines
from wiki.api.pages.blocks import Block
from wiki.api.translation import written_language

from .records import Record

#: kind → its block in French and in English, the letter of identities
_BLOCKS = {"need": ("besoins", "needs", "b"), "offer": ("offres", "offers", "o")}
_MARKS = {"fr": ("avant", "dispo"), "en": ("before", "availability")}
_BARE_PLACE = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_IDENTITY = re.compile(r"\{#([bo]-[0-9a-z]{8})\}\s*$")
_OURS = re.compile(r"[bo]-[0-9a-z]{8}")
_NO_IDENTITY = re.compile(r"\{#[^{}\n]*\}")


def item_line(record: Record) -> str:
    """The lines of a need or an offer: its first, and what belongs to it below."""
    before, availability = _MARKS["en" if written_language() == "en" else "fr"]
    parts = [_one_line(record.title)]
    parts += [f"#{word}" for one in record.words("themes") if (word := _keyword(one))]
    if place := _place(record.text("territory")):
        parts.append(place)
    if day := record.text("before"):
        parts.append(f"{before}:{day}")
    if number := record.text("availability"):
        parts.append(f"{availability}:{number}")
    named = record.text("source")
    letter = _BLOCKS[record.kind][2]
    # A table that a wiki of this kind wrote says the identity itself.
    ours = _OURS.fullmatch(named) is not None and named.startswith(letter)
    identity = named if ours else identity_of(letter, record.kind, record.identity)
    first = f"- [{record.text('box') or ' '}] {' '.join(parts)} {{#{identity}}}"
    below = [*record.texts, *(f"{label} : {one}" for label, one in record.lines)]
    below += [f"{label} : {text}" for label, text in record.chapters]
    lines = [line for text in below for line in ("", *text.split("\n"))]
    return "\n".join([first, *(f"  {line}".rstrip() for line in lines)])


def sentences(words: Iterable[str]) -> list[str]:
    """The needs or offers that one cell tells."""
    lines = (_one_line(one) for one in words)
    return [line for line in lines if any(char.isalnum() for char in line)]


def lines_of(record: Record, kind: str, told: Sequence[str]) -> list[str]:
    """Lines of a block for what a column of a page's own line tells."""
    return [
        f"- [ ] {one} {{#{identity_of(_BLOCKS[kind][2], kind, record.kind, record.identity, one)}}}"
        for one in told
    ]


def block_of(kind: str, lines: Sequence[str]) -> str:
    """The block that holds the lines."""
    name = _BLOCKS[kind][written_language() == "en"]
    return f"::: {name}\n" + "\n".join(lines) + "\n\n:::"


def name_of(line: str) -> str:
    """What tells a line, as it is, from all others and from what it may become."""
    found = _IDENTITY.search(line.partition("\n")[0])
    digest = hashlib.sha256(line.strip().encode("utf-8", "replace")).hexdigest()
    return f"item/{found[1] if found else ''}@{digest[:16]}"


def with_item(text: str, kind: str, line: str, ours: Callable[[str], bool]) -> str | None:
    """``text`` of a page with a line in its block of that kind, or in one at its end.

    Where one of its identity stands there, it takes the place of that one if ``ours`` says of that
    one's lines that nobody changed them; else the answer is None.
    """
    names = _BLOCKS[kind][:2]
    found = _IDENTITY.search(line.partition("\n")[0])
    identity = found[1] if found else ""
    page = Page("page", "page.md", text)
    blocks = [
        block for block in page.document.blocks if block.name in names and not block.args.strip()
    ]
    lines = split_lines(text)
    for block in blocks:
        for item in block.items:
            if identity and item.identity == identity:
                there = "".join(lines[item.line : item.end_line])
                if there.strip() == line.strip():
                    return text
                return _put(lines, item.line, item.end_line, line) if ours(there) else None
    for block in blocks:
        if lines[block.line].startswith(":::"):
            return _put(lines, *_end_of(block, lines), line)
    return f"{text.rstrip()}\n\n## {names[written_language() == 'en'].capitalize()}\n\n" + (
        f"{block_of(kind, [line])}\n"
    )


def _end_of(block: Block, lines: Sequence[str]) -> tuple[int, int]:
    """Where the next item of a block goes: after its last, or right below its first line."""
    at = block.items[-1].end_line if block.items else block.line + 1
    while at > block.line + 1 and not lines[at - 1].strip():
        at -= 1
    return at, at


def _put(lines: Sequence[str], start: int, end: int, line: str) -> str:
    while end > start and not lines[end - 1].strip():
        end -= 1  # blank lines below an item stay
    after = "" if end < len(lines) and lines[end].lstrip()[:1] in ("-", "*", "+", "") else "\n"
    return "".join((*lines[:start], f"{line}\n{after}", *lines[end:]))


def _one_line(text: str) -> str:
    return " ".join(_NO_IDENTITY.sub("", text).split())


def _keyword(text: str) -> str:
    folded = "-".join(text.replace("#", " ").split())
    kept = "".join(char for char in folded if char.isalnum() or char == "-").strip("-")
    return re.sub("-{2,}", "-", kept) if any(char.isalnum() for char in kept) else ""


def _place(text: str) -> str:
    place = " ".join(text.replace('"', " ").replace("@", " ").split())[:60]
    if not any(char.isalnum() for char in place):
        return ""
    return f"@{place}" if _BARE_PLACE.fullmatch(place) else f'@"{place}"'
