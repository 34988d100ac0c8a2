"""The panel beside an event: into my calendar, this one or all of them."""

from collections.abc import Sequence

from wiki.api import Aside, Page, Reader, action_url, read_when

from .checks import written
from .views import event_url


def add_to_calendar(page: Page, reader: Reader) -> Sequence[Aside]:
    """A way to keep the event ``page``, as long as it is not over, and to follow the others."""
    if page.type != "event":
        return []
    zone = reader.instance.settings.zone
    when = read_when(written(page, "starts"), written(page, "ends"), zone)
    coming = when is not None and not when.is_over(reader.today, zone)
    return [
        Aside(
            "events/add.html",
            {"add": event_url(page.path) if coming else "", "all": action_url("calendar")},
            order=30,
        )
    ]
