"""Links to the very place of a passage: its heading, and its words, which browsers mark (pure).

The words stand in the address as a text fragment (wicg.github.io/scroll-to-text-fragment): the
browser goes there by itself, without a script. One that knows none goes by the heading's link.
"""

import re
from collections.abc import Sequence
from datetime import date
from urllib.parse import quote

from wiki.api.paths import page_url

#: words of the beginning and of the end that are looked for on the page
_WORDS = 7
#: fewer say too little to find the place by
_FEWEST = 3
_ROW = " · "
_STEP = re.compile(r"^(?P<day>\d{4}-\d\d-\d\d) (?P<state>\S*?) ?— (?P<text>.*)$")
#: around these signs pages show spaces of other kinds than what was written has; to a browser, the
#: narrow one is a letter of the word before it
_SIGNS, _SPACES = frozenset("«»:;?!%€"), frozenset("\u00a0\u202f")


def place_url(path: str, anchor: str, text: str) -> str:
    """The address of ``text`` on a page, below the heading of that ``anchor``."""
    url = page_url(path, anchor)
    words = _directive(text)
    if not words:
        return url
    return f"{url}{'' if anchor else '#'}:~:text={words}"


def read_step(line: str) -> tuple[date, str, str] | None:
    """Day, state ("" for news) and words of a line of a story; None for any other."""
    if (found := _STEP.match(line)) is None:
        return None
    try:
        return date.fromisoformat(found["day"]), found["state"], found["text"]
    except ValueError:
        return None


def _directive(text: str) -> str:
    lines = [line for line in text.split("\n") if _ROW not in line]
    if steps := [step for line in lines if (step := read_step(line)) is not None]:
        lines = [steps[-1][2]]
    runs = [run for line in lines for run in _runs(line)]
    if not runs:
        return ""
    first, last = runs[0], runs[-1]
    if first is last and len(first) <= 2 * _WORDS:
        return _coded(first)
    return f"{_coded(first[:_WORDS])},{_coded(last[-_WORDS:])}"


def _runs(line: str) -> list[list[str]]:
    """The words of a line, where it stands on the page letter by letter."""
    words = line.split(" ")
    apart = [not one or one[0] in _SIGNS or not _SPACES.isdisjoint(one) for one in words]
    runs: list[list[str]] = [[]]
    for at, word in enumerate(words):
        if any(apart[max(at - 1, 0) : at + 2]):
            runs.append([])
        else:
            runs[-1].append(word)
    return [run for run in runs if len(run) >= _FEWEST]


def _coded(words: Sequence[str]) -> str:
    return quote(" ".join(words), safe="", errors="replace").replace("-", "%2D")
