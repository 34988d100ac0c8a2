"""A dossier of 200 chosen projects: its body cold, and from what is kept of pages after.

The reference, in the same run, is the body of a page that asks nothing and comes to as much HTML.
"""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench.lines import Line, timed
from wiki.config import load_settings
from wiki.instance import Instance, close_instance, open_instance
from wiki.pages.page import Page
from wiki.parts.creation import found
from wiki.reading import Reader
from wiki.reading.html import render_body
from wiki.reading.lists import get_row
from wiki.rendering.context import Rendered
from wiki.repository.commit import commit
from wiki.repository.objects import Author

_PROJECTS, _TURNS = 200, 7
#: seconds of processor, which a busy machine does not lengthen; a kept body takes next to none
_COLD, _KEPT = 0.15, 0.005
_SENTENCE = "Des mots, et encore des mots sur ce que la terre retient de l'eau.\n\n"


def run() -> Iterator[Line]:
    """The body of the dossier cold, then kept; beside a bare page of as much HTML."""
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(Path(folder) / "instance", environ={})
        found(settings, empty=True)
        instance = open_instance(settings)
        try:
            dossier = _fill(instance)
            # The first readers of a wiki make its templates and projections: not measured.
            size = len(_body(instance, f"{dossier}\nPremière lecture.\n").html)
            bare = _SENTENCE * (size // (len(_SENTENCE) + 7))
            cold, plain = [], []
            for turn in range(_TURNS):
                # Another commit and another text each time: nothing is kept of either.
                _write(instance, {"note.md": f"# Note {turn}\n"})
                get_row(Reader(instance), "note")
                cold.append(_seconds(instance, f"{dossier}\nTour {turn}.\n"))
                plain.append(_seconds(instance, f"# Tour {turn}\n\n{bare}"))
            kept = _seconds(instance, f"{dossier}\nTour {_TURNS - 1}.\n")
        finally:
            close_instance(instance)
    name = f"a bare page of {size // 1000} kB"
    yield timed("A dossier of 200 projects, cold", median(cold), median(plain), name, _COLD)
    yield timed("The same, kept", kept, median(plain), name, _KEPT)


def _fill(instance: Instance) -> str:
    files = {f"projets/p-{one}.md": _project(one) for one in range(_PROJECTS)}
    lines = "\n".join(
        f"- [[projets/p-{one}]] — pour ce qu'il dit du **sol**, et de l'eau"
        for one in range(_PROJECTS)
    )
    _write(instance, files)
    return f"---\ntype: dossier\ntitle: Tous\n---\n\n::: sélection\n{lines}\n:::\n"


def _project(number: int) -> str:
    steps = "\n".join(f"- 20{20 + year}-03-0{year + 1} Une carte de plus" for year in range(4))
    return (
        f"---\ntype: project\ntitle: Projet {number}\nsummary: Une phrase qui dit ce qu'il est.\n"
        f"themes: [sol]\nterritory: Bretagne\n---\n\n::: historique\n{steps}\n:::\n\n::: besoins\n"
        f"- Une antenne {{#b-{number:08}}}\n- Deux bras {{#b-x{number:07}}}\n:::\n"
    )


def _write(instance: Instance, files: dict[str, str]) -> None:
    author = Author("Une porteuse", "1@people.invalid")
    changes = {name: text.encode() for name, text in files.items()}
    commit(instance.repository, instance.repository.head(), changes, author, "Tout")


def _seconds(instance: Instance, text: str) -> float:
    begun = time.thread_time()
    _body(instance, text)
    return time.thread_time() - begun


def _body(instance: Instance, text: str) -> Rendered:
    return render_body(Reader(instance), Page("dossiers/tous", "dossiers/tous.md", text))
