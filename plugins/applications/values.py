"""Applications as templates show them, to either side."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from wiki.api.paths import action_url, page_url
from wiki.api.people import get_person
from wiki.api.plugin import Instance
from wiki.api.reading import Reader, system_reader
from wiki.api.reading.item_rows import find_items, select_items
from wiki.api.reading.rows import PageRow, get_rows, list_own_spaces
from wiki.api.translation import gettext

from . import store
from .access import ORGANISER, TEAM, Seen, is_ours, may_see
from .calls import Call
from .decisions import decisions
from .letters import Decision, signer
from .models import ApplicationRow, KeptRow
from .ownership import orphans, standing
from .programme.consent import words_for
from .programme.entries import named_in
from .programme.presentations import says_so
from .reasons import find_doors, words_of
from .states import LIVE, SELECTED, UNREAD, WITHDRAWN, WORDS, shown
from .submission import LIST_MARK
from .versions import as_told

Values = dict[str, Any]
#: needs that are shown of each, and looked at of all
_NEEDS, _MANY = 3, 2000
_NAMES = ("besoins", "needs")


def mine(reader: Reader) -> list[Values]:
    """The applications of the reader's projects, the newest first, as their teams see them."""
    instance, person = reader.instance, reader.person
    if person is None:
        return []
    paths = [row.path for row in list_own_spaces(reader)]
    rows = store.find_all(
        instance,
        ApplicationRow.project.in_(paths)
        | ((ApplicationRow.person == person.id) & (ApplicationRow.project == "")),
        limit=200,
    )
    pages = standing(instance, rows)
    ours = [row for row in rows if is_ours(instance, person, row, pages.get(row.id))]
    known = decisions(instance, [row.id for row in ours])
    seen = _seen(reader, ours)
    said = store.kept_of(instance, [row.id for row in ours])
    return [
        line(row, pages.get(row.id), known.get(row.id), TEAM, seen, said.get(row.id))
        for row in ours
    ]


def of_event(reader: Reader, call: Call) -> list[Values]:
    """The applications to an event, the newest first, as who organises it sees them."""
    instance = reader.instance
    stands = (ApplicationRow.event == call.path, ApplicationRow.state != WITHDRAWN)
    rows = may_see(reader, store.find_all(instance, *stands), call.event.row)
    lost = orphans(instance, rows)
    pages = standing(instance, rows) | lost
    known = decisions(instance, [row.id for row in rows])
    asked = store.unanswered(instance, [row.id for row in rows])
    seen = _seen(reader, rows)
    said = store.kept_of(instance, [row.id for row in rows])
    named = named_in(instance, call)
    lines = []
    for row in rows:
        page = pages.get(row.id)
        if page is None and (row.project or row.id not in said):
            continue
        ours = reader.person is not None and is_ours(instance, reader.person, row, page)
        side = TEAM if ours else ORGANISER
        told = page if ours else as_told(instance, row, page, known.get(row.id), seen)
        one = line(row, told, known.get(row.id), side, seen, said.get(row.id))
        one["ours"] = ours
        one["orphan"] = row.id in lost or (page is None and _is_left(instance, row))
        one["unread"] = row.state in UNREAD
        one["asks"] = row.id in asked and row.state in LIVE
        one["in_programme"] = page is not None and page.path in named
        one["agreed"] = row.agreed is not None
        lines.append(one)
    return lines


def _is_left(instance: Instance, row: ApplicationRow) -> bool:
    """Whether the account of a newcomer whose space is not made yet is no longer in use."""
    person = get_person(instance.private, row.person) if row.person else None
    return person is None or person.disabled


def one_line(reader: Reader, it: Seen, decision: Decision | None) -> Values:
    """The line of one application by itself."""
    kept = store.kept_of(reader.instance, [it.row.id]).get(it.row.id)
    seen, page = _seen(reader, [it.row]), it.page
    if it.side == ORGANISER:
        page = as_told(reader.instance, it.row, page, decision, seen)
    return line(it.row, page, decision, it.side, seen, kept)


def line(
    row: ApplicationRow,
    page: PageRow | None,
    decision: Decision | None,
    side: str,
    seen: Mapping[str, PageRow],
    kept: KeptRow | None = None,
) -> Values:
    """One application: its project as the application itself tells it, and where it stands.

    ``seen`` are the pages that its reader may see; ``kept`` what its form said.
    """
    choice = decision.choice if decision else ""
    told = decision is not None and decision.told
    state = shown(row.state, choice, told=told, organiser=side == ORGANISER)
    themes = page.facts.get("theme", ()) if page else (kept.themes.split(",") if kept else ())
    return {
        "id": row.id,
        "project": page.path if page else "",
        "team": page.facts.get("team", ()) if page else (),
        "said_needs": _lines(kept.needs) if kept else [],
        "said_who": kept.who if kept else "",
        "title": page.title if page else (kept.title if kept else ""),
        "summary": page.summary if page else (kept.summary if kept else ""),
        "territory": page.first("territory") if page else (kept.territory if kept else ""),
        "themes": [one.strip() for one in themes if one.strip()][:6],
        "url": action_url(f"application/{row.id}"),
        "page_url": page_url(page.path) if page and page.path in seen else "",
        "event": _event(seen.get(row.event)),
        "state": state,
        "words": str(WORDS[state]),
        "decided": choice != "" and row.state in LIVE and side == ORGANISER,
        "told": told,
        "when": row.created,
    }


