"""One's own account: what waits for one, name, language, address, password, sign-on, leaving.

A page of its own for each, listed beside them all (``templates/account/_side.html``)."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, request, session
from werkzeug.wrappers import Response

from wiki.editing.membership.departure import leave_for_good
from wiki.editing.review import inbox as _waiting  # noqa: F401 - it tells what waits
from wiki.editing.save import change_page
from wiki.editing.spaces import ensure_own_page
from wiki.errors import BadField, NotFound
from wiki.pages.head.changes import edit_head
from wiki.pages.members import GROUP
from wiki.pages.urls import action_url, page_url
from wiki.people import accounts
from wiki.people.access.groups import groups_seen_by
from wiki.people.accounts import sign_ons
from wiki.people.accounts.affiliations import find_siret
from wiki.people.drafts import list_drafts
from wiki.people.person import Person
from wiki.people.sisters import registry
from wiki.projections.catalogue import select
from wiki.reading import Reader
from wiki.reading.inbox import what_waits
from wiki.reading.lists import find_rows, get_row, list_own_spaces
from wiki.reading.pages import get_title, page_exists, resolve_target
from wiki.sisters.holdings import begin_departure
from wiki.translation import gettext as _
from wiki.translation import lazy
from wiki.web.account.confirmation import asked_of, confirm
from wiki.web.account.oidc.logout import log_out_everywhere
from wiki.web.account.views import leave, mail_link, next_address, send_link
from wiki.web.forms import (
    FormFlag,
    FormText,
    read_fields,
    redisplay,
    render_tool,
    see_other,
    typed_values,
)
from wiki.web.http.languages import language_choices
from wiki.web.page.guide import guide_for
from wiki.web.page.presenters import link
from wiki.web.review.proposals import own_proposals
from wiki.web.support import (
    current_instance,
    current_reader,
    signed_in_person,
)

bp = Blueprint("myself", __name__)

ROLE_WORDS = {
    "reader": lazy("reader"),
    "member": lazy("member"),
    "connector": lazy("connector"),
    "correspondent": lazy("correspondent"),
    "programme": lazy("programme team"),
    "admin": lazy("administrator"),
}


@bp.get("/account")
def account() -> Response:
    """One's own account: what waits, and what one has begun."""
    person = signed_in_person()
    reader = current_reader()
    return render_tool(
        "account/account.html",
        guide=guide_for(reader),
        waiting_for_me=what_waits(reader),
        drafts=[
            {
                "title": get_title(reader, one.path),
                "url": action_url("edit", one.path),
                "when": one.saved,
            }
            for one in list_drafts(reader.instance.private, person.id)
        ],
        my_proposals=own_proposals(reader),
        my_spaces=[link(row.title, page_url(row.path)) for row in list_own_spaces(reader)],
        my_groups=[
            link(one.title, action_url("groups", one.name))
            for one in groups_seen_by(reader.instance.private, person)
            if GROUP + one.name in reader.names
        ],
        page_of_mine=(mine := _page_of_mine(reader, person)),
        create_page="" if mine or person.role == "reader" else "/-/account/page",
    )


@bp.get("/account/settings")
def settings() -> Response:
    """Name, language, address, password."""
    person = signed_in_person()
    return render_tool(
        "account/settings.html",
        values=typed_values("email", name=person.name) | {"lang": person.lang},
        address=person.email,
        langs=language_choices(current_instance().settings.offered),
        role=str(ROLE_WORDS[person.role]),
        **asked_of(person),
    )


@bp.get("/account/sign-on")
def sign_on() -> Response:
    """The single sign-on that is linked to the account, where the wiki has one."""
    person = signed_in_person()
    instance = current_instance()
    if not instance.settings.oidc_issuer:
        raise NotFound(_("There is no page here."))
    return render_tool(
        "account/sign-on.html",
        linked=sign_ons.linked(instance.private, person.id),
        siret=find_siret(instance.private, person.id),
        organisation=_organisation(person),
        **asked_of(person),
    )


@bp.get("/account/leave")
def leaving() -> Response:
    """Logging out, and erasing the account."""
    person = signed_in_person()
    return render_tool(
        "account/leave.html",
        **asked_of(person),
        page_of_mine=_page_of_mine(current_reader(), person),
        sisters=bool(registry.listed(current_instance().private)),
    )


