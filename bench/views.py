"""Page views a second, a visitor's and a member's, against a bare Flask route.

Several rounds, each in turn, and the middle of each: what else the machine does disturbs all alike.
"""

from collections.abc import Iterator
from dataclasses import astuple
from statistics import median

from bench.lines import Line
from bench.load import Browser, Storm, storm
from bench.servers import Server, bare_flask, serving
from bench.worlds import world
from wiki.pages.urls import page_url

_ROUNDS = 5


def run() -> Iterator[Line]:
    """A page of a project, in a wiki of 1,000 pages."""
    here = world(1000, 1000)
    url = page_url(here.pages[0])
    with bare_flask() as bare, serving(here.folder) as wiki:
        member = Browser(wiki)
        member.log_in()
        signed_in, packed = f"Cookie: {member.cookie}", "Accept-Encoding: gzip"
        storms: dict[str, list[Storm]] = {"bare": [], "visitor": [], "packed": [], "member": []}
        for _round in range(_ROUNDS):
            storms["bare"].append(storm(bare, "/", seconds=2))
            storms["visitor"].append(storm(wiki, url, seconds=2))
            storms["packed"].append(storm(wiki, url, headers=[packed], seconds=2))
            storms["member"].append(storm(wiki, url, headers=[signed_in], seconds=2))
        plain = _middle(storms["bare"])
        yield _line("A visitor's page view", storms["visitor"], storms["bare"], 2.0)
        yield _line("The same, gzip", storms["packed"], storms["bare"], 2.0)
        yield _line("A member's page view", storms["member"], storms["bare"], 0.15)
        yield from _unkept(wiki, here.pages, plain)


def _unkept(server: Server, pages: tuple[str, ...], bare: Storm) -> Iterator[Line]:
    """Pages that nobody has asked for since the last save: nothing is kept of them."""
    browser = Browser(server)
    before = server.cpu()
    for path in pages[1:]:
        assert browser.get(page_url(path)).status == 200
    used = (server.cpu() - before) / len(pages[1:])
    yield Line(
        "A page view that nothing is kept of, CPU",
        f"{used * 1000:.1f} ms",
        f"bare Flask route {bare.cpu * 1000:.2f} ms",
        f"{used / bare.cpu:.0f} ×",
    )


def _middle(storms: list[Storm]) -> Storm:
    return Storm(*(median(part) for part in zip(*map(astuple, storms), strict=True)))


def _line(what: str, storms: list[Storm], bare: list[Storm], target: float) -> Line:
    """The middle of the rounds' ratios: within a round, the machine was as busy for both."""
    one, least = _middle(storms), _middle(bare)
    share = median(mine.rate / theirs.rate for mine, theirs in zip(storms, bare, strict=True))
    effort = median(theirs.cpu / mine.cpu for mine, theirs in zip(storms, bare, strict=True))
    return Line(
        what,
        f"{one.rate:,.0f} a second ({one.cpu * 1e6:.0f} µs CPU)",
        f"bare Flask route {least.rate:,.0f} ({least.cpu * 1e6:.0f} µs)",
        f"{share:.2f} × (CPU {effort:.2f} ×)",
        f"≥ {target:g} ×",
        share >= target,
    )
