"""Whether an application's pages are still those that it was about, and who stands behind them.

A page that is deleted leaves its address free: whoever makes another there is somebody else. So an
application remembers accounts of the project's team and of the event's; it stands while one of them
is still there, or while it is the very page by its history. Once a page was seen to be gone, nobody
else may be on its team either: to name someone of the old team takes no more than to make a page.
One whose page is there and whose team has no account in use any more is an orphan: nobody can be
told, and those who organise see to it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.orm import Session

from wiki.api.people import Person, accounts_of_teams
from wiki.api.plugin import Instance
from wiki.api.reading import system_reader
from wiki.api.reading.rows import PageRow, get_rows
from wiki.api.tables import birth_name

from .models import ApplicationRow, DecisionRow, GoneRow, KnownRow
from .states import HELD, WITHDRAWN
from .store import find_all

PROJECT, EVENT = "project", "event"


@dataclass(frozen=True)
class Known:
    """Who was on a team when it was last looked at, and whether its page was gone then."""

    people: frozenset[str] = frozenset()
    gone: bool = False

    def are_behind(self, now: frozenset[str]) -> bool:
        """Whether a team of these accounts is the one that was known."""
        return not self.people.isdisjoint(now) and (not self.gone or now <= self.people)

    def may_be(self, now: frozenset[str]) -> bool:
        """The same, where a page without a team may be given one."""
        return self.are_behind(now) if self.people else not self.gone


def entrusted(instance: Instance) -> list[str]:
    """The spaces that the programme team reads.

    Those of applications that wait for a decision, as far as their teams know, or whose teams said
    yes to being shown.
    """
    told = exists().where(
        DecisionRow.application == ApplicationRow.id, DecisionRow.told.is_not(None)
    )
    rows = find_all(
        instance,
        ApplicationRow.state.not_in((HELD, WITHDRAWN)),
        ApplicationRow.project != "",
        or_(~told, ApplicationRow.agreed.is_not(None)),
        limit=20_000,
    )
    return sorted({page.path for page in standing(instance, rows).values()})


def standing(instance: Instance, rows: Sequence[ApplicationRow]) -> dict[str, PageRow]:
    """Application → its project's page, for those whose project is still the one it was."""
    return _carried(instance, rows)[0]


def orphans(instance: Instance, rows: Sequence[ApplicationRow]) -> dict[str, PageRow]:
    """Application → its project's page, for those whose team has no account in use any more."""
    return _carried(instance, rows)[1]


def _carried(
    instance: Instance, rows: Sequence[ApplicationRow]
) -> tuple[dict[str, PageRow], dict[str, PageRow]]:
    """The pages of applications that somebody carries, and of those that nobody does any more."""
    pages = _pages(instance, (row.project for row in rows))
    now = team_accounts(instance, pages.values())
    known = _known(instance, [row.id for row in rows], PROJECT)
    found: tuple[dict[str, PageRow], dict[str, PageRow]] = ({}, {})
    for row in rows:
        page, people = pages.get(row.project), _ids(now.get(row.project, ()))
        if page is None or page.team_page != row.project:
            continue
        if _is_behind(instance, row, known.get(row.id, Known()), people):
            found[0 if people else 1][row.id] = page
    return found


def _is_behind(
    instance: Instance, row: ApplicationRow, known: Known, people: frozenset[str]
) -> bool:
    """Whether the project's page, with these accounts on its team, is the one that was proposed."""
    if known.are_behind(people):
        return True
    if known.gone or row.born is None:
        return False
    return birth_name(instance, row.project) == row.born


def meant(
    instance: Instance, rows: Sequence[ApplicationRow], event: PageRow
) -> list[ApplicationRow]:
    """Those of ``rows`` that were proposed to this event, as far as its team tells."""
    known = _known(instance, [row.id for row in rows], EVENT)
    now = _ids(team_accounts(instance, [event])[event.path])
    return [row for row in rows if known.get(row.id, Known()).may_be(now)]


def team_accounts(instance: Instance, pages: Iterable[PageRow]) -> dict[str, list[Person]]:
    """Page → the accounts in use of its team, in the order of its head."""
    teams = {page.path: list(page.facts.get("team", ())) for page in pages}
    found = accounts_of_teams(instance.private, teams)
    return {path: [one for one in team if not one.disabled] for path, team in found.items()}


def remember(instance: Instance, row: ApplicationRow, *, anew: bool = False) -> None:
    """Notes who is behind an application now, while somebody known still is; ``anew``: whoever is.

    Call it after the application was made and, later, when time has passed.
    """
    pages = _pages(instance, (row.project, row.event))
    now = team_accounts(instance, pages.values())
    with instance.private.session() as session:
        for side, path in ((PROJECT, row.project), (EVENT, row.event)):
            people = _ids(now.get(path, ()))
            mine = (KnownRow.application == row.id, KnownRow.side == side)
            known = frozenset(session.scalars(select(KnownRow.person).where(*mine)))
            lost = session.get(GoneRow, (row.id, side))
            if path not in pages:
                if lost is None and path:
                    session.add(GoneRow(application=row.id, side=side))
                continue
            before = Known(known, lost is not None)
            behind = (
                before.may_be(people)
                if side == EVENT
                else _is_behind(instance, row, before, people)
            )
            if not anew and not behind:
                continue
            if side == PROJECT and (anew or row.born is None):
                _note_birth(instance, session, row)
            if lost is not None:
                session.delete(lost)
            if people == known or not people:
                continue
            left = known - people
            session.execute(delete(KnownRow).where(*mine, KnownRow.person.in_(left)))
            session.add_all(
                KnownRow(application=row.id, side=side, person=one)
                for one in sorted(people - known)
            )


def _note_birth(instance: Instance, session: Session, row: ApplicationRow) -> None:
    known = update(ApplicationRow).where(ApplicationRow.id == row.id)
    session.execute(known.values(born=birth_name(instance, row.project)))


def may_follow(instance: Instance, row: ApplicationRow, side: str, path: str) -> bool:
    """Whether the page at ``path`` has nobody on its team who was not known on that side."""
    page = _pages(instance, [path]).get(path)
    known = _known(instance, [row.id], side).get(row.id)
    if page is None or known is None or (side == PROJECT and page.team_page != path):
        return False
    people = _ids(team_accounts(instance, [page])[path])
    return bool(people) and people <= known.people


def _pages(instance: Instance, paths: Iterable[str]) -> dict[str, PageRow]:
    reader = system_reader(instance, "applications")
    return get_rows(reader, sorted({path for path in paths if path}))


def _known(instance: Instance, ids: Sequence[str], side: str) -> Mapping[str, Known]:
    found: dict[str, set[str]] = {}
    asked = select(KnownRow.application, KnownRow.person)
    lost = select(GoneRow.application).where(GoneRow.side == side, GoneRow.application.in_(ids))
    with instance.private.reading() as session:
        gone = set(session.scalars(lost))
        for application, person in session.execute(
            asked.where(KnownRow.side == side, KnownRow.application.in_(ids))
        ):
            found.setdefault(application, set()).add(person)
    return {one: Known(frozenset(found.get(one, ())), one in gone) for one in found.keys() | gone}


def _ids(people: Collection[Person]) -> frozenset[str]:
    return frozenset(person.id for person in people)
