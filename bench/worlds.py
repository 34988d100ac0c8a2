"""Instances to measure on, made once of a corpus and kept: by number of pages and of commits."""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench.corpus import make_repository
from wiki.config import load_settings
from wiki.instance import Instance, close_instance, open_instance
from wiki.parts.creation import add_parts
from wiki.people.accounts import add_person, find_person, set_page
from wiki.reading import Reader
from wiki.reading.lists import get_rows, list_paths

#: where instances are kept from one run to the next
FOLDER = Path(tempfile.gettempdir()) / "carrefour-bench"
#: people who can sign in
ACCOUNTS = 8
PASSWORD = "une phrase assez longue"
#: raised with each change that makes kept instances useless
_EDITION = "2"
#: seconds to wait for another process that works the same thing out
_PATIENCE = 300.0


@dataclass(frozen=True)
class World:
    """An instance of so many pages.

    ``pages`` are the first pages of some spaces; each account is on the team of its one of
    ``spaces``, which has the pages ``corpus.BELOW`` beside its first.
    """

    folder: Path
    size: int
    pages: tuple[str, ...]
    spaces: tuple[str, ...]


def email(number: int) -> str:
    """The address of one of the accounts that each world has."""
    return f"membre-{number}@example.org"


def world(size: int, commits: int, *, search: bool = True) -> World:
    """The world of ``size`` pages in ``commits`` commits, projections up to date."""
    folder = FOLDER / f"{size}-{commits}"
    ready = folder / f"ready-{_EDITION}"
    if not (folder / "content.git" / "HEAD").is_file():
        begun = time.perf_counter()
        make_repository(folder / "content.git", size, commits)
        _note(f"{size} pages in {commits} commits made in {time.perf_counter() - begun:.0f} s")
    settings = load_settings(folder, environ={})
    if not (folder / "private.db").exists():
        add_parts(settings)
    instance = open_instance(settings)
    try:
        begun = time.perf_counter()
        names = [name for name in instance.projections if search or name != "search"]
        instance.projections.build(names)
        for name in names:
            _catch_up(instance, name)
        reader = Reader(instance)
        found = [path for path in list_paths(reader, "projets/", 2000) if path.count("/") == 3]
        pages = tuple(found[:: max(1, len(found) // 50)][:50])
        rows = get_rows(reader, pages)
        teams = {rows[path].facts["team"][0]: path for path in pages}
        joined = dict(list(teams.items())[:ACCOUNTS])
        if not ready.exists():
            for number, page in enumerate(joined):
                _account(instance, number, page)
            _note(f"{size} pages indexed in {time.perf_counter() - begun:.0f} s")
            ready.touch()
        return World(folder, size, pages, tuple(joined.values()))
    finally:
        close_instance(instance)


def _catch_up(instance: Instance, name: str) -> None:
    """Brings a projection up to date, or waits until who is at it has done so."""
    until = time.monotonic() + _PATIENCE
    while not instance.projections.catch_up(name):
        if time.monotonic() > until:
            raise TimeoutError(f"{name} cannot be brought up to date")
        time.sleep(1)


def _account(instance: Instance, number: int, page: str) -> None:
    """An account, joined to the page of a person."""
    person = find_person(instance.private, email(number)) or add_person(
        instance.private, email=email(number), name=f"Membre {number}", password=PASSWORD
    )
    set_page(instance.private, person.id, page, by="bench")


def _note(words: str) -> None:
    print(f"  … {words}", flush=True)
