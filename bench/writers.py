"""Eight people who save at once: different pages, sections of one page, the same lines.

Lost edits are counted by reading what stands there in the end. The reference is one of them alone.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from bench.lines import Line, ms, percentile
from bench.load import Answer, Browser
from bench.servers import Server, serving
from bench.worlds import World, world
from wiki.pages.urls import action_url, page_url

_WRITERS = 8
_SAVES = 6
#: the page that all of them write: nobody's, so that every member may
_SHARED = "mesure"


@dataclass
class _Told:
    """What the writers were told, and what they asked to be kept."""

    waits: list[float] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def note(self, answer: Answer, word: str) -> None:
        self.waits.append(answer.seconds)
        self.statuses.append(answer.status)
        if answer.status == 303:
            self.words.append(word)


def run() -> Iterator[Line]:
    """In a wiki of 20,000 pages."""
    here = world(20_000, 25_000)
    with serving(here.folder) as wiki:
        writers = [Browser(wiki) for _number in range(_WRITERS)]
        for number, writer in enumerate(writers):
            writer.log_in(number)
        alone = _alone(writers[0], here)
        told = _together(writers, lambda number: _write_own(writers[number], here.spaces[number]))
        kept = "".join(_source(wiki, space) for space in here.spaces)
        yield _line("Eight writers, a page each", told, kept, alone)
        _lay_out(writers[0])
        told = _together(writers, lambda number: _write_section(writers[number], number))
        yield _line("Eight writers, a section each", told, _source(wiki, _SHARED), alone)
        told, conflicts = _collide(writers)
        lost = sum(word not in _source(wiki, _SHARED) for word in told.words)
        untold = _WRITERS - conflicts - len(told.words)
        faults = sum(status >= 500 for status in told.statuses)
        yield Line(
            "Eight writers, the same line",
            f"{len(told.words)} saved, {conflicts} told of the conflict, {lost} lost",
            target="each saved or told",
            reached=not (lost or untold or faults),
        )


def _alone(writer: Browser, here: World) -> float:
    told = _write_own(writer, here.spaces[0])
    return percentile(told.waits, 0.5)


def _together(writers: list[Browser], write: Callable[[int], _Told]) -> _Told:
    with ThreadPoolExecutor(len(writers)) as pool:
        parts = list(pool.map(write, range(len(writers))))
    return _Told(
        [wait for part in parts for wait in part.waits],
        [status for part in parts for status in part.statuses],
        [word for part in parts for word in part.words],
    )


def _write_own(writer: Browser, path: str) -> _Told:
    """Saves one page again and again; each save adds a word of its own."""
    told = _Told()
    for number in range(_SAVES):
        base = writer.read_form(action_url("edit", path))
        word = f"mot-{path[-12:]}-{number}-{time.time_ns()}"
        text = f"{writer.get(f'{page_url(path)}.md').text}\n{word}\n"
        told.note(writer.post(action_url("edit", path), base=base, text=text), word)
    return told


def _lay_out(writer: Browser) -> None:
    """The shared page anew: a section for each writer."""
    sections = "".join(f"## Partie {number}\n\nVide.\n\n" for number in range(_WRITERS))
    base = writer.read_form(action_url("edit", _SHARED))
    text = f"# Mesure\n\n{time.time_ns()}\n\n{sections}"
    answer = writer.post(action_url("edit", _SHARED), base=base, text=text)
    assert answer.status == 303, answer.text


def _write_section(writer: Browser, number: int) -> _Told:
    told, anchor = _Told(), f"partie-{number}"
    for turn in range(_SAVES):
        base = writer.read_form(f"{action_url('edit', _SHARED)}?section={anchor}")
        word = f"mot-{number}-{turn}-{time.time_ns()}"
        words = "\n\n".join([*told.words, word])
        section = f"## Partie {number}\n\n{words}\n"
        answer = writer.post(action_url("edit", _SHARED), base=base, text=section, section=anchor)
        told.note(answer, word)
    return told


def _collide(writers: list[Browser]) -> tuple[_Told, int]:
    """All begin at one commit and change the first line of one section."""
    bases = [writer.read_form(action_url("edit", _SHARED)) for writer in writers]
    text = writers[0].get(f"/{_SHARED}.md").text

    def write(number: int) -> _Told:
        told, word = _Told(), f"heurt-{number}-{time.time_ns()}"
        changed = text.replace("# Mesure\n", f"# Mesure {word}\n")
        address = action_url("edit", _SHARED)
        told.note(writers[number].post(address, base=bases[0], text=changed), word)
        return told

    told = _together(writers, write)
    return told, sum(status == 409 for status in told.statuses)


def _source(wiki: Server, path: str) -> str:
    return Browser(wiki).get(f"{page_url(path)}.md").text


def _line(what: str, told: _Told, kept: str, alone: float) -> Line:
    lost = sum(word not in kept for word in told.words)
    refused = sum(status != 303 for status in told.statuses)
    longest = max(told.waits)
    return Line(
        f"{what}, {len(told.statuses)} saves",
        f"{lost} lost, {refused} refused, longest wait {ms(longest)}",
        f"one alone, p50 {ms(alone)}",
        f"{percentile(told.waits, 0.5) / alone:.1f} ×",
        "0 lost, 0 refused",
        lost == refused == 0,
    )
