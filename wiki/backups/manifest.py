"""What an archive says of itself: whose it is, of when, how much it holds, sums of its bytes.

The first member of the archive, so that it can be read without the rest.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from wiki.errors import BadRequest, RowsNewer
from wiki.pages.paths import page_of
from wiki.repository.objects import EMPTY
from wiki.repository.remote.bundle import count_commits
from wiki.repository.repository import Repository
from wiki.translation import gettext as _

NAME = "manifest.json"
#: of what is written today; one of a larger number is of newer code
_FORMAT = 1
#: bytes of a manifest: it has a line for each table
LONGEST = 1_000_000
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Counts:
    """How much there is: what is compared once it is restored."""

    pages: int = 0
    files: int = 0
    commits: int = 0
    proposals: int = 0
    #: of each table of the private rows
    rows: Mapping[str, int] = field(default_factory=dict)

    @property
    def accounts(self) -> int:
        """How many there are."""
        return self.rows.get("person", 0)

    def differences(self, other: "Counts") -> list[str]:
        """What ``other`` has more or less of, a few words each."""
        mine, theirs = self._flat(), other._flat()
        words = _("{name}: {there} rather than {here}")
        return [
            words.format(name=name, there=theirs.get(name, 0), here=mine.get(name, 0))
            for name in sorted(mine.keys() | theirs.keys())
            if mine.get(name, 0) != theirs.get(name, 0)
        ]

    def _flat(self) -> dict[str, int]:
        found = {name: value for name, value in vars(self).items() if isinstance(value, int)}
        return found | {f"rows of {name}": number for name, number in self.rows.items()}


@dataclass(frozen=True)
class Manifest:
    """What an archive holds."""

    version: str
    made: datetime
    #: of the instance
    id: str
    head: str
    #: the newest revision of each branch of the tables
    revisions: tuple[str, ...]
    counts: Counts
    #: of each part, by its name
    sums: Mapping[str, str]

    def write(self, path: Path) -> None:
        """Writes it as JSON."""
        said = {**asdict(self), "format": _FORMAT, "made": self.made.isoformat()}
        path.write_text(json.dumps(said, indent=1, sort_keys=True) + "\n", "utf-8")

    @classmethod
    def parse(cls, data: bytes) -> "Manifest":
        """Raises BadRequest where it is none, RowsNewer where it is one of newer code."""
        try:
            said: dict[str, Any] = json.loads(data)
            if said.pop("format") > _FORMAT:
                raise RowsNewer(
                    f"the backup was made by {said.get('version')}, which writes backups that this "
                    "version cannot read: install that version, then restore"
                )
            said["made"] = datetime.fromisoformat(said["made"])
            said["revisions"] = tuple(said["revisions"])
            return cls(**{**said, "counts": Counts(**said["counts"])})
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadRequest("what the backup says of itself cannot be read") from error


def count(repository: Repository, head: str, rows: Mapping[str, int], proposals: int) -> Counts:
    """The counts of a repository at ``head``, and of what stands beside it."""
    pages = files = 0
    if head != EMPTY:
        for name, _blob in repository.files(head):
            files += 1
            pages += page_of(name) is not None
    return Counts(pages, files - pages, count_commits(repository, head), proposals, dict(rows))


def sum_of(path: Path) -> str:
    """What tells the bytes of a file from any others (SHA-256)."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            found.update(chunk)
    return found.hexdigest()
