"""Questions to a wiki of 10,000 pages: the very first, those that follow, and the memory for them.

Vectors are of chance: what they say costs no time, and reading the passages takes hours.

Where ``WIKI_BENCH_DATA`` names a folder with ``carrefour/`` and ``questions-dev/``, the wiki of
one is asked the questions of the other, scored by their own ``eval.py``, at one cut for all:
silence is the wiki's own. All encoders read its passages first, which takes some minutes.
"""

import importlib
import json
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

from bench.corpus import KINDS, PLACES, REGIONS, THEMES, THINGS, VERBS
from bench.lines import Line, percentile, timed
from bench.worlds import FOLDER, world
from wiki.config import load_settings
from wiki.instance import Instance, close_instance, open_instance
from wiki.reading import Reader
from wiki.reading.lists import search_pages

_SIZE, _COMMITS, _QUESTIONS = 10_000, 25_000, 60
#: seconds, and MiB, that are good
_GOOD, _FIRST, _MEMORY = 0.3, 3.0, 250
#: rows of chance that are made at once
_AT_ONCE = 4_096
_DATA = "WIKI_BENCH_DATA"
_AT_LEAST = {"page MRR": 0.77, "hit@3": 0.68}
_PARAPHRASES, _SILENCE = 0.50, 0.60


def run() -> Iterator[Line]:
    """Sixty questions of all kinds, none twice; and the judged ones, where they are there."""
    here = world(_SIZE, _COMMITS)
    instance = open_instance(load_settings(here.folder, environ={}))
    answers, vectors = (
        importlib.import_module(f"wiki_plugins.answers.{name}") for name in ("answers", "vectors")
    )
    try:
        many = _read_by_chance(instance, vectors)
        reader, questions = Reader(instance), _questions()
        begun = time.perf_counter()
        for store in vectors.stores_of(instance):
            store.asking.encode([questions[0]])  # in a process of its own where it is served
        awake = _resident()
        answers.ask(questions[0], reader)
        first = time.perf_counter() - begun
        asked, search = [], []
        for question in questions[1:]:
            begun = time.perf_counter()
            answers.ask(question, reader)
            asked.append(time.perf_counter() - begun)
            begun = time.perf_counter()
            search_pages(reader, question, limit=20)
            search.append(time.perf_counter() - begun)
        memory = _resident() - awake
    finally:
        close_instance(instance)
    what = f"A question, {_SIZE:,} pages, {many:,} passages"
    usual = percentile(search, 0.95)
    yield timed(f"{what}, p95", percentile(asked, 0.95), usual, "a search of its words", _GOOD)
    yield timed("… the very first, encoders woken up", first, usual, "the same", _FIRST)
    yield Line("… memory for it, without the encoders", f"{memory:.0f} MiB", "", "",
               f"≤ {_MEMORY} MiB", memory <= _MEMORY)  # fmt: skip
    if data := os.environ.get(_DATA):
        yield from _judged(Path(data), vectors)


def _read_by_chance(instance: Instance, vectors: ModuleType) -> int:
    """Has each passage have a vector; how many passages there are."""
    import numpy as np

    passages = vectors.shelf_of(instance).packed()
    keys = [*passages, *vectors.SUBJECTS]
    for store in vectors.stores_of(instance):
        missing = list(store.missing(dict.fromkeys(keys)))
        for start in range(0, len(missing), _AT_ONCE):
            part = missing[start : start + _AT_ONCE]
            chance = np.random.default_rng(start)
            rows = chance.standard_normal((len(part), store.encoder.dimensions), np.float32)
            store.keep(part, rows / np.linalg.norm(rows, axis=1, keepdims=True))
    return len(passages)


def _questions() -> list[str]:
    chance = random.Random(11)  # noqa: S311  (repeatable is the point)
    forms = (
        "Quels projets de {theme} y a-t-il en {region} ?",
        "Combien de {thing}s compte la {place} ?",
        "Qu’est devenu le {thing} {kind} ?",
        "Comment {verb} un {thing} {kind} dans une {place} ?",
        "depuis quand le {thing} {kind} existe-til en {region}",
        "Je voudrais {verb} quelque chose avec les voisins de la {place}, qui m’aide ?",
    )
    return [
        forms[number % len(forms)].format(
            theme=chance.choice(THEMES),
            region=chance.choice(REGIONS),
            thing=chance.choice(THINGS),
            kind=chance.choice(KINDS),
            place=chance.choice(PLACES),
            verb=chance.choice(VERBS),
        )
        for number in range(_QUESTIONS + 1)
    ]


def _resident() -> float:
    """MiB of this process."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def _judged(data: Path, vectors: ModuleType) -> Iterator[Line]:
    folder = FOLDER / "questions"
    command = [sys.executable, "-m", "wiki", "--instance", str(folder)]
    if not folder.exists():
        _call([*command, "init", "--empty"])
        _call([*command, "import", "carrefour", str(data / "carrefour"), "--yes"])
    instance = open_instance(load_settings(folder, environ={}))
    try:
        vectors.read_new(instance)
        while vectors.is_needed(instance):
            vectors.read_new(instance)
    finally:
        close_instance(instance)
    questions = data / "questions-dev"
    with TemporaryDirectory() as scratch:
        found = Path(scratch, "run.tsv")
        batch = ["ask", "--batch", str(questions / "questions.jsonl"), "--limit", "30"]
        found.write_text(_call([*command, *batch]), "utf-8")
        said = json.loads(_call([sys.executable, str(questions / "eval.py"), str(found), "--json"]))
    for kind, one in said.items():
        if kind == "nothing":
            value = f"F1 {one['F1']:.3f}, precision {one['precision']:.3f}, {one['n']} questions"
            yield Line("Saying nothing", value, "", "", f"F1 ≥ {_SILENCE:.2f}",
                       one["F1"] >= _SILENCE)  # fmt: skip
            continue
        least = _AT_LEAST if kind == "all" else {}
        if kind == "paraphrase":
            least = {"page MRR": _PARAPHRASES}
        yield Line(
            f"Questions, {kind} ({one['n']})",
            f"page MRR {one['page MRR']:.3f}, hit@3 {one['hit@3']:.3f}",
            target=", ".join(f"{name} ≥ {value:.2f}" for name, value in least.items()),
            reached=all(one[name] >= value for name, value in least.items()) if least else None,
        )


def _call(command: list[str]) -> str:
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
