"""Answers that nothing is kept of: a page never asked, one's own after a save, others after it.

    python -m bench unkept
    python -m bench.unkept --pages 10000 --commits 25000

One reader asks at a time. Each is measured by the clock and by the CPU of all the server's
processes, what they do in the background after a save included; the reference is a bare Flask page.
"""

import argparse
import random
import time
from collections.abc import Callable, Iterator
from itertools import count

from bench.corpus import BELOW, KINDS, THINGS
from bench.lines import Line, ms, percentile
from bench.load import Answer, Browser
from bench.servers import Server, bare_flask, serving
from bench.worlds import World, world
from wiki.pages.urls import action_url, page_url

#: pages that are asked for the first time, and saves that are followed by a question of a kind
_PAGES, _SAVES = 250, 40
#: pages that are asked before, so that each thread of a worker has its git and its templates
_WARM = 40
#: questions of each other kind that are asked before, for the same reason; the first is told apart
_FIRST = 3


def run(pages: int = 1000, commits: int = 1000, share: float = 1.0) -> Iterator[Line]:
    """Of a wiki of so many pages; ``share`` of the limits are those that are good there."""
    here = world(pages, commits)
    below = [f"{page}/{name}" for page in here.pages for name in BELOW]
    paths = [path for path in (*here.pages, *below) if path not in here.spaces]
    random.Random(1).shuffle(paths)  # noqa: S311 - repeatable is the point
    with bare_flask() as bare, serving(here.folder) as wiki:
        wiki.settle()
        plain = _Kind(bare)
        reference = Browser(bare)
        for _number in range(_PAGES):
            plain.ask(lambda: reference.get("/"))
        visitor, member = Browser(wiki), Browser(wiki)
        member.log_in()
        for path in paths[:_WARM]:
            visitor.get(page_url(path))
        never = _Kind(wiki)
        for path in paths[_WARM : _WARM + _PAGES]:
            never.ask(lambda: visitor.get(page_url(path)))  # noqa: B023 - asked at once
        size = f"{pages:,} pages"
        yield never.line(f"A page never asked, {size}", plain, 5 * share, 9 * share)
        yield from _after_saves(wiki, here, visitor, member, plain, size, share)


def _after_saves(
    wiki: Server,
    here: World,
    visitor: Browser,
    member: Browser,
    plain: "_Kind",
    size: str,
    share: float,
) -> Iterator[Line]:
    mine = [f"{here.spaces[0]}/{name}" for name in BELOW]
    other, words = page_url(here.pages[-1]), (f"{a} {b}" for a in THINGS for b in KINDS)
    once = count()
    asked: dict[str, tuple[Callable[[str], Answer], float, float]] = {
        "One's own page after one's save": (lambda path: member.get(page_url(path)), 10, 20),
        "A page after another's save": (lambda _path: visitor.get(other), 10, 20),
        "Recent changes after another's save": (
            lambda _path: visitor.get(action_url("changes")),
            *(10, 20),
        ),
        "The home page after another's save": (lambda _path: visitor.get("/"), 10, 20),
        "A search after another's save": (
            lambda _path: visitor.get(action_url("search", query={"q": next(words)})),
            *(25, 50),
        ),
        "Recent changes, asked otherwise": (
            lambda _path: visitor.get(f"{action_url('changes')}?once={next(once)}"),
            *(6, 12),
        ),
    }
    for what, (ask, middle, most) in asked.items():
        first, kind = _Kind(wiki), _Kind(wiki)
        for number in range(_FIRST + _SAVES):
            path = mine[number % len(mine)]
            if "save" in what:
                _save(member, path)
            (first if number < _FIRST else kind).ask(lambda: ask(path))  # noqa: B023 - at once
        told = f"{what}, {size} (the first since the start {ms(first.seconds[0])})"
        yield kind.line(told, plain, middle * share, most * share)


def _save(member: Browser, path: str) -> None:
    base = member.read_form(action_url("edit", path))
    text = member.get(f"{page_url(path)}.md").text.partition("\nUne ligne de plus")[0].rstrip()
    # In place of the line of the save before: worlds are kept, and the page shall not grow.
    text = f"{text}\n\nUne ligne de plus, {time.time()}.\n"
    answer = member.post(action_url("edit", path), base=base, text=text)
    assert answer.status == 303, answer.text


class _Kind:
    """Questions of one kind: how long each took, and what CPU they took together."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.seconds: list[float] = []
        self.cpu = 0.0

    def ask(self, question: Callable[[], Answer]) -> None:
        """Asks once, and measures it."""
        before = self._server.cpu()
        answer = question()
        self.cpu += self._server.cpu() - before
        assert answer.status == 200
        self.seconds.append(answer.seconds)

    def line(self, what: str, plain: "_Kind", middle: float, most: float) -> Line:
        """p50 and p95 beside those of ``plain``; ``middle`` and ``most``: good ones, in ms."""
        half, slow = percentile(self.seconds, 0.5), percentile(self.seconds, 0.95)
        reference = percentile(plain.seconds, 0.5)
        cpu = self.cpu / len(self.seconds)
        return Line(
            f"{what}, p50/p95",
            f"{ms(half)} / {ms(slow)} ({cpu * 1000:.1f} ms CPU)",
            f"bare Flask page {ms(reference)}",
            f"{half / reference:.1f} ×",
            f"≤ {middle:g} / {most:g} ms",
            half * 1000 <= middle and slow * 1000 <= most,
        )


def main() -> None:
    """The lines for a wiki of another size, whose limits are one and a half times as wide."""
    parser = argparse.ArgumentParser(prog="python -m bench.unkept")
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--commits", type=int, default=1000)
    options = parser.parse_args()
    for line in run(options.pages, options.commits, 1.0 if options.pages <= 1000 else 1.5):
        print(f"{line.what}: {line.value}, {line.reference}, {line.ratio} {line.target}")


if __name__ == "__main__":
    main()
