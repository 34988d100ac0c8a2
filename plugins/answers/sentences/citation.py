"""What a model said, as sentences with the numbers of the passages that they name (pure)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

#: sentences of an answer, characters of one, and of all that is read
_MOST, _LONGEST, _READ = 5, 400, 8_000
_MARK = re.compile(
    r"[\[(【]\s*(?:passage\s*)?(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\s*[\])】]", re.IGNORECASE
)
#: where a sentence is over; the marks behind that are its own
_END = re.compile(r"(?<=[.!?…])\s+")
_CLOSE = re.compile(r"(?<=[.!?…])(?=[\[(【])")
_LEADING = re.compile(r"(?:\[[^\]]{1,40}+\]\s*+)++")
_LIST = re.compile(r"^\s*(?:[-*•#>]+|\d{1,2}[.)])\s+")
#: spaces that French wants before some signs
_SPACES = re.compile("[\u00a0\u202f]")
#: what no sentence holds: marks of HTML, code and links; nor what one cannot see
_STRANGE = re.compile(r"[<>{}\[\]|\\`@#=~^]|https?:|www\.|/\S*/")


@dataclass(frozen=True)
class Sentence:
    """Plain words, and the numbers of the passages that are to say them."""

    text: str
    cited: tuple[int, ...]


def read_sentences(said: str) -> list[Sentence]:
    """The sentences that name a passage and are plain words; others are left out."""
    found: list[Sentence] = []
    for sentence in _sentences(said[:_READ].rpartition("</think>")[2]):
        if sentence not in found:
            found.append(sentence)
    return found[:_MOST]


def _sentences(said: str) -> Iterator[Sentence]:
    for part in _parts(said):
        written = _LIST.sub("", part.replace("**", "").strip())
        marks = "".join(mark[0] for mark in _MARK.finditer(written))
        cited = tuple(dict.fromkeys(map(int, re.findall(r"\d+", marks))))
        text = re.sub(r" +", " ", _MARK.sub("", written)).replace(" .", ".").replace(" ,", ",")
        text = text.strip()
        if cited and 0 < len(text) <= _LONGEST and _is_plain(text):
            yield Sentence(text, cited)


def _parts(said: str) -> Iterator[str]:
    """Each sentence as it is written, with the marks behind it."""
    for line in said.split("\n"):
        parts: list[str] = []
        for part in _END.split(_CLOSE.sub(" ", line)):
            own = _LEADING.match(part)
            if own is not None and parts:
                parts[-1] += f" {own[0]}"
                part = part[own.end() :]
            parts.append(part)
        yield from parts


def _is_plain(text: str) -> bool:
    seen = _SPACES.sub(" ", text)
    return seen.isprintable() and not _STRANGE.search(seen)
