"""Two texts compared word by word, for people who do not read patches.

Most edits are short and in one place: those are compared here. For others there is git, which
compares lines. So each word, each run of spaces and each other character is put on a line of its
own and git's line diff is a word diff, without the quadratic time of comparing words in Python.
Only the positions that it found are used; the text comes from the two texts, so that nothing in
them can pass for a patch, and ``same`` + ``removed`` is exactly the old text.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, Protocol

from wiki.repository.process import run

#: The product of the lengths of two sequences that are compared without git.
_SHORT = 40_000
#: Words, or lines, of both texts together that are compared; where there are more, the next larger.
_MOST = 60_000

Kind = Literal["same", "added", "removed"]

_WORD = re.compile(r"\n|[^\S\n]+|\w+|[^\w\s]")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_CHANGE = re.compile(rb"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@", re.MULTILINE)


class Titled(Protocol):
    """A heading of the new text: its line (0-based) and its words."""

    @property
    def line(self) -> int: ...
    @property
    def text(self) -> str: ...


@dataclass(frozen=True)
class Run:
    """Text that stayed, came or went; it may span lines."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Hunk:
    """A changed stretch in whole lines, with some around it.

    ``old_line`` and ``new_line`` (0-based) are where it begins; ``heading`` is the last heading at
    or above its first change, ``""`` where there is none.
    """

    old_line: int
    new_line: int
    heading: str
    runs: tuple[Run, ...]


def word_diff(
    old: str, new: str, headings: Sequence[Titled] = (), context: int | None = 3
) -> list[Hunk]:
    """What differs, with ``context`` lines around each change (None: the whole texts, one hunk).

    Very long texts are compared by lines; those of very many lines differ as a whole.
    ``headings`` are those of the new text, by line, as its one reading found them.
    """
    if old == new:
        return []
    lines = list(_lines(_runs(old, new)))
    return [_hunk(lines[first:last], headings) for first, last in _stretches(lines, context)]


@dataclass(frozen=True)
class _Line:
    """Runs up to a line's end, and the lines of both texts that they begin on."""

    old: int
    new: int
    runs: tuple[Run, ...]

    @property
    def changed(self) -> bool:
        return any(run.kind != "same" for run in self.runs)


@dataclass
class _Edit:
    """What stayed before a change, and the change; the last one of a text may be empty."""

    same: str
    removed: str
    added: str


def _edits(old_text: str, new_text: str) -> list[_Edit]:
    edits: list[_Edit] = []
    at = 0
    old, new, changes = _compared(old_text, new_text)
    for old_start, old_end, new_start, new_end in changes:
        same = "".join(old[at:old_start])
        removed, added = "".join(old[old_start:old_end]), "".join(new[new_start:new_end])
        if edits and not same.strip(" "):
            # Two words changed side by side read as one change, with the space between them.
            edits[-1].removed += same + removed
            edits[-1].added += same + added
        else:
            edits.append(_Edit(same, removed, added))
        at = old_end
    return [*edits, _Edit("".join(old[at:]), "", "")]


def _compared(
    old: str, new: str
) -> tuple[Sequence[str], Sequence[str], Iterable[tuple[int, int, int, int]]]:
    """Both texts in pieces as small as there is time for, and where these differ.

    What git takes for two orders of the same words grows with the square of their number.
    """
    words = _WORD.findall(old), _WORD.findall(new)
    if sum(map(len, words)) <= _MOST:
        return (*words, _word_changes(*words))
    lines = _LINE.findall(old), _LINE.findall(new)
    if sum(map(len, lines)) <= _MOST:
        return (*lines, changed_places(*lines))
    return [old], [new], [(0, 1, 0, 1)]


