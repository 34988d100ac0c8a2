"""How much of what two people wrote at once is joined without asking, and that nothing is lost.

``python -m bench.merge [--pairs 1000] [--seed 1]``: pairs of concurrent edits of real pages. The
base is a real revision of ``history.jsonl``; a pair is one of three kinds:

- another: one side is the next revision, the other a later edit of the page, put on the base;
- shared: the words that a real edit changed, each place given to one of the two sides;
- hunks: each side has the changed lines of a next revision, all or some, perhaps the same ones.

Both merges are judged by words, by code that shares none with the merge: what a side wrote must
stand in the result, what it took out must be gone, and no mark of a conflict may show. Where the
wiki asks, all that a side wrote must be there when one chooses that side everywhere.
"""

import argparse
import difflib
import json
import random
import re
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from wiki.merging.merge import Conflict, Merge, merge
from wiki.testing import DATA

KINDS = ("another", "shared", "hunks")

_WORD = re.compile(r"\w+")
_SENTENCE = re.compile(r"[^\n.!?;:]+[.!?;:]?")
_GRAINS = (_WORD, _SENTENCE, re.compile(r"[^\n]+"))
_TOKEN = re.compile(r"\s+|\w+|[^\w\s]")


def main() -> None:
    """Prints what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true", help="print what is not joined, or lost")
    asked = parser.parse_args()
    counts: Counter[str] = Counter()
    spent: list[float] = []
    for kind, base, mine, theirs in pairs(asked.pairs, random.Random(asked.seed)):  # noqa: S311
        plain = by_lines(base, mine, theirs)
        began = time.perf_counter()
        merged = merge(base, mine, theirs)
        spent.append(time.perf_counter() - began)
        for one in (kind, "all"):
            counts[f"{one} pairs"] += 1
            counts[f"{one} by lines"] += plain is not None
            counts[f"{one} joined"] += merged.text is not None
            counts[f"{one} fewer"] += plain is not None and merged.text is None
        counts["lost by lines"] += plain is not None and bool(lost(base, mine, theirs, plain))
        told = merged.text or "\n".join(str(piece) for piece in merged.pieces)
        counts["marks"] += "<<<<" in told
        found = faults(base, mine, theirs, merged)
        counts["lost"] += bool(found)
        if asked.show:
            print(*found, sep="\n")
            _show(merged)
    for one in (*KINDS, "all"):
        total, ours = counts[f"{one} pairs"], counts[f"{one} joined"]
        plain_count = counts[f"{one} by lines"]
        print(
            f"{one:8} {total:5} pairs: joined without asking {ours} ({ours / total:.1%}),"
            f" git merge-file {plain_count} ({plain_count / total:.1%}),"
            f" joined by git alone {counts[f'{one} fewer']}"
        )
    spent.sort()
    print(f"with an edit lost: {counts['lost']} (git: {counts['lost by lines']})")
    print(f"with a mark of a conflict: {counts['marks']}")
    median, most = spent[len(spent) // 2], spent[len(spent) * 95 // 100]
    print(f"a merge takes {median * 1000:.1f} ms at the median, {most * 1000:.1f} ms at p95")


def _show(merged: Merge) -> None:
    for piece in merged.pieces:
        if isinstance(piece, Conflict):
            print("ASKED")
            for side, lines in vars(piece).items():
                print(f"  {side}:", *lines, sep="\n    ")


def pairs(count: int, draw: random.Random) -> Iterator[tuple[str, str, str, str]]:
    """Which kind of pair, the base, and two different edits of it, all of real revisions."""
    pages: dict[str, list[str]] = {}
    for line in (DATA / "carrefour" / "history.jsonl").open(encoding="utf-8"):
        record = json.loads(line)
        pages.setdefault(record["slug"], []).append(record["text"])
    stories = [texts for texts in pages.values() if len(texts) > 2]
    while count:
        kind = KINDS[count % len(KINDS)]
        texts = draw.choice(stories)
        at = draw.randrange(len(texts) - 2)
        base, later = texts[at], draw.choice(texts[at + 1 : at + 4])
        if kind == "another":
            mine = texts[at + 1]
            after = draw.randrange(at + 1, len(texts) - 1)
            theirs = by_lines(texts[after], base, texts[after + 1]) or base
        elif kind == "shared":
            mine, theirs = dealt(base, later, draw)
        else:
            mine = some_lines(base, later, draw)
            theirs = some_lines(base, draw.choice(texts[at + 1 : at + 6]), draw)
        if len({base, mine, theirs}) == 3:
            count -= 1
            yield kind, base, mine, theirs


def dealt(base: str, later: str, draw: random.Random) -> tuple[str, str]:
    """The words that ``later`` changed, each place given to one of two people."""
    mine: list[str] = []
    theirs: list[str] = []
    for old, new in places(_TOKEN.findall(base), _TOKEN.findall(later)):
        his = old == new or draw.random() < 0.5
        mine += new if his else old
        theirs += new if not his or old == new else old
    return "".join(mine), "".join(theirs)


def some_lines(base: str, later: str, draw: random.Random) -> str:
    """``base`` with the lines that ``later`` changed, or with some of its changes."""
    whole = draw.random() < 0.5
    written: list[str] = []
    for old, new in places(base.splitlines(keepends=True), later.splitlines(keepends=True)):
        written += new if whole or draw.random() < 0.5 else old
    return "".join(written)


def places(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[list[str], list[str]]]:
    """Both texts, cut where one stays and where it changes."""
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for _tag, start, end, new_start, new_end in matcher.get_opcodes():
        yield list(old[start:end]), list(new[new_start:new_end])


def by_lines(base: str, mine: str, theirs: str) -> str | None:
    """``git merge-file`` as it comes; None where it asks."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in (("mine", mine), ("base", base), ("theirs", theirs)):
            (Path(folder) / name).write_text(text, "utf-8", newline="")
        done = subprocess.run(
            ["git", "merge-file", "--stdout", "mine", "base", "theirs"],
            cwd=folder,
            capture_output=True,
            check=False,
        )
    return done.stdout.decode("utf-8") if done.returncode == 0 else None


