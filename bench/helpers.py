"""Who is proposed for needs judged by hand among real people: how many are silly, and how fast.

Wants the data set (``../shared/data``, or ``WIKI_DATA``). The reference, in the same run and by the
same means, is the last commit that measured people by nearness of words.
"""

import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.lines import Line, timed

_ROOT = Path(__file__).parent.parent
_DATA = Path(os.environ.get("WIKI_DATA", _ROOT.parent / "shared" / "data"))
#: the file that came with measuring people by what their skills are
_SINCE = "plugins/matching/trades.md"
_SHOWN = 20
#: needs that are saved one after another, in these words
_SAVES = 15
_NEW = ("Un développeur Python deux jours par mois", "Rendre nos écrans plus clairs",
        "Un menuisier pour des étagères", "Personne ne comprend nos courriers",
        "Un test d'intrusion avant l'ouverture")  # fmt: skip


def run() -> Iterator[Line]:
    """Figures of each half of the needs, then the time of all."""
    from plugins.matching.tests.judging import figures_of, needs_of, people_of

    if not (_DATA / "carrefour" / "people.jsonl").exists():
        yield Line("Who could help", f"no people in {_DATA}")
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write(folder / "pages", people_of(_DATA), needs_of())
        before = _of_tree(_before(folder / "before"), folder, "old")
        now = _of_tree(_ROOT, folder, "new")
    for half in ("dev", "held", "last", "more", "kept", "wide", "blind"):
        needs = needs_of(half)
        mine, old = figures_of(needs, now["run"]), figures_of(needs, before["run"])
        for what, one, other, good in (
            ("silly, of what is proposed", mine.silly, old.silly, mine.silly <= 0.15),
            ("precision of the first three", mine.precision, old.precision, mine.precision >= 0.6),
            ("needs shown someone good", mine.found, old.found, mine.found >= 0.8),
            ("silence where nobody fits", mine.silence, old.silence, mine.silence >= 0.85),
        ):
            yield Line(f"{len(needs)} needs ({half}): {what}", f"{one:.2f}", f"before {other:.2f}",
                       reached=good)  # fmt: skip
    yield timed("A need saved and matched", now["saved"], before["saved"], "before",
                1.2 * before["saved"])  # fmt: skip
    yield timed("All compared, what is read being kept", now["all"], before["all"], "before")


def _write(folder: Path, people: list[dict[str, Any]], needs: list[Any]) -> None:
    """A repository of pages: the people as they are imported, a project for each need."""
    (folder / "personnes").mkdir(parents=True)
    (folder / "projets").mkdir()
    for person in people:
        head = {"type": "person", "summary": person["role"] or "", "skills": person["skills"]}
        lines = "\n".join(f"{key}: {json.dumps(value)}" for key, value in head.items())
        page = folder / "personnes" / f"{person['id']}.md"
        page.write_text(f"---\n{lines}\n---\n# {person['id']}\n", "utf-8")
    for need in needs:
        marks = "".join(f" #{word.replace(' ', '-')}" for word in need.keywords)
        nested = f"\n\n  {need.body}" if need.body else ""
        text = f"::: besoins\n- [ ] {need.title}{marks} {{#{_identity(need.id)}}}{nested}\n\n:::\n"
        (folder / "projets" / f"{need.id}.md").write_text(text, "utf-8")
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "All"]):
        who = ("-c", "user.name=bench", "-c", "user.email=bench@example.org")
        subprocess.run(["git", "-C", str(folder), *who, *command], check=True)


def _identity(id_: str) -> str:
    return f"b-{id_:0>8}"


def _before(folder: Path) -> Path:
    """The code as it was before ``_SINCE``."""
    asked = ["git", "log", "--diff-filter=A", "--format=%H", "-1", "--", _SINCE]
    added = subprocess.run(asked, cwd=_ROOT, check=True, capture_output=True, text=True).stdout
    made = subprocess.run(["git", "archive", f"{added.strip()}^"], cwd=_ROOT, check=True,
                          capture_output=True).stdout  # fmt: skip
    with tarfile.open(fileobj=io.BytesIO(made)) as archive:
        archive.extractall(folder, filter="data")
    return folder


def _of_tree(tree: Path, folder: Path, name: str) -> dict[str, Any]:
    """What the code of ``tree`` proposes, in a process of its own."""
    command = [sys.executable, "-P", __file__, str(folder / "pages"), str(folder / name)]
    told = subprocess.run(
        command, cwd=tree, env={**os.environ, "PYTHONPATH": str(tree)}, check=True,
        stdout=subprocess.PIPE, text=True,
    ).stdout  # fmt: skip
    found: dict[str, Any] = json.loads(told.splitlines()[-1])
    return found


def _propose(pages: Path, folder: Path) -> dict[str, Any]:
    """Who is shown for each need of a wiki of these pages, whoever's code this is."""
    import importlib

    from wiki.config import load_settings
    from wiki.instance import open_instance
    from wiki.reading import Reader

    command = [sys.executable, "-m", "wiki", "init", "--instance", str(folder), "--from"]
    subprocess.run([*command, str(pages)], check=True, stdout=subprocess.DEVNULL)
    instance = open_instance(load_settings(folder, environ={}))
    pairing, fitting = (
        importlib.import_module(f"wiki_plugins.matching.{name}") for name in ("pairs", "fits")
    )
    reader, shelf = Reader(instance), pairing.shelf_of(instance)
    pairing.pair_all(instance)
    pairing._states.clear()
    shelf.compare_again()
    begun = time.process_time()
    pairing.pair_all(instance)
    everything = time.process_time() - begun
    run = {}
    for page in sorted((pages / "projets").iterdir()):
        found = fitting.found_for(reader, _identity(page.stem), _SHOWN)
        people = [one.other.path for one in found if one.other.path.startswith("personnes/")]
        run[page.stem] = [int(path.rpartition("-")[2]) for path in people]
    saved = sorted(_saved(instance, pairing, fitting, number) for number in range(_SAVES))
    return {"run": run, "all": everything, "saved": saved[len(saved) // 2]}


def _saved(instance: Any, pairing: Any, fitting: Any, number: int) -> float:
    """CPU time from a commit with one more need until what fits it is there."""
    from wiki.reading import Reader
    from wiki.repository.commit import commit
    from wiki.repository.objects import Author

    identity = _identity(f"9{number}")
    text = f"::: besoins\n- [ ] {_NEW[number % len(_NEW)]}, {number} {{#{identity}}}\n\n:::\n"
    begun = time.process_time()
    head = instance.repository.head()
    changes = {f"projets/plus-{number}.md": text.encode()}
    commit(
        instance.repository, head, changes, Author("Une main", "main@people.invalid"), "Un besoin"
    )
    reader = Reader(instance)
    pairing.shelf_of(instance)
    pairing.pair_all(instance)
    fitting.found_for(reader, identity, _SHOWN)
    return time.process_time() - begun


if __name__ == "__main__":
    print(json.dumps(_propose(Path(sys.argv[1]), Path(sys.argv[2]))))
