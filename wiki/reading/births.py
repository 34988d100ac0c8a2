"""Where the page at an address began: what private rows go by, as addresses are taken again.

::

    renamed, its address changed in one commit  ─┐
    gone, and back as it was when it went       ─┴─▶ the same page, if nobody is new on its team
    written anew at its address, or naming it among its ``aliases``  ──▶ another page
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, partial
from hashlib import sha256
from typing import TypeVar

from wiki.instance import Instance
from wiki.pages.access import team_of_head
from wiki.pages.page import Page
from wiki.pages.paths import ancestors
from wiki.projections.origins import Turn, turns, turns_of_gone
from wiki.reading import system_reader
from wiki.reading.pages import find_page_at, is_taken
from wiki.reading.reader import Reader

Row = TypeVar("Row")
Ref = Callable[[Row], tuple[str, str | None]]

#: addresses followed back, where each page took the place of another; returns looked at
_BACK = 50


@dataclass(frozen=True)
class Birth:
    """The commit in which a page began, and its path then."""

    commit: str
    path: str

    @property
    def name(self) -> str:
        """64 characters for a row: another page never has the same."""
        return sha256(f"{self.commit}\n{self.path}".encode()).hexdigest()


def birth_of(instance: Instance, path: str) -> Birth | None:
    """Where the page at ``path`` began, whoever may see it; None where there is none.

    A row about a page keeps ``name``: whoever makes another page at the address, or claims it, is
    not who the row is for.
    """
    everything = system_reader(instance, "where a page began")
    if not path or not is_taken(everything, path):
        return None
    return _birth(everything, turns(everything.changes, path), _BACK)


def birth_name(instance: Instance, path: str) -> str | None:
    """What a row about the page at ``path`` keeps of which page it is; None where there is none."""
    birth = birth_of(instance, path)
    return birth.name if birth else None


def is_still(instance: Instance, path: str, born: str | None) -> bool:
    """Whether no other page stands at ``path`` than the one that a row keeps as ``born``.

    A page that is gone may come back as it was; rows that keep None are from before births were
    kept, and go by the address.
    """
    return born is None or birth_name(instance, path) in (None, born)


def still_about(instance: Instance, rows: Iterable[Row], ref: Ref[Row]) -> list[Row]:
    """Those of ``rows`` that are about the pages at their paths: ``ref`` gives path and birth."""
    same = cache(partial(is_still, instance))
    return [row for row in rows if same(*ref(row))]


def _birth(everything: Reader, found: list[Turn], back: int) -> Birth | None:
    birth: Birth | None = None
    ended: list[tuple[Turn, Birth]] = []
    for turn in found:
        if turn.kind == "deleted":
            if birth is not None:
                ended.append((turn, birth))
        elif turn.kind == "moved":
            if birth is None or not _keeps_team(everything, turn, turn.old_path or turn.path, turn):
                birth = Birth(turn.commit, turn.path)
        else:
            before = _came_back(everything, turn, ended) or _took_over(everything, turn, back)
            birth = before or Birth(turn.commit, turn.path)
    return birth


def _came_back(everything: Reader, turn: Turn, ended: list[tuple[Turn, Birth]]) -> Birth | None:
    """The birth of the last page that went as this one is."""
    page = find_page_at(everything, turn.path, turn.commit) if ended else None
    for gone, birth in reversed(ended[-_BACK:]):
        then = _before(everything, gone.path, gone.commit)
        same = page is not None and then is not None and then.text == page.text
        if same and _keeps_team(everything, turn, gone.path, gone):
            return birth
    return None


def _took_over(everything: Reader, turn: Turn, back: int) -> Birth | None:
    """The birth of the page whose address it names, and that went in the very same commit."""
    page = find_page_at(everything, turn.path, turn.commit)
    for path in page.aliases if page is not None and back else ():
        gone = turns_of_gone(everything.changes, path, turn.commit)
        if gone and _keeps_team(everything, turn, path, gone[-1]):
            return _birth(everything, gone[:-1], back - 1)
    return None


def _keeps_team(everything: Reader, turn: Turn, path: str, gone: Turn) -> bool:
    """Whether nobody is on the page's team after ``turn`` who was not before ``gone``."""
    before = _parent(everything, gone.commit)
    then = _team(everything, path, before) if before else frozenset()
    return _team(everything, turn.path, turn.commit) <= then


def _team(everything: Reader, path: str, commit: str) -> frozenset[str]:
    """Who looks after the page in that version: its own team, or that of the space it lies in."""
    for name in (path, *reversed(ancestors(path))):
        page = find_page_at(everything, name, commit)
        if page is not None and (team := team_of_head(page.head)) is not None:
            return frozenset(team)
    return frozenset()


def _before(everything: Reader, path: str, commit: str) -> Page | None:
    parent = _parent(everything, commit)
    return find_page_at(everything, path, parent) if parent else None


def _parent(everything: Reader, commit: str) -> str:
    return next(iter(everything.instance.repository.commit_info(commit).parents), "")
