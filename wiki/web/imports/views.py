"""The list of imports, one of them in each of its states, and what an administrator decides."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response

from wiki.errors import BadField, BadRequest, NotFound
from wiki.hookspecs.background import fetcher, importer
from wiki.imports.elsewhere import Elsewhere
from wiki.imports.intake import read_progress, source_of, told_choice
from wiki.imports.runs import WORKING, Run, Runs, State
from wiki.imports.stage import into_space
from wiki.instance import Instance
from wiki.pages.paths import ROOT
from wiki.pages.urls import page_url
from wiki.people.accounts import people_by_id
from wiki.reading import Reader
from wiki.translation import gettext as _
from wiki.translation import language, lazy
from wiki.web.admin.index import admin
from wiki.web.admin.sections import CONTENT, WAITING, Line, Need, Section, register
from wiki.web.csv import csv_response
from wiki.web.forms import (
    FormText,
    FormWord,
    pressed_button,
    redisplay,
    render_tool,
    typed_values,
)
from wiki.web.imports.decisions import DECISIONS, LIST, go_on
from wiki.web.imports.preview import PREVIEWED, first_pages, previewed, staged_file
from wiki.web.imports.questions import groups
from wiki.web.imports.upload import largest_file, length_checked, receive
from wiki.web.page.files import format_size
from wiki.web.security import csrf
from wiki.web.support import current_instance, current_reader

bp = Blueprint("imports", __name__)

#: places of each kind of loss that are shown; the file has all
_PLACES = 5
STATE_WORDS = {
    State.FETCHING: lazy("being fetched"),
    State.LOOKING: lazy("being looked at"),
    State.ASKING: lazy("waits for your choice"),
    State.READING: lazy("being read"),
    State.READY: lazy("waits for your yes"),
    State.WRITING: lazy("being imported"),
    State.DONE: lazy("imported"),
    State.FAILED: lazy("failed"),
    State.CANCELLED: lazy("given up"),
}


@bp.before_request
def _guard() -> None:
    admin()


@bp.get("/admin/imports")
def imports() -> Response:
    """What was imported, and the form for more."""
    instance = current_instance()
    found = _runs(instance).list()
    people = people_by_id(instance.private, {one.by for one in found})
    return render_tool(
        "imports/index.html",
        sources=_sources(instance),
        most=format_size(largest_file(instance)),
        sites=[one for one in _sources(instance) if one["name"] in instance.plugins.keys(fetcher)],
        values=typed_values("into", "site", "address", "site_into"),
        imports=[
            {
                "url": f"{LIST}/{one.id}",
                "name": one.name,
                "source": _label(instance, one.source),
                "who": people[one.by].name if one.by in people else "",
                "begun": one.begun,
                "state": str(STATE_WORDS[one.state]),
                "kind": _kind(one),
                "pages": one.outcome.get("pages") if one.state == State.DONE else None,
            }
            for one in found
        ],
    )


@bp.post("/admin/imports")
@csrf.exempt  # type: ignore[untyped-decorator]
def begin() -> Response:
    """Takes a file. The form's token is checked in it, once it is known who sends it."""
    with length_checked(current_instance()):
        return _begin()


@redisplay(imports)
def _begin() -> Response:
    instance, person = current_instance(), admin()
    runs = _runs(instance)
    id, name, size = receive(instance, runs)
    try:
        into = _into("into")
    except BadField:
        runs.forget(id)
        raise
    begun = Run(id, person.id, language(), name, size, datetime.now(UTC), into)
    return go_on(instance, runs, begun)


@bp.post("/admin/imports/site")
@redisplay(imports)
def ask(site: FormText, address: FormWord) -> Response:
    """A site that is asked for what it has."""
    instance, person = current_instance(), admin()
    # As programs write the addresses of calendars.
    address = address.removeprefix("webcal://")
    if address and "://" not in address:
        address = f"https://{address}"
    if site not in instance.plugins.keys(fetcher):
        raise BadField("site", _("Choose what answers there."))
    try:
        Elsewhere(address, instance.settings.import_hosts.split())
    except BadRequest as error:
        raise BadField("address", error.words) from error
    into = _into("site_into")
    runs = _runs(instance)
    id, _sent = runs.begin()
    name = address.partition("://")[2].rstrip("/")
    begun = Run(id, person.id, language(), name, 0, datetime.now(UTC), into, site, State.FETCHING)
    return go_on(instance, runs, begun, address=address)


def _into(field: str) -> str:
    """The space to import into. Raises BadField."""
    try:
        return into_space(typed_values(field)[field].strip().removeprefix("/"))
    except BadRequest as error:
        raise BadField(field, error.words) from error


