"""Inviting by mail, from a page or to the wiki; what waits is sent again or withdrawn."""

from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response

from wiki.editing.membership import invitations as inviting
from wiki.editing.membership.teams import team_home
from wiki.errors import Forbidden, LogInFirst, NotFound
from wiki.pages.paths import normalise
from wiki.pages.urls import action_url, page_url
from wiki.people.access import invitations
from wiki.people.access.invitations import PLAIN_ROLES, Draft, Invitation
from wiki.people.person import ROLES, Person
from wiki.reading import Reader
from wiki.reading.lists import get_row, list_space_pages
from wiki.reading.pages import get_page, get_title, page_exists
from wiki.translation import gettext as _
from wiki.translation import language, lazy
from wiki.web.account.confirmation import asked_of, confirm
from wiki.web.forms import FormText, read_fields, redisplay, render_tool, see_other, typed_values
from wiki.web.http.languages import language_choices
from wiki.web.page.presenters import crumbs_of, page_values
from wiki.web.support import (
    current_instance,
    current_reader,
    signed_in_person,
    signed_in_reader,
)

bp = Blueprint("invitations", __name__)

KIND_WORDS = {"team": lazy("in the team"), "guest": lazy("for this page alone")}


@bp.get("/invite/<path:raw>")
def to_page(raw: str) -> Response:
    """The form to invite to a page, and the invitations to it that wait."""
    reader = current_reader()
    path = _invitable(reader, raw)
    home = team_home(reader, path)
    found = invitations.pending(reader.instance.private, path=path)
    return render_tool(
        "invitations/to_page.html",
        page=page_values(get_page(reader, path)),
        crumbs=crumbs_of(reader, path),
        takes_team=home is not None
        and page_exists(reader, home)
        and reader.may_change_rights(home),
        chapters=_chapters(reader, path),
        pending=waiting_lines(reader, found),
        **_form_values(),
    )


@bp.post("/invite/<path:raw>")
@redisplay(to_page)
def invite_to_page(raw: str, kind: FormText, to: FormText) -> Response:
    """Mails an invitation to a page: into its team, or as a guest."""
    reader = current_reader()
    path = _invitable(reader, raw)
    at = team_home(reader, path) if kind == "team" else to
    kind = "team" if kind == "team" else "guest"
    inviting.invite(reader, _draft(kind, path=normalise(at) if at else path))
    return see_other(action_url("invite", path), _("The invitation is on its way."))


@bp.get("/invite")
def to_wiki() -> Response:
    """The form to invite someone to the wiki, and one's own invitations that wait."""
    reader = _may_invite_members()
    person = reader.person
    is_admin = person is not None and person.role == "admin"
    mine = None if is_admin or person is None else person.id
    found = invitations.pending(reader.instance.private, kind="role", by=mine)
    return render_tool(
        "invitations/to_wiki.html",
        roles=[(role, role_words(role)) for role in ROLES] if is_admin else [],
        pending=waiting_lines(reader, found),
        **_form_values(),
        **(asked_of(person) if person else {}),
    )


@bp.post("/invite")
@redisplay(to_wiki)
def invite_to_wiki(role: FormText) -> Response:
    """Mails an invitation to the wiki, with a role where an admin gives one."""
    reader, role = _may_invite_members(), role or "member"
    if role not in PLAIN_ROLES and inviting.may_invite(reader, "role", role=role):
        reader = Reader(reader.instance, confirm(signed_in_person()))
    inviting.invite(reader, _draft("role", role=role))
    return see_other("/-/invite", _("The invitation is on its way."))


@bp.post("/invitations/<id>")
def decide(id: str, action: FormText) -> Response:
    """Sends an invitation that waits again, or (``action=withdraw``) withdraws it."""
    person, reader = signed_in_person(), current_reader()
    waiting = invitations.get_pending(reader.instance.private, id)
    if waiting is None or not _may_decide(reader, person, waiting):
        raise NotFound(_("There is no such invitation."))
    if action == "withdraw":
        invitations.withdraw(reader.instance.private, id, by=person.id)
        done = _("The invitation is withdrawn: its link is no longer good.")
    else:
        inviting.send_again(reader, waiting)
        done = _("The invitation is on its way again; the earlier link is no longer good.")
    return see_other(action_url("invite", waiting.path) if waiting.path else "/-/invite", done)


def waiting_lines(reader: Reader, found: list[Invitation]) -> list[dict[str, Any]]:
    """Invitations as ``templates/invitations/_waiting.html`` wants them.

    The address is told to its inviter and to admins alone.
    """
    person, now = reader.person, reader.instance.private.now()
    lines = []
    for one in found:
        known = person is not None and (person.role == "admin" or person.id == one.inviter.id)
        lines.append(
            {
                "id": one.id,
                "email": one.email if known else "",
                "kind": str(KIND_WORDS.get(one.kind, "")) or role_words(one.role),
                "page": {"label": get_title(reader, one.path), "url": page_url(one.path)}
                if one.path
                else None,
                "who": one.inviter.name,
                "sent": one.sent,
                "ended": one.expires <= now,
            }
        )
    return lines


def role_words(role: str) -> str:
    """A role in words."""
    from wiki.web.account.own import ROLE_WORDS

    return str(ROLE_WORDS.get(role, role))


def _invitable(reader: Reader, raw: str) -> str:
    """The path, for who may invite there. Raises NotFound, LogInFirst, Forbidden."""
    path = normalise(raw)
    if reader.person is None:
        raise LogInFirst(_("Log in first."))
    get_page(reader, path)
    if not reader.may_change_rights(path):
        raise Forbidden(_("Only its team or an administrator may invite here."))
    return path


def _may_invite_members() -> Reader:
    reader = signed_in_reader()
    if not inviting.may_invite(reader, "role"):
        raise Forbidden(_("Only its team or an administrator may invite here."))
    return reader


def _may_decide(reader: Reader, person: Person, waiting: Invitation) -> bool:
    if person.role == "admin" or person.id == waiting.inviter.id:
        return True
    return bool(waiting.path) and reader.may_change_rights(waiting.path)


@read_fields
def _draft(
    kind: str,
    email: FormText,
    lang: FormText,
    words: FormText,
    path: str = "",
    role: str = "",
) -> Draft:
    return Draft(kind, email, lang or language(), words, path, role)


def _form_values() -> dict[str, Any]:
    """What ``templates/invitations/_form.html`` wants."""
    return {
        "values": typed_values("email", "words", "kind", "to", lang=language(), role="member"),
        "langs": language_choices(current_instance().settings.offered),
        "days": current_instance().settings.invitation_days,
        "most": invitations.WORDS,
    }


def _chapters(reader: Reader, path: str) -> list[tuple[str, str]]:
    """Path and title of the pages that one may invite to from here, the space's first one first."""
    row = get_row(reader, path)
    rows = list_space_pages(reader, row.space) if row and row.space else []
    found = [(one.path, one.title) for one in rows if reader.may_change_rights(one.path)]
    return found if any(one == path for one, _title in found) else [(path, get_title(reader, path))]
