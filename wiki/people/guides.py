"""What someone is led through, until they put it away: theirs alone, and for good."""

from collections.abc import Iterable

from sqlalchemy import select, update

from wiki.people.models.guides import GuideRow
from wiki.people.store.database import Database


def begin_guides(database: Database, person_id: str, guides: Iterable[str]) -> None:
    """Has the person led through those ``guides``; one that they have put away stays so."""
    with database.session(f"guides:{person_id}") as session:
        for guide in guides:
            if session.get(GuideRow, (person_id, guide)) is None:
                session.add(GuideRow(person=person_id, guide=guide, ended=None))


def open_guides(database: Database, person_id: str) -> frozenset[str]:
    """The guides that the person has not put away."""
    asked = select(GuideRow.guide).where(GuideRow.person == person_id, GuideRow.ended.is_(None))
    return database.remembered(("guides", person_id), lambda: frozenset(database.list_rows(asked)))


def end_guide(database: Database, person_id: str, guide: str) -> None:
    """Puts a guide away for good; pressed twice, it is put away once."""
    open_one = (
        GuideRow.person == person_id,
        GuideRow.guide == guide,
        GuideRow.ended.is_(None),
    )
    database.execute(update(GuideRow).where(*open_one).values(ended=database.now()))
