"""What backups are called, so that each tells whose it is and of when: ``carrefour-…``.

Where several wikis, or other things, lie at one place, nobody takes those of another for his own.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

_STAMP = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(
    r"carrefour-([0-9a-z]{8})-(\d{8}T\d{6}Z)(-before-[0-9A-Za-z.+-]{1,40}?)?\.tar(\.gz)?(\.age)?"
)


@dataclass(frozen=True)
class Named:
    """A backup by what its name says."""

    name: str
    #: of the instance: the beginning of its id
    owner: str
    made: datetime
    #: made by itself before an upgrade
    before_upgrade: bool

    @property
    def encrypted(self) -> bool:
        """Whether a key is needed to read it."""
        return self.name.endswith(".age")


def owner_of(id: str) -> str:
    """What stands in names for the instance of that id."""
    return re.sub(r"[^0-9a-z]", "0", id.lower())[:8].ljust(8, "0")


def make_name(
    owner: str, made: datetime, *, version: str = "", compressed: bool = True, encrypted: bool
) -> str:
    """The name of one that was ``made`` then; before the upgrade to ``version`` where it is."""
    before = ""
    if version:
        before = f"-before-{re.sub(r'[^0-9A-Za-z.+-]', '', version)[:40] or 'upgrade'}"
    gz, age = ".gz" if compressed else "", ".age" if encrypted else ""
    return f"carrefour-{owner}-{made.astimezone(UTC):{_STAMP}}{before}.tar{gz}{age}"


def parse_name(name: str) -> Named | None:
    """What a name says; None where it is not one that ``make_name`` makes."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    try:
        made = datetime.strptime(found[2], _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
    return Named(name, found[1], made, bool(found[3]))
