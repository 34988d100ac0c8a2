"""Instances to measure on, made once of a corpus and kept: by number of pages and of commits."""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench.corpus import make_repository
from wiki.config import load_settings
from wiki.founding import make_secret
from wiki.instance import close_instance, open_instance
from wiki.people.accounts import add_person, find_person
from wiki.reading import Reader

#: where instances are kept from one run to the next
FOLDER = Path(tempfile.gettempdir()) / "carrefour-bench"
PASSWORD = "une phrase assez longue"
#: raised with each change that makes kept instances useless
_EDITION = "1"


@dataclass(frozen=True)
class World:
    """An instance of so many pages; ``pages`` are some of its spaces' first pages, as paths."""

    folder: Path
    size: int
    pages: tuple[str, ...]


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
        make_secret(folder)
        _note(f"{size} pages in {commits} commits made in {time.perf_counter() - begun:.0f} s")
    instance = open_instance(load_settings(folder, environ={}))
    try:
        begun = time.perf_counter()
        for name in instance.projections:
            if search or name != "search":
                instance.projections.catch_up(name)
        if not ready.exists():
            for number in range(8):
                if find_person(instance.private, email(number)) is None:
                    name = f"Membre {number}"
                    add_person(
                        instance.private, email=email(number), name=name, password=PASSWORD
                    )
            _note(f"{size} pages indexed in {time.perf_counter() - begun:.0f} s")
            ready.touch()
        found = Reader(instance).paths("projets/", 2000)
        spaces = [path for path in found if path.count("/") == 3]
        return World(folder, size, tuple(spaces[:: max(1, len(spaces) // 50)][:50]))
    finally:
        close_instance(instance)


def _note(words: str) -> None:
    print(f"  … {words}", flush=True)
