"""What was asked of people, counted against the time that they give: never more, whoever asks.

Someone says on their page, or at an offer, how many requests a month they take. Every room that is
about to ask something of them asks here first, in the transaction of what it then does::

    with database.session() as session:
        if note_request(database, session, "personnes/lea", "introduction", 2):
            …                                   # there was room, and now there is one less

A month is any 31 days, so that no calendar's month, in no time zone, has more.
"""

from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from wiki.pages.markdown.marks import read_availability
from wiki.people.models.counts import RequestRow
from wiki.people.store.database import Database

#: in which the number that someone says is never exceeded
MONTH = timedelta(days=31)
#: requests a month of someone who says nothing of their time
UNSAID = 4


def monthly_requests(words: str) -> int:
    """The number that an availability in words (``un peu``, ``2``) means; UNSAID where none."""
    said = read_availability(words) if words else None
    return UNSAID if said is None else said


def may_receive_request(database: Database, path: str, availability: int) -> bool:
    """Whether the person of the page ``path``, whose number is that, has room for one more."""
    return asked_of(database, path) < availability


def record_request(
    database: Database,
    session: Session,
    path: str,
    what: str,
    availability: int,
    *,
    offer: str = "",
    of_offer: int | None = None,
) -> bool:
    """Counts one request of the person of ``path``; False, and nothing is counted, without room.

    ``what`` names the kind of request, such as ``introduction``; ``availability`` is their page's
    number, ``of_offer`` that of the one ``offer`` (an identity) that it is about, where it names
    one. Of two who ask at the same moment for the last place, one gets it: until ``session`` ends,
    nobody else passes here.
    """
    database.lock(session, f"requests:{path}")
    session.execute(delete(RequestRow).where(RequestRow.at <= database.now() - 2 * MONTH))
    if _count(database, session, path) >= availability:
        return False
    if offer and of_offer is not None and _count(database, session, path, offer) >= of_offer:
        return False
    session.add(RequestRow(path=path, offer=offer, what=what, at=database.now()))
    session.flush()
    return True


def asked_of(database: Database, path: str) -> int:
    """How many requests the person of ``path`` has had in the last month."""
    with database.reading() as session:
        return _count(database, session, path)


def _count(database: Database, session: Session, path: str, offer: str = "") -> int:
    asked = select(func.count()).where(
        RequestRow.path == path, RequestRow.at > database.now() - MONTH
    )
    if offer:
        asked = asked.where(RequestRow.offer == offer)
    return session.scalar(asked) or 0
