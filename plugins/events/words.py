"""An event's moment in words of the reader's language."""

from babel.dates import format_date, format_time

from wiki.api.events import Event
from wiki.api.reading import Reader
from wiki.api.translation import gettext, language


def when_words(reader: Reader, event: Event) -> str:
    """“Thursday 18 March 2027 at 18:30”; "" where nobody said when."""
    if event.when is None:
        return ""
    starts = event.when.starts
    lang = language()
    if event.when.all_day:
        return str(format_date(starts, "full", locale=lang))
    local = starts.astimezone(reader.instance.settings.zone)  # type: ignore[attr-defined]
    day = format_date(local.date(), "full", locale=lang)
    hour = format_time(local, "short", locale=lang)
    return gettext("{day} at {hour}").format(day=day, hour=hour)
