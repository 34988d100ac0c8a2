"""How much of the code one request enters, and how large its parts are: the figures of the house.

    python -m bench house
    python -m bench.house --against ../before    # CPU of unkept pages beside another checkout

Requests are asked in this process of an instance of 660 pages: see ``tracing.py`` for what counts.
"""

import argparse
import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from werkzeug.test import Client, TestResponse

from bench.census import census
from bench.lines import Line
from bench.tracing import Statements, Trace, statements, traced
from bench.worlds import PASSWORD, World, email, world
from wiki.app import create_application
from wiki.config import load_settings
from wiki.instance import Instance, close_instance, open_instance
from wiki.pages.urls import action_url, page_url
from wiki.repository.commit import commit
from wiki.repository.objects import Author

SIZE = 660
#: most own files, calls between files, SELECTs and transactions that are good
AIMS: dict[str, tuple[int, int, int | None, int | None]] = {
    "a plain page, never asked": (60, 500, None, None),
    "a plain page, its text kept": (45, 400, None, None),
    "a project page": (70, 900, 25, 3),
    "a save": (45, 250, None, None),
    "a search": (45, 500, None, None),
}
#: what a save adds to a page
_ADDED = "\nUne ligne de plus"
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_BASE = re.compile(r'name="base"[^>]*value="([^"]*)"')


class Person:
    """Someone who asks the application in this process; signed in after ``log_in``."""

    def __init__(self, application: object) -> None:
        self._client = Client(application)  # type: ignore[arg-type]
        self._token = self._base = ""

    def get(self, path: str) -> TestResponse:
        """The answer to a GET of ``path``, read to its end."""
        answer = self._client.get(path, base_url="http://127.0.0.1/")
        assert answer.status_code == 200, f"{path}: {answer.status}"
        answer.get_data()
        return answer

    def open_form(self, path: str) -> None:
        """Reads a form's token and the commit that it starts from."""
        text = self.get(path).get_data(as_text=True)
        token, base = _TOKEN.search(text), _BASE.search(text)
        assert token, f"no form at {path}"
        self._token, self._base = token[1], base[1] if base else ""

    def post(self, path: str, **fields: str) -> None:
        """Sends a form read before; it must be answered by a redirect."""
        data = {**fields, "csrf_token": self._token, "base": self._base}
        answer = self._client.post(path, data=data, base_url="http://127.0.0.1/")
        assert answer.status_code == 303, answer.get_data(as_text=True)[:2000]

    def log_in(self) -> None:
        """Signs in as the first account of the world."""
        self.open_form("/-/login")
        self.post("/-/login", email=email(0), password=PASSWORD)


class Visits:
    """The requests that are counted, each of a page that nothing else has asked for."""

    def __init__(self, here: World, instance: Instance) -> None:
        application = create_application(instance)
        self.visitor, self.member = Person(application), Person(application)
        self.member.log_in()
        self._words = ["jardin", "atelier", "serre", "compost", "station", "forêt", "école"]
        self._plain = [f"notes/page-{number}" for number in range(40)]
        text = "# Une page {}\n\nUn paragraphe de *quelques* mots.\n\n## Ensuite\n\n- un\n- deux\n"
        notes = {f"{path}.md": f"{text.format(path)}{time.time()}".encode() for path in self._plain}
        author = Author("bench", "bench@example.org")
        commit(instance.repository, instance.repository.head(), notes, author, "Write notes")
        self._spaces = [path for path in here.pages if path != here.spaces[0]]
        self._mine = here.spaces[0]
        # What a process reads once (templates, modules, connections) is no part of a request.
        for space in (self._spaces.pop(), self._spaces.pop()):
            self.visitor.get(page_url(space))
            self.visitor.get(page_url(self._plain.pop()))
            self.search()()
            self.member.get(page_url(space))
            self.save()

    def never_asked(self) -> Callable[[], object]:
        """A page without blocks that nobody has asked for."""
        path = page_url(self._plain.pop())
        return lambda: self.visitor.get(path)

    def text_kept(self) -> Callable[[], object]:
        """The same, asked before another page was saved and everything caught up with that."""
        path = page_url(self._plain.pop())
        self.visitor.get(path)
        self.save()
        self.visitor.get(page_url(self._plain.pop()))
        return lambda: self.visitor.get(path)

    def project(self) -> Callable[[], object]:
        """The first page of a project, for a visitor, never asked."""
        path = page_url(self._spaces.pop())
        return lambda: self.visitor.get(path)

    def search(self) -> Callable[[], object]:
        """A search for one word that nobody has searched for."""
        path = f"{action_url('search')}?q={self._words.pop()}"
        return lambda: self.visitor.get(path)

    def saving(self) -> Callable[[], object]:
        """A save by a member of the page's team, its form open."""
        text = self._open()
        path = action_url("edit", f"{self._mine}/budget")
        return lambda: self.member.post(path, text=text)

    def save(self) -> None:
        """Saves one page of the member's space."""
        self.saving()()

    def _open(self) -> str:
        page = f"{self._mine}/budget"
        text = self.member.get(f"{page_url(page)}.md").get_data(as_text=True)
        self.member.open_form(action_url("edit", page))
        # In place of the line of the save before: worlds are kept, and the page shall not grow.
        return f"{text.partition(_ADDED)[0]}{_ADDED}, {time.time()}.\n"


