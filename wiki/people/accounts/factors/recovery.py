"""Recovery codes: ten, on paper, each good once in place of a second factor that was lost."""

import logging
from secrets import choice

from sqlalchemy import delete, func, select

from wiki.people.accounts.passwords import hash_password, verify
from wiki.people.models.factors import RecoveryRow
from wiki.people.store.database import Database

COUNT = 10
#: without what is read as something else
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_LENGTH, _GROUP = 12, 4
_LONGEST = 100
_log = logging.getLogger(__name__)


def make_recovery_codes(database: Database, person_id: str) -> list[str]:
    """Ten new ones, told once; those from before are good no more."""
    codes = ["".join(choice(_ALPHABET) for _ in range(_LENGTH)) for _ in range(COUNT)]
    hashes = [hash_password(code) for code in codes]
    with database.session() as session:
        session.execute(delete(RecoveryRow).where(RecoveryRow.person == person_id))
        session.add_all(
            RecoveryRow(person=person_id, number=number, hash=hash)
            for number, hash in enumerate(hashes)
        )
    _log.info("recovery codes of %s made", person_id)
    return ["-".join(code[at : at + _GROUP] for at in range(0, _LENGTH, _GROUP)) for code in codes]


def use_recovery_code(database: Database, person_id: str, given: str) -> bool:
    """Whether it was one of theirs that was not used; it is used up by that."""
    code = "".join(letter for letter in given[:_LONGEST].lower() if letter in _ALPHABET)
    if len(code) != _LENGTH:
        return False
    asked = select(RecoveryRow.number, RecoveryRow.hash).where(RecoveryRow.person == person_id)
    for number, hash in database.list_tuples(asked):
        if verify(hash, code):
            mine = (RecoveryRow.person == person_id, RecoveryRow.number == number)
            with database.session() as session:
                # Codes that were made anew meanwhile have the same numbers.
                gone = delete(RecoveryRow).where(*mine, RecoveryRow.hash == hash)
                return bool(session.scalars(gone.returning(RecoveryRow.number)).all())
    return False


def count_recovery_codes(database: Database, person_id: str) -> int:
    """How many are left."""
    mine = select(func.count()).where(RecoveryRow.person == person_id)
    return database.find_value(mine) or 0
