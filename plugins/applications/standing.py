"""Whether an application's pages are still those that it was about, and who stands behind them.

A page that is deleted leaves its address free: whoever makes another there is somebody else. So an
application remembers accounts of the project's team and of the event's; it stands while one of them
is still there.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import delete, select

from wiki.api import ALL, Instance, PageRow, Person, Reader, people_by_page

from .keeping import find_all
from .models import ApplicationRow, KnownRow
from .states import HELD, WITHDRAWN

PROJECT, EVENT = "project", "event"
_AT_ONCE = 500


def everything(instance: Instance) -> Reader:
    """A reader of all pages: for what an application itself says, and for the policy."""
    return Reader(instance, audience=frozenset({ALL}))


def entrusted(instance: Instance) -> list[str]:
    """The spaces that the programme team is trusted with: those of applications that stand."""
    open_ones = (ApplicationRow.state.not_in((HELD, WITHDRAWN)), ApplicationRow.project != "")
    rows = find_all(instance, *open_ones, limit=20_000)
    return sorted({page.path for page in standing(instance, rows).values()})


def standing(instance: Instance, rows: Sequence[ApplicationRow]) -> dict[str, PageRow]:
    """Application → its project's page, for those whose project is still the one it was."""
    pages = _pages(instance, (row.project for row in rows))
    now = team_accounts(instance, pages.values())
    known = _known(instance, [row.id for row in rows], PROJECT)
    return {
        row.id: pages[row.project]
        for row in rows
        if row.project in pages
        and pages[row.project].team_page == row.project
        and not known.get(row.id, frozenset()).isdisjoint(_ids(now[row.project]))
    }


def meant(
    instance: Instance, rows: Sequence[ApplicationRow], event: PageRow
) -> list[ApplicationRow]:
    """Those of ``rows`` that were proposed to this event, as far as its team tells."""
    known = _known(instance, [row.id for row in rows], EVENT)
    now = _ids(team_accounts(instance, [event])[event.path])
    return [row for row in rows if not known.get(row.id) or not known[row.id].isdisjoint(now)]


def team_accounts(instance: Instance, pages: Iterable[PageRow]) -> dict[str, list[Person]]:
    """Page → the accounts in use of its team, in the order of its head."""
    teams = {page.path: list(page.facts.get("team", ())) for page in pages}
    wanted = sorted({person for team in teams.values() for person in team})
    joined: dict[str, Person] = {}
    for first in range(0, len(wanted), _AT_ONCE):
        joined |= people_by_page(instance.private, wanted[first : first + _AT_ONCE])
    return {
        path: [joined[one] for one in team if one in joined and not joined[one].disabled]
        for path, team in teams.items()
    }


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
            if people == known or not people:
                continue
            if not anew and known.isdisjoint(people):
                continue
            gone = known - people
            session.execute(delete(KnownRow).where(*mine, KnownRow.person.in_(gone)))
            session.add_all(
                KnownRow(application=row.id, side=side, person=one)
                for one in sorted(people - known)
            )


def _pages(instance: Instance, paths: Iterable[str]) -> dict[str, PageRow]:
    reader = everything(instance)
    found: dict[str, PageRow] = {}
    wanted = sorted({path for path in paths if path})
    for first in range(0, len(wanted), _AT_ONCE):
        found |= reader.rows(wanted[first : first + _AT_ONCE])
    return found


def _known(instance: Instance, ids: Sequence[str], side: str) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    with instance.private.reading() as session:
        for first in range(0, len(ids), _AT_ONCE):
            asked = select(KnownRow.application, KnownRow.person).where(
                KnownRow.side == side, KnownRow.application.in_(ids[first : first + _AT_ONCE])
            )
            for application, person in session.execute(asked):
                found.setdefault(application, set()).add(person)
    return {one: frozenset(people) for one, people in found.items()}


def _ids(people: Collection[Person]) -> frozenset[str]:
    return frozenset(person.id for person in people)
