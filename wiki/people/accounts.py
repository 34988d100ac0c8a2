"""Signs people up and in, and keeps what an admin or they themselves may change of an account."""

from collections.abc import Iterable, Sequence

from wiki.config import Settings
from wiki.people.database import Database
from wiki.people.person import Person
from wiki.people.tokens import MailLink


def register(
    database: Database,
    settings: Settings,
    *,
    email: str,
    name: str,
    password: str | None,
    lang: str,
    address: str,
) -> MailLink:
    """Begins a sign-up; the account exists once the mailed link is followed (``confirm``).

    Answers alike whether or not the address has an account. BadField, Forbidden, TooMany.
    """
    raise NotImplementedError


def confirm(database: Database, token: str) -> Person | None:
    """The account of a sign-up link, made now; None if the link is used, old or wrong."""
    raise NotImplementedError


def authenticate(
    database: Database, settings: Settings, *, email: str, password: str, address: str
) -> Person | None:
    """Who logs in with this password; None alike for all that is wrong. Raises TooMany."""
    raise NotImplementedError


def ask_login_link(
    database: Database, settings: Settings, *, email: str, lang: str, address: str
) -> MailLink:
    """A link to log in with; alike for an unknown address. BadField, TooMany."""
    raise NotImplementedError


def ask_reset_link(
    database: Database, settings: Settings, *, email: str, lang: str, address: str
) -> MailLink:
    """A link to set a new password with; alike for an unknown address. BadField, TooMany."""
    raise NotImplementedError


def log_in_with(database: Database, token: str) -> Person | None:
    """Uses a login link up."""
    raise NotImplementedError


def reset_password(database: Database, token: str, password: str) -> Person | None:
    """Uses a reset link up, sets the password, ends every session. Raises BadField."""
    raise NotImplementedError


def set_password(
    database: Database, person_id: str, password: str, *, keep: str | None = None
) -> None:
    """Sets it and ends every session but ``keep`` (a cookie's value). Raises BadField."""
    raise NotImplementedError


def add_person(
    database: Database,
    *,
    email: str,
    name: str,
    role: str = "member",
    password: str | None = None,
    lang: str = "fr",
) -> Person:
    """An account made by an admin. Raises BadField, AlreadyExists."""
    raise NotImplementedError


def get_person(database: Database, person_id: str) -> Person | None: ...
def find_person(database: Database, email: str) -> Person | None: ...
def people_by_page(database: Database, pages: Iterable[str]) -> dict[str, Person]: ...
def people_by_id(database: Database, ids: Iterable[str]) -> dict[str, Person]: ...
def list_people(database: Database, *, after: str = "", limit: int = 100) -> Sequence[Person]: ...
def set_role(database: Database, person_id: str, role: str, *, by: str) -> Person: ...
def set_disabled(database: Database, person_id: str, disabled: bool, *, by: str) -> Person: ...
def set_profile(database: Database, person_id: str, *, name: str, lang: str) -> Person: ...
def set_page(database: Database, person_id: str, page: str | None, *, by: str) -> Person: ...
def move_page(database: Database, old: str, new: str) -> None: ...
def erase(database: Database, person_id: str) -> None: ...
