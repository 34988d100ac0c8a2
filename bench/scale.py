"""A wiki on more machines than one has, simulated with what requests were measured to cost.

    python -m bench scale                         the lines of docs/scale.md, within two minutes
    python -m bench.scale --plots docs/images     and its curves

What one request costs each part comes from ``costs.json`` (``costs.py`` measures it). First the run
of ``cluster.py`` is simulated, with all parts on the two cores of one machine, so that it can be
compared with what was measured there.
"""

import argparse
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from bench.costs import Costs, read
from bench.lines import Line, ms
from bench.simulation import SECONDS, Plan, Run, Site

#: what readers ask for, by share: kept answers, pages made anew (of a million pages most are asked
#: for seldom), searches, pages of who is signed in
READING = {"kept": 0.55, "made": 0.30, "search": 0.08, "member": 0.07}
#: seconds between two saves of an editor
PAUSE = 120.0
_EDIT = ("form", "save")
#: of a point of a curve; and seconds that are not drawn any more
_CURVE, _LONGEST = 20.0, 2.0

Points = list[tuple[float, float]]


def crowded(plan: Plan, costs: Costs, visits: float, editors: int, seconds: float = SECONDS) -> Run:
    """So many requests of readers a second, and editors who each save now and then."""
    site = Site(plan, costs.kinds)
    if visits:
        site.readers(visits, READING)
    for _number in range(editors):
        site.repeat(_EDIT, pause=PAUSE)
    return site.go(seconds)


def nodes_of_one_machine(costs: Costs, nodes: int, hogs: int, *, alone: bool) -> Run:
    """The run of ``cluster.py``: who is there, and the pauses that they make, on two cores."""
    site = Site(Plan(nodes=nodes, one=2, hogs=hogs), costs.kinds)
    if alone:
        site.repeat(_EDIT, pause=0.001)
        return site.go()
    for _number in range(8):
        site.repeat(_EDIT, pause=0.5)
    for number in range(50):
        visitor = (("kept",), ("kept",), ("kept",), ("made",), ("search",))
        site.repeat(*((("member",),) if number < 10 else visitor), pause=1.0)
    for _number in range(2):
        site.repeat(_EDIT, pause=3.0)
    for _number in range(3):
        site.repeat(("made",), pause=0.05)
    return site.go()


#: the busy hour of 10 million readers a month who see five pages each: a tenth of a day's, of 22
#: days a month; as many requests again by search engines and other programs
MONTH = 10_000_000 * 5
BUSY = 2 * MONTH / 22 / 10 / 3600
EDITORS = 200


#: seconds of CPU of a search with facets among a million pages: ten times what was measured among a
#: hundred thousand (decision 171), half of it PostgreSQL's. The rest does not grow with the pages.
_SEARCH = 0.2


def of_a_million(costs: Costs) -> Costs:
    """What a search costs there; the wiki of ``costs`` is a small one."""
    search = replace(costs.kinds["search"], node=_SEARCH / 2, rows=_SEARCH / 2)
    return replace(costs, kinds={**costs.kinds, "search": search})


def run() -> Iterator[Line]:
    """The lines of docs/scale.md."""
    costs = read()
    hogs = round(costs.load)
    beside = nodes_of_one_machine(costs, 3, hogs, alone=True).p("save", 0.5)
    measured = costs.kinds["save"].seconds
    yield Line(
        f"Simulated: three nodes on two cores that {hogs} others want, a save of one writer, p50",
        ms(beside),
        f"measured there {ms(measured)}",
        f"{beside / measured:.2f} ×",
    )
    alone, crowd = (nodes_of_one_machine(costs, 3, 0, alone=one) for one in (True, False))
    yield Line(
        "Simulated: three nodes on two cores, a save alone; with 8 writers and 50 readers",
        f"p50 {ms(alone.p('save', 0.5))}; {ms(crowd.p('save', 0.5))}",
        "",
    )
    costs = of_a_million(costs)
    for what, plan, visits in _PLANS:
        found = crowded(plan, costs, visits, EDITORS)
        busy = ", ".join(f"{name} {share:.0%}" for name, share in _busiest(found).items())
        yield Line(
            f"{what}: {visits:.0f} requests a second, {EDITORS} editors",
            f"page made anew p50/p95 {ms(found.p('made', 0.5))} / {ms(found.p('made', 0.95))}, "
            f"search {ms(found.p('search', 0.95))}, save p50/p95 {ms(found.p('save', 0.5))} / "
            f"{ms(found.p('save', 0.95))}",
            busy,
            f"{found.again} of {found.pushes} pushes anew",
        )


