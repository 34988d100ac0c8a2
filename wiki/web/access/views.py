"""Who a view is for: the reader with what they may use, or a refusal in words."""

from collections.abc import Callable

from wiki.errors import NotFound
from wiki.hookspecs.events import Event
from wiki.pages.paths import normalise
from wiki.reading import Reader
from wiki.reading.events import event_of, organises_event
from wiki.translation import gettext as _
from wiki.web.support import current_reader, signed_in_reader


def organised_event(
    path: str, may: Callable[[Reader, Event], bool] = organises_event
) -> tuple[Reader, Event]:
    """The reader and the event at ``path``, which they prepare. Raises LogInFirst, NotFound."""
    reader = current_reader()
    event = event_of(reader, normalise(path))
    if event is not None and may(reader, event):
        return reader, event
    signed_in_reader()
    raise NotFound(_("There is no such page here."))
