"""Faults of the store and of its files, told apart from faults of ours."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    ProgrammingError,
    TimeoutError,
)

from wiki.cache.topics import OUTDATED, note
from wiki.disk.sqlite import DAMAGED, error_code, is_refused
from wiki.errors import BadRequest, RowsUnreachable, StorageFailed
from wiki.translation import gettext as _


@contextmanager
def store_faults() -> Iterator[None]:
    """Inside, a fault of the store raises StorageFailed, and what it cannot hold BadRequest.

    RowsUnreachable where its server does not answer: no answer that lacks its rows is kept.
    """
    try:
        yield
    except RowsUnreachable:
        note((OUTDATED,))
        raise
    except TimeoutError as error:  # all connections wait for it
        note((OUTDATED,))
        raise unreachable() from error
    except (DBAPIError, sqlite3.DatabaseError) as error:
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            note((OUTDATED,))
            raise unreachable() from error
        if isinstance(error, DataError):
            # PostgreSQL takes no NUL, and nothing that is too long for its column: SQLite both.
            words = _("This request cannot be understood. Nothing was changed.")
            raise BadRequest(words) from error
        if isinstance(error, IntegrityError | ProgrammingError | InterfaceError):
            raise
        if is_refused(error) or is_refused(getattr(error, "orig", None)):
            raise StorageFailed(_("The disk is full or read-only: nothing was saved.")) from error
        original = error if isinstance(error, sqlite3.Error) else error.orig
        if isinstance(original, sqlite3.Error) and error_code(original) in DAMAGED:
            raise StorageFailed(
                _(
                    "The file with the accounts is damaged; nothing was saved. Trying again does"
                    " not help: an administrator can mend it, `wiki check` says how."
                )
            ) from error
        raise StorageFailed(
            _("The private database cannot be used right now; nothing was saved. Please try again.")
        ) from error


def unreachable() -> RowsUnreachable:
    """The server of the private rows does not answer."""
    return RowsUnreachable(
        _("The accounts cannot be reached just now. Nothing is lost: please try again in a while.")
    )


@contextmanager
def file_faults() -> Iterator[None]:
    """Inside, a file that cannot be read or written raises StorageFailed."""
    try:
        yield
    except OSError as error:
        raise StorageFailed(_("The file cannot be read or written there.")) from error
