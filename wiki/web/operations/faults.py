"""The reference of a fault: told to its reader, logged, and found again by administrators."""

import logging
import secrets
import traceback
from contextlib import suppress

from flask import request

from wiki.errors import StorageFailed, TooMany
from wiki.people.incidents import LONGEST, Incident, record_incident
from wiki.web.support import current_instance

_log = logging.getLogger(__name__)

#: faults that are kept in a minute, of all processes; the log has the others
_PER_MINUTE = 60
#: exceptions that one came from
_CAUSES = 5


def note_fault(error: BaseException, status: int) -> str:
    """A reference to ``error``, which ended this request; it never raises for its own faults."""
    reference = secrets.token_hex(4)
    with suppress(TooMany):
        instance = current_instance()
        instance.rates.attempt("incident", _PER_MINUTE, 60)
        try:
            record_incident(
                instance.private,
                Incident(
                    reference=reference,
                    at=instance.private.now(),
                    status=status,
                    kind=type(error).__name__[:100],
                    method=request.method[:10],
                    pattern=(str(request.url_rule) if request.url_rule else "")[:200],
                    trace=where_from(error),
                ),
            )
        except StorageFailed:
            _log.warning("the fault %s is noted in this log alone", reference)
        except Exception:
            _log.exception("the fault %s is noted in this log alone", reference)
    return reference


def where_from(error: BaseException) -> str:
    """Where in the code ``error`` was raised, and what it came from: never what they say."""
    parts: list[str] = []
    found: BaseException | None = error
    while found is not None and len(parts) < _CAUSES:
        frames = "".join(traceback.format_tb(found.__traceback__))
        parts.append(f"{type(found).__module__}.{type(found).__qualname__}\n{frames}")
        found = found.__cause__ or (None if found.__suppress_context__ else found.__context__)
    return "\n".join(parts)[-LONGEST:]
