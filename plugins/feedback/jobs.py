"""What time does to feedback: authors are told, pages go, and rows with them."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby

from sqlalchemy import delete, func, or_, select, update

from wiki.api.mail import queue_mail, wake_sender
from wiki.api.plugin import Instance
from wiki.api.reading import system_reader

from . import letters
from .fates import ANSWERED, USED
from .links import who_of
from .models import UNCONFIRMED, AnswerRow, HandoverRow
from .store import origin_of, person_of, sender

NAME = "feedback"
#: a mailed link that nobody follows is forgotten
CONFIRMING = timedelta(days=2)
#: fates are told together once the first of them has stood for so long, at most once a day
SETTLED, A_DAY = timedelta(hours=1), timedelta(days=1)
#: a page that is gone may be brought back for so long
GONE = timedelta(days=90)
#: the name and address of who has no account are kept for so long after the last word
KEPT = timedelta(days=365)


def run(instance: Instance) -> None:
    """Does all that is due."""
    _forget(instance)
    _notice_pages(instance)
    for who, ids in list(_to_tell(instance)):
        _tell(instance, who, ids)
    wake_sender(instance)


def _forget(instance: Instance) -> None:
    now = instance.private.now()
    late = (AnswerRow.state == UNCONFIRMED, AnswerRow.created <= now - CONFIRMING)
    old = func.coalesce(AnswerRow.fated, AnswerRow.arrived, AnswerRow.created) <= now - KEPT
    nobodys = (AnswerRow.person.is_(None), AnswerRow.email == "", AnswerRow.state != UNCONFIRMED)
    quiet = {"synchronize_session": False}
    with instance.private.session() as session:
        session.execute(delete(AnswerRow).where(*late), execution_options=quiet)
        session.execute(
            update(AnswerRow).where(AnswerRow.email != "", old).values(email="", name=""),
            execution_options=quiet,
        )
        # Whose author is gone: the words stay, without a name, where something came of them.
        session.execute(
            update(AnswerRow).where(*nobodys, AnswerRow.name != "").values(name=""),
            execution_options=quiet,
        )
        idle = AnswerRow.fate.not_in((USED, ANSWERED))
        session.execute(delete(AnswerRow).where(*nobodys, idle), execution_options=quiet)
        gone = or_(AnswerRow.gone <= now - GONE, AnswerRow.path == "")
        session.execute(delete(AnswerRow).where(gone), execution_options=quiet)
        session.execute(delete(HandoverRow).where(HandoverRow.path == ""), execution_options=quiet)


def _notice_pages(instance: Instance) -> None:
    """Notes which pages are gone, and which are back; another page there is not the same one."""
    now, everything = instance.private.now(), system_reader(instance, "feedback")
    known = instance.private.list_tuples(
        select(AnswerRow.path, AnswerRow.origin, AnswerRow.gone).distinct()
    )
    for path, origin, gone in known:
        if not path:
            continue
        here = origin_of(everything, path)
        same = AnswerRow.path == path, AnswerRow.origin == origin
        with instance.private.session() as session:
            if here and here != origin:
                session.execute(update(AnswerRow).where(*same).values(path=""))
            elif bool(here) == (gone is not None):
                session.execute(update(AnswerRow).where(*same).values(gone=None if here else now))


def _to_tell(instance: Instance) -> Iterator[tuple[str, list[str]]]:
    """Each author whom something is to be told, with the answers that it is about."""
    asked = select(AnswerRow).where(AnswerRow.fate != "", AnswerRow.told.is_(None))
    rows = instance.private.list_rows(asked.order_by(AnswerRow.fated, AnswerRow.id))
    named = [
        (who_of(instance, person_of(instance, row), row.email), row.id)
        for row in rows
        if row.person or row.email
    ]
    named.sort(key=lambda one: one[0])
    for who, group in groupby(named, key=lambda one: one[0]):
        yield who, [answer for _who, answer in group]


def _tell(instance: Instance, who: str, ids: list[str]) -> None:
    """One mail of all that is new to an author, in one transaction with the note of it."""
    now = instance.private.now()
    with instance.private.session(f"feedback:who:{who}") as session:
        known = sender(session, who)
        asked = select(AnswerRow).where(AnswerRow.id.in_(ids), AnswerRow.told.is_(None))
        # Nobody decides anew what is being told.
        asked = asked.order_by(AnswerRow.fated, AnswerRow.id).with_for_update()
        rows = list(session.scalars(asked))
        first = rows[0].fated if rows else None
        if first is None or first > now - SETTLED:
            return
        if known.told is not None and known.told > now - A_DAY:
            return
        person = person_of(instance, rows[0])
        for row in rows:
            row.told = now
        if person is not None and person.disabled:
            return
        known.told = now
        session.flush()
        queue_mail(
            instance.private,
            session,
            letters.fates(instance, rows, person, f"{who}:{now.isoformat()}"),
        )
