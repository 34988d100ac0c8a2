"""Between the rows of an account and the value that the rest of the wiki sees."""

from secrets import choice

from wiki.people.models.accounts import PersonRow
from wiki.people.person import Person
from wiki.people.store.database import Database
from wiki.people.store.values import value_of

_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
_LENGTH = 16


def as_person(row: PersonRow) -> Person:
    """The account as a frozen value."""
    return value_of(
        Person,
        row,
        grants=frozenset(f"guest:{grant.guest}" for grant in row.grants),
        has_password=row.password_hash is not None,
        disabled=row.disabled is not None,
        held=row.held is not None,
        sure=False,
    )


def new_row(
    database: Database, email: str, name: str, role: str, lang: str, password_hash: str | None
) -> PersonRow:
    """A new account under a random id, which says nothing of the person: it stands in commits."""
    return PersonRow(
        id="".join(choice(_ALPHABET) for _ in range(_LENGTH)),
        email=email,
        name=name,
        role=role,
        lang=lang,
        password_hash=password_hash,
        created=database.now(),
        grants=[],
    )