def faults(base: str, mine: str, theirs: str, merged: Merge) -> list[str]:
    """What a merge, joined or asked about, lost, in words."""
    if merged.text is not None:
        return lost(base, mine, theirs, merged.text)
    found: dict[str, int] = {}
    for grain in _GRAINS:
        for fault in _kept_back(base, mine, theirs, merged, grain):
            found[fault] = found.get(fault, 0) + 1
    return [fault for fault, count in found.items() if count == len(_GRAINS)]


def _kept_back(
    base: str, mine: str, theirs: str, merged: Merge, grain: re.Pattern[str]
) -> Iterator[str]:
    """With every choice made for one side, all that it wrote is there."""
    before = counted(base)
    by_mine, by_theirs = Edits(base, mine, grain), Edits(base, theirs, grain)
    for side, its in (("mine", by_mine), ("theirs", by_theirs)):
        lines = [
            line
            for piece in merged.pieces
            for line in (getattr(piece, side) if isinstance(piece, Conflict) else piece.lines)
        ]
        now = counted("\n".join(lines))
        for word, count in its.written.items():
            if now[word] < before[word] - by_mine.taken[word] - by_theirs.taken[word] + count:
                yield f"asked, and {side} “{word}” is not there"


class Edits:
    """The words that a side wrote and those that it took out, as difflib finds them.

    ``grain`` cuts the texts into what is kept or not: words, sentences, lines.
    """

    def __init__(self, base: str, side: str, grain: re.Pattern[str]) -> None:
        self.written: Counter[str] = Counter()
        self.taken: Counter[str] = Counter()
        for old, new in places(grain.findall(base), grain.findall(side)):
            if old != new:
                self.written += counted(" ".join(new))
                self.taken += counted(" ".join(old))


def lost(base: str, mine: str, theirs: str, text: str) -> list[str]:
    """Words of a side that the joined text lacks, and words that came back.

    A rewritten sentence keeps some words by chance, a list made of a line one that stays: what is
    wrong word by word, sentence by sentence and line by line is wrong.
    """
    found = [_lost(base, mine, theirs, text, grain) for grain in _GRAINS]
    return [said for word, said in found[0].items() if all(word in one for one in found)]


def _lost(base: str, mine: str, theirs: str, text: str, grain: re.Pattern[str]) -> dict[str, str]:
    """Both may have written or taken out the same, which counts once: hence a least and a most."""
    found: dict[str, str] = {}
    before, now = counted(base), counted(text)
    ours, others = Edits(base, mine, grain), Edits(base, theirs, grain)
    for word in {*before, *ours.written, *others.written}:
        taken, also_taken = ours.taken[word], others.taken[word]
        written, also_written = ours.written[word], others.written[word]
        least = before[word] - taken - also_taken + max(written, also_written)
        most = before[word] - max(taken, also_taken) + written + also_written
        if not least <= now[word] <= most:
            found[word] = f"“{word}” stands there {now[word]} times, not {least} to {most}"
    return found


def counted(text: str) -> Counter[str]:
    """How often each word stands in a text."""
    return Counter(_WORD.findall(text))


if __name__ == "__main__":
    main()
