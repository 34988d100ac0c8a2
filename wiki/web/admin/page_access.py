"""Who may see and edit a page, and why; the page as a visitor sees it; a project left alone."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from flask import Blueprint, g
from werkzeug.wrappers import Response

from wiki.editing.membership import teams
from wiki.editing.membership.teams import is_left_alone, join_team, leave_team, team_home
from wiki.errors import BadField, Forbidden, LogInFirst, NotFound
from wiki.pages.access import PUBLIC, READS, shown_groups
from wiki.pages.members import Member, members
from wiki.pages.paths import normalise
from wiki.pages.urls import action_url, page_url
from wiki.people.access import handovers, invitations
from wiki.people.access.grants import guests_of, revoke_guest
from wiki.people.accounts import find_person
from wiki.people.person import Person
from wiki.projections.pagespan import levels
from wiki.reading import Reader
from wiki.reading.pages import find_page, get_page, get_title, page_exists
from wiki.reading.reasons import Reasons, reasons
from wiki.sisters.holdings import list_holders
from wiki.translation import gettext as _
from wiki.web.admin.access_lines import (
    lines_of,
    member_called,
    named_readers,
    told_members,
)
from wiki.web.forms import (
    FormDay,
    FormText,
    pressed_button,
    redisplay,
    render_tool,
    see_other,
    typed_values,
)
from wiki.web.page.presenters import crumbs_of, link, page_values
from wiki.web.page.views import missing, shown
from wiki.web.support import current_reader

bp = Blueprint("access", __name__)


@bp.get("/access/<path:raw>")
def access(raw: str) -> Response:
    """Who reads, edits and may change that, in words, for who may read the page."""
    reader = current_reader()
    page = get_page(reader, normalise(raw))
    path = page.path
    why = reasons(reader, path)
    rights = reader.may_change_rights(path)
    private, person = reader.instance.private, reader.person
    is_admin = person is not None and person.role == "admin"
    left_alone = is_left_alone(reader.instance, path)
    mine = handovers.offers_of(private, person.id) if person else []
    waits = any(one.path == path and one.decided is None for one in mine)
    return render_tool(
        "access/page.html",
        page=page_values(page),
        crumbs=crumbs_of(reader, path),
        readers=_readers(reader, why, path),
        editors=_editors(reader, why, path),
        team=_team(reader, why, rights),
        lines=lines_of(reader, why.access, path) if rights else None,
        readers_by_name=named_readers(reader, why.access.group),
        rights=rights,
        may_edit=reader.may_edit(path),
        in_team=why.access.team_page == path
        and page.type != "person"
        and person is not None
        and person.page in teams.team_of(page),
        entrusted=rights and why.access.group in _read_by_programme(reader),
        guests=[{"id": one.id, "name": one.name} for one in guests_of(private, path)]
        if rights
        else [],
        invited=len(invitations.pending(private, path=path)) if rights else 0,
        problems=_problems(reader, why, path),
        left_alone=left_alone,
        may_offer=left_alone
        and person is not None
        and person.role != "reader"
        and not person.held
        and not waits,
        offer_waits=waits,
        may_hand_over=is_admin and team_home(reader, path) is not None,
        holders=list_holders(reader.instance, path)
        if rights and why.access.group != PUBLIC
        else [],
        values=typed_values("words", "email", "member", "in", "until"),
    )


@bp.post("/access/<path:raw>")
@redisplay(access, but=(NotFound, Forbidden))
def change(raw: str) -> Response:
    """What the page's forms ask for, by their ``action``."""
    reader = current_reader()
    path = get_page(reader, normalise(raw)).path
    if reader.person is None:
        raise LogInFirst(_("Log in first."))
    actions: Mapping[str, Callable[..., str]] = {
        "remove-guest": _remove_guest,
        "leave": _leave,
        "offer": _offer,
        "hand-over": _hand_over,
        "put-member": _put_member,
        "drop-member": _drop_member,
    }
    words = pressed_button(actions)(reader, reader.person, path)
    return see_other(action_url("access", path), words)


@bp.get("/as-visitor/<path:raw>")
def as_visitor(raw: str) -> Response:
    """The page as someone without an account sees it, for who is signed in."""
    reader = current_reader()
    path = normalise(raw)
    if reader.person is None:
        return see_other(page_url(path))
    get_page(reader, path)
    visitor = Reader(reader.instance)
    page = find_page(visitor, path)
    with _seen_by(visitor, path, hidden=page is None):
        response = missing(visitor, path) if page is None else shown(visitor, page, None)
    response.status_code = HTTPStatus.OK
    response.headers.pop("ETag", None)
    return response


@contextmanager
def _seen_by(visitor: Reader, path: str, *, hidden: bool) -> Iterator[None]:
    """While it lasts, all that a template asks is answered as to a visitor."""
    kept = g.get("reader"), g.get("person")
    g.reader, g.person = visitor, None
    g.as_visitor = {"url": page_url(path), "hidden": hidden}
    try:
        yield
    finally:
        g.reader, g.person = kept
        del g.as_visitor


