"""What those who prepare an event do to it: its programme, who meets, announcing."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from wiki.api.errors import BadField, WikiError
from wiki.api.events import Event, EventStep
from wiki.api.paths import action_url, page_url, slug
from wiki.api.reading import Reader, reach_of, resolve_target
from wiki.api.reading.rows import get_rows
from wiki.api.translation import gettext, ngettext
from wiki.api.web.forms import organised_event, pressed_button, redisplay, render_tool, see_other
from wiki.api.web.listings import rank_pages, suggest_pages

from . import announcement, encounters, programme, readiness
from .words import when_words

bp = Blueprint("events_organising", __name__)

_FOUND = 10


@bp.get("/events/programme/<path:path>")
def programme_form(path: str) -> Response:
    """The programme, to be put in order; ``?q=`` looks for projects to add."""
    reader, event = organised_event(path)
    asked = request.args.get("q", "") or request.form.get("project", "")
    asked = asked[:200].strip()
    hits: list[str] = []
    if asked:
        hits = [one.path for one in suggest_pages(reader, asked, "project")]
        hits += [path for path, _score in rank_pages(reader, asked, "project", _FOUND)]
    left = [path for path in dict.fromkeys(hits) if path not in event.programme]
    return render_tool(
        "events/organise.html",
        event=facts_of(event),
        locked=locked(reader, event),
        action=action_url("events/programme", event.path),
        lines=programme.values(reader, event),
        asked=asked,
        found=programme.cards(reader, left[:_FOUND]),
        suggest=action_url("events/suggest", event.path) if event.row.facts.get("theme") else "",
    )


@bp.post("/events/programme/<path:path>")
@redisplay(programme_form, BadField)
def change_programme(path: str) -> Response:
    """Adds a project, moves it, or takes it out."""
    reader, event = organised_event(path)
    named = request.form.get("project", "").strip().strip("[]/ ")
    known = resolve_target(reader, named) or ""
    project = known or named  # who prepares it may not read each of them
    does: dict[str, Callable[[], None]] = {
        "add": lambda: programme.add(reader, event.path, known),
        "remove": lambda: programme.remove(reader, event.path, project),
        "up": lambda: programme.move(reader, event.path, project, -1),
        "down": lambda: programme.move(reader, event.path, project, 1),
    }
    pressed_button(does)()
    back = "events/suggest" if request.form.get("next") == "suggest" else "events/programme"
    return see_other(action_url(back, event.path))


@bp.get("/events/announce/<path:path>")
def announce_form(path: str) -> Response:
    """What will be told and to whom, one button, and a text to copy."""
    reader, event = organised_event(path)
    return render_tool(
        "events/announce.html",
        event=facts_of(event),
        action=action_url("events/announce", event.path),
        at=announcement.announced(reader, event),
        again=announcement.again(reader, event),
        why_not=announcement.why_not(reader, event),
        locked=locked(reader, event),
        when=when_words(reader, event),
        place=event.place,
        shown=programme.shown(Reader(reader.instance), event),
        remarks=readiness.remarks(reader, event),
        themes=list(event.row.facts.get("theme", ())),
        territory=event.row.first("territory"),
        reach=reach_of(reader, event.row, event.programme),
        text=announcement.text_of(reader, event),
    )


@bp.post("/events/announce/<path:path>")
def announce(path: str) -> Response:
    """Announces it once; once more where what was told is no longer so."""
    reader, event = organised_event(path)
    words = gettext("It is announced: whoever follows these words or projects will be told.")
    try:
        if not announcement.announce(reader, event):
            words = gettext("It was announced before: nobody is told twice.")
    except WikiError as error:
        words = error.words
    return see_other(action_url("events/announce", event.path), words)


@bp.get("/events/suggest/<path:path>")
def suggest(path: str) -> Response:
    """Who should meet there, and why."""
    reader, event = organised_event(path)
    projects = encounters.projects_for(reader, event)
    return render_tool(
        "events/suggest.html",
        event=facts_of(event),
        locked=locked(reader, event),
        themes=list(event.row.facts.get("theme", ())),
        settings=action_url("settings", event.path),
        past=[one for one in projects if one["past"]],
        future=[one for one in projects if not one["past"]],
        pairs=encounters.pairs_for(reader, event, [one["path"] for one in projects]),
        speakers=encounters.speakers_for(reader, event),
        action=action_url("events/programme", event.path),
    )


def locked(reader: Reader, event: Event) -> dict[str, Any] | None:
    """Who can change the page of the event, where its reader cannot: links to its team."""
    if reader.may_edit(event.path):
        return None
    rows = get_rows(reader, list(event.row.facts.get("team", ())))
    return {"team": [{"label": row.title, "url": page_url(row.path)} for row in rows.values()]}


def steps(event: Event, reader: Reader) -> Sequence[EventStep]:
    """Date and place, who sees the page, the programme, who meets, announcing."""
    count = len(event.programme)
    at = announcement.announced(reader, event)
    day = reader.instance.templates.filters["day"]
    said = [part for part in (when_words(reader, event), event.place) if part]
    sees = {"public": gettext("everyone sees it"), "members": gettext("members see it")}
    steps = [
        EventStep(
            gettext("Date and place"),
            action_url("events/when", event.path),
            gettext("cancelled") if event.cancelled else " · ".join(said) or gettext("not set yet"),
            done=event.when is not None and bool(event.place),
            order=5,
        ),
        EventStep(
            gettext("The page"),
            action_url("access", event.path),
            sees.get(event.row.group, gettext("its team and the administrators see it")),
            done=event.row.group == "public",
            order=8,
        ),
        EventStep(
            gettext("Programme"),
            action_url("events/programme", event.path),
            ngettext("{count} project", "{count} projects", count).format(count=count),
            done=count > 0,
            order=15,
        ),
    ]
    if event.row.facts.get("theme") and slug(event.kind) == "cafe":
        words = gettext("projects of these themes, what fits between them, who would speak")
        url = action_url("events/suggest", event.path)
        steps.append(EventStep(gettext("Who should meet"), url, words, done=count > 1, order=14))
    told = gettext("announced on {day}").format(day=day(at)) if at else gettext("not yet")
    over = event.is_over(reader)
    changed = at is not None and not over and announcement.again(reader, event) is not None
    if changed:
        told = f"{told} · {gettext('changed since')}"
    url = action_url("events/announce", event.path)
    done = at is not None or over or event.cancelled
    notes = tuple(readiness.remarks(reader, event)) if changed or not done else ()
    steps.append(EventStep(gettext("Announce it"), url, told, done, 30, notes))
    return steps


def facts_of(event: Event) -> dict[str, str]:
    """What the pages about an event say of it."""
    return {
        "title": event.title,
        "url": page_url(event.path),
        "prepare": action_url("events/prepare", event.path),
    }
