"""Refusals in words: each becomes an answer with the right status, or a word beside a field.

::

    raise NotFound(gettext("There is no such poll."))
    raise BadField("title", gettext("Say what it is about."))
    raise LogInFirst(gettext("Log in first: a vote is somebody's."))

All are a ``WikiError`` with ``words`` and ``status``.
"""

from wiki.errors import (
    BadField,
    BadRequest,
    EditConflict,
    Forbidden,
    LogInFirst,
    NotFound,
    StorageFailed,
    TooLarge,
    TooMany,
    WikiError,
)
