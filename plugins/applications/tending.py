"""What time does: who stands behind an application is noted, newcomers' are made, drafts go."""

from contextlib import suppress

from wiki.api import Instance, WikiError, get_person

from . import applying, keeping
from .following import follow
from .models import ApplicationRow
from .standing import remember
from .states import HELD

NAME = "applications"
_AT_ONCE = 5000


def run(instance: Instance) -> None:
    """Does what is due; each application by itself, so that it may be ended anywhere."""
    for row in keeping.find_all(instance, limit=_AT_ONCE):
        remember(instance, follow(instance, row))
    for row in keeping.find_all(instance, ApplicationRow.state == HELD, limit=_AT_ONCE):
        person = get_person(instance.private, row.person) if row.person else None
        if person is not None and not person.held and not person.disabled:
            # Someone has read a text of theirs meanwhile: nothing holds them any more.
            with suppress(WikiError):
                applying.make_held(instance, row)
    keeping.forget(instance)
