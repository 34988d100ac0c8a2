"""Accounts, for administrators: finding one, its role, blocking it, its sessions, its page."""

from collections.abc import Callable, Sequence

from flask import request
from werkzeug.wrappers import Response

from wiki.editing.membership.departure import leave_for_good
from wiki.errors import BadField, BadPath, NotFound
from wiki.pages.paths import normalise
from wiki.pages.urls import action_url, page_url
from wiki.people import accounts
from wiki.people.access.grants import revoke_guest
from wiki.people.accounts import sessions
from wiki.people.audit import record_audit
from wiki.people.person import ROLES, Person
from wiki.people.sisters import registry
from wiki.reading import Reader
from wiki.reading.pages import find_page, get_title
from wiki.sisters.holdings import begin_departure
from wiki.translation import gettext as _
from wiki.translation import lazy
from wiki.web.account.confirmation import asked_of, confirm
from wiki.web.account.invitations import role_words
from wiki.web.account.views import send_link
from wiki.web.admin.index import admin, bp
from wiki.web.admin.sections import PEOPLE, Line, Section, register
from wiki.web.forms import (
    FormFlag,
    FormText,
    FormWord,
    pressed_button,
    redisplay,
    render_tool,
    see_other,
    typed_values,
)
from wiki.web.page.presenters import link
from wiki.web.support import current_instance, current_reader
from wiki.web.throttle import client_address

#: accounts on one page
LISTED = 50


@bp.get("/admin/people")
def people() -> Response:
    """Accounts by address, those whose name or address holds ``q``."""
    private = current_instance().private
    query, after = request.args.get("q", "").strip()[:100], request.args.get("after", "")[:254]
    found = accounts.search_people(private, query, after=after, limit=LISTED + 1)
    more = found[LISTED - 1].email if len(found) > LISTED else ""
    return render_tool(
        "admin/people.html",
        asked=query,
        total=accounts.count_people(private),
        people=[
            {
                "name": one.name,
                "email": one.email,
                "role": role_words(one.role),
                "blocked": one.disabled,
                "url": f"/-/admin/people/{one.id}",
            }
            for one in found[:LISTED]
        ],
        older=action_url("admin/people", query={"q": query, "after": more}) if more else "",
    )


@bp.get("/admin/people/<id>")
def person(id: str, action: FormText) -> Response:
    """One account, and what can be done with it."""
    account = _account(id)
    reader = current_reader()
    guest_of = sorted(group.removeprefix("guest:") for group in account.grants)
    spaces = reader.catalogue.teams_of(account.page, reader.today) if account.page else []
    return render_tool(
        "admin/person.html",
        whose=account,
        role=role_words(account.role),
        roles=[(role, role_words(role)) for role in ROLES],
        page_of_theirs=link(get_title(reader, account.page), page_url(account.page))
        if account.page
        else None,
        spaces=[
            link(get_title(reader, path), page_url(path)) for path in spaces if path != account.page
        ],
        guest_of=[
            {**link(get_title(reader, path), page_url(path)), "path": path} for path in guest_of
        ],
        values=typed_values(role=account.role, page=account.page or ""),
        pressed=action,
        **asked_of(admin()),
    )


@bp.post("/admin/people/<id>")
@redisplay(person)
def change_person(id: str, action: FormText) -> Response:
    """What the page's forms ask for, by their ``action``."""
    account = _account(id)
    todo: Callable[..., str] = pressed_button(
        {
            "role": _set_role,
            "block": _block,
            "unblock": _unblock,
            "everywhere": _log_out,
            "page": _join_page,
            "link": _mail_link,
            "no-guest": _end_guest,
            "erase": _erase,
        }
    )
    by = admin()
    if action in ("role", "unblock", "page", "erase"):
        by = confirm(by)
    words, target = todo(account, by), f"/-/admin/people/{account.id}"
    if action == "erase":
        target = begin_departure(current_instance()) or "/-/admin/people"
    return see_other(target, words)


def _account(id: str) -> Person:
    found = accounts.get_person(current_instance().private, id)
    if found is None:
        raise NotFound(_("There is no such account."))
    return found


def _set_role(account: Person, by: Person, role: FormText) -> str:
    accounts.set_role(current_instance().private, account.id, role, by=by)
    return _("{name} is now: {role}.").format(name=account.name, role=role_words(role))


def _block(account: Person, by: Person) -> str:
    accounts.set_disabled(current_instance().private, account.id, True, by=by.id)
    return _("The account of {name} is blocked.").format(name=account.name)


def _unblock(account: Person, by: Person) -> str:
    accounts.set_disabled(current_instance().private, account.id, False, by=by.id)
    return _("The account of {name} is open again.").format(name=account.name)


def _log_out(account: Person, by: Person) -> str:
    private = current_instance().private
    sessions.close_sessions(private, account.id)
    record_audit(private, by.id, "logged-out", account.id)
    return _("{name} is logged out everywhere.").format(name=account.name)


def _join_page(account: Person, by: Person, page: FormWord) -> str:
    """Joins the account to the person page at the path that was typed, or to none."""
    if not page:
        accounts.set_page(current_instance().private, account.id, None, by=by.id)
        return _("The account is joined to no page.")
    try:
        found = find_page(current_reader(), normalise(page))
    except BadPath:
        found = None
    if found is None or found.type != "person":
        raise BadField("page", _("There is no person’s page at this path."))
    accounts.set_page(current_instance().private, account.id, found.path, by=by.id)
    return _("The account is joined to “{title}”.").format(title=found.title)


def _mail_link(account: Person, by: Person) -> str:
    instance = current_instance()
    asked = accounts.ask_login_link(
        instance.private,
        instance.settings,
        email=account.email,
        lang=account.lang,
        address=client_address(),
    )
    send_link(asked)
    record_audit(instance.private, by.id, "login-link", account.id)
    return _("A link to log in with is on its way to {name}.").format(name=account.name)


def _end_guest(account: Person, by: Person, path: FormText) -> str:
    revoke_guest(current_instance().private, account.id, path, by=by.id)
    return _("They are no longer a guest of this page.")


def _erase(account: Person, by: Person, email: FormWord, with_page: FormFlag) -> str:
    if account.id == by.id:
        raise BadField("", _("You erase your own account from its page."))
    if email.lower() != account.email:
        raise BadField("email", _("This is not the address of the account: nothing was erased."))
    leave_for_good(current_reader(), account, with_page=with_page)
    if registry.listed(current_instance().private):
        return _("The account is erased. Send its owner the address of this page.")
    return _("The account is erased.")


def _lines(reader: Reader) -> Sequence[Line]:
    count = accounts.count_people(reader.instance.private)
    return [Line(_("Accounts"), "/-/admin/people", count)]


register(Section(lazy("Accounts"), _lines, order=10, part=PEOPLE))
