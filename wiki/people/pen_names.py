"""Names under which pages were imported: who has proven the mail of one may say that it is theirs.

::

    an import ──name, mail──▶ a row ──an account with that mail──▶ asked ──yes──▶ theirs, no mail
                                └────────── two years ──────────▶ gone    └─no──▶ no mail

The mail stands here alone: it is shown to nobody, and in git there is only the name. A name that
was told with several addresses may be several people's, and is offered to none of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from wiki.errors import BadField
from wiki.people.accounts.fields import fold_email
from wiki.people.models.accounts import ErasedRow, PersonRow
from wiki.people.models.pen_names import PenNameRow
from wiki.people.person import ALIAS, Person
from wiki.people.store.database import Database

#: how long the mail of a name is kept that nobody claimed
KEPT = timedelta(days=730)


@dataclass(frozen=True)
class PenName:
    """``alias`` is the address in the commits."""

    id: str
    name: str

    @property
    def alias(self) -> str:
        """The address under which its commits were made."""
        return f"{self.id}@{ALIAS}"


def keep_pen_names(database: Database, told: Iterable[tuple[str, str, str]]) -> None:
    """Keeps what an import told: alias, name and mail of each author. Those that are known stay."""
    now = database.now()
    with database.session() as session:
        for alias, name, mail in told:
            id = alias.partition("@")[0]
            try:
                email = fold_email(mail)
            except BadField:
                continue
            row = session.get(PenNameRow, id)
            if row is not None:
                if row.person is None and row.email != email:
                    row.email = ""
            elif session.get(ErasedRow, id) is None:
                session.add(PenNameRow(id=id, name=name, email=email, told=now))
                session.flush()


def list_offered(database: Database, person: Person) -> list[PenName]:
    """The names that may be theirs: they were told with the mail that the account has proven."""
    mine = (PenNameRow.email == person.email, PenNameRow.person.is_(None))
    return _list(database, *mine)


def list_claimed(database: Database, person_id: str) -> list[PenName]:
    """The names that they said are theirs."""
    return _list(database, PenNameRow.person == person_id)


def claim(database: Database, person: Person, id: str) -> bool:
    """Makes a name theirs; False where it is not offered to them."""
    return _settle(database, person, id, person.id)


def decline(database: Database, person: Person, id: str) -> bool:
    """Notes that the name is somebody else's; False where it is not offered to them."""
    return _settle(database, person, id, None)


def give_up(database: Database, person: Person, id: str) -> bool:
    """The name is theirs no more; False where it was not."""
    return _update(database, (PenNameRow.id == id, PenNameRow.person == person.id), person=None)


def claimed_names(database: Database) -> Mapping[str, str]:
    """What each is called today whose name of elsewhere has the id."""
    return database.remembered(("pen-names",), lambda: _claimed(database))


def forget_the_past(session: Session, now: datetime) -> None:
    """Deletes what nobody claimed in time."""
    old = (PenNameRow.person.is_(None), PenNameRow.told < now - KEPT)
    session.execute(delete(PenNameRow).where(*old))


def leave_with(session: Session, person_id: str) -> None:
    """Before an account is erased: its names of elsewhere are shown no more either."""
    for id in session.scalars(select(PenNameRow.id).where(PenNameRow.person == person_id)).all():
        session.merge(ErasedRow(id=id))


def _list(database: Database, *conditions: ColumnElement[bool]) -> list[PenName]:
    asked = select(PenNameRow.id, PenNameRow.name).where(*conditions)
    found = database.list_tuples(asked.order_by(PenNameRow.name, PenNameRow.id))
    return [PenName(id, name) for id, name in found]


def _settle(database: Database, person: Person, id: str, whose: str | None) -> bool:
    mine = (PenNameRow.id == id, PenNameRow.email == person.email, PenNameRow.person.is_(None))
    return _update(database, mine, person=whose, email="")


def _update(
    database: Database, conditions: Sequence[ColumnElement[bool]], **values: str | None
) -> bool:
    with database.session() as session:
        asked = update(PenNameRow).where(*conditions).values(**values).returning(PenNameRow.id)
        return session.scalar(asked) is not None


def _claimed(database: Database) -> Mapping[str, str]:
    joined = select(PenNameRow.id, PersonRow.name).join(
        PersonRow, PersonRow.id == PenNameRow.person
    )
    return dict(iter(database.list_tuples(joined)))
