"""Texts being written, kept for their writer alone until they are saved or thrown away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from wiki.people.database import Database


@dataclass(frozen=True)
class Draft:
    """One person's unsaved text of one page, and the commit it started from."""

    path: str
    base: str
    text: str
    saved: datetime


def save_draft(database: Database, person_id: str, path: str, base: str, text: str) -> None: ...
def read_draft(database: Database, person_id: str, path: str) -> Draft | None: ...
def drop_draft(database: Database, person_id: str, path: str) -> None: ...
def list_drafts(database: Database, person_id: str) -> Sequence[Draft]: ...
