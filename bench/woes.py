"""What went wrong in a run of several nodes: answers of status 500 and more, and tracebacks.

Each is printed as the run ends, so that one that comes once in many runs is not lost with a log.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

_ASKED = re.compile(r'(\S+) (\S+) (\d+) "([^"]*)" "([^"]*)" (\S+) (\S+)')
#: what is another one each time: times, commits, references, numbers
_ONCE = re.compile(r"^[\d-]+ [\d:,]+ |\b[0-9a-f]{7,40}\b|\d+")
_BEGINS, _GOES_ON = "Traceback (most recent call last):", (" ", "\t")
_SAID = re.compile(r"^[\d-]{10} [\d:,]{12} (?:ERROR|CRITICAL) ")
#: kinds of what is said that are printed of each node
_KINDS = 12


class Asked(NamedTuple):
    """A request as nginx saw it: ``nodes`` and ``said`` (their statuses) in the order of tries."""

    at: str
    method: str
    status: int
    nodes: list[str]
    said: list[str]
    place: str


def read_asked(log: str) -> Iterator[Asked]:
    """The requests in a log of nginx's."""
    for line in log.splitlines():
        if found := _ASKED.fullmatch(line):
            at, method, status, nodes, said, _took, place = found.groups()
            yield Asked(at, method, int(status), nodes.split(", "), said.split(", "), place)


def woes(logs: Path, asked: str, names: Mapping[str, str]) -> Iterator[str]:
    """Lines for people: of ``asked``, nginx's log, and of each node's log; ``names`` by port."""
    kinds: Counter[str] = Counter()
    for one in read_asked(asked):
        tried = [names.get(node.rpartition(":")[2], node) for node in one.nodes]
        tries = ", ".join(f"{node} {said}" for node, said in zip(tried, one.said, strict=False))
        kinds[f"{one.method} {one.status} ({tries})"] += one.status >= 500
        if one.status == 500 or "500" in one.said:
            yield f"  … {one.at} {one.method} {one.place}: {one.status} ({tries})"
    for kind, count in kinds.most_common():
        if count:
            yield f"  … {count} × answered {kind}"
    for log in sorted(logs.glob("*.log")):
        for words, count in Counter(_faults(log)).most_common(_KINDS):
            yield f"  … {log.stem}: {count} × {words}"


def _faults(log: Path) -> Iterator[str]:
    """Each error that is said, and each traceback: where it was raised, and what."""
    before, frames = "", list[str]()
    for line in log.read_text("utf-8", "replace").splitlines():
        if frames and line.startswith(_GOES_ON):
            frames.append(line.strip())
            continue
        if frames:
            places = [one for one in frames if one.startswith("File ")]
            yield f"traceback: {before}: {line} ({' · '.join(places[-2:])})"
            frames = []
        if line == _BEGINS:
            frames.append(line)
        elif line:
            before = _ONCE.sub("…", line)
            if _SAID.match(line):
                yield before