_PLANS = (
    ("Three nodes of four cores, the busy hour", Plan(), BUSY),
    ("… one of them gone", Plan(nodes=2), BUSY),
    ("… a morning in the news, three times that", Plan(), 3 * BUSY),
    ("… the same with one gone", Plan(nodes=2), 3 * BUSY),
    ("… six nodes, ten times the busy hour", Plan(nodes=6, rows=24), 10 * BUSY),
    ("… PostgreSQL of four cores, a morning in the news", Plan(rows=4), 3 * BUSY),
    ("One node of four cores, PostgreSQL of eight, the busy hour", Plan(nodes=1), BUSY),
)


def _busiest(found: Run) -> dict[str, float]:
    nodes = [share for name, share in found.busy.items() if name.startswith("node")]
    named = {name: found.busy[name] for name in ("rows", "git", "front")}
    return {"nodes": sum(nodes) / len(nodes), **named}


def curves(costs: Costs) -> dict[str, dict[str, Points]]:
    """Plot → line → points."""
    visits = [20, 100, 200, 300, 400, 500, 600, 700, 800, 1000]
    editors = [100, 400, 800, 1200, 1600, 2400, 3200, 4800, 6400]

    def line(kind: str, values: Sequence[int], ran: Callable[[int], Run]) -> Points:
        """Until it is slower than anybody waits."""
        points: Points = []
        for value in values:
            late = ran(value).p(kind, 0.95)
            if not late < _LONGEST:
                break
            points.append((value, late * 1000))
        return points

    def named(count: int) -> str:
        return f"{count} node{'s' * (count > 1)}"

    def reads(count: int) -> Points:
        plan = Plan(nodes=count)
        return line("made", visits, lambda rate: crowded(plan, costs, rate, EDITORS, _CURVE))

    def saves(count: int) -> Points:
        plan = Plan(nodes=count)
        return line("save", editors, lambda many: crowded(plan, costs, 50, many, 2 * _CURVE))

    return {
        "reads": {named(count): reads(count) for count in (1, 2, 3, 6)},
        "saves": {named(count): saves(count) for count in (1, 3, 6)},
    }


_TITLES = {
    "reads": "Milliseconds of a page made anew (p95), by requests a second",
    "saves": "Milliseconds of a save (p95), by editors at once",
}


def draw(costs: Costs, folder: Path) -> None:
    """One plot for each question, in colours that are read on light and on dark paper."""
    import leather

    for name, lines in curves(costs).items():
        chart = leather.Chart(_TITLES[name])
        for (line, points), colour in zip(lines.items(), _COLOURS, strict=False):
            if len(points) > 1:
                chart.add_line(points, name=line, stroke_color=colour)
        svg = chart.to_svg(width=720, height=380)
        (folder / f"scale-{name}.svg").write_text(f"{_both(svg)}\n", "utf-8")


_COLOURS = ("#b5561c", "#2e8b57", "#1b6ca8", "#8e44ad")


def _both(svg: str) -> str:
    """The drawing with paper and words in the colours of whoever looks: light, or dark."""
    style = (
        "<style>.paper{fill:#fbfaf7}text{fill:#222}line{stroke:#8884}"
        "@media (prefers-color-scheme:dark){.paper{fill:#1b1e22}text{fill:#e8e6e1}}</style>"
    )
    begun, found, rest = svg.partition('fill="#f9f9f9"')
    assert found, svg[:300]
    head, end, tail = begun.partition(">")
    return f'{head}{end}{style}{tail}class="paper"{rest}'


def main() -> None:
    """Prints the lines, and draws where that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.scale")
    parser.add_argument("--plots", type=Path, metavar="FOLDER")
    options = parser.parse_args()
    for line in run():
        print(f"{line.what}: {line.value} | {line.reference} | {line.ratio}", flush=True)
    if options.plots:
        draw(of_a_million(read()), options.plots)
    print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
