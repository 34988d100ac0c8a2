"""What a run of several nodes found, as lines of the table."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from bench.crowd import Save, Told
from bench.lines import Line, ms, percentile
from bench.load import Storm
from bench.machines import PAGES
from bench.woes import read_asked

#: the longest convergence and the longest median of a save that are good
_CONVERGED, _SAVED = 5.0, 0.040


@dataclass
class Ran:
    """What was found."""

    minutes: float
    told: Told
    begun: float
    events: list[tuple[float, str]] = field(default_factory=list)
    converged: dict[str, float] = field(default_factory=dict)
    commits: Counter[str] = field(default_factory=Counter)
    final: dict[str, str] = field(default_factory=dict)
    taken: list[tuple[str, str]] = field(default_factory=list)
    log: str = ""
    quiet: list[float] = field(default_factory=list)
    idle: float = 0.0
    rates: dict[int, Storm] = field(default_factory=dict)
    #: by so many nodes, at one rate for each
    paced: dict[int, list[Storm]] = field(default_factory=lambda: defaultdict(list))
    reference: list[float] = field(default_factory=list)
    reference_rate: Storm | None = None


def number_of(text: str) -> int:
    """Which save of its writer it is from."""
    word = re.search(r"mot-\d+-(\d+)", text)
    return int(word[1]) if word else 0


def lines(found: Ran) -> Iterator[Line]:
    """What the issue asks for."""
    told = found.told
    for what in told.errors:
        print(f"  … somebody could not go on: {what}")
    yield from _of_saves(found)
    yield from _of_times(found)
    yield from _of_readers(found)
    duplicates = [one for one, count in Counter(found.taken).items() if count > 1]
    asked = told.asked["acknowledged"]
    yield Line(
        "… mails",
        f"{len(found.taken)} taken, {len(duplicates)} twice",
        f"{asked} asked for and answered, {told.asked['not']} not",
        target="0 twice, none missing",
        reached=not duplicates and len(found.taken) >= asked,
    )
    late = Counter(one.node for one in told.seen)
    worst = {node: max(one.late for one in told.seen if one.node == node) for node in sorted(late)}
    yield Line(
        "… words of a closed page at a visitor, after the closing was answered",
        f"{len(told.seen)} of {told.looks} looks"
        + "".join(f"; {node}: {late[node]} ×, until {ms(worst[node])}" for node in worst),
        f"{told.closings} closings; "
        + ", ".join(f"{n} × {p}" for p, n in Counter(one.place for one in told.seen).items()),
        target="0",
        reached=not told.seen,
    )
    worst_of = max(value for what, value in found.converged.items() if "started" not in what)
    yield Line(
        "… converged",
        ", ".join(f"{what} {value:.2f} s" for what, value in found.converged.items()),
        target=f"≤ {_CONVERGED:g} s after healing and restart",
        reached=worst_of <= _CONVERGED,
    )
    yield from _of_growth(found)


def _of_saves(found: Ran) -> Iterator[Line]:
    states = Counter(one.state for one in found.told.saves)
    acknowledged = [one for one in found.told.saves if one.state == "acknowledged"]
    lost = [one for one in acknowledged if not found.commits[one.word]]
    twice = [one for one in acknowledged if found.commits[one.word] > 1 and "mot" in one.word]
    gone = [path for path in PAGES if not _ends_well(path, found)]
    unknown = [one for one in found.told.saves if one.state == "unknown"]
    there = sum(found.commits[one.word] > 0 for one in unknown)
    said = Counter(f"{one.state}: {one.why}" for one in found.told.saves if one.why)
    for why, count in said.most_common(12):
        print(f"  … {count} × {why}")
    yield Line(
        f"Three nodes, {found.minutes:g} minutes: saves",
        f"{states['acknowledged']} acknowledged, {states['refused']} refused in words, "
        f"{states['unknown']} unknown ({there} of them are there); {len(lost)} lost, "
        f"{len(twice)} twice, {len(gone)} pages end otherwise",
        ", ".join(f"{n} × {what}" for what, n in found.told.asked.items() if " " in what),
        target="0 lost",
        reached=not lost and not gone,
    )


def _ends_well(path: str, found: Ran) -> bool:
    """Whether the page has the last save that was acknowledged, or one after it."""
    saves = [one for one in found.told.saves if one.path == path]
    good = [number_of(one.word) for one in saves if one.state == "acknowledged"]
    return not good or number_of(found.final[path]) >= max(good)


def _of_times(found: Ran) -> Iterator[Line]:
    alone_ = percentile(found.reference, 0.5)
    quiet = percentile(found.quiet, 0.5)
    yield Line(
        "… one writer alone, before",
        f"p50 {ms(quiet)}, p95 {ms(percentile(found.quiet, 0.95))}",
        f"one node with SQLite {ms(alone_)}",
        f"{quiet / alone_:.1f} ×",
        f"p50 ≤ {ms(_SAVED)}",
        quiet <= _SAVED,
    )
    # What was seen to be whole again is no new phase.
    begins = [one for one in found.events if " shows all of it " not in one[1]]
    events = [*begins, (float("inf"), "")]
    for (since, what), (to, _what) in pairwise(events):
        saves = [
            one for one in found.told.saves if one.state == "acknowledged" and since <= one.at < to
        ]
        if not saves:
            continue
        all_of_it = [one.seconds for one in saves]
        yield Line(
            f"… a save, {since - found.begun:.0f} s: {what}",
            f"p50 {ms(percentile(all_of_it, 0.5))}, p95 {ms(percentile(all_of_it, 0.95))}",
            "; ".join(_by_node(saves)),
        )


def _by_node(saves: Sequence[Save]) -> Iterator[str]:
    for node in sorted({one.node for one in saves}):
        waits = [one.seconds for one in saves if one.node == node]
        half, most = percentile(waits, 0.5), percentile(waits, 0.95)
        yield f"{node} {len(waits)} × {ms(half)}/{ms(most)}"


def _of_readers(found: Ran) -> Iterator[Line]:
    told = found.told
    good = sum(told.reads[one] for one in ("200", "303", "304"))
    bad = {what: count for what, count in told.reads.items() if what not in ("200", "303", "304")}
    without = Counter(
        " then ".join(one.said)
        for one in read_asked(found.log)
        if one.method == "GET" and one.said[0][0] in "-5"
    )
    waits = [wait for _at, wait in told.waits]
    yield Line(
        "… errors at readers",
        f"{sum(bad.values())} of {good + sum(bad.values())}"
        + "".join(f", {count} × {what}" for what, count in bad.items()),
        f"without a retry {sum(without.values())}"
        + "".join(f", {count} × {what}" for what, count in without.items()),
        target="0",
        reached=not bad,
    )
    yield Line(
        "… a reader waits",
        f"p50 {ms(percentile(waits, 0.5))}, p95 {ms(percentile(waits, 0.95))}, "
        f"longest {ms(max(waits))}",
    )


def _of_growth(found: Ran) -> Iterator[Line]:
    single = found.reference_rate
    assert single is not None
    yield Line("… CPU of the three while nobody asks", f"{found.idle:.3f} s a second")
    for count, one in found.rates.items():
        yield Line(
            f"… reads by {count} of the nodes, nobody saves",
            f"{one.rate:,.0f} a second ({one.cpu * 1e6:.0f} µs CPU a request)",
            f"one node with SQLite {single.rate:,.0f} ({single.cpu * 1e6:.0f} µs)",
            f"{single.cpu / one.cpu:.2f} ×",
        )
    yield _of_equal_rates(found)


def _of_equal_rates(found: Ran) -> Line:
    """What a kept answer costs those who answer, at the same rate for each node."""
    fewest, most = min(found.paced), max(found.paced)
    cost = {
        count: sum(one.cpu for one in storms) / len(storms) for count, storms in found.paced.items()
    }
    rate = {
        count: sum(one.rate for one in storms) / len(storms) / count
        for count, storms in found.paced.items()
    }
    return Line(
        f"… the same by {most} nodes, {rate[most]:,.0f} a second at each",
        f"{cost[most] * 1e6:.0f} µs CPU a request",
        f"by {fewest}, {rate[fewest]:,.0f} a second: {cost[fewest] * 1e6:.0f} µs",
        f"{cost[most] / cost[fewest]:.2f} ×",
    )
