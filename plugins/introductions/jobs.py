"""What time does to introductions: reminded once, resting, asked about, forgotten."""

from datetime import timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select, update

from wiki.api.mail import queue_mail, wake_sender
from wiki.api.people import get_person
from wiki.api.plugin import Instance

from . import letters
from .models import MISSED, CardRow, DeedRow, IntroductionRow, SideRow
from .sisters import exchange
from .states import Event, step
from .store import REMINDED, Introduction, alone, apply, find_all, reachable

NAME = "introductions"
OUTCOME_AFTER = timedelta(days=30)
#: who met whom is forgotten then; that somebody did is kept for the figures
_KEPT = timedelta(days=90)
_KEPT_MET = timedelta(days=365)
#: what connectors did is told to them for so long
_DEEDS = timedelta(days=400)
_AT_ONCE = 500


def run(instance: Instance) -> None:
    """Does all that is due; each introduction in a transaction of its own."""
    now = instance.private.now()
    live = IntroductionRow.over.is_(None)
    for one in find_all(instance, live, limit=_AT_ONCE * 20):
        _tend(instance, one)
    exchange.end_unreachable(instance)
    asked_long_ago = IntroductionRow.confirmed <= now - REMINDED
    unmet = IntroductionRow.connected.is_(None)
    _each(instance, "remind", live, unmet, asked_long_ago, IntroductionRow.reminded.is_(None))
    _each(instance, "expire", live, unmet, IntroductionRow.expires <= now)
    met_long_ago = IntroductionRow.connected <= now - OUTCOME_AFTER
    for one in find_all(instance, live, met_long_ago, IntroductionRow.outcome_asked.is_(None)):
        _ask_outcome(instance, one.row.id)
    # Before anything is forgotten: what has ended is told to the other site first.
    exchange.tell_all(instance)
    _forget(instance)
    wake_sender(instance)


def _each(instance: Instance, kind: str, *conditions: ColumnElement[bool]) -> None:
    for one in find_all(instance, *conditions, limit=_AT_ONCE):
        with alone(instance, one.row.id) as found:
            if found is not None:
                apply(instance, *found, Event(kind))


def _tend(instance: Instance, known: Introduction) -> None:
    """Notices who has gone since: erased with their rows, or an account that was closed."""
    closed = [side.id for side in known.sides if _is_closed(instance, side)]
    missing = known.talk != step(known.talk, Event("tend"))[0]
    if not closed and not missing:
        return
    with alone(instance, known.row.id) as found:
        if found is None:
            return
        session, introduction = found
        for side in closed:
            apply(instance, session, introduction, Event("erase", side))
        apply(instance, session, introduction, Event("tend"))
        session.execute(delete(SideRow).where(SideRow.id.in_(closed)))
        exchange.forget_mails(session, introduction)


def _is_closed(instance: Instance, side: SideRow) -> bool:
    person = get_person(instance.private, side.person) if side.person else None
    return side.person is not None and (person is None or person.disabled)


def _ask_outcome(instance: Instance, row_id: str) -> None:
    with alone(instance, row_id) as found:
        if found is None or found[1].row.outcome_asked is not None:
            return
        session, introduction = found
        introduction.row.outcome_asked = instance.private.now()
        for side in introduction.sides:
            other = introduction.other(side)
            if other is not None and not side.outcome and reachable(instance, side):
                mail = letters.outcome(instance, introduction.row, side, other.name)
                queue_mail(instance.private, session, mail)


def _forget(instance: Instance) -> None:
    """Deletes what nobody needs any more; of the rest, who and what words."""
    now = instance.private.now()
    done = or_(
        IntroductionRow.over <= now - _KEPT,
        IntroductionRow.connected <= now - _KEPT_MET,
    )
    with instance.private.session() as session:
        unconfirmed = IntroductionRow.confirmed.is_(None) & (IntroductionRow.expires <= now)
        session.execute(delete(IntroductionRow).where(unconfirmed))
        old = select(IntroductionRow.id).where(done)
        session.execute(delete(SideRow).where(SideRow.introduction.in_(old)))
        session.execute(
            update(IntroductionRow)
            .where(done)
            .values(words="", line="", line_by="", over=func.coalesce(IntroductionRow.over, now))
            .execution_options(synchronize_session=False)
        )
        # The words of who proposed it went with their account.
        nobodys = IntroductionRow.proposer.is_(None) & (IntroductionRow.kind == "proposal")
        session.execute(
            update(IntroductionRow)
            .where(nobodys, IntroductionRow.words != "")
            .values(words="")
            .execution_options(synchronize_session=False)
        )
        # Those of two who missed each other name both, and nobody reads them once it rests.
        resting = (IntroductionRow.kind == MISSED) & IntroductionRow.over.is_not(None)
        session.execute(
            update(IntroductionRow)
            .where(resting, IntroductionRow.words != "")
            .values(words="")
            .execution_options(synchronize_session=False)
        )
        session.execute(delete(CardRow).where(CardRow.until <= now))
        session.execute(delete(DeedRow).where(DeedRow.at <= now - _DEEDS))
