"""What becomes of the applications to an event that is moved: their last day, who is told."""

from collections.abc import Iterator, Sequence

from wiki.api.events import Event, EventMove
from wiki.api.paths import action_url
from wiki.api.reading import Reader, find_page
from wiki.api.translation import gettext, ngettext

from .. import store
from ..calls import KEYS, call_in
from ..decisions import decisions
from ..models import ApplicationRow
from ..states import LIVE, SELECTED


def moves(event: Event, to: Event, reader: Reader) -> Sequence[EventMove]:
    """The last day, so much later, and the teams that present."""
    return [*_last_day(event, to, reader), *_teams(event, reader)]


def _last_day(event: Event, to: Event, reader: Reader) -> Iterator[EventMove]:
    call, page = call_in(reader, event.row), find_page(reader, event.path)
    if call.until is None or page is None or event.when is None or to.when is None:
        return
    was, now = (when.day(reader.instance.settings.zone) for when in (event.when, to.when))
    after = call.until + (now - was)
    if call.open:
        after = min(max(after, reader.today), now)
    if after == call.until:
        return
    shown = reader.instance.templates.filters["day"]
    words = gettext("{was}, then {now}").format(was=shown(call.until), now=shown(after))
    reopens = not call.open and after >= reader.today
    if reopens:
        words += " · " + gettext("they are closed: this opens them again")
    key = next(key for key in KEYS if page.head.words(key))
    label = gettext("The last day of applications")
    yield EventMove(label, words, head={key: after.isoformat()}, wanted=not reopens)


def _teams(event: Event, reader: Reader) -> Iterator[EventMove]:
    rows = store.find_all(
        reader.instance, ApplicationRow.event == event.path, ApplicationRow.state.in_(LIVE)
    )
    known = decisions(reader.instance, [row.id for row in rows])
    if count := sum(one.told and one.choice == SELECTED for one in known.values()):
        words = ngettext(
            "the team of one project is told by mail ten minutes from now",
            "the teams of {count} projects are told by mail ten minutes from now",
            count,
        )
        url = action_url("applications", event.path)
        yield EventMove(gettext("Those who present"), words.format(count=count), url)
