"""``/-/calendars``: the dates of calendars that are followed; ``…/followed``: which these are."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from wiki.api.errors import NotFound
from wiki.api.limits import DAY, Limit, count_attempts, count_request
from wiki.api.paths import action_url
from wiki.api.people import Person, get_person
from wiki.api.plugin import Instance
from wiki.api.reading import Reader
from wiki.api.translation import gettext
from wiki.api.web import current_reader, render_page, share_response, signed_in_reader
from wiki.api.web.elsewhere import EventsAsked
from wiki.api.web.forms import pressed_button, redisplay, render_tool, see_other, typed_values
from wiki.api.web.listings import chosen_values, list_offset, page_links

from . import store
from .dates import by_event, coming, entries, entry_of
from .models import CalendarRow, LookRow

bp = Blueprint("calendars", __name__)

_PAGE, _FIRST, _WORDS = 20, 5, 300
_KEYS = ("theme", "territory")
#: what has a server called: so often a day and person
_ADDED_A_DAY, _LOOKED_A_DAY = 40, 200


@bp.get("/calendars")
def dates() -> Response:
    """All that comes, or what answers ``?q=``, a theme, a territory; of one ``?calendar=``."""
    reader = current_reader()
    words = request.args.get("q", "")[:_WORDS]
    if words:
        count_request("search")
    share_response()
    asked = EventsAsked(words, {key: some for key in _KEYS if (some := chosen_values(key))})
    calendars = [one for one in store.listed(reader.instance) if one.shown and not one.blocked]
    chosen = request.args.get("calendar", "")
    found, start = coming(reader, asked, chosen), list_offset()
    shown = found[start : start + _PAGE]
    return render_page(
        "calendars/dates.html",
        entries=list(entries(reader, shown)),
        total=len(found),
        listing=page_links(len(found), len(shown), start, _PAGE),
        narrowed=bool(asked.words.strip() or asked.values or chosen),
        calendars=[_link(one, here=one.id == chosen) for one in calendars],
        manage=action_url("calendars/followed") if may_follow(reader.person) else "",
        noindex=True,
    )


def _link(calendar: CalendarRow, *, here: bool) -> dict[str, Any]:
    return {
        "label": store.name_of(calendar),
        "url": action_url("calendars", query={"calendar": calendar.id}),
        "home": store.home_of(calendar),
        "here": here,
    }


@bp.get("/calendars/followed")
def followed() -> Response:
    """The calendars, how each goes, and the form that names another."""
    reader = _reader()
    looks = store.looks(reader.instance)
    return render_tool(
        "calendars/followed.html",
        calendars=[
            _values(reader.instance, one, looks[one.id]) for one in store.listed(reader.instance)
        ],
        values=typed_values("address"),
    )


@bp.post("/calendars/followed")
@redisplay(followed)
def add() -> Response:
    """Names another: its first events are shown here, to say yes to."""
    reader, by = _reader(), _person_id()
    _count("add", _ADDED_A_DAY)
    row = store.add(reader.instance, request.form.get("address", "")[:2_000], by, by)
    return see_other(f"{action_url('calendars/followed')}#{row.id}")


@bp.post("/calendars/followed/<id>")
@redisplay(lambda id: followed())
def change(id: str) -> Response:
    """Shows its events, looks at it now, blocks it, lets it in again, takes it away."""
    calendar = store.find(_reader().instance, id)
    actions: dict[str, Callable[[CalendarRow], str]] = {
        "show": _show,
        "poll": _look,
        "block": lambda one: _block(one, blocked=True),
        "unblock": lambda one: _block(one, blocked=False),
        "remove": _remove,
    }
    return see_other(action_url("calendars/followed"), pressed_button(actions)(calendar))


def _show(calendar: CalendarRow) -> str:
    store.show(_reader().instance, calendar, request.form.get("name", ""), _person_id())
    return gettext("Its dates are shown from now on, with where they come from.")


def _look(calendar: CalendarRow) -> str:
    _count("look", _LOOKED_A_DAY)
    store.look_soon(_reader().instance, calendar)
    return gettext("{calendar} is looked at now.").format(calendar=store.name_of(calendar))


def _block(calendar: CalendarRow, *, blocked: bool) -> str:
    store.block(_reader().instance, calendar, _person_id(), blocked=blocked)
    if blocked:
        words = gettext("Nothing of {calendar} is shown any more.")
    else:
        words = gettext("{calendar} is shown again.")
    return words.format(calendar=store.name_of(calendar))


def _remove(calendar: CalendarRow) -> str:
    store.remove(_reader().instance, calendar, _person_id())
    words = gettext("{calendar} is followed no more, and its dates are gone.")
    return words.format(calendar=store.name_of(calendar))


def _values(instance: Instance, one: CalendarRow, look: LookRow) -> dict[str, Any]:
    kept = store.events_of(instance, one.id)
    first = by_event(kept)[:_FIRST]
    by = get_person(instance.private, one.named_by) if one.named_by else None
    return {
        "id": one.id,
        "name": store.name_of(one),
        "address": one.address,
        "home": store.home_of(one),
        "state": _state(one, look),
        "shown": one.shown,
        "blocked": one.blocked,
        "waits": look.looked is None and not one.blocked,
        "said": "" if one.blocked else look.said,
        "seen": look.seen,
        "again": look.due if one.shown and not one.blocked else None,
        "events": len(kept),
        "more": look.more,
        "by": by.name if by is not None else "",
        "first": [] if one.shown else [entry_of(instance, event, one) for event in first],
        "url": action_url("calendars", query={"calendar": one.id}),
        "action": action_url("calendars/followed", one.id),
    }


def _state(one: CalendarRow, look: LookRow) -> str:
    if one.blocked:
        return gettext("blocked")
    if look.looked is None:
        return gettext("is looked at for the first time")
    if look.failures:
        return gettext("cannot be read")
    return gettext("up to date") if one.shown else gettext("waits for your yes")


def may_follow(person: Person | None) -> bool:
    """Whether the person names calendars, which everybody sees then."""
    return (
        person is not None
        and person.role in ("admin", "programme")
        and not (person.disabled or person.held)
    )


def _reader() -> Reader:
    """Raises LogInFirst, NotFound."""
    reader = signed_in_reader(gettext("Log in first: calendars are named by administrators."))
    if not may_follow(reader.person):
        raise NotFound(gettext("There is no page here."))
    return reader


def _person_id() -> str:
    person = _reader().person
    return person.id if person is not None else ""


def _count(what: str, most: int) -> None:
    """Counts what has a server called. Raises TooMany."""
    limit = Limit(f"calendars:{what}:{_person_id()}", most, DAY)
    count_attempts(_reader().instance.private, [limit])
