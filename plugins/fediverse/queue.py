"""What waits to be sent: one line for each inbox, however many follow from there."""

from collections.abc import Iterable

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from wiki.api.plugin import Instance

from .addresses import host_of
from .models import DeliveryRow, FollowerRow, InboxRow

CREATE, UPDATE, DELETE = "create", "update", "delete"
SHARE, UNSHARE = "share", "unshare"
ACCEPT, END = "accept", "end"
#: lines that wait for one inbox: beyond, it has been away for long
WAITING = 500


def inboxes_of(session: Session, actors: Iterable[str]) -> list[str]:
    """Where the followers of any of these actors are sent what is new, each once."""
    asked = select(FollowerRow.inbox).where(FollowerRow.actor.in_(list(actors))).distinct()
    return list(session.scalars(asked.order_by(FollowerRow.inbox)))


def put(
    instance: Instance,
    session: Session,
    inboxes: Iterable[str],
    actor: str,
    what: str,
    post: str = "",
    about: str = "",
) -> int:
    """Has it be sent to each inbox; how many lines that made.

    What waits there already and will say the same is left as it is.
    """
    made = 0
    for inbox in inboxes:
        there = session.get(InboxRow, inbox)
        if there is None:
            there = InboxRow(
                inbox=inbox,
                host=host_of(inbox),
                failures=0,
                due=instance.private.now(),
                off=False,
            )
            session.add(there)
            session.flush()
        if there.off or _waits_already(session, inbox, what, post, about):
            continue
        session.add(
            DeliveryRow(
                inbox=inbox,
                actor=actor,
                what=what,
                post=post,
                about=about,
                at=instance.private.now(),
            )
        )
        session.flush()
        made += 1
    return made


def revive(session: Session, inbox: str) -> None:
    """Sends to an inbox again that was given up: its server has just written."""
    row = session.get(InboxRow, inbox)
    if row is not None:
        row.off, row.failures = False, 0


def drop_inboxes(session: Session, inboxes: Iterable[str]) -> None:
    """Forgets these inboxes, and what waits for them."""
    gone = list(inboxes)
    session.execute(delete(DeliveryRow).where(DeliveryRow.inbox.in_(gone)))
    session.execute(delete(InboxRow).where(InboxRow.inbox.in_(gone)))


def forget_idle(session: Session, inbox: str) -> None:
    """Forgets an inbox where nobody follows and nothing waits, such as that of an answer."""
    waits = select(DeliveryRow.id).where(DeliveryRow.inbox == inbox)
    followed = select(FollowerRow.id).where(FollowerRow.inbox == inbox)
    if session.scalar(waits.limit(1)) is None and session.scalar(followed.limit(1)) is None:
        session.execute(delete(InboxRow).where(InboxRow.inbox == inbox))


def _waits_already(session: Session, inbox: str, what: str, post: str, about: str) -> bool:
    here = DeliveryRow.inbox == inbox
    count = session.scalar(select(func.count()).select_from(DeliveryRow).where(here)) or 0
    if count >= WAITING:
        return True
    same = (DeliveryRow.what == what, DeliveryRow.post == post, DeliveryRow.about == about)
    if what in (UPDATE, DELETE):
        # What is made of the post is told by what waits, as it is then.
        before = [CREATE, UPDATE] if what == UPDATE else [CREATE, UPDATE, SHARE]
        old = (here, DeliveryRow.post == post, DeliveryRow.what.in_(before))
        if what == UPDATE:
            return session.scalar(select(DeliveryRow.id).where(*old).limit(1)) is not None
        session.execute(delete(DeliveryRow).where(*old))
    return session.scalar(select(DeliveryRow.id).where(here, *same).limit(1)) is not None
