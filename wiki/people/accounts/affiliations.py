"""Which organisation someone is of, as the provider of single sign-on says at each log-in."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from wiki.people.models.entries import AffiliationRow
from wiki.people.store.database import Database


def note_affiliation(
    session: Session, person_id: str, issuer: str, siret: str, now: datetime
) -> None:
    """Keeps what the provider says now; where it says none, it is no longer of that provider's."""
    row = session.get(AffiliationRow, person_id)
    if siret:
        told = AffiliationRow(person=person_id, issuer=issuer, siret=siret, when=now)
        session.merge(told)
    elif row is not None and row.issuer == issuer:
        session.delete(row)


def forget_affiliation(session: Session, person_id: str) -> None:
    """Forgets what a provider said."""
    session.execute(delete(AffiliationRow).where(AffiliationRow.person == person_id))


def find_siret(database: Database, person_id: str) -> str:
    """The number of the organisation that someone is of; empty where nobody said one."""
    key = AffiliationRow.person == person_id
    return database.find_value(select(AffiliationRow.siret).where(key)) or ""
