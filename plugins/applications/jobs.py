"""What time does: who stands behind an application is noted, newcomers' are made, drafts go."""

from contextlib import suppress

from wiki.api.errors import WikiError
from wiki.api.people import get_person
from wiki.api.plugin import Instance
from wiki.api.reading import Reader, page_exists, system_reader

from . import store, submission
from .models import ApplicationRow
from .ownership import remember
from .programme import consent, entries, presentations
from .renames import follow
from .states import HELD

NAME = "applications"
_AT_ONCE = 5000


def run(instance: Instance) -> None:
    """Does what is due; each application by itself, so that it may be ended anywhere."""
    for row in store.find_all(instance, limit=_AT_ONCE):
        remember(instance, follow(instance, row))
    for row in store.find_all(instance, ApplicationRow.state == HELD, limit=_AT_ONCE):
        person = get_person(instance.private, row.person) if row.person else None
        if person is not None and not person.held and not person.disabled:
            # Someone has read a text of theirs meanwhile: nothing holds them any more.
            with suppress(WikiError):
                submission.make_held(instance, row)
    for row in consent.applications_with_words(instance):
        if row.agreed is None or not _is_there(instance, row):
            # Taken back, or deleted, while the page of the event could not be changed.
            with suppress(WikiError):
                entries.take_out(Reader(instance), row)
    presentations.run(instance)
    store.forget(instance)


def _is_there(instance: Instance, row: ApplicationRow) -> bool:
    return bool(row.project) and page_exists(system_reader(instance, "applications"), row.project)
