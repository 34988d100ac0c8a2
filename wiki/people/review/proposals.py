"""Proposals: texts held for someone to decide, seen by nobody but them and who wrote them.

::

    propose ──▶ waiting ──┬─▶ accepted, adapted      the text is a commit, under its writer's name
                 │  ▲     ├─▶ partly                 some of its paragraphs are, see ``choices.py``
                 │  │     ├─▶ declined               told in words
                amend     ├─▶ spam                   told nothing; its sender waits a while
                          └─▶ withdrawn              by its writer

A row keeps the state of a proposal, git holds the texts (``wiki.repository.proposals``). What only
served the decision goes with it: the texts, the address where no mail is to come, and, but for
spam, where it came from. A year later the row itself goes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from secrets import token_hex

from sqlalchemy import Select, delete, func, or_, select, update
from sqlalchemy.orm import Session, defer

from wiki.errors import TooMany
from wiki.people.limits.frequent import too_many
from wiki.people.models.accounts import PersonRow
from wiki.people.models.texts import ProposalChoiceRow, ProposalRow
from wiki.people.store.database import Database
from wiki.people.store.times import Times
from wiki.people.store.values import value_of
from wiki.translation import gettext as _

WAITING, ACCEPTED, ADAPTED, PARTLY = "waiting", "accepted", "adapted", "partly"
DECLINED, SPAM, WITHDRAWN = "declined", "spam", "withdrawn"

#: lists are read without the texts that are not in git yet, each of which may be a megabyte
_NO_TEXTS = (defer(ProposalRow.text), defer(ProposalRow.before))
#: whoever sent spam proposes nothing more for so long
SPAM_LASTS = timedelta(days=14)
#: of one sender for one page; of all for one page; of all for all
MOST_OF_ONE, MOST_OF_A_PAGE, MOST = 3, 50, 1000


@dataclass(frozen=True)
class Proposal:
    """A text proposed for ``path``, or what became of it.

    ``before`` is the text that its writer started from (None: there was no page), which was shown
    to the group ``readers``. ``email`` is for the answer alone and never shown; ``name`` is what a
    visitor calls themselves; ``person`` is the account of who has one, ``program`` what wrote it in
    their name, as they call it; ``sender`` is for limits.
    The texts are held in git as ``file``: what comes from a row has them empty, and ``blob`` to
    name the text by.
    """

    path: str
    before: str | None
    text: str
    readers: str
    sender: str
    message: str = ""
    name: str = ""
    email: str = ""
    lang: str = "fr"
    person: str | None = None
    program: str = ""
    id: str = ""
    file: str = ""
    blob: str = ""
    state: str = WAITING
    words: str = ""
    created: datetime | None = None
    decided: datetime | None = None


def keep(database: Database, new: Proposal, hold: Callable[[str], str]) -> Proposal:
    """Keeps a new proposal; the same one sent twice is kept once.

    ``hold(id)`` puts its text into git and returns the commit. Raises TooMany where too many wait,
    or its sender sent spam; then nothing is held.
    """
    with database.session("proposals") as session:
        forget_the_past(session, database.now(), database.times())
        same = select(ProposalRow).where(
            ProposalRow.sender == new.sender,
            ProposalRow.path == new.path,
            ProposalRow.state == WAITING,
            ProposalRow.blob == new.blob,
        )
        if (known := session.scalar(same.limit(1))) is not None:
            return replace(_as_proposal(known), before=new.before, text=new.text)
        _check_room(database, session, new)
        id = token_hex(16)
        row = ProposalRow(
            id=id,
            path=new.path,
            file=new.file,
            commit=hold(id),
            blob=new.blob,
            readers=new.readers,
            message=new.message,
            name=new.name,
            email=new.email,
            lang=new.lang,
            person=new.person,
            program=new.program,
            sender=new.sender,
            state=WAITING,
            words="",
            created=database.now(),
        )
        session.add(row)
        session.flush()
        return replace(_as_proposal(row), before=new.before, text=new.text)


def find(database: Database, id: str) -> Proposal | None:
    """The proposal with this id, which may be anything that stood in an address."""
    if not (id.isascii() and id.isalnum()):
        return None
    row = database.find_row(ProposalRow, id)
    return _as_proposal(row) if row else None


def waiting_places(database: Database) -> dict[tuple[str, str], int]:
    """Path, and the group that the text was shown to → how many proposals wait; asked often."""

    def count() -> dict[tuple[str, str], int]:
        rows = database.list_tuples(
            select(ProposalRow.path, ProposalRow.readers, func.count())
            .where(ProposalRow.state == WAITING)
            .group_by(ProposalRow.path, ProposalRow.readers)
        )
        return {(row[0], row[1]): row[2] for row in rows}

    return database.remembered("proposals-waiting", count)


def waiting_for(database: Database, paths: Sequence[str], limit: int = 50) -> list[Proposal]:
    """The proposals that wait for these pages, oldest first, without their texts."""
    asked = select(ProposalRow).where(ProposalRow.state == WAITING)
    found: list[Proposal] = []
    with database.reading() as session:
        for start in range(0, len(paths), 500):
            part = asked.options(*_NO_TEXTS).where(ProposalRow.path.in_(paths[start : start + 500]))
            rows = session.scalars(part.order_by(ProposalRow.created, ProposalRow.id).limit(limit))
            found += map(_without_texts, rows)
    return sorted(found, key=lambda one: (one.created, one.id))[:limit]


def proposals_of(database: Database, person_id: str, limit: int = 20) -> list[Proposal]:
    """What an account has proposed, newest first, without the texts."""
    mine = select(ProposalRow).where(
        ProposalRow.person == person_id, ProposalRow.state != WITHDRAWN
    )
    return _listed(database, mine.order_by(ProposalRow.created.desc()).limit(limit))


def hold_anew(
    database: Database, id: str, file: str, commit: str, blob: str, message: str | None = None
) -> bool:
    """Says where the text of one that still waits is held now; False where it waits no more."""
    values: dict[str, object] = {"file": file, "commit": commit, "blob": blob}
    values |= {"before": None, "text": ""} | ({} if message is None else {"message": message})
    return _change(database, id, values)


def waiting_files(database: Database) -> dict[str, str]:
    """Every proposal whose text is still needed, with the file that it is held as."""
    asked = select(ProposalRow.id, ProposalRow.file).where(ProposalRow.state == WAITING)
    return {row.id: row.file for row in database.list_tuples(asked)}


def waiting_texts(database: Database) -> dict[str, tuple[str, str]]:
    """Every proposal whose text is needed and is in git: its file there, and the text's blob."""
    asked = select(ProposalRow.id, ProposalRow.file, ProposalRow.blob).where(
        ProposalRow.state == WAITING, ProposalRow.commit != ""
    )
    return {row.id: (row.file, row.blob) for row in database.list_tuples(asked)}


