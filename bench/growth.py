"""Growth: from 1,000 to 100,000 pages, and from 1,000 to 1,000,000 commits, as two plots.

    python -m bench.growth               # measures all sizes; an hour where wikis have to be made
    python -m bench.growth --plots docs/images

Each size is measured in a server of its own beside a bare Flask page of the same run. Saves are
whole ones over HTTP. What a plot shows are medians in milliseconds, on axes that grow tenfold.
"""

import argparse
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import log10
from pathlib import Path
from typing import Any

from bench.corpus import BELOW, KINDS, THINGS
from bench.lines import Line, ms, percentile
from bench.load import Answer, Browser
from bench.servers import bare_flask, serving
from bench.worlds import world
from wiki.pages.urls import action_url, page_url

#: pages and commits, as pages grow and as commits do
BY_PAGES = (
    (1_000, 1_000),
    (5_000, 12_000),
    (20_000, 25_000),
    (50_000, 100_000),
    (100_000, 100_000),
)
BY_COMMITS = ((1_000, 1_000), (1_000, 25_000), (1_000, 100_000), (1_000, 1_000_000))
_PLAIN = "bare Flask page"
_TIMES, _SAVES, _WARM = 60, 24, 24
_WIDTH, _HEIGHT = 960, 420
#: one for each question: the palette of its own has fewer
_COLOURS = ("#777777", "#1b6ca8", "#c0392b", "#2e8b57", "#8e44ad", "#d68910", "#17202a")


def run(sizes: Sequence[tuple[int, int]] = (*BY_PAGES, *BY_COMMITS[1:])) -> Iterator[Line]:
    """A line for each question and size."""
    for size in sizes:
        found = measure(*size)
        for what, seconds in found.items():
            if what != _PLAIN:
                yield Line(
                    f"{what}, {size[0]:,} pages, {size[1]:,} commits, p50",
                    ms(seconds),
                    f"{_PLAIN} {ms(found[_PLAIN])}",
                    f"{seconds / found[_PLAIN]:.1f} ×",
                )


def measure(pages: int, commits: int) -> dict[str, float]:
    """Question → median of seconds, in a wiki of that size."""
    here = world(pages, commits)
    below = [f"{page}/{name}" for page in here.pages for name in BELOW]
    paths = iter([path for path in (*here.pages, *below) if path not in here.spaces])
    words = [f"{a} {b}" for a in THINGS for b in KINDS]
    random.Random(1).shuffle(words)  # noqa: S311 - repeatable is the point
    asked = iter(words)
    once = iter(range(10**6))
    with bare_flask() as bare, serving(here.folder) as wiki:
        wiki.settle()
        visitor, member, reference = Browser(wiki), Browser(wiki), Browser(bare)
        member.log_in()
        questions: dict[str, Callable[[], Answer]] = {
            _PLAIN: lambda: reference.get("/"),
            "A page never asked": lambda: visitor.get(page_url(next(paths))),
            "A search": lambda: visitor.get(action_url("search", query={"q": next(asked)})),
            "Recent changes": lambda: visitor.get(f"{action_url('changes')}?once={next(once)}"),
        }
        found = {}
        for what, ask in questions.items():
            for _turn in range(_WARM):
                _ask(ask)
            found[what] = percentile([_ask(ask) for _turn in range(_TIMES)], 0.5)
        saves, pages_after, searches_after = [], [], []
        for number in range(_SAVES):
            path = f"{here.spaces[0]}/{BELOW[number % len(BELOW)]}"
            saves.append(_save(member, path))
            pages_after.append(_ask(lambda: member.get(page_url(path))))  # noqa: B023
            searches_after.append(_ask(questions["A search"]))
        found["A save"] = percentile(saves, 0.5)
        found["One's own page after it"] = percentile(pages_after, 0.5)
        found["A search after it"] = percentile(searches_after, 0.5)
    return found


def _ask(question: Callable[[], Answer]) -> float:
    answer = question()
    assert answer.status == 200, answer.status
    return answer.seconds


def _save(member: Browser, path: str) -> float:
    base = member.read_form(action_url("edit", path))
    text = member.get(f"{page_url(path)}.md").text.partition("\ncroissance-")[0].rstrip()
    text = f"{text}\n\ncroissance-{time.time_ns()}\n"
    answer = member.post(action_url("edit", path), base=base, text=text)
    assert answer.status == 303, answer.text
    return answer.seconds


def draw(found: Mapping[int, Mapping[str, float]], label: str, file: Path) -> None:
    """Draws number → question → seconds as lines, both axes by powers of ten."""
    import leather

    chart = leather.Chart(label)
    numbers = sorted(found)
    chart.add_x_scale(log10(numbers[0]), log10(numbers[-1]))
    chart.add_x_axis(ticks=[log10(number) for number in numbers], tick_formatter=_number)
    chart.add_y_scale(-1, 3)
    chart.add_y_axis(ticks=[-1, 0, 1, 2, 3], tick_formatter=_milliseconds)
    for what, colour in zip(found[numbers[0]], _COLOURS, strict=False):
        line = [(log10(number), log10(found[number][what] * 1000)) for number in numbers]
        chart.add_line(line, name=what, stroke_color=colour)
    file.write_text(f"{chart.to_svg(width=_WIDTH, height=_HEIGHT)}\n", "utf-8")


def _number(value: Any, *_more: Any) -> str:
    return f"{10**value:,.0f}"


def _milliseconds(value: Any, *_more: Any) -> str:
    return f"{10**value:g} ms"


def main() -> None:
    """Measures all sizes once, prints the lines, and draws the plots where that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.growth")
    parser.add_argument("--plots", type=Path, metavar="FOLDER")
    options = parser.parse_args()
    known: dict[tuple[int, int], dict[str, float]] = {}
    for size in dict.fromkeys((*BY_PAGES, *BY_COMMITS)):
        known[size] = measure(*size)
        print(f"{size[0]:,} pages, {size[1]:,} commits:")
        for what, seconds in known[size].items():
            print(f"  {what}: {ms(seconds)}, {seconds / known[size][_PLAIN]:.1f} ×", flush=True)
    if options.plots:
        by_pages = {pages: known[pages, commits] for pages, commits in BY_PAGES}
        by_commits = {commits: known[pages, commits] for pages, commits in BY_COMMITS}
        draw(by_pages, "Milliseconds by pages (medians)", options.plots / "growth-pages.svg")
        draw(by_commits, "Milliseconds by commits", options.plots / "growth-commits.svg")


if __name__ == "__main__":
    main()
