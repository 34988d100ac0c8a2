"""Faults of the store and of its files, told apart from faults of ours."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DatabaseError, DataError, IntegrityError, ProgrammingError

from wiki.disk.sqlite import is_refused
from wiki.errors import BadRequest, StorageFailed
from wiki.translation import gettext as _


@contextmanager
def store_faults() -> Iterator[None]:
    """Inside, a fault of the store raises StorageFailed, and what it cannot hold BadRequest."""
    try:
        yield
    except (IntegrityError, ProgrammingError):
        raise
    except DataError as error:
        # PostgreSQL takes no NUL, and nothing that is too long for its column: SQLite takes both.
        raise BadRequest(_("This request cannot be understood. Nothing was changed.")) from error
    except (DatabaseError, sqlite3.DatabaseError) as error:
        if is_refused(error) or is_refused(getattr(error, "orig", None)):
            raise StorageFailed(_("The disk is full or read-only: nothing was saved.")) from error
        raise StorageFailed(
            _("The private database cannot be used right now; nothing was saved. Please try again.")
        ) from error


@contextmanager
def file_faults() -> Iterator[None]:
    """Inside, a file that cannot be read or written raises StorageFailed."""
    try:
        yield
    except OSError as error:
        raise StorageFailed(_("The file cannot be read or written there.")) from error
