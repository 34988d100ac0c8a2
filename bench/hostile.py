"""Texts that were made to cost: what each takes to preview, and what others notice meanwhile."""

import threading
from collections.abc import Iterator

from bench.lines import Line, ms, percentile
from bench.load import Browser
from bench.servers import Server, serving
from bench.worlds import World, world
from wiki.pages.urls import action_url, page_url

_MB = 1_000_000
#: each just within the size of a page, once encoded
TEXTS = {
    "lists in lists": "".join(f"{'  ' * (level % 400)}- a\n" for level in range(2400)),
    "quotes in quotes": ">" * 200_000 + " a",
    "brackets": "[" * 400_000,
    "links never closed": "[a](" * 200_000,
    "emphasis": "*a_ " * 240_000,
    "back-ticks": "".join("`" * (1 + number % 900) + " " for number in range(2000)),
    "one reference, many uses": f"[a]: <{'x' * 50_000}>\n\n" + "[a] " * 100_000,
    "a wide table": "|a" * 4000 + "|\n" + "|-" * 4000 + "|\n" + ("|b" * 4000 + "|\n") * 100,
    "wiki links": "[[Une page qui manque]] " * 40_000,
    "blocks": "::: besoins\n- [ ] x #a\n\n:::\n\n" * 30_000,
    "blocks in blocks": "::: a\n" * 100_000,
    "queries": "::: projets\n\n:::\n\n" * 50_000,
    "entities": "&amp;" * 190_000,
    "long front matter": "---\n" + "a: b\n" * 100_000 + "---\n\ntexte\n",
    "code": "```python\n" + "x = [1, 'a', {}]\n" * 50_000 + "```\n",
    "plain text": "Une phrase. " * 80_000,
}


def run() -> Iterator[Line]:
    """The slowest preview, and a visitor's page views while the previews go on."""
    here = world(1_000, 1_000)
    with serving(here.folder) as wiki:
        member = Browser(wiki)
        member.log_in()
        for name, text in TEXTS.items():
            assert len(text.encode()) <= _MB, name
        quiet = _views(wiki, here, 40)
        took: dict[str, float] = {}
        busy: list[float] = []
        done = threading.Event()
        watcher = threading.Thread(target=_watch, args=(wiki, here, done, busy))
        watcher.start()
        try:
            for name, text in TEXTS.items():
                answer = member.post(action_url("preview", here.spaces[0]), text=text)
                assert answer.status == 200, (name, answer.status)
                took[name] = answer.seconds
        finally:
            done.set()
            watcher.join()
        slowest = max(took, key=took.__getitem__)
        for name in sorted(took, key=took.__getitem__, reverse=True)[:5]:
            print(f"  … {name}: {ms(took[name])}", flush=True)
        yield Line(
            f"The slowest of {len(TEXTS)} hostile previews ({slowest})",
            ms(took[slowest]),
            f"plain text of 1 MB {ms(took['plain text'])}",
            f"{took[slowest] / took['plain text']:.1f} ×",
            "≤ 1.0 s",
            took[slowest] <= 1.0,
        )
        yield Line(
            "A page view that nothing is kept of while they go on, p95",
            ms(percentile(busy, 0.95)),
            f"in quiet {ms(percentile(quiet, 0.95))}",
            f"{percentile(busy, 0.95) / percentile(quiet, 0.95):.1f} ×",
        )
        yield Line("The longest of them", ms(max(busy)), f"in quiet {ms(max(quiet))}")


def _watch(wiki: Server, here: World, done: threading.Event, busy: list[float]) -> None:
    while not done.is_set():
        busy += _views(wiki, here, 5, len(busy))


def _views(wiki: Server, here: World, count: int, first: int = 0) -> list[float]:
    visitor = Browser(wiki)
    url = page_url(here.pages[0])
    return [visitor.get(f"{url}?once={first}-{number}").seconds for number in range(count)]