@bp.post("/logout")
def log_out() -> Response:
    """Ends this session."""
    return log_out_everywhere()


@bp.post("/account")
@redisplay(lambda: _chosen()[1]())
def change() -> Response:
    """What the forms of these pages ask for, by their ``action``."""
    return read_fields(_chosen()[0])(signed_in_person())


def _chosen() -> tuple[Callable[..., Response], Callable[[], Response]]:
    """What does what the form asks for, and the page that it stands on."""
    forms: Mapping[str, tuple[Callable[..., Response], Callable[[], Response]]] = {
        "profile": (_set_profile, settings),
        "password": (_set_password, settings),
        "address": (_ask_address, settings),
        "unlink": (_unlink, sign_on),
        "organisation": (_say_organisation, sign_on),
        "erase": (_erase, leaving),
    }
    return forms.get(request.form.get("action", ""), forms["profile"])


@bp.post("/account/again")
def log_in_again() -> Response:
    """Mails a link that logs in once more and leads back to ``next``."""
    person = signed_in_person()
    target = next_address("/-/account")
    mail_link(accounts.ask_login_link, person.email, target)
    words = _("A link is on its way to {address}. It brings you back here; it works for an hour.")
    return _done(words.format(address=person.email), target)


@bp.post("/account/page")
def make_page() -> Response:
    """Makes one's person page."""
    signed_in_person()
    return see_other(action_url("edit", ensure_own_page(current_reader())))


def _set_profile(person: Person) -> Response:
    typed = typed_values("name", lang=person.lang)
    accounts.set_profile(current_instance().private, person.id, **typed)
    return _done(_("Saved."))


def _set_password(person: Person, new_password: FormText) -> Response:
    confirm(person)
    try:
        private, kept = current_instance().private, session.get("_user_id")
        accounts.set_password(private, person.id, new_password, keep=kept)
    except BadField as error:
        raise BadField("new_password", error.words) from error
    return _done(_("Your password is changed. You are logged out everywhere else."))


def _ask_address(person: Person, email: FormText) -> Response:
    confirm(person)
    instance = current_instance()
    send_link(accounts.ask_new_address(instance.private, instance.settings, person.id, email))
    return _done(_("A mail is on its way to the new address: follow its link within the hour."))


def _unlink(person: Person) -> Response:
    confirm(person)
    sign_ons.unlink(current_instance().private, person.id)
    return _done(
        _("It no longer logs you in: your password, or a link by mail, does."), "/-/account/sign-on"
    )


def _organisation(person: Person) -> dict[str, Any] | None:
    """The page that says it is the organisation which the provider tells, where there is one.

    ``said``: one's own page names it already.
    """
    reader = current_reader()
    siret = find_siret(reader.instance.private, person.id)
    asked = select(types=("organisation",), values={"siret": (siret,)})
    rows = find_rows(reader, asked, limit=1).rows if siret else ()
    if not rows:
        return None
    mine = get_row(reader, person.page) if person.page else None
    named = mine.facts.get("organisation", ()) if mine else ()
    said = rows[0].path in [resolve_target(reader, one) for one in named]
    return {**link(rows[0].title, page_url(rows[0].path)), "path": rows[0].path, "said": said}


def _say_organisation(person: Person) -> Response:
    """Names it in the head of one's own page, which is made if there is none."""
    found = _organisation(person)
    if found is None:
        raise NotFound(_("No page says that it is this organisation any more."))
    page = ensure_own_page(current_reader())
    words = _("Named the organisation")
    named = {"organisation": f"[[{found['path']}]]"}
    change_page(current_reader().renewed(), page, lambda now: edit_head(now.text, named), words)
    return see_other(page_url(page), _("Your page says it now."))


def _erase(person: Person, with_page: FormFlag) -> Response:
    confirm(person)
    reader = current_reader()
    leave_for_good(reader, person, with_page=with_page)
    leave()
    if where := begin_departure(current_instance()):
        return see_other(where, _("Thank you for what you gave; you are welcome again."))
    return see_other(
        "/", _("Your account is erased. Thank you for what you gave; you are welcome again.")
    )


def _done(words: str, url: str = "/-/account/settings") -> Response:
    return see_other(url, words)


def _page_of_mine(reader: Reader, person: Person) -> dict[str, str] | None:
    if person.page is None or not page_exists(reader, person.page):
        return None
    return link(get_title(reader, person.page), page_url(person.page))