def whole(reader: Reader, seen: Seen) -> Values:
    """One application with all that its page shows to that side."""
    instance, row, page = reader.instance, seen.row, seen.page
    decision = decisions(instance, [row.id]).get(row.id)
    value = one_line(reader, seen, decision)
    knows = decision is not None and (seen.side == ORGANISER or decision.told)
    open_to = system_reader(instance, "applications").access(page.path).group if page else ""
    value |= {
        "why": row.why,
        "audience": "team" if open_to.startswith("team:") else open_to,
        "may_open": page is not None and reader.may_change_rights(page.path),
        "settings": action_url("access", page.path) if page else "",
        "decision": _decision(reader, decision, row.project)
        if decision is not None and knows
        else None,
        "agreed": row.agreed,
        "selected": knows
        and decision is not None
        and decision.told
        and decision.choice == SELECTED
        and row.state in LIVE,
        "in_programme": bool(page and seen.call and page.path in named_in(instance, seen.call)),
        "consent": words_for(instance, row, page) if page else None,
        "notes": _notes(reader, row),
        "live": row.state in LIVE,
        "made": row.made,
        "delete_url": action_url("delete", page.path) if page else "",
        "raw": row.state,
        "over": seen.call is not None and seen.call.event.is_over(reader),
        "presented": bool(page and says_so(reader, page, row.event)),
        "call_open": bool(seen.call and seen.call.open),
    }
    return value


def fill_said(reader: Reader, lines: Sequence[Values]) -> None:
    """Adds who carries each and what it needs: of a closed space that the reader may not read,
    what its form said.
    """
    seen = [one["project"] for one in lines if one["page_url"]]
    needs = _needs(reader, seen)
    people = get_rows(reader, sorted({path for one in lines for path in one["team"]}))
    for one in lines:
        said = needs.get(one["project"], []) if one["page_url"] else one["said_needs"]
        one["needs"] = [*said[:_NEEDS], *(["…"] if len(said) > _NEEDS else [])]
        one["who"] = [
            {"label": people[path].title, "url": page_url(path)}
            for path in one["team"]
            if path in people
        ]


def _needs(reader: Reader, paths: Sequence[str]) -> dict[str, list[str]]:
    if not paths:
        return {}
    chosen = select_items(_NAMES, ("", " "), subjects=tuple(paths))
    found: dict[str, list[str]] = {}
    for item in find_items(reader, chosen, limit=_MANY).rows:
        found.setdefault(item.space or item.path, []).append(item.plain)
    return found


def _event(page: PageRow | None) -> dict[str, str]:
    """The event, where the reader may see it."""
    if page is None:
        return {"label": gettext("an event"), "url": ""}
    return {"label": page.title, "url": page_url(page.path)}


def _seen(reader: Reader, rows: Sequence[ApplicationRow]) -> dict[str, PageRow]:
    """Those of the projects and events of ``rows`` that the reader may see."""
    paths = sorted({path for row in rows for path in (row.project, row.event) if path})
    return get_rows(reader, paths)


def _lines(needs: str) -> list[str]:
    # As a need's words are shown: without its keywords.
    said = (re.sub(r"\s*#[^\s#]+", "", LIST_MARK.sub("", line)) for line in needs.splitlines())
    return [words for one in said if (words := one.strip())]


def counts(lines: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """How many there are, to read, with a note to read, decided, to tell, that said yes, lost."""
    stand = [one for one in lines if one["state"] != "aside" and not one["orphan"]]
    return {
        "all": len(stand),
        "orphans": sum(bool(one["orphan"]) for one in lines if one["state"] != "aside"),
        "agreed": sum(bool(one["agreed"]) for one in stand),
        "open": sum(not one["decided"] for one in stand),
        "unread": sum(bool(one["unread"]) for one in stand),
        "asks": sum(bool(one["asks"]) for one in stand),
        "decided": sum(bool(one["decided"]) for one in stand),
        "untold": sum(bool(one["decided"] and not one["told"]) for one in stand),
    }


def _decision(reader: Reader, decision: Decision, project: str) -> Values:
    return {
        "choice": decision.choice,
        "words": decision.row.words,
        "reasons": [words_of(one) for one in decision.reasons],
        "doors": [
            {"label": one.title, "url": one.url, "kind": one.kind}
            for one in find_doors(reader, decision.doors, project)
        ],
        "signer": signer(reader.instance, decision),
        "told": decision.row.told,
    }


def _notes(reader: Reader, row: ApplicationRow) -> list[Values]:
    names = _Names(reader.instance)
    return [
        {
            "who": names.of(one.person),
            "when": one.at,
            "text": one.text,
            "organiser": one.organiser,
        }
        for one in store.notes(reader.instance, row.id)
    ]


class _Names:
    """What note writers are called, each asked for once; who has left has no name."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._known: dict[str, str] = {}

    def of(self, person: str | None) -> str:
        if person is None:
            return gettext("someone who has left")
        if person not in self._known:
            found = get_person(self._instance.private, person)
            self._known[person] = found.name if found else gettext("someone who has left")
        return self._known[person]
