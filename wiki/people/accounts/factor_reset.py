"""For who has lost all second factors: they are taken away, and the account logs in as at first."""

import logging

from sqlalchemy import delete

from wiki.people.accounts.devices import end_trust
from wiki.people.accounts.sessions import end_sessions
from wiki.people.audit import record_audit
from wiki.people.models.factors import OneTimeRow, PasskeyRow, RecoveryRow, SecondFactorRow
from wiki.people.store.database import Database

_log = logging.getLogger(__name__)


def reset_factors(database: Database, person_id: str, *, by: str) -> None:
    """Takes away all that someone proves themselves by beside a password, who has lost it."""
    with database.session() as session:
        for table in (PasskeyRow, OneTimeRow, RecoveryRow):
            session.execute(delete(table).where(table.person == person_id))
        row = session.get(SecondFactorRow, person_id)
        if row is not None:
            row.chosen = False
        end_trust(session, person_id)
        end_sessions(session, person_id)
        record_audit(database, by, "second-factor-reset", person_id, session=session)
    _log.info("second factors of %s taken away by %s", person_id, by)
