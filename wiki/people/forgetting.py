"""Private rows that have had their day: sessions, devices, links, deposits, tries, sent mails."""

from wiki.people import deposits, devices, limits, sessions, tokens
from wiki.people.database import Database
from wiki.people.mails import forget_mails


def forget_the_past(database: Database) -> None:
    """Deletes what is over; each has its own transaction, so that nobody waits long for it."""
    with database.session() as session:
        sessions.forget_the_past(session, database.now())
    with database.session() as session:
        tokens.forget_the_past(session, database.now())
    with database.session() as session:
        deposits.forget_the_past(session, database.now())
    with database.session() as session:
        devices.forget_the_past(session, database.now())
    with database.session() as session:
        limits.forget_the_past(database, session)
    forget_mails(database)