def run() -> Iterator[Line]:
    """The requests, then the sizes."""
    here = world(SIZE, SIZE)
    with statements() as seen:
        instance = open_instance(load_settings(here.folder, environ={}))
        try:
            visits = Visits(here, instance)
            asked = {
                "a plain page, never asked": visits.never_asked,
                "a plain page, its text kept": visits.text_kept,
                "a project page": visits.project,
                "a save": visits.saving,
                "a search": visits.search,
            }
            for name, prepare in asked.items():
                yield from _request(name, _middle(prepare, seen))
        finally:
            close_instance(instance)
    yield from census()


def _middle(prepare: Callable[[], Callable[[], object]], seen: Statements) -> Trace:
    """Of three requests of a kind the one with the middle number of hops."""
    traces = [traced(prepare(), seen) for _ in range(3)]
    return sorted(traces, key=lambda trace: trace.hops)[1]


def _request(name: str, trace: Trace) -> Iterator[Line]:
    files, hops, selects, transactions = AIMS[name]
    counted = (
        ("own files", len(trace.files), files),
        ("hops", trace.hops, hops),
        ("SELECTs", len(trace.selects), selects),
        ("transactions", trace.transactions, transactions),
    )
    for what, number, aim in counted:
        yield Line(
            f"{name}: {what}",
            f"{number:,}",
            f"{len(set(trace.selects))} distinct" if what == "SELECTs" else "",
            "" if aim is None else f"{number / aim:.2f} ×",
            "" if aim is None else f"≤ {aim:,}",
            None if aim is None else number <= aim,
        )


def cpu() -> tuple[float, float]:
    """CPU seconds of this process for a page never asked, and for one whose text is kept."""
    here = world(SIZE, SIZE)
    instance = open_instance(load_settings(here.folder, environ={}))
    try:
        visits = Visits(here, instance)
        return (_seconds(visits.never_asked, 12), _seconds(visits.text_kept, 12))
    finally:
        close_instance(instance)


def _seconds(prepare: Callable[[], Callable[[], object]], times: int) -> float:
    found = []
    for _ in range(times):
        request = prepare()
        begun = time.process_time()
        request()
        found.append(time.process_time() - begun)
    return median(found)


def main() -> None:
    """Prints the CPU of pages here and in another checkout, in turn, and their ratios."""
    parser = argparse.ArgumentParser(prog="python -m bench.house")
    parser.add_argument("--against", type=Path, help="a checkout that is set up")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if options.against is None:
        print(*(f"{seconds * 1000:.2f}" for seconds in cpu()))
        return
    mine, theirs = [], []
    for _round in range(options.rounds):
        mine.append(_measured(Path(__file__).parents[1]))
        theirs.append(_measured(options.against.absolute()))
    for at, name in enumerate(("never asked", "text kept")):
        one, other = median(m[at] for m in mine), median(t[at] for t in theirs)
        print(f"{name}: {one:.2f} ms, {other:.2f} ms there, {one / other:.2f} ×")


def _measured(checkout: Path) -> tuple[float, float]:
    python = checkout / ".venv" / "bin" / "python"
    code = "from bench.house import cpu; print(*(seconds * 1000 for seconds in cpu()))"
    command = [os.fspath(python), "-c", code]
    said = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=True)
    never, kept = said.stdout.split()[-2:]
    return float(never), float(kept)


if __name__ == "__main__":
    main()
