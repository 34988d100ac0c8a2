"""Someone with an account, as the rest of the wiki sees them: a frozen value."""

from dataclasses import dataclass, field

from wiki.errors import Forbidden
from wiki.translation import gettext as _

#: What an account may do, from least to most; the middle ones differ by kind, not by rank.
ROLES = ("reader", "member", "connector", "correspondent", "programme", "admin")

#: the host of the addresses in commits: it receives no mail
ALIAS = "people.invalid"


@dataclass(frozen=True, slots=True)
class Person:
    """An account at one moment; ``page`` is the person page joined to it, ``grants`` its groups."""

    id: str
    email: str
    name: str
    role: str = "member"
    lang: str = "fr"
    page: str | None = None
    grants: frozenset[str] = frozenset()
    has_password: bool = False
    disabled: bool = False
    #: what they write is read by someone before it stands in a page
    held: bool = False
    #: they have shown just now that it is them (``web/account/confirmation.py``)
    sure: bool = field(default=False, compare=False)

    @property
    def alias(self) -> str:
        """The address under which this person's commits are made: it receives no mail."""
        return f"{self.id}@{ALIAS}"


def at_machine(name: str = "") -> Person:
    """Who gives a command where the wiki runs, under the ``name`` that the trail has."""
    return Person(id=name, email="", name="", role="admin", sure=True)


def require_sure(person: Person) -> None:
    """Raises Forbidden for who has not shown just now that it is them.

    Asked where it is decided who rules the site, so that no way there can leave it out.
    """
    if not person.sure:
        raise Forbidden(_("To be sure that it is you, log in once more."))
