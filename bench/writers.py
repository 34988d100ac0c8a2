"""People who save at once: eight on pages, sections or lines, and thirty-two on one page.

Each opens the form, sends it, and begins anew, as quickly as they are answered. What was lost is
counted by reading git: every text that was acknowledged has to be in a commit. References of the
same run: as many commits by ``git fast-import`` alone, one by one and in one stream; one writer.
"""

import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from html import unescape
from random import Random

from bench.imports import time_each, time_stream
from bench.lines import Line, ms, percentile
from bench.load import Answer, Browser
from bench.servers import Server, serving
from bench.worlds import ACCOUNTS, World, world
from wiki.pages.urls import action_url, page_url
from wiki.repository.repository import Repository
from wiki.repository.span import Span

_WRITERS = 8
#: saves of each in a section
_SAVES = 6
#: seconds of writing in turn, before and while it is measured
_WARM, _SECONDS = 5, 15
#: saves a second, and the longest wait for one, that are good
_RATE, _LONGEST = 130, 0.3
#: writers on one page, and the longest wait for one of their saves that is good
_CROWD, _LONGEST_OF_CROWD = 32, 1.0
#: the page that all of them write: nobody's, so that every member may
_SHARED = "mesure"


_AREA = re.compile(r'<textarea[^>]*name="text"[^>]*>\n?(.*?)</textarea>', re.DOTALL)


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
    """A page each with few and with many commits; then one page in a wiki of 20,000."""
    for commits in (1_000, 25_000):
        yield from _in_turns(world(1_000, commits), commits)
    yield from _crowd(world(1_000, 1_000))
    here = world(20_000, 25_000)
    with serving(here.folder) as wiki:
        writers = _writers(wiki)
        alone = _alone(writers[0], here)
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


def _crowd(here: World) -> Iterator[Line]:
    """Each adds a paragraph at the end of one page: the form, the save, and again."""
    repository = Repository.open(here.folder / "content.git", here.folder / "lock")
    address = action_url("edit", _SHARED)
    with serving(here.folder) as wiki:
        writers = _writers(wiki, _CROWD)
        _lay_out(writers[0])
        before, until, begun = repository.head(), time.monotonic() + _SECONDS, time.monotonic()

        def write(number: int) -> _Told:
            told, words = _Told(), Random(number)  # noqa: S311 - words, not secrets
            while time.monotonic() < until:
                word = f"mot-{number}-{time.time_ns()}"
                # Nothing that is alike: what two may have meant as one thing is asked about.
                rest = " ".join(words.randbytes(3).hex() for _word in range(8))
                form = writers[number].get(address)
                area = _AREA.search(form.text)
                assert area, form.text[:200]
                base, text = writers[number].take_form(form), unescape(area[1])
                text = f"{text.rstrip()}\n\n{word} {rest}\n"
                told.note(writers[number].post(address, base=base, text=text), word)
            return told

        told = _together(writers, write)
        took = time.monotonic() - begun
        kept = _source(wiki, _SHARED)
        commits = sum(1 for _word in words_since(repository, before))
    repository.close()
    lost = sum(kept.count(word) != 1 for word in told.words)
    asked = sum(status == 409 for status in told.statuses)
    refused = len(told.statuses) - len(told.words) - asked
    longest, each = max(told.waits), 1 / percentile(time_each(here, 30), 0.5)
    yield Line(
        f"{_CROWD} writers on one page, a paragraph each at its end: the longest wait",
        f"{ms(longest)}, p50 {ms(percentile(told.waits, 0.5))}; {len(told.words) / took:,.0f} "
        f"saves a second in {commits:,} commits; {asked} of {len(told.statuses)} asked to decide, "
        f"{lost} lost or doubled, {refused} refused",
        f"git fast-import alone, one by one {each:,.0f} a second",
        f"{len(told.words) / took / each:.2f} ×",
        f"≤ {ms(_LONGEST_OF_CROWD)}, 0 lost, 0 refused",
        longest <= _LONGEST_OF_CROWD and lost == refused == 0,
    )


def _writers(wiki: Server, count: int = _WRITERS) -> list[Browser]:
    writers = [Browser(wiki) for _number in range(count)]
    for number, writer in enumerate(writers):
        writer.log_in(number % ACCOUNTS)
    return writers


def _in_turns(here: World, commits: int) -> Iterator[Line]:
    """Each writes a page of their own: the form, the save, and again."""
    repository = Repository.open(here.folder / "content.git", here.folder / "lock")
    with serving(here.folder) as wiki:
        writers = _writers(wiki)
        _write_for(_WARM, writers, here)  # each worker has its processes and caches by then
        before, begun = repository.head(), time.monotonic()
        told = _write_for(_SECONDS, writers, here)
        took = time.monotonic() - begun
    found = set(words_since(repository, before))
    repository.close()
    lost = sum(word not in found for word in told.words)
    refused = len(told.statuses) - len(told.words)
    rate, longest = len(told.words) / took, max(told.waits)
    each = 1 / percentile(time_each(here, 30), 0.5)
    streamed = len(told.words) / time_stream(here, len(told.words))
    what = f"Eight writers, a page each, {commits:,} commits"
    yield Line(
        f"{what}: saves a second, each with its form",
        f"{rate:,.0f} ({len(told.words)} in {took:.0f} s)",
        f"git fast-import alone, one by one {each:,.0f}; in one stream {streamed:,.0f}",
        f"{rate / each:.2f} ×; {rate / streamed:.3f} ×",
        f"≥ {_RATE}",
        rate >= _RATE,
    )
    yield Line(
        f"{what}: the longest wait for a save",
        f"{ms(longest)}, p50 {ms(percentile(told.waits, 0.5))}; {lost} lost, {refused} refused",
        target=f"≤ {ms(_LONGEST)}, 0 lost, 0 refused",
        reached=longest <= _LONGEST and lost == refused == 0,
    )


def _write_for(seconds: float, writers: list[Browser], here: World) -> _Told:
    until = time.monotonic() + seconds
    return _together(
        writers, lambda number: _write_until(until, writers[number], here.spaces[number])
    )


def _write_until(until: float, writer: Browser, path: str) -> _Told:
    """Opens the form of a page and saves it, again and again; each save has a word of its own."""
    told, address = _Told(), action_url("edit", path)
    text = writer.get(f"{page_url(path)}.md").text.partition("\nmot-")[0].rstrip()
    while time.monotonic() < until:
        base, word = writer.read_form(address), f"mot-{time.time_ns()}"
        told.note(writer.post(address, base=base, text=f"{text}\n\n{word}\n"), word)
    return told


def words_since(repository: Repository, before: str) -> Iterator[str]:
    """The words that commits since ``before`` brought."""
    for story in Span(repository, before, repository.head()).commits():
        for move in story.files:
            if move.after is not None:
                yield repository.read_blob(move.after).decode().rpartition("\n\n")[2].strip()


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
