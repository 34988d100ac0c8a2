"""Another mail address for an account: good once whoever reads the new one has said so."""

import logging

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from wiki.config import Settings
from wiki.errors import BadField, NotFound
from wiki.people.accounts.fields import fold_email
from wiki.people.accounts.mail_tokens import MailLink, cancel, issue, use
from wiki.people.accounts.rows import as_person
from wiki.people.limits.durable import HOUR, attempt
from wiki.people.models.accounts import PersonRow
from wiki.people.person import Person
from wiki.people.store.database import Database
from wiki.translation import gettext as _

_log = logging.getLogger(__name__)


def ask_new_address(database: Database, settings: Settings, person_id: str, email: str) -> MailLink:
    """What to mail to the new address; one that has an account is told so there, and nowhere else.

    Raises BadField, NotFound, TooMany.
    """
    folded = fold_email(email)
    attempt(database, f"address:{person_id}", settings.resets_per_hour, HOUR)
    with database.session() as session:
        row = session.get(PersonRow, person_id)
        if row is None:
            raise NotFound(_("There is no such account."))
        if row.email == folded:
            raise BadField("email", _("This is your address already."))
        taken = session.scalar(select(PersonRow.id).where(PersonRow.email == folded)) is not None
        link = MailLink("taken" if taken else "address", folded, row.name, row.lang)
        return issue(database, session, link, person=person_id)


def use_new_address(database: Database, token: str) -> tuple[Person, str] | None:
    """The account with its new address, and the old one; None if the link is used, old or wrong.

    Links that were mailed to the old address end.
    """
    try:
        with database.session() as session:
            spent = use(database, session, token, {"address"})
            row = session.get(PersonRow, spent.person) if spent else None
            if spent is None or row is None or row.disabled:
                return None
            old, row.email = row.email, spent.email
            cancel(session, row.id)
            session.flush()
            _log.info("address of %s changed", row.id)
            return as_person(row), old
    except IntegrityError:
        # Meanwhile another account has been opened with it.
        return None
