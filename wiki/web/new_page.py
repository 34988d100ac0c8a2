"""Beginning something new: a project, a person's page, an event, a page of any kind."""

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Blueprint, redirect, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from wiki.editing import spaces
from wiki.editing.review.proposals import ProposalForm, propose_space
from wiki.editing.templates import NewSpace, checked_title
from wiki.errors import BadField
from wiki.hookspecs.discovery import near
from wiki.hookspecs.site import OpenForm, beginning
from wiki.pages.paths import normalise
from wiki.pages.urls import action_url, page_url
from wiki.reading import Reader
from wiki.reading.lists import count_facets
from wiki.reading.pages import is_taken
from wiki.translation import gettext as _
from wiki.translation import lazy
from wiki.web import antispam
from wiki.web.forms import DayField, Form, HourField, redisplay, render_tool, see_other
from wiki.web.forms.open_forms import (
    OWN,
    check_self_registration,
    keep_in_browser,
    receive_form,
    typed_fields,
)
from wiki.web.review.proposals import thanks
from wiki.web.security import open_to_all
from wiki.web.support import current_reader
from wiki.web.throttle import client_address, count_request

bp = Blueprint("making", __name__)

NEW_KINDS = (
    ("project", lazy("A project"), lazy("Its presentation, specifications, needs and story.")),
    ("person", lazy("A person"), lazy("What they know, what they offer, how much time they have.")),
    ("event", lazy("An event"), lazy("A Carrefour, a café, a workshop: programme, place, date.")),
    ("dossier", lazy("A dossier"), lazy("Projects gathered around a theme.")),
    ("organisation", lazy("An organisation"), lazy("What it is, what it does.")),
    ("", lazy("A page"), lazy("Anything else: a guide, notes of a session.")),
)


_NEW_FIELDS = ("type", "title", "summary", "themes", "territory", "parent", "day", "begin")
_NAME = "new"
_TYPES = frozenset(value for value, _label, _hint in NEW_KINDS)


class _Moment(Form):
    """When an event takes place, where that is known."""

    day = DayField()
    begin = HourField()


@bp.get("/new")
def new() -> Response:
    """The form to begin a space or a page with; or a plugin's own, for the type asked for.

    Raises LogInFirst where a visitor cannot have an account, Forbidden who may not make it.
    """
    reader = current_reader()
    check_self_registration(_("Log in first."))
    if typed := typed_fields(_NAME):
        return _new_form(_values(typed))
    values = _values(request.args)
    if not values["parent"]:
        known = values["type"] in _TYPES and "type" in request.args
        spaces.check_may_make(reader, values["type"] if known else "project")
    own = _own_form(reader, values)
    return redirect(own) if own else _new_form(values | _default_type())


@bp.post("/new")
@open_to_all
@redisplay(new)
def make() -> Response:
    """Makes the space and leads to it; a visitor is asked for an address first."""
    check_self_registration(_("Log in first."))
    sent = typed_fields(_NAME)
    values = _values(sent)

    def look() -> list[tuple[str, str]]:
        checked_title(_space(values))
        if not values["parent"]:
            spaces.check_may_make(current_reader(), values["type"])
        _check_day_asked(sent)
        return _shown(values)

    return receive_form(_NAME, look)


def _make(reader: Reader, form: MultiDict[str, str]) -> Response:
    """Makes what ``form`` says, for who has an account; a newcomer's waits to be read over."""
    _check_day_asked(form)
    new_space = _space(_values(form))
    if _is_held(reader):
        return thanks(
            propose_space(reader, new_space, ProposalForm("", address=client_address())).id
        )
    count_request("save")
    return see_other(page_url(spaces.make_space(reader, new_space).path))


OWN[_NAME] = OpenForm(
    "/-/new",
    lazy("Create"),
    lazy("It is there, and yours: everything can still be changed."),
    _make,
    new,
)


def _check_day_asked(form: Mapping[str, str]) -> None:
    """Raises BadField for an event whose day was not asked yet, which is no answer."""
    if form.get("type") == "event" and "day" not in form:
        raise BadField("day", _("When is it? Leave it empty if you do not know yet."))


def _values(sent: Mapping[str, str]) -> dict[str, str]:
    return {name: sent.get(name, "") for name in _NEW_FIELDS}


def _space(values: Mapping[str, str]) -> NewSpace:
    """What the form asks for. Raises BadField, BadPath."""
    moment = _Moment.read(MultiDict(values))
    day = moment.day.data.isoformat() if values["type"] == "event" and moment.day.data else ""
    starts = f"{day}T{moment.begin.data}" if day and moment.begin.data else day
    return NewSpace(
        type=values["type"],
        title=values["title"],
        summary=values["summary"],
        themes=[word.strip() for word in values["themes"].split(",") if word.strip()],
        territory=values["territory"],
        above=normalise(values["parent"]) if values["parent"] else "",
        head={"starts": starts} if starts else {},
    )


def _shown(values: Mapping[str, str]) -> list[tuple[str, str]]:
    """What is told of a form while it waits."""
    kind = next(str(label) for value, label, _hint in NEW_KINDS if value == values["type"])
    return [
        (kind, values["title"]),
        (_("Day"), values["day"]),
        (_("In one sentence"), values["summary"]),
        (_("Themes"), values["themes"]),
        (_("Where?"), values["territory"]),
    ]


def _own_form(reader: Reader, values: dict[str, str]) -> str:
    """Where a plugin begins pages of the type that was asked for; "" where none does."""
    if _is_held(reader) or values["parent"]:
        return ""
    url = reader.instance.plugins.call(beginning.named(values["type"]))
    carried = {name: values[name] for name in ("title", "summary", "themes") if values[name]}
    return f"{url}?{urlencode(carried)}" if url and carried else url


def _is_held(reader: Reader) -> bool:
    return reader.person is not None and reader.person.held


def _new_form(values: dict[str, str]) -> Response:
    reader = current_reader()
    counts = count_facets(reader, ("theme", "territory"), limit=60)
    response = render_tool(
        "pages/new.html",
        kinds=[
            {"value": value, "label": str(label), "hint": _hint(reader, value, str(hint))}
            for value, label, hint in NEW_KINDS
            if values["parent"] or value == values["type"] or spaces.may_make(reader, value)
        ],
        values=values,
        known_themes=[one.value for one in counts["theme"]],
        known_territories=[one.value for one in counts["territory"]],
        near_url=action_url("near") if reader.instance.plugins.provider(near) else "",
        traps=antispam.fields(),
    )
    return keep_in_browser(response)


def _hint(reader: Reader, kind: str, words: str) -> str:
    """What a kind of page is; of a person's, too, whose the new one would be."""
    person = reader.person
    if kind != "person" or person is None or person.role == "admin":
        return words
    if person.page is None or not is_taken(reader, person.page):
        return f"{words} {_('It becomes your own page.')}"
    return " ".join(
        (
            words,
            _("You have yours already: another one belongs to the person whose page it is."),
            _("Once it is made, you cannot edit it."),
        )
    )


def _default_type() -> dict[str, str]:
    return {} if request.args.get("type") else {"type": "project"}
