"""How well searches and theme suggestions answer, on judged sets and on titles changed by chance.

    python bench/search_quality.py INSTANCE [DATA]

INSTANCE holds the imported projects (``wiki import carrefour``); DATA is the folder with
``search-dev/`` and ``themes-dev/``, scored by their own ``eval.py``. The titles are a check that
nothing was fitted to those few questions: each project's title is searched as it is, misspelt,
without accents, in one word, in capitals, cut off, with two words swapped; the project should come
first, or at least in the first ten.
"""

import argparse
import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from wiki.api.reading.rows import PageRow, select
from wiki.config import load_settings
from wiki.instance import Instance, close_instance, open_instance
from wiki.pages.words import fold
from wiki.projections.search import SearchProjection
from wiki.reading import Reader
from wiki.reading.lists import find_rows, rank_pages

PROJECTS = select(types=["project"])


def misspelt(title: str, chance: random.Random) -> str | None:
    """A letter of the longest word dropped, doubled, changed or swapped with the next."""
    word = max(title.split(), key=len)
    if len(word) < 6:
        return None
    at = chance.randint(1, len(word) - 2)
    wrong = chance.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + chance.choice("aeinrst") + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
    )
    return title.replace(word, wrong)


def in_one_word(title: str, _chance: random.Random) -> str | None:
    """Two or three words without the spaces."""
    words = title.split()
    return "".join(words).lower() if 2 <= len(words) <= 3 else None


def cut_off(title: str, chance: random.Random) -> str | None:
    """As one types: the last word unfinished."""
    return title[: -chance.randint(1, 3)] if len(title) > 8 else None


def swapped(title: str, chance: random.Random) -> str | None:
    """Two words in the other's place."""
    words = title.split()
    if len(words) < 3:
        return None
    one, other = chance.sample(range(len(words)), 2)
    words[one], words[other] = words[other], words[one]
    return " ".join(words)


CHANGES: dict[str, Callable[[str, random.Random], str | None]] = {
    "as it is": lambda title, _chance: title,
    "without accents": lambda title, _chance: fold(title),
    "in capitals": lambda title, _chance: title.upper(),
    "misspelt": misspelt,
    "in one word": in_one_word,
    "cut off": cut_off,
    "swapped": swapped,
}


def projects(reader: Reader) -> Iterator[PageRow]:
    """All projects."""
    offset = 0
    while found := find_rows(reader, PROJECTS, "title", limit=200, offset=offset).rows:
        yield from found
        offset += len(found)


def titles(rows: list[PageRow], search: SearchProjection, audience: frozenset[str]) -> None:
    """Prints how often a changed title finds its project."""
    print(f"{'title':18s} {'n':>5s} {'first':>7s} {'in ten':>7s}")
    for name, change in CHANGES.items():
        chance = random.Random(1)  # noqa: S311 - repeatable is the point
        first = ten = asked = 0
        for row in rows:
            if (query := change(row.title, chance)) is None:
                continue
            asked += 1
            found = [path for path, _score in search.ranked(query, audience, "project", 10)]
            first += found[:1] == [row.path]
            ten += row.path in found
        print(f"{name:18s} {asked:5d} {first / asked:7.3f} {ten / asked:7.3f}")


def judged(instance: Instance, rows: list[PageRow], data: Path) -> None:
    """Runs the judged sets through their own scorers."""
    reader = Reader(instance, None)
    slug_of = {row.path: row.source for row in rows}
    with TemporaryDirectory() as folder:
        run = Path(folder, "run.tsv")
        lines = []
        for line in (data / "search-dev" / "queries.jsonl").read_text("utf-8").splitlines():
            asked = json.loads(line)
            for path, score in rank_pages(reader, asked["query"], "project", 50):
                lines.append(f"{asked['id']}\t{slug_of[path]}\t{score:.6f}\n")
        run.write_text("".join(lines), "utf-8")
        score_with(data / "search-dev" / "eval.py", run)
        command = [
            *(sys.executable, "-m", "wiki", "--instance", str(instance.settings.instance)),
            *("themes", "--batch", str(data / "themes-dev" / "texts.jsonl")),
        ]
        with run.open("w") as output:
            subprocess.run(command, stdout=output, check=True)
        score_with(data / "themes-dev" / "eval.py", run)


def score_with(scorer: Path, run: Path) -> None:
    """Prints what ``scorer`` says of ``run``."""
    print(f"\n{scorer.parent.name}", flush=True)
    subprocess.run([sys.executable, str(scorer), str(run)], check=True)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("instance", type=Path)
    parser.add_argument("data", type=Path, nargs="?")
    options = parser.parse_args()
    instance = open_instance(load_settings(options.instance, environ={}))
    try:
        reader = Reader(instance, None)
        rows = list(projects(reader))
        titles(rows, reader.searching, reader.audience)
        if options.data is not None:
            judged(instance, rows, options.data)
    finally:
        close_instance(instance)


if __name__ == "__main__":
    main()
