"""Someone with an account, as the rest of the wiki sees them: a frozen value."""

from dataclasses import dataclass

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

    @property
    def alias(self) -> str:
        """The address under which this person's commits are made: it receives no mail."""
        return f"{self.id}@{ALIAS}"
