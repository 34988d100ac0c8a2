"""Private rows that have had their day: sessions, devices, links, tries, mails, faults."""

from wiki.people import deposits, incidents, usage, violations
from wiki.people.access import share_links
from wiki.people.accounts import devices, mail_tokens, sessions
from wiki.people.accounts.factors import begun
from wiki.people.limits import durable
from wiki.people.mail.queue import forget_mails
from wiki.people.store.database import Database


def forget_the_past(database: Database) -> None:
    """Deletes what is over; each has its own transaction, so that nobody waits long for it."""
    with database.session() as session:
        sessions.forget_the_past(session, database.now())
    with database.session() as session:
        begun.forget_the_past(session, database.now())
    with database.session() as session:
        mail_tokens.forget_the_past(session, database.now())
    with database.session() as session:
        deposits.forget_the_past(session, database.now())
    with database.session() as session:
        devices.forget_the_past(session, database.now())
    with database.session() as session:
        share_links.forget_the_past(session, database.now())
    with database.session() as session:
        violations.forget_the_past(session, database.now())
    with database.session() as session:
        incidents.forget_the_past(session, database.now())
    with database.session() as session:
        usage.forget_the_past(session, database.now())
    with database.session() as session:
        durable.forget_the_past(database, session)
    forget_mails(database)