def in_rows(database: Database, limit: int = 100) -> list[Proposal]:
    """Those that wait and whose texts are not in git yet, as an older version kept them."""
    asked = select(ProposalRow).where(ProposalRow.state == WAITING, ProposalRow.commit == "")
    return [_as_proposal(row) for row in database.list_rows(asked.limit(limit))]


def decide(
    database: Database, session: Session, id: str, state: str, words: str = ""
) -> Proposal | None:
    """Ends the waiting; of two at the same moment one does. None where it was decided before.

    What comes back still holds what the row now forgets.
    """
    row = session.get(ProposalRow, id[:32], with_for_update=True)
    if row is None or row.state != WAITING:
        return None
    decided = _as_proposal(row)
    row.state, row.words, row.decided = state, words, database.now()
    row.before, row.text, row.email = None, "", ""
    row.file = row.commit = row.blob = ""
    if state != SPAM:
        row.sender = ""
    if state in (SPAM, WITHDRAWN):
        row.message = row.name = row.program = ""
        session.execute(delete(ProposalChoiceRow).where(ProposalChoiceRow.proposal == row.id))
    return decided


def withdraw(database: Database, id: str) -> bool:
    """Takes a waiting proposal back, and its text with it; False where it was decided."""
    with database.session() as session:
        return decide(database, session, id, WITHDRAWN) is not None


