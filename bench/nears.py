"""What is near a text, in a wiki of 10,000 pages: by words and by meaning, reasons and all.

The reference, in the same run, is a search for the first words of the same text.
"""

import importlib
import random
import time
from collections.abc import Iterator

from bench.corpus import KINDS, PLACES, THEMES, THINGS, VERBS
from bench.lines import Line, percentile, timed
from bench.worlds import world
from wiki.config import load_settings
from wiki.instance import close_instance, open_instance
from wiki.reading import Reader
from wiki.reading.lists import search_pages

_SIZE, _COMMITS, _TEXTS = 10_000, 25_000, 40
#: seconds, the 95th percentile that is good
_GOOD = 0.3


def run() -> Iterator[Line]:
    """Paragraphs of sixty words, none twice; what is kept was read before."""
    here = world(_SIZE, _COMMITS)
    instance = open_instance(load_settings(here.folder, environ={}))
    finding = importlib.import_module("wiki_plugins.near.search")
    try:
        begun = time.perf_counter()
        finding.read_new(instance)
        read = time.perf_counter() - begun
        reader, texts = Reader(instance), _texts()
        finding.near_text(texts[0], reader, (), 20)  # the encoder is awake by then
        near, search = [], []
        for text in texts[1:]:
            begun = time.perf_counter()
            finding.near_text(text, reader, (), 20)
            near.append(time.perf_counter() - begun)
            begun = time.perf_counter()
            search_pages(reader, " ".join(text.split()[:6]), limit=20)
            search.append(time.perf_counter() - begun)
    finally:
        close_instance(instance)
    yield timed(
        f"What is near a text, {_SIZE:,} pages, p95 (reading what is new before: {read:.0f} s)",
        percentile(near, 0.95),
        percentile(search, 0.95),
        "a search of six words",
        _GOOD,
    )


def _texts() -> list[str]:
    chance = random.Random(11)  # noqa: S311  (repeatable is the point)
    words = (*THINGS, *KINDS, *VERBS, *PLACES, *THEMES)
    return [
        f"{' '.join(chance.sample(words, 5))} {number}\n{' '.join(chance.choices(words, k=60))}"
        for number in range(_TEXTS + 1)
    ]
