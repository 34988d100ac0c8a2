"""Closes questionnaires, has the chosen reader read, opens the answers, forgets them in the end.

::

    sent ──last day and an hour──▶ closed ──read, or seven days, or nobody chosen──▶ opened
                                     │ spent links deleted              │ urns below k deleted
                                                                        └──two years──▶ gone
"""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, select, update

from wiki.api.mail import Mail, compose_mail, queue_mail, wake_sender
from wiki.api.paths import action_url
from wiki.api.people import Person, accounts_named
from wiki.api.plugin import Instance
from wiki.api.reading import Reader, find_redirect, system_reader
from wiki.api.reading.rows import PageRow, get_row, get_rows
from wiki.api.tables import birth_name, is_still

from .ballots import read, written
from .dispatch import follow_moved, send_due
from .models import RoundRow, SpentRow, UrnRow
from .schedule import GRACE, KEPT, SHIELD, closes_at
from .store import (
    chosen_reader,
    event_of_round,
    follow_page,
)

NAME = "questionnaires"
_TABLES = (UrnRow.__tablename__, SpentRow.__tablename__)


def run(instance: Instance) -> None:
    """Does all that is due, each round in a transaction of its own."""
    everything = system_reader(instance, "questionnaires")
    _follow_pages(instance, everything)
    follow_moved(instance, everything)
    put_now = send_due(instance, everything)
    live = _rounds(instance)
    for one in live:
        put_now += _close(instance, one)
        put_now += _open(instance, everything, one)
    forgot = _forget(instance)
    if put_now:
        wake_sender(instance)
    if live or forgot or _opened_lately(instance):
        # By the clock and not by the answers: when this runs says nothing of when they came.
        instance.private.erase_traces(_TABLES)


def results_url(event: str, project: str) -> str:
    """Where the team of a project reads what was answered."""
    return action_url("questionnaires", f"results/{event}", query={"project": project})


def open_now(instance: Instance, round_id: str) -> int:
    """Opens the answers of a closed round to the teams; the mails put. Nothing the second time."""
    everything = system_reader(instance, "questionnaires")
    with instance.private.session(f"questionnaires:{round_id}") as session:
        row = session.get(RoundRow, round_id)
        if row is None or row.closed is None or row.opened is not None:
            return 0
        row.opened = instance.private.now()
        put_now = 0
        for urn in session.scalars(select(UrnRow).where(UrnRow.round == round_id)).all():
            found = read(urn.answers)
            if found.count < row.least:
                # Nobody will read them: so that nobody is recognised, they are gone.
                session.delete(urn)
                continue
            urn.answers = written(found.opened())
            if not is_still(instance, urn.project, urn.birth):
                continue  # its page is gone: nobody else is told
            for mail in _tellings(instance, everything, row, urn.project):
                put_now += queue_mail(instance.private, session, mail)
    return put_now


def _rounds(instance: Instance) -> list[RoundRow]:
    live = select(RoundRow).where(RoundRow.sent.is_not(None), RoundRow.opened.is_(None))
    return instance.private.list_rows(live)


def _opened_lately(instance: Instance) -> bool:
    """What is erased when answers open may stand in the log for a while: it goes then, too."""
    since = instance.private.now() - timedelta(hours=1)
    lately = select(RoundRow.id).where(RoundRow.opened > since)
    return instance.private.find_value(lately.limit(1)) is not None


def _close(instance: Instance, one: RoundRow) -> int:
    """Once nobody can answer any more, what was kept against answering twice is deleted."""
    now = instance.private.now()
    if one.closed or one.last_day is None:
        return 0
    if now < closes_at(one.last_day, instance.settings.zone) + GRACE:
        return 0
    with instance.private.session() as session:
        row = session.get(RoundRow, one.id)
        if row is None or row.closed is not None:
            return 0
        row.closed = now
        session.execute(delete(SpentRow).where(SpentRow.round == one.id))
        if (person := chosen_reader(instance, one)) is None:
            return 0
        urns = session.scalars(select(UrnRow.answers).where(UrnRow.round == one.id))
        if not any(read(words).count >= one.least for words in urns):
            return 0
        return queue_mail(instance.private, session, _to_reader(instance, one, person))