def of_sender(database: Database, sender: str, limit: int = 200) -> list[Proposal]:
    """What waits from the same sender, without the texts."""
    asked = select(ProposalRow).where(ProposalRow.sender == sender, ProposalRow.state == WAITING)
    return _listed(database, asked.limit(limit))


def trust(database: Database, session: Session, person_id: str) -> None:
    """From now on what the account writes is saved at once, as its role allows."""
    session.execute(update(PersonRow).where(PersonRow.id == person_id).values(held=None))


def waiting_since(database: Database, moment: datetime, limit: int = 200) -> list[Proposal]:
    """Those that wait since before ``moment`` and whose writers were not told so, oldest first."""
    asked = select(ProposalRow).where(
        ProposalRow.state == WAITING, ProposalRow.told == 0, ProposalRow.created <= moment
    )
    return _listed(database, asked.order_by(ProposalRow.created).limit(limit))


def note_told(session: Session, id: str) -> bool:
    """Notes that its writer was told that it waits; False where it was noted, or is decided."""
    row = session.get(ProposalRow, id, with_for_update=True)
    if row is None or row.told or row.state != WAITING:
        return False
    row.told = 1
    return True


def _change(database: Database, id: str, values: dict[str, object]) -> bool:
    with database.session() as session:
        changed = session.execute(
            update(ProposalRow)
            .where(ProposalRow.id == id[:32], ProposalRow.state == WAITING)
            .values(values)
            .returning(ProposalRow.id)
        )
        return changed.first() is not None


def _check_room(database: Database, session: Session, new: Proposal) -> None:
    last = session.scalar(
        select(func.max(ProposalRow.decided)).where(
            ProposalRow.sender == new.sender, ProposalRow.state == SPAM
        )
    )
    if last is not None and (ends := last + SPAM_LASTS) > database.now():
        raise too_many(int((ends - database.now()).total_seconds()))
    waiting = select(func.count()).where(ProposalRow.state == WAITING)
    here = waiting.where(ProposalRow.path == new.path)
    if (session.scalar(here.where(ProposalRow.sender == new.sender)) or 0) >= MOST_OF_ONE:
        raise TooMany(
            _("Some of your proposals for this page still wait: they are read first."),
            retry_after=86_400,
        )
    full = (session.scalar(here) or 0) >= MOST_OF_A_PAGE
    if full or (session.scalar(waiting) or 0) >= MOST:
        raise TooMany(
            _("Many proposals wait here already. Please keep your text and come back tomorrow."),
            retry_after=86_400,
        )


def forget_the_past(session: Session, now: datetime, times: Times) -> None:
    """Deletes what was decided long ago, and who sent spam."""
    session.execute(delete(ProposalRow).where(ProposalRow.decided < now - times.proposal))
    session.execute(
        update(ProposalRow)
        .where(
            ProposalRow.state == SPAM,
            ProposalRow.decided < now - SPAM_LASTS,
            or_(ProposalRow.sender != "", ProposalRow.name != ""),
        )
        .values(sender="", name="")
    )


def _listed(database: Database, asked: "Select[ProposalRow]") -> list[Proposal]:
    return [_without_texts(row) for row in database.list_rows(asked.options(*_NO_TEXTS))]


def _as_proposal(row: ProposalRow) -> Proposal:
    return value_of(Proposal, row)


def _without_texts(row: ProposalRow) -> Proposal:
    return value_of(Proposal, row, before=None, text="")
