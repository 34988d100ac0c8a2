"""The content, for administrators: links that lead nowhere, pages wanted, alone, gone or old.

Each list is asked of what is worked out from the pages; how many there are in all is counted by a
task of the background (``jobs/overview.py``), and told with the time of that.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from werkzeug.wrappers import Response

from wiki.errors import NotFound
from wiki.jobs.overview import Overview, ask_anew, read_overview
from wiki.pages.urls import action_url, page_url
from wiki.people.accounts import people_by_id
from wiki.projections.links import Broken
from wiki.projections.remains import list_deleted, list_oldest
from wiki.reading import Reader
from wiki.reading.dialect import dialect_of
from wiki.reading.lists import get_rows
from wiki.translation import gettext as _
from wiki.translation import lazy, ngettext
from wiki.web.admin.index import bp
from wiki.web.admin.sections import (
    CONTENT,
    LEFTOVERS,
    ORPHANS,
    PEOPLE,
    Line,
    Need,
    Section,
    register,
)
from wiki.web.forms import render_tool, see_other
from wiki.web.search.lists import list_offset
from wiki.web.support import current_reader

#: lines on one page
LISTED = 50
_ROOM = "/-/admin/content"


@bp.get("/admin/content/<name>")
def content(name: str) -> Response:
    """One of the lists. Raises NotFound."""
    if name not in _LISTS:
        raise NotFound(_("There is no such list."))
    listed = _LISTS[name]
    reader, start = current_reader(), list_offset()
    known = read_overview(reader.instance)
    lines = listed.lines(reader, LISTED + 1, start)
    more = len(lines) > LISTED
    return render_tool(
        "admin/content.html",
        title=str(listed.title),
        words=str(listed.words),
        lines=lines[:LISTED],
        total=listed.total(known) if known else None,
        counted=known.when if known else None,
        name=name,
        newer=_at(name, max(start - LISTED, 0)) if start else "",
        older=_at(name, start + LISTED) if more else "",
    )


@bp.post("/admin/content/<name>")
def count_anew(name: str) -> Response:
    """Has all be counted again soon."""
    if name not in _LISTS:
        raise NotFound(_("There is no such list."))
    ask_anew(current_reader().instance)
    return see_other(f"{_ROOM}/{name}", _("It is counted again within a moment."))


def _at(name: str, start: int) -> str:
    return action_url(f"admin/content/{name}", query={"from": str(start)} if start else {})


def _line(
    label: str,
    url: str,
    words: str = "",
    when: datetime | None = None,
    button: str = "",
    to: str = "",
    *,
    sends: bool = False,
) -> dict[str, Any]:
    """A line as the list shows it; its ``button`` leads ``to``, or ``sends`` there."""
    return {
        "label": label,
        "url": url,
        "words": words,
        "when": when,
        "button": button if to else "",
        "to": to,
        "sends": sends,
    }


def _broken(reader: Reader, limit: int, start: int) -> list[dict[str, Any]]:
    found: list[Broken] = []
    at, by_name = ("", -1), dialect_of(reader).by_name
    while (left := start + limit - len(found)) > 0:
        some, then = reader.links.broken(reader.audience, at, left, by_name=by_name)
        found += some
        if then is None:
            break
        at = then
    shown = found[start : start + limit]
    titles = _titles(reader, [one.path for one in shown])
    return [
        _line(
            titles.get(one.path, one.path),
            page_url(one.path),
            _("line {number}: {target}").format(number=one.line + 1, target=one.target),
            button=_("Mend it"),
            to=action_url("edit", one.path),
        )
        for one in shown
    ]


def _wanted(reader: Reader, limit: int, start: int) -> list[dict[str, Any]]:
    by_name = dialect_of(reader).by_name
    return [
        _line(
            one.name,
            "",
            ngettext("linked by {count} page", "linked by {count} pages", one.pages).format(
                count=one.pages
            ),
            button=_("Write it"),
            to=action_url("edit", one.path) if one.path else "",
        )
        for one in reader.links.wanted(reader.audience, limit, start, by_name=by_name)
    ]


def _unlinked(reader: Reader, limit: int, start: int) -> list[dict[str, Any]]:
    by_name = dialect_of(reader).by_name
    paths = reader.links.unlinked(reader.audience, limit, start, by_name=by_name)
    titles = _titles(reader, paths)
    return [_line(titles.get(path, path), page_url(path), f"/{path}") for path in paths]


def _deleted(reader: Reader, limit: int, start: int) -> list[dict[str, Any]]:
    return [
        _line(
            f"/{one.path}",
            action_url("history", one.path),
            when=one.when,
            button=_("Restore"),
            to=action_url("restore", one.path, {"to": one.commit}),
            sends=True,
        )
        for one in list_deleted(reader.changes, reader.audience, limit, start)
    ]


def _oldest(reader: Reader, limit: int, start: int) -> list[dict[str, Any]]:
    found = list_oldest(reader.changes, reader.audience, limit, start)
    titles = _titles(reader, [path for path, _when in found])
    return [
        _line(
            titles.get(path, path),
            page_url(path),
            when=when,
            button=_("Look through it"),
            to=action_url("edit", path),
        )
        for path, when in found
    ]


def _orphans(reader: Reader, limit: int, start: int) -> list[dict[str, Any]]:
    known = read_overview(reader.instance)
    rows = get_rows(reader, known.orphans[start : start + limit] if known else ())
    return [
        _line(
            row.title,
            page_url(row.path),
            button=_("Put someone in the team"),
            to=action_url("access", row.path),
        )
        for row in rows.values()
    ]


def _leftovers(reader: Reader, limit: int, start: int) -> list[dict[str, Any]]:
    known = read_overview(reader.instance)
    ids = known.leftovers[start : start + limit] if known else ()
    people = people_by_id(reader.instance.private, ids)
    return [
        _line(
            people[id_].name,
            f"/-/admin/people/{id_}",
            button=_("Look at the account"),
            to=f"/-/admin/people/{id_}",
        )
        for id_ in ids
        if id_ in people
    ]


def _titles(reader: Reader, paths: Sequence[str]) -> dict[str, str]:
    return reader.catalogue.titles(list(dict.fromkeys(paths)), reader.audience)


class _List(NamedTuple):
    """What is listed, in words; some of its lines from one on, and how many there were in all."""

    title: Any
    words: Any
    lines: Callable[[Reader, int, int], list[dict[str, Any]]]
    total: Callable[[Overview], int | None]


#: by the last part of their address
_LISTS: Mapping[str, _List] = {
    "broken": _List(
        lazy("Links that lead nowhere"),
        lazy("Each with the page that it stands on: correct the link, or write what it promises."),
        _broken,
        lambda known: known.broken,
    ),
    "wanted": _List(
        lazy("Pages that are wanted"),
        lazy("Pages link to them, and nobody has written them yet; the most linked first."),
        _wanted,
        lambda known: known.wanted,
    ),
    "unlinked": _List(
        lazy("Pages that nobody links"),
        lazy("They are found by search, menus and lists alone: no other page leads to them."),
        _unlinked,
        lambda known: known.unlinked,
    ),
    "deleted": _List(
        lazy("Deleted pages"),
        lazy("The last one first. Restoring brings a page back as it was; nothing else changes."),
        _deleted,
        lambda known: known.deleted,
    ),
    "oldest": _List(
        lazy("Pages untouched for longest"),
        lazy("Perhaps they are as good as ever; perhaps they speak of what is over."),
        _oldest,
        lambda _known: None,
    ),
    "orphans": _List(
        lazy("Spaces that nobody can act for"),
        lazy("Nobody in their team has an account in use: administrators alone can change them."),
        _orphans,
        lambda known: len(known.orphans),
    ),
    "leftovers": _List(
        lazy("Accounts tied to pages that are gone"),
        lazy("They are joined to a person page that is not there, or guests of such a page."),
        _leftovers,
        lambda known: len(known.leftovers),
    ),
}


def _lines(reader: Reader) -> Sequence[Line]:
    known = read_overview(reader.instance)
    names = ("broken", "wanted", "unlinked", "deleted", "oldest")
    return [_as_line(name, known) for name in names]


def _as_line(name: str, known: Overview | None) -> Line:
    listed = _LISTS[name]
    return Line(str(listed.title), f"{_ROOM}/{name}", listed.total(known) if known else None)


def _people_lines(reader: Reader) -> Sequence[Line]:
    known = read_overview(reader.instance)
    return [_as_line(name, known) for name in ("orphans", "leftovers")]


def _needs(reader: Reader) -> Sequence[Need]:
    known = read_overview(reader.instance)
    needs = []
    if known and (count := len(known.orphans)):
        words = ngettext(
            "{count} space has nobody here yet who can act for it.",
            "{count} spaces have nobody here yet who can act for them.",
            count,
        )
        url = f"{_ROOM}/orphans"
        needs.append(Need(words.format(count=count), _("Find someone"), url, ORPHANS))
    if known and (count := len(known.leftovers)):
        words = ngettext(
            "{count} account is tied to a page that is gone.",
            "{count} accounts are tied to pages that are gone.",
            count,
        )
        url = f"{_ROOM}/leftovers"
        needs.append(Need(words.format(count=count), _("Tidy up"), url, LEFTOVERS))
    return needs


register(Section(lazy("Pages to look after"), _lines, order=20, part=CONTENT, needs=_needs))
register(Section(lazy("Nobody there"), _people_lines, order=40, part=PEOPLE))
