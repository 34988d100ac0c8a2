"""Of whom a second factor is asked, from when on, and who has one.

Its role asks an account for one (``second_factor``), after some days in which it may be set up; or
its owner wants it. A passkey alone is two factors; how a provider of single sign-on knows people is
its own business.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from wiki.config import Settings
from wiki.people.models.accounts import PersonRow
from wiki.people.models.entries import SessionRow
from wiki.people.models.factors import OneTimeRow, PasskeyRow, SecondFactorRow
from wiki.people.person import Person
from wiki.people.store.database import Database

_ROLES = {
    "off": (),
    "administrators": ("admin",),
    "administrators and programmes": ("admin", "programme"),
}


class Step(Enum):
    """What comes after a password or a mailed link."""

    ENTER = "they are in"
    PROVE = "the second factor"
    SET_UP = "it is set up first"


@dataclass(frozen=True)
class Standing:
    """How an account stands: its role asks for a second factor; what it has; what its owner wants.

    ``due``: from when on nobody comes in without one, where it is asked for and there is none.
    """

    asked: bool
    passkeys: bool
    codes: bool
    chosen: bool
    due: datetime | None

    @property
    def has_one(self) -> bool:
        """Whether there is something to prove it by."""
        return self.passkeys or self.codes

    @property
    def is_on(self) -> bool:
        """Whether it is asked for after each password."""
        return self.has_one and (self.asked or self.codes or self.chosen)


def asked_roles(settings: Settings) -> tuple[str, ...]:
    """The roles that are asked; none on a machine of one's own, where someone tries the wiki."""
    return () if settings.alone else _ROLES[settings.second_factor]


def standing_of(database: Database, settings: Settings, person: Person) -> Standing:
    """How ``person`` stands, whose role is as ``person`` says."""

    def look() -> tuple[bool, bool, bool, datetime | None]:
        with database.reading() as session:
            row = session.get(SecondFactorRow, person.id)
            return (
                _has(session, PasskeyRow, person.id),
                _has(session, OneTimeRow, person.id),
                row is not None and row.chosen,
                row.asked if row else None,
            )

    passkeys, codes, chosen, since = database.remembered(("second factor", person.id), look)
    asked = person.role in asked_roles(settings)
    due = None
    if asked and not (passkeys or codes):
        due = (since or database.now()) + timedelta(days=settings.second_factor_days)
    return Standing(asked, passkeys, codes, chosen, due)


def next_step(database: Database, settings: Settings, person: Person) -> Step:
    """What comes next for someone whose password, or mailed link, was good."""
    standing = standing_of(database, settings, person)
    if standing.is_on:
        return Step.PROVE
    if standing.due is None:
        return Step.ENTER
    note_asked(database, person.id)
    return Step.SET_UP if standing.due <= database.now() else Step.ENTER


def note_asked(database: Database, person_id: str) -> None:
    """The days in which it may be set up begin now, if they have not."""
    with database.session() as session:
        row = session.get(SecondFactorRow, person_id)
        if row is None:
            session.add(SecondFactorRow(person=person_id, asked=database.now()))
        elif row.asked is None:
            row.asked = database.now()


def choose(database: Database, person_id: str, chosen: bool) -> None:
    """Whether their owner wants passkeys after a password."""
    with database.session() as session:
        session.merge(SecondFactorRow(person=person_id, chosen=chosen))


def end_weak_sessions(database: Database, settings: Settings) -> None:
    """Ends those sessions of who is asked that began without, once it is due or they have one.

    Of those not asked before, the days begin.
    """
    roles = asked_roles(settings)
    if not roles:
        return
    asked = select(PersonRow.id).where(PersonRow.role.in_(roles), PersonRow.disabled.is_(None))
    for person_id in database.list_rows(asked):
        with database.session() as session:
            row = session.get(SecondFactorRow, person_id)
            has_one = has_factor(session, person_id)
            if row is None or row.asked is None:
                session.merge(SecondFactorRow(person=person_id, asked=database.now()))
                continue
            over = row.asked + timedelta(days=settings.second_factor_days) <= database.now()
            if has_one or over:
                weak = (SessionRow.person == person_id, SessionRow.strong.is_(False))
                session.execute(delete(SessionRow).where(*weak))


def has_factor(session: Session, person_id: str) -> bool:
    """Whether there is something that proves more than a password or a mailed link does."""
    return any(_has(session, table, person_id) for table in (PasskeyRow, OneTimeRow))


def _has(session: Session, table: type[PasskeyRow] | type[OneTimeRow], person_id: str) -> bool:
    return bool(session.scalar(select(exists().where(table.person == person_id))))
