"""The six digits that an application on a telephone makes each half minute (TOTP, RFC 6238)."""

import logging
from hmac import compare_digest

from sqlalchemy import delete, update

from wiki.people.models.factors import OneTimeRow
from wiki.people.store.database import Database

#: seconds that digits are made of
STEP = 30
DIGITS = 6
#: how many half minutes a clock may be before or behind
_OFF = 1
_log = logging.getLogger(__name__)


def new_secret() -> str:
    """What an application is given: 160 random bits, in base 32."""
    import pyotp

    return pyotp.random_base32()


def address_of(secret: str, account: str, site: str) -> str:
    """What the code that a telephone reads says: ``otpauth://…``."""
    import pyotp

    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=site)


def matching_step(secret: str, digits: str, now: float) -> int | None:
    """The half minute, near ``now``, whose digits these are; None for others."""
    import pyotp

    given = "".join(digits.split())
    if len(given) != DIGITS or not given.isascii() or not given.isdigit():
        return None
    made, today = pyotp.TOTP(secret), int(now) // STEP
    found = None
    for step in range(today - _OFF, today + _OFF + 1):
        if compare_digest(made.at(step * STEP), given):
            found = step
    return found


def keep_secret(database: Database, person_id: str, sealed: str, step: int) -> None:
    """Asks for the digits of this application from now on; those of ``step`` are used."""
    with database.session() as session:
        session.execute(delete(OneTimeRow).where(OneTimeRow.person == person_id))
        session.add(OneTimeRow(person=person_id, secret=sealed, last=step, created=database.now()))
    _log.info("one-time codes of %s set up", person_id)


def sealed_secret(database: Database, person_id: str) -> str | None:
    """What was kept, as it was sealed."""
    row = database.find_row(OneTimeRow, person_id)
    return row.secret if row else None


def use_step(database: Database, person_id: str, step: int) -> bool:
    """Uses up the digits of ``step``; False where they, or later ones, have been used."""
    with database.session() as session:
        newer = update(OneTimeRow).where(OneTimeRow.person == person_id, OneTimeRow.last < step)
        moved = newer.values(last=step).returning(OneTimeRow.person)
        counted = session.execute(moved.execution_options(synchronize_session=False))
        return bool(counted.all())


def end_codes(database: Database, person_id: str) -> None:
    """Asks for them no more; none is no fault."""
    database.execute(delete(OneTimeRow).where(OneTimeRow.person == person_id))
    _log.info("one-time codes of %s ended", person_id)