def _open(instance: Instance, everything: Reader, one: RoundRow) -> int:
    closed = one.closed
    if closed is None:
        row = instance.private.find_row(RoundRow, one.id)
        closed = row.closed if row else None
    if closed is None:
        return 0
    reads_first = chosen_reader(instance, one) is not None
    if reads_first and instance.private.now() < closed + SHIELD:
        return 0
    return open_now(instance, one.id)


def _to_reader(instance: Instance, one: RoundRow, person: Person) -> Mail:
    event = event_of_round(system_reader(instance, "questionnaires"), one)
    return compose_mail(
        instance,
        f"questionnaires:read:{one.id}",
        person,
        "questionnaires/mail/read",
        path=action_url("questionnaires", f"read/{one.event}"),
        title=event.title if event else "",
        days=SHIELD.days,
    )


def _tellings(instance: Instance, everything: Reader, one: RoundRow, project: str) -> list[Mail]:
    """To each of the project's team who has an account: the answers can be read."""
    page, event = get_row(everything, project), event_of_round(everything, one)
    if page is None or event is None:
        return []
    return [
        compose_mail(
            instance,
            f"questionnaires:open:{one.id}:{person.id}:{project}"[:200],
            person,
            "questionnaires/mail/open",
            path=results_url(one.event, project),
            title=event.title,
            project=page.title,
        )
        for person in _team(instance, everything, page)
    ]


def _team(instance: Instance, everything: Reader, page: PageRow) -> list[Person]:
    space = get_row(everything, page.team_page) if page.team_page else page
    pages = list((space or page).facts.get("team", ()))
    return [one for one in accounts_named(instance.private, pages) if not one.disabled]


def _follow_pages(instance: Instance, everything: Reader) -> None:
    """Has rows follow the pages of events and projects that were given another address."""
    with instance.private.reading() as session:
        events = set(session.scalars(select(RoundRow.event)))
        projects = set(session.scalars(select(UrnRow.project)))
    paths = sorted(events | projects)
    there = get_rows(everything, paths)
    gone = (path for path in paths if path not in there)
    moves = {path: new for path in gone if (new := find_redirect(everything, path))}
    _note_births(instance, [path for path in paths if path in there])
    if not moves:
        return
    with instance.private.session() as session:
        for old, new in moves.items():
            taken = session.scalar(select(RoundRow.id).where(RoundRow.event == new))
            row = session.scalar(select(RoundRow).where(RoundRow.event == old))
            same = row is not None and row.birth and is_still(instance, new, row.birth)
            if row is not None and same and taken is None:
                row.event = new
            for urn in session.scalars(select(UrnRow).where(UrnRow.project == old)).all():
                same = urn.birth is not None and is_still(instance, new, urn.birth)
                if same and session.get(UrnRow, (urn.round, new)) is None:
                    follow_page(urn, new)


def _note_births(instance: Instance, paths: Sequence[str]) -> None:
    """Notes which page is at the address, in rows from before that was kept."""
    with instance.private.reading() as session:
        rounds = set(session.scalars(select(RoundRow.event).where(RoundRow.birth.is_(None))))
        urns = set(session.scalars(select(UrnRow.project).where(UrnRow.birth.is_(None))))
    for path in (rounds | urns).intersection(paths):
        if (here := birth_name(instance, path)) is None:
            continue
        with instance.private.session() as session:
            for table, column in ((RoundRow, RoundRow.event), (UrnRow, UrnRow.project)):
                session.execute(
                    update(table).where(column == path, table.birth.is_(None)).values(birth=here)
                )


def _forget(instance: Instance) -> bool:
    """Deletes what was open for long enough; whether there was any."""
    old = instance.private.now() - KEPT
    done = instance.private.list_rows(select(RoundRow.id).where(RoundRow.opened <= old))
    if done:
        with instance.private.session() as session:
            session.execute(delete(UrnRow).where(UrnRow.round.in_(done)))
            session.execute(delete(SpentRow).where(SpentRow.round.in_(done)))
            session.execute(delete(RoundRow).where(RoundRow.id.in_(done)))
    return bool(done)
