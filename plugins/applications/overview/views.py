"""The applications to one event: the table, what is done in it, how far they are."""

from collections.abc import Sequence

from flask import Blueprint, request
from werkzeug.wrappers import Response

from wiki.api.errors import NotFound
from wiki.api.events import Event, EventStep
from wiki.api.panels import Waiting
from wiki.api.paths import action_url, normalise, page_url
from wiki.api.reading import Reader
from wiki.api.translation import gettext, ngettext
from wiki.api.web import current_reader
from wiki.api.web.forms import redisplay, render_tool, see_other
from wiki.api.web.listings import list_offset, page_links

from .. import decisions, store, values
from ..access import organised, seen
from ..calls import Call, call_in, close_call, may_organise, open_call
from ..reasons import choices
from ..states import LATER, SELECTED, UNREAD
from ..views.application import act
from . import bulk, report
from .table import ROWS, fill, heads, narrowed, read_asked, selects

bp = Blueprint("applications_organising", __name__)

#: what is done to one application without leaving the table
_IN_PLACE = ("undecide", "aside", "take-up", "accept", "read")


@bp.get("/applications/<path:path>")
def listed(path: str) -> Response:
    """All that was proposed as one table, with the decision in place; below, the sums."""
    reader = current_reader()
    call = organised(reader, normalise(path))
    lines = values.of_event(reader, call)
    asked, start = read_asked(request.args), list_offset()
    here = action_url("applications", call.path)
    found = narrowed(lines, asked)
    shown = found[start : start + ROWS]
    fill(reader, shown)
    form, offered = request.form, choices(reader, call.path)
    for one in shown:
        one["undecided"] = bulk.is_undecided(one)
    answer = form.get("answer", "") or request.args.get("answer", "")
    return render_tool(
        "applications/list.html",
        rows=shown,
        listing=page_links(len(found), len(shown), start, ROWS),
        heads=heads(asked, here),
        selects=selects(lines, asked),
        asked=asked,
        base=here,
        here=here + (f"?{asked.query}" if asked.query else ""),
        answer=answer,
        undecided=any(one["undecided"] for one in shown),
        agreed=bulk.count_agreed(lines),
        reasons=offered.reasons,
        doors=[(one.path, one.title, one.kind) for one in offered.doors],
        ticked={name: form.getlist(name) for name in ("ids", "reasons", "doors")},
        line=form.get("line", ""),
        most=decisions.LETTER,
        event={"label": call.title, "url": page_url(call.path)},
        open=call.open,
        until=call.until,
        may_open=reader.may_edit(call.path) and not call.event.cancelled,
        last_day=form.get("until", ""),
        counts=values.counts(lines),
        sums=report.of_event(reader, lines),
        letters=action_url("application/letters", call.path),
        clear=here if asked.query else "",
    )


@bp.post("/applications/<path:path>")
@redisplay(listed)
def do(path: str) -> Response:
    """Opens or closes the call, answers one or several, sends the letters, fills the programme.

    The table comes again as it was: narrowed, sorted, at the same row.
    """
    reader = current_reader()
    call = organised(reader, normalise(path))
    action, ids = request.form.get("action", ""), request.form.getlist("ids")
    words = _did(reader, call, action, ids)
    here = action_url("applications", call.path)
    query = read_asked(request.args).query
    row = f"#a-{ids[0]}" if len(ids) == 1 and ids[0].isalnum() and action != "tell" else ""
    return see_other(here + (f"?{query}" if query else "") + row, words)


def _did(reader: Reader, call: Call, action: str, ids: list[str]) -> str:
    """Does what a button of the table says; what is said of it. Raises what that does."""
    form = request.form
    if action in (SELECTED, LATER):
        reasons, doors = form.getlist("reasons"), form.getlist("doors")
        count = bulk.decide(reader, call, action, ids, reasons, doors, form.get("line", ""))
        words = ngettext("Noted for {count} team.", "Noted for {count} teams.", count)
        return words.format(count=count) + " " + gettext("Nobody is told yet.")
    if action == "add":
        count = bulk.add_agreed(reader, call)
        words = ngettext(
            "{count} project added to the programme.",
            "{count} projects added to the programme.",
            count,
        )
        return words.format(count=count)
    if action == "open":
        open_call(reader, call, form.get("until", ""))
        return gettext("The call is open: projects can be proposed from now on.")
    if action == "close":
        close_call(reader, call)
        return gettext("The call is closed: what was proposed stays.")
    if action == "tell":
        rows = bulk.to_tell(reader, call)
        count = decisions.tell(reader.instance, [row for row in rows if row.id in ids or not ids])
        words = ngettext("{count} team is told.", "{count} teams are told.", count)
        return words.format(count=count)
    if len(ids) == 1 and action in _IN_PLACE:
        return act(reader, seen(reader, ids[0]), action)
    raise NotFound(gettext("There is nothing of that name to do."))


def steps(event: Event, reader: Reader) -> Sequence[EventStep]:
    """How far the applications to an event are."""
    call = call_in(reader, event.row)
    lines = values.of_event(reader, call)
    found, owed = values.counts(lines), len(bulk.undecided(lines))
    if not call.open and not found["all"] and not found["orphans"]:
        return _unopened(event, reader)
    words = ngettext("{count} application", "{count} applications", found["all"])
    said, yes = [words.format(count=found["all"])], ""
    if found["unread"] or found["asks"]:
        said.append(gettext("{count} to read").format(count=found["unread"] + found["asks"]))
    if owed and not call.open:
        said.append(gettext("{count} to answer").format(count=owed))
    if found["agreed"]:
        words = ngettext("{count} said yes", "{count} said yes", found["agreed"])
        yes = words.format(count=found["agreed"])
    if found["untold"]:
        words = ngettext("{count} team to tell", "{count} teams to tell", found["untold"])
        said.append(words.format(count=found["untold"]))
    if found["orphans"]:
        said.append(gettext("{count} that nobody carries any more").format(count=found["orphans"]))
    return [
        EventStep(
            gettext("Applications"),
            action_url("applications", event.path),
            ", ".join([*said, yes] if yes else said),
            done=not call.open and not len(said) > 1,
            # A team that was never answered is owed a word after the evening too.
            order=90 if event.is_over(reader) else 10,
            begun=True,
        )
    ]


def _unopened(event: Event, reader: Reader) -> Sequence[EventStep]:
    """Where a call can be opened that never was: nothing that has to be done."""
    if event.cancelled or event.is_over(reader) or not reader.may_edit(event.path):
        return []
    url = action_url("applications", event.path)
    return [EventStep(gettext("Applications"), url, gettext("not open"), done=True, order=10)]


def waits(reader: Reader) -> list[Waiting]:
    """A line for each event whose applications wait to be read by who asks."""
    lines = []
    if reader.person is None:
        return []
    for path in store.events_with(reader.instance, UNREAD):
        call: Call | None = may_organise(reader, path)
        unread = (
            [one for one in values.of_event(reader, call) if one["unread"] and not one["orphan"]]
            if call
            else []
        )
        if call is None or not unread:
            continue
        words = ngettext(
            "{count} application to read: {event}",
            "{count} applications to read: {event}",
            len(unread),
        )
        lines.append(
            Waiting(
                words.format(count=len(unread), event=call.title),
                action_url("applications", path),
                max(one["when"] for one in unread),
            )
        )
    return lines