@bp.get("/admin/imports/<run_key>")
def show(run_key: str) -> Response:
    """One import, as far as it is."""
    reader = current_reader()
    instance = reader.instance
    runs = _runs(instance)
    run = runs.get(run_key)
    ready = run.state == State.READY
    told = read_progress(runs.stage(run)) if run.state in WORKING else None
    return render_tool(
        "imports/import.html",
        run=run,
        url=f"{LIST}/{run_key}",
        source=_label(instance, run.source),
        size=format_size(run.size) if run.size else "",
        state=str(STATE_WORDS[run.state]),
        kind=_kind(run),
        working=run.state in WORKING,
        done=told[0] if told else 0,
        total=(told[1] or 0) if told else 0,
        sources=_sources(instance),
        questions=groups([told_choice(one) for one in run.asked], run.answers),
        likely=[_label(instance, name) for name in run.names],
        into={"label": run.into, "url": page_url(run.into)} if run.into else None,
        pages=first_pages(runs, run) if ready else [],
        most_pages=PREVIEWED,
        audience=reader.access(run.into or ROOT).group.partition(":")[0],
        losses=_grouped(runs, run) if run.state in (State.READY, State.DONE) else [],
    )


@bp.post("/admin/imports/<run_key>")
@redisplay(show)
def decide(run_key: str) -> Response:
    """A choice, a yes, a no; or nothing is kept of it any more."""
    instance = current_instance()
    act = pressed_button(DECISIONS)
    return act(instance, _runs(instance), _runs(instance).get(run_key))


@bp.get("/admin/imports/<run_key>/page/<int:nth>")
def page(run_key: str, nth: int) -> Response:
    """One of the first pages, as it will look."""
    reader = current_reader()
    runs = _runs(reader.instance)
    run = runs.get(run_key)
    return render_tool(
        "imports/page.html",
        run=run,
        url=f"{LIST}/{run_key}",
        number=nth,
        page=previewed(reader, runs, run, nth),
    )


@bp.get("/admin/imports/<run_key>/file/<path:place>")
def file(run_key: str, place: str) -> Response:
    """A file that one of these pages shows."""
    runs = _runs(current_instance())
    return staged_file(runs, runs.get(run_key), place)


@bp.get("/admin/imports/<run_key>/losses.csv")
def losses(run_key: str) -> Response:
    """The whole report, for a spreadsheet."""
    runs = _runs(current_instance())
    rows = [(one.what, one.where, one.detail) for one in runs.losses(runs.get(run_key))]
    head = (_("What"), _("Where"), _("The text itself"))
    return csv_response([head, *rows], f"import-{run_key}.csv")


def _runs(instance: Instance) -> Runs:
    return Runs(instance.settings.instance)


def _sources(instance: Instance) -> list[dict[str, str]]:
    found = [(name, source_of(instance.plugins, name)) for name in instance.plugins.keys(importer)]
    return sorted(
        ({"name": name, "label": one.label, "hint": one.hint} for name, one in found),
        key=lambda one: one["label"].casefold(),
    )


def _label(instance: Instance, name: str) -> str:
    """What a source is called; one whose plugin is gone, by its name."""
    try:
        return source_of(instance.plugins, name).label if name else ""
    except NotFound:
        return name


def _kind(run: Run) -> str:
    """How the state is marked."""
    if run.state == State.DONE:
        return "done"
    return "warning" if run.state in (State.FAILED, State.ASKING, State.READY) else ""


def _grouped(runs: Runs, run: Run) -> list[dict[str, Any]]:
    """Losses by kind, the most frequent first, each with its first places."""
    counts: Counter[str] = Counter()
    first: dict[str, list[dict[str, str]]] = {}
    for one in runs.losses(run):
        counts[one.what] += 1
        if counts[one.what] <= _PLACES:
            first.setdefault(one.what, []).append({"where": one.where, "detail": one.detail})
    return [
        {"what": what, "count": count, "first": first[what], "more": count - len(first[what])}
        for what, count in counts.most_common()
    ]


def _lines(reader: Reader) -> Sequence[Line]:
    found = _runs(reader.instance).list()
    return [Line(_("Imports"), LIST, len(found), _("pages of another program"))]


def _needs(reader: Reader) -> Sequence[Need]:
    return [
        Need(
            _("The import of “{name}” waits for you.").format(name=one.name),
            _("Have a look"),
            f"{LIST}/{one.id}",
            WAITING,
        )
        for one in _runs(reader.instance).list()
        if one.state in (State.ASKING, State.READY)
    ]


register(Section(lazy("Imports"), _lines, order=45, part=CONTENT, needs=_needs))
