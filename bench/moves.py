"""MediaWiki's export of 5,000 pages in 25,000 states, brought into a new wiki, and once more.

The reference, in the same run, is the same XML read by expat alone. Memory is that of the child
that reads, or of the process that writes.
"""

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from xml.parsers.expat import ParserCreate
from xml.sax.saxutils import escape

from bench.lines import Line, timed

_PAGES, _STATES = 5_000, 5
_SECONDS, _MEGABYTES = 600.0, 400.0
_WORDS = [
    "réseau",
    "capteur",
    "ferme",
    "atelier",
    "projet",
    "essai",
    "mesure",
    "carte",
    "radio",
    "lycée",
    "commune",
    "énergie",
    "eau",
    "sol",
    "bois",
    "prototype",
    "équipe",
    "rapport",
]
_SITE = """<mediawiki><siteinfo><sitename>Mesure</sitename>
<base>https://mesure.example/wiki/Accueil</base><namespaces>
<namespace key="6">Fichier</namespace><namespace key="10">Modèle</namespace>
<namespace key="14">Catégorie</namespace></namespaces></siteinfo>
"""
_CHILD = r"""
import json, re, resource, sys, time
from contextlib import contextmanager
from pathlib import Path
from wiki.config import load_settings
from wiki.imports.pipeline import import_path
from wiki.instance import close_instance, open_instance
instance = open_instance(load_settings(Path(sys.argv[1]), environ={}))
told = {}
@contextmanager
def step(name):
    begun = time.perf_counter()
    yield lambda _done, _total: None
    told[name] = time.perf_counter() - begun
outcome = import_path(instance, "mediawiki", Path(sys.argv[2]), steps=step)
told["head"] = instance.repository.head()
told["states"] = outcome.revisions
close_instance(instance)
status = Path("/proc/self/status").read_text()
told["own"] = int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024
told["child"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print(json.dumps(told))
"""


def run() -> Iterator[Line]:
    """Reading, writing, memory; then the second run, which changes nothing."""
    with tempfile.TemporaryDirectory(prefix="bench-moves-") as name:
        folder = Path(name)
        export = folder / "export.xml"
        _write(export)
        begun = time.perf_counter()
        with export.open("rb") as file:
            ParserCreate().ParseFile(file)
        bare = time.perf_counter() - begun
        wiki = [sys.executable, "-m", "wiki", "init", "--instance", str(folder / "wiki")]
        subprocess.run(wiki, check=True, capture_output=True)
        first, second = (_import(folder / "wiki", export) for _time in range(2))
        size = export.stat().st_size / 1e6
        what = f"{_PAGES:,} pages in {first['states']:,} states of MediaWiki ({size:.0f} MB)"
        took = first["reading"] + first["writing"]
        yield timed(what, took, bare, "the XML alone", _SECONDS)
        for part in ("reading", "writing"):
            yield Line(f"… {part}", f"{first[part]:.0f} s")
        most = max(first["own"], first["child"])
        yield Line(
            "… memory of the larger process",
            f"{most:.0f} MB",
            target=f"≤ {_MEGABYTES:.0f} MB",
            reached=most <= _MEGABYTES,
        )
        yield Line(
            "the same once more: states written",
            f"{second['states']}",
            target="0, the same commit",
            reached=second["head"] == first["head"],
        )


def _import(wiki: Path, export: Path) -> dict[str, float]:
    asked = [sys.executable, "-c", _CHILD, str(wiki), str(export)]
    said = subprocess.run(asked, check=True, capture_output=True, text=True).stdout
    told: dict[str, float] = json.loads(said.splitlines()[-1])
    return told


def _write(file: Path) -> None:
    """The export: an infobox, links, lists, a table, a picture and a template in each text."""
    chance = random.Random(7)  # noqa: S311 - the same texts each time
    number = 1
    with file.open("w") as out:
        out.write(_SITE)
        out.write(_page("Modèle:Note", 10, 1, [(0, 0, "'''Note :''' {{{1}}}")]))
        for page in range(_PAGES):
            states = []
            for state in range(_STATES):
                number += 1
                states.append((number, state, _text(chance, page, state)))
            out.write(_page(f"Page {page}", 0, page + 2, states))
        out.write("</mediawiki>\n")


def _page(title: str, space: int, id: int, states: list[tuple[int, int, str]]) -> str:
    written = "".join(
        f"<revision><id>{number}</id>"
        f"<timestamp>{2020 + state}-{id % 12 + 1:02}-{id % 28 + 1:02}T10:00:00Z</timestamp>"
        f"<contributor><username>Personne {id % 9}</username></contributor>"
        f"<comment>étape {state}</comment><text>{escape(text)}</text></revision>"
        for number, state, text in states
    )
    return f"<page><title>{title}</title><ns>{space}</ns><id>{id}</id>{written}</page>\n"


def _text(chance: random.Random, page: int, state: int) -> str:
    def sentence() -> str:
        words = " ".join(chance.choices(_WORDS, k=chance.randint(6, 14)))
        link = f" [[Page {chance.randrange(_PAGES)}|{chance.choice(_WORDS)}]]"
        return f"{words.capitalize()}{link * (chance.random() < 0.3)}."

    def paragraph() -> str:
        return " ".join(sentence() for _number in range(chance.randint(3, 7)))

    parts = "".join(
        f"== Partie {part} ==\n{paragraph()}\n\n* ''{sentence()}''\n* {sentence()}\n"
        f"** [https://exemple.fr/{page}/{part} source]\n\n"
        for part in range(2 + state)
    )
    return (
        f"{{{{Infobox projet\n| nom = Page {page}\n| statut = prototype\n| territoire = Bretagne\n"
        f"}}}}\n'''Page {page}''' {paragraph()}<ref name=a>Livre {page}</ref>\n\n{parts}"
        f'{{| class="wikitable"\n! Nom !! Rôle\n|-\n| [[Page {page}]] || {{{{Note|essai}}}}\n|}}\n'
        f"[[Fichier:Photo.png|thumb|Vue]]\n[[Catégorie:{chance.choice(_WORDS).capitalize()}]]\n"
    )