def _remove_guest(reader: Reader, person: Person, path: str, guest: FormText) -> str:
    if not reader.may_change_rights(path):
        raise Forbidden(_("Only its team or an administrator may say who is its guest."))
    revoke_guest(reader.instance.private, guest, path, by=person.id)
    return _("They are no longer a guest of this page.")


def _leave(reader: Reader, _person: Person, path: str) -> str:
    leave_team(reader, path)
    return _("You have left the team. Your name stays in the history.")


def _offer(reader: Reader, person: Person, path: str, words: FormText) -> str:
    if person.role == "reader" or person.held or not is_left_alone(reader.instance, path):
        raise Forbidden(_("This project has someone who answers for it."))
    handovers.offer(reader.instance.private, person, path, words)
    return _("Thank you. The administrators read your offer and write to you.")


def _hand_over(reader: Reader, person: Person, path: str, email: FormText) -> str:
    if person.role != "admin":
        raise Forbidden(_("This is for administrators."))
    home = team_home(reader, path)
    if home is None:
        raise BadField("email", _("There is no team to be in here."))
    found = find_person(reader.instance.private, email)
    if found is None or found.disabled:
        raise BadField("email", _("No account in use has this address. You can invite it."))
    joined = join_team(reader, home, found)
    return _("{name} is in the team.").format(name=joined.name)


def _put_member(
    reader: Reader, _person: Person, path: str, member: FormText, until: FormDay
) -> str:
    if until is not None and until < reader.today:
        raise BadField("until", _("Choose a day from today on."))
    name = member_called(reader, member)
    teams.set_member(reader, path, _line_asked(), Member(name, until))
    return _("Saved.")


def _drop_member(reader: Reader, _person: Person, path: str, member: FormText) -> str:
    teams.remove_member(reader, path, _line_asked(), member)
    return _("Removed: they have nothing by this line any more.")


def _line_asked() -> str:
    return "readers" if typed_values("in")["in"] == "readers" else "team"


def _read_by_programme(reader: Reader) -> frozenset[str]:
    """The groups of pages that the programme team reads because their teams let it."""
    return shown_groups([READS + path for path in reader.entrusted])


def _readers(reader: Reader, why: Reasons, path: str) -> dict[str, Any]:
    """Who reads: ``{kind, team: Link | None, reason: str, page: Link | None}``."""
    kind, _colon, of = why.access.group.partition(":")
    team = _named(reader, of) if of and of != path else None
    return {"kind": kind, "of_here": of == path, "team": team} | _because(
        reader, why.readers_from, path
    )


def _editors(reader: Reader, why: Reasons, path: str) -> dict[str, Any]:
    told = {"kind": why.access.editors, "by_type": why.by_type}
    return told | _because(reader, why.editors_from, path)


def _because(reader: Reader, source: str | None, path: str) -> dict[str, Any]:
    """``because``: "" (no page says anything), "here" or "above"; that page, if it may be named."""
    if source is None:
        return {"because": "", "page": None}
    if source == path:
        return {"because": "here", "page": None}
    return {"because": "above", "page": _named(reader, source)}


def _named(reader: Reader, path: str) -> dict[str, Any] | None:
    """A link to a page; None where the reader may not know of it."""
    return link(get_title(reader, path), page_url(path)) if page_exists(reader, path) else None


def _team(reader: Reader, why: Reasons, rights: bool) -> dict[str, Any] | None:
    """The team that decides: its page, if it may be named, and its people who may be seen.

    Whether a person has an account is told to those alone who may change it.
    """
    home = why.access.team_page
    if home is None or not page_exists(reader, home):
        return None if home is None else {"page": None, "people": [], "person": False}
    head = levels(reader.instance.repository, reader.head).head(home)
    is_person = head is not None and head.text("type").casefold() == "person"
    if is_person or head is None:
        people = told_members(reader, [Member(home)], rights=rights)
    else:
        people = told_members(reader, members(head, "team"), rights=rights)
    return {"page": _named(reader, home), "people": people, "person": is_person}


def _problems(reader: Reader, why: Reasons, path: str) -> list[dict[str, Any]]:
    """What made access stricter than it was meant, on pages that the reader may edit."""
    told = []
    for name, problem in why.problems:
        if page_exists(reader, name) and reader.may_edit(name):
            edit = action_url("edit", name, {"line": problem.line})
            here = None if name == path else get_title(reader, name)
            told.append({"words": problem.words, "url": edit, "title": here})
    for name in why.broken:
        if page_exists(reader, name) and reader.may_edit(name):
            words = _("The lines between --- at the top cannot be read, so access is narrow.")
            here = None if name == path else get_title(reader, name)
            told.append({"words": words, "url": action_url("edit", name), "title": here})
    return told
