"""The first administrator: made once, by whoever has the set-up link, and by nobody after them."""

import logging

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from wiki.errors import AlreadyExists, BadField
from wiki.people.accounts.fields import check_lang, check_name, fold_email
from wiki.people.accounts.passwords import check_password, hash_password
from wiki.people.accounts.rows import as_person, new_row
from wiki.people.audit import record_audit
from wiki.people.models.accounts import PersonRow
from wiki.people.person import Person
from wiki.people.store.database import Database
from wiki.translation import gettext as _

_ADMINS = select(PersonRow.id).where(PersonRow.role == "admin").limit(1)
_log = logging.getLogger(__name__)


def has_admin(database: Database) -> bool:
    """Whether there is an administrator, blocked or not: the last one of a site cannot end."""
    return database.find_value(_ADMINS) is not None


def add_founder(database: Database, *, email: str, name: str, password: str, lang: str) -> Person:
    """The first administrator's account.

    Raises BadField, and AlreadyExists where there is an administrator: of two at the same moment,
    one becomes it.
    """
    folded, shown = fold_email(email), check_name(name)
    check_lang(lang)
    check_password(password, (shown, folded))
    row = new_row(database, folded, shown, "admin", lang, hash_password(password))
    try:
        with database.session("admins") as session:
            if session.scalar(_ADMINS) is not None:
                raise AlreadyExists(
                    _(
                        "This site has its first administrator already, and nothing of what you "
                        "typed was saved. Ask them for an account, or for their rights."
                    )
                )
            session.add(row)
            session.flush()
            record_audit(database, row.id, "account", row.id, "admin", session=session)
            person = as_person(row)
    except IntegrityError as error:
        words = _(
            "This address has an account already. Give another one here: you can make that account "
            "an administrator afterwards."
        )
        raise BadField("email", words) from error
    _log.info("account %s made as the first administrator", person.id)
    return person
