"""Private rows that have had their day: sessions, drafts, links, tries, mails, faults."""

from wiki.people import audit, deposits, drafts, incidents, pen_names, usage, violations
from wiki.people.access import share_links
from wiki.people.accounts import devices, mail_tokens, sessions
from wiki.people.accounts.factors import pending_logins as begun
from wiki.people.follow import visits
from wiki.people.limits import durable
from wiki.people.mail.queue import forget_mails
from wiki.people.review import proposals
from wiki.people.sisters import departures
from wiki.people.store.database import Database

#: those whose time is theirs, and those whose time may be chosen
_OWN = (
    begun,
    mail_tokens,
    deposits,
    devices,
    share_links,
    violations,
    incidents,
    pen_names,
    departures,
)
_CHOSEN = (sessions, drafts, visits, proposals, usage, audit)


def forget_the_past(database: Database) -> None:
    """Deletes what is over; each has its own transaction, so that nobody waits long for it."""
    for one in _OWN:
        with database.session() as session:
            one.forget_the_past(session, database.now())
    times = database.times()
    for other in _CHOSEN:
        with database.session() as session:
            other.forget_the_past(session, database.now(), times)
    with database.session() as session:
        durable.forget_the_past(database, session)
    forget_mails(database)