def _word_changes(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """Where words differ. What begins and ends alike is left out: most edits are in one place."""
    most = min(len(old), len(new))
    begun = next((at for at in range(most) if old[at] != new[at]), most)
    most -= begun
    ended = next((at for at in range(most) if old[-1 - at] != new[-1 - at]), most)
    middles = old[begun : len(old) - ended], new[begun : len(new) - ended]
    if len(middles[0]) * len(middles[1]) > _SHORT:
        yield from _changes(old, new)
        return
    places = list(changed_places(*middles))
    starts = [start for start, *_others in places[1:]]
    for place, after in zip(places, [*starts, len(old) - begun], strict=False):
        start, end, new_start, new_end = (begun + at for at in place)
        # What only came, or only went, stands as late as it may: after words that it ends with.
        words, first, last = (new, new_start, new_end) if start == end else (old, start, end)
        moved, most = 0, begun + after - end if start == end or new_start == new_end else 0
        while moved < most and words[first + moved] == words[last + moved]:
            moved += 1
        yield start + moved, end + moved, new_start + moved, new_end + moved


def _whole_lines(edits: Sequence[_Edit]) -> None:
    """Lines that came or went whole are told whole.

    Between "a 1 / a 2 / a 3" and "a 1 / a 3", git may take out "2 / a ": the same as "a 2 / ".
    """
    for edit, after in pairwise(edits):
        change = edit.removed + edit.added
        begun = edit.same[edit.same.rfind("\n") + 1 :]
        if (
            begun
            and "\n" in change
            and change.endswith(begun)
            and not (edit.removed and edit.added)
        ):
            kept = len(edit.same) - len(begun)
            edit.same, after.same = edit.same[:kept], begun + after.same
            turned = begun + change[: len(change) - len(begun)]
            edit.removed, edit.added = (turned, "") if edit.removed else ("", turned)


def _runs(old: str, new: str) -> Iterator[Run]:
    """Both texts as runs, in order; what went stands before what came in its place."""
    edits = _edits(old, new)
    _whole_lines(edits)
    for edit in edits:
        if edit.same:
            yield Run("same", edit.same)
        if edit.removed:
            yield Run("removed", edit.removed)
        if edit.added:
            yield Run("added", edit.added)


def changed_places(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """Where two sequences of texts differ, whatever stands in them, as ``_changes`` says it.

    Short ones, of which a page has many, are compared here: starting git takes longer than that.
    """
    if len(old) * len(new) <= _SHORT:
        matcher = SequenceMatcher(None, old, new, autojunk=False)
        for tag, start, end, new_start, new_end in matcher.get_opcodes():
            if tag != "equal":
                yield start, end, new_start, new_end
        return
    known: dict[str, str] = {}
    yield from _changes(
        [known.setdefault(text, str(len(known))) for text in old],
        [known.setdefault(text, str(len(known))) for text in new],
    )


def _changes(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """Where the words differ: start and end in the old ones, start and end in the new ones."""
    with TemporaryDirectory() as folder:
        for name, words in (("old", old), ("new", new)):
            lines = "".join("\n" if word == "\n" else f"{word}\n" for word in words)
            (Path(folder) / name).write_bytes(lines.encode("utf-8", "surrogatepass"))
        _status, patch = run(
            None,
            *("diff", "--no-index", "--text", "--unified=0", "--histogram", "--no-ext-diff"),
            *("--no-color", "--", "old", "new"),
            accept=(0, 1),
            cwd=folder,
        )
    for found in _CHANGE.finditer(patch):
        old_at, old_count, new_at, new_count = (
            1 if number is None else int(number) for number in found.groups()
        )
        # git counts from 1, and names the line before where there is none.
        old_start = old_at - 1 if old_count else old_at
        new_start = new_at - 1 if new_count else new_at
        yield old_start, old_start + old_count, new_start, new_start + new_count


def _lines(runs: Iterable[Run]) -> Iterator[_Line]:
    """The runs cut at every line end, of either text."""
    old = new = old_begun = new_begun = 0
    begun: list[Run] = []
    for whole in runs:
        for text in _LINE.findall(whole.text):
            begun.append(Run(whole.kind, text))
            if text.endswith("\n"):
                old += whole.kind != "added"
                new += whole.kind != "removed"
                yield _Line(old_begun, new_begun, tuple(begun))
                old_begun, new_begun, begun = old, new, []
    if begun:
        yield _Line(old_begun, new_begun, tuple(begun))


def _stretches(lines: Sequence[_Line], context: int | None) -> list[tuple[int, int]]:
    """Where each hunk starts and ends among the lines; those that would touch are one."""
    if context is None:
        return [(0, len(lines))]
    stretches: list[tuple[int, int]] = []
    for number, line in enumerate(lines):
        if line.changed:
            first, last = max(0, number - context), min(len(lines), number + context + 1)
            if stretches and first <= stretches[-1][1]:
                first = stretches.pop()[0]
            stretches.append((first, last))
    return stretches


def _hunk(lines: Sequence[_Line], headings: Sequence[Titled]) -> Hunk:
    changed = next(line.new for line in lines if line.changed)
    above = [heading.text for heading in headings if heading.line <= changed]
    pieces = (piece for line in lines for piece in line.runs)
    runs = tuple(
        Run(kind, "".join(piece.text for piece in alike))
        for kind, alike in groupby(pieces, key=lambda piece: piece.kind)
    )
    return Hunk(lines[0].old, lines[0].new, above[-1] if above else "", runs)
