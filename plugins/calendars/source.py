"""The source: each event a page, at a place that stays whatever the event is called later."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

from wiki.api.documents import missing_programs, read_markup
from wiki.api.errors import BadRequest, WikiError
from wiki.api.imports import Choice, ImportProgress, Source, Stage
from wiki.api.imports.files import decode_text, is_archive, open_bundle
from wiki.api.imports.markdown import escaped
from wiki.api.translation import gettext as _
from wiki.api.translation import lazy

from .event_record import Happening, key_of, name_of
from .feed import LOOK, kind_of
from .ical import read_ical, repeats
from .jsonld import read_linked
from .occasion import page_text

#: where the pages of events are
_PLACE = "evenements"
_MOST = 50_000_000
_ENDINGS = (".ics", ".ical", ".ifb", ".icalendar", ".json", ".jsonld", ".html", ".htm")
_MARKUP = re.compile(r"<[^<>]{0,2000}>")
_SECONDS = 20.0
#: what is asked where events repeat, and its answers
_QUESTION, _EACH, _ONE = "repeating", "each", "one"


class Calendars(Source):
    """A file of iCalendar or of Mobilizon, or a ZIP of some."""

    label = lazy("Events: iCalendar (.ics), Mobilizon")

    hint = lazy(
        "In calendars: “Export”, .ics. In Mobilizon: “Add to my calendar” of an event, or the"
        " address of a group's events, as iCalendar."
    )

    def is_own(self, path: Path) -> bool:
        """See Source."""
        if path.is_dir() or is_archive(path):
            with open_bundle(path) as bundle:
                names = [item.name.lower() for item in bundle.items]
            return bool(names) and all(name.endswith(_ENDINGS[:4]) for name in names)
        with path.open("rb") as file:
            return kind_of(file.read(LOOK)) != ""

    def choices(self, path: Path) -> Sequence[Choice]:
        """See Source."""
        if not any(repeats(data) for _name, data in _files(path)):
            return ()
        options = [
            (_EACH, _("A page for each of the next 12 dates")),
            (_ONE, _("One page, which tells the dates")),
        ]
        hint = _("A page has one date in the calendar here: the next one, where it tells several.")
        return [Choice(_QUESTION, _("What becomes of events that repeat?"), options, _EACH, hint)]

    def read(
        self, path: Path, stage: Stage, answers: Mapping[str, str], progress: ImportProgress
    ) -> None:
        """See Source."""
        one_page = answers.get(_QUESTION) == _ONE
        found: dict[tuple[str, str], Happening] = {}
        for name, data in _files(path):
            for one in _happenings(name, data, stage, one_page=one_page):
                found.setdefault((one.uid, one.occurrence), one)
        if not found:
            raise BadRequest(_("There is no event in this."))
        events = sorted(found.values(), key=_order)
        known = {id(one): place for one in events if (place := _known(one, stage))}
        for place in known.values():
            stage.places.take(place)
        for done, one in enumerate(events, 1):
            _put(one, known.get(id(one)) or _new(one, stage), stage)
            progress(done, len(events))


def _put(one: Happening, path: str, stage: Stage) -> None:
    def markdown_of(html: str) -> str:
        return _markdown(html, stage, path)

    text = page_text(one, markdown_of)
    digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
    stage.revision(
        path,
        text,
        key=f"{key_of(one)}@{digest}",
        when=one.updated,
        author=one.organiser,
        parts=[f"{key_of(one)}={path}"],
    )
    if one.private:
        stage.restrict(path)


def _known(one: Happening, stage: Stage) -> str:
    """Where an earlier import put it, whatever it was called then; "" where none did."""
    start = f"{key_of(one)}="
    ones = [key.removeprefix(start) for key in stage.present.keys(start)]
    inside = [path for path in ones if not stage.into or path.startswith(f"{stage.into}/")]
    return inside[0] if inside else ""


def _new(one: Happening, stage: Stage) -> str:
    into = stage.into
    folder = into if into.rpartition("/")[2] == _PLACE else f"{into}/{_PLACE}".strip("/")
    day = f" {one.starts.isoformat()[:10]}" if one.starts and one.occurrence else ""
    while True:
        path = stage.places.page(name_of(one) + day, folder)
        # One that is here is another event, or was before.
        if stage.present.text(path) is None:
            return path


def _order(one: Happening) -> tuple[str, str, str]:
    return (one.starts.isoformat() if one.starts else "9", one.uid, one.occurrence)


def _happenings(name: str, data: bytes, stage: Stage, *, one_page: bool) -> Iterator[Happening]:
    kind = kind_of(data)
    if kind == "ical":
        today = datetime.now(UTC).date()
        yield from read_ical(decode_text(data)[0], today, stage.loss, one_page=one_page)
    elif kind == "linked":
        yield from read_linked(decode_text(data)[0])
    else:
        raise BadRequest(_("There is no event in this: {name}").format(name=name))


def _files(path: Path) -> Iterator[tuple[str, bytes]]:
    with open_bundle(path) as bundle:
        for item in bundle.items:
            yield item.name, bundle.read(item, _MOST)


def _markdown(html: str, stage: Stage, path: str) -> str:
    """A text that is HTML; without pandoc its words alone."""
    if not missing_programs():
        try:
            return read_markup(html, "html", seconds=_SECONDS)
        except WikiError as error:
            stage.loss(_("A text whose form could not be read: its words came"), path, error.words)
    lines = re.sub(r"</(?:p|div|li|h\d|blockquote)>|<br\b[^<>]*>", "\n\n", html, flags=re.I)
    return escaped(re.sub(r"\s*\n\s*\n\s*", "\n\n", unescape(_MARKUP.sub("", lines))).strip())
