"""The set-up page of a new site: the site and its first administrator, mail, pages and address.

::

    wiki serve ──prints──▶ /-/setup/<token> ──▶ /-/setup/mail ──▶ /-/setup/pages ──▶ the home page
                           the site, and you    a try mail        examples, address   with a guide
                           (the link ends)      └────────── signed in ──────────┘

Each step is saved when it is sent, so that whoever is interrupted goes on from there.
"""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from wiki.backups.candidate import find_candidate
from wiki.backups.takeover import may_come_in
from wiki.editing.settings import change_settings, settings_with
from wiki.errors import AlreadyExists, NotFound, WikiError
from wiki.instance import Instance
from wiki.parts.setup_link import end_link
from wiki.people.accounts.founder import add_founder, has_admin
from wiki.people.guides import begin_guides, end_guide
from wiki.translation import gettext as _
from wiki.web.account.confirmation import sure_of
from wiki.web.account.views import enter, next_address
from wiki.web.admin.index import admin
from wiki.web.admin.settings.presenters import time_zones
from wiki.web.forms import FormText, redisplay, render_tool, see_other, typed_values
from wiki.web.http.languages import language_choices
from wiki.web.page.guide import GUIDES
from wiki.web.setup.archives import choices, coming_in, is_coming_in
from wiki.web.setup.entrance import SETUP, close_when_done, is_under_way, lets_in
from wiki.web.setup.starter import may_empty, name_home, take_out_examples
from wiki.web.setup.values import locked, sent
from wiki.web.support import (
    current_instance,
    current_person,
    current_reader,
    error_page,
    flash_message,
    hide_address,
    signed_in_person,
)

bp = Blueprint("setup", __name__)

MAIL, PAGES = "/-/setup/mail", "/-/setup/pages"
#: what is chosen of the site before it has an administrator
_SITE = ("site_name", "lang", "time_zone")


@bp.before_request
def _gate() -> Response | None:
    return close_when_done() if request.path == PAGES else None


@bp.get("/setup")
def begin() -> Response:
    """Where the set-up goes on; for everybody else, where the address of its page is found."""
    person = current_person()
    if person is not None and person.role == "admin":
        return redirect(MAIL if is_under_way() else "/-/admin/settings", HTTPStatus.SEE_OTHER)
    if has_admin(current_instance().private):
        raise NotFound(_("There is no page here."))
    return no_longer_good()


@bp.get("/setup/<token>")
def site(token: str) -> Response:
    """The site, and its first administrator: asked of who has the link."""
    if has_admin(current_instance().private):
        return founded()
    if not lets_in(token):
        return no_longer_good()
    return coming_in(token) if is_coming_in() else site_form(token)


@bp.post("/setup/<token>")
def found(token: str) -> Response:
    """Makes the first administrator's account, signs them in, and keeps what the site is called."""
    instance = current_instance()
    if has_admin(instance.private):
        return founded()
    if not lets_in(token):
        return no_longer_good()
    return coming_in(token) if is_coming_in() else _found(token=token)


def site_form(token: str) -> Response:
    """The first page: the site and who looks after it, or what it begins with in its place."""
    settings = current_instance().settings
    return render_tool(
        "setup/site.html",
        private_address=True,
        action=f"/-/setup/{token}",
        values=typed_values(
            "name",
            "email",
            site_name=settings.site_name,
            lang=_lang(),
            time_zone=settings.time_zone,
        ),
        locked=locked(current_instance(), _SITE),
        langs=language_choices(settings.offered),
        zones=time_zones(settings),
        backup=choices(current_instance()),
        beginning=_beginning(current_instance()),
    )


def _beginning(instance: Instance) -> dict[str, Any] | None:
    """What is offered of repositories; None where a site cannot begin with one any more."""
    if not may_come_in(instance):
        return None
    return {
        "by_command": bool(instance.settings.database_url),
        "typed": typed_values("repository")["repository"],
        "waiting": find_candidate(instance.settings.instance) is not None,
    }


@redisplay(site_form)
def _found(
    token: str, email: FormText, name: FormText, password: FormText, lang: FormText
) -> Response:
    instance = current_instance()
    chosen = sent(instance, _SITE)
    settings_with(instance, chosen)
    try:
        person = add_founder(
            instance.private,
            email=email,
            name=name,
            password=password,
            lang=lang,
        )
    except AlreadyExists as error:
        return founded(error.words)
    end_link(instance.settings.instance)
    begin_guides(instance.private, person.id, (SETUP, *GUIDES))
    response = enter(person, MAIL)
    try:
        change_settings(instance, person, chosen)
    except WikiError as error:
        # The account is there, and all of it can be set from it.
        flash_message(error.words, "error")
    return response


@bp.get("/setup/pages")
def pages() -> Response:
    """The examples, kept or not, and the address that readers use."""
    settings, may = current_instance().settings, may_empty(current_reader())
    return render_tool(
        "setup/pages.html",
        values=typed_values(pages="keep", base_url=settings.public_url),
        may_empty=may,
        locked=locked(current_instance(), ("base_url",)),
    )


@bp.post("/setup/pages")
@redisplay(pages)
def finish(pages: FormText) -> Response:
    """Takes the examples out where that is wanted; the address holds from the next start on."""
    person, instance = admin(), current_instance()
    chosen = sent(instance, ("base_url",))
    if chosen.get("base_url", "").rstrip("/") == instance.settings.public_url:
        chosen.clear()
    settings_with(instance, chosen)
    if pages == "empty":
        take_out_examples(current_reader())
    name_home(current_reader().renewed())
    words = _("Your site is set up. Welcome.")
    if chosen:
        change_settings(instance, sure_of(person) or person, chosen)
        words = _(
            "Your site is set up. Welcome. It answers at {address} once it has been started again."
        ).format(address=chosen["base_url"])
    end_guide(instance.private, person.id, SETUP)
    return see_other("/", words)


def _lang() -> str:
    from wiki.translation import language

    return language()


@bp.post("/guide")
def put_away(guide: FormText) -> Response:
    """Puts a guide away for good."""
    person = signed_in_person()
    if guide in GUIDES:
        end_guide(current_instance().private, person.id, guide)
    return see_other(next_address())


def founded(words: str = "") -> Response:
    """Says that the site has its administrator, whom one asks."""
    said = words or _("Whoever set it up is its administrator: ask them for an account.")
    response = error_page(
        HTTPStatus.CONFLICT,
        _("This site is set up already"),
        said,
        actions=[{"label": _("Log in"), "url": "/-/login"}],
    )
    return hide_address(response)


def no_longer_good() -> Response:
    """Says where another address of the set-up is found."""
    response = error_page(
        HTTPStatus.NOT_FOUND,
        _("This site is being set up"),
        _(
            "The address for that works for a day, until another one is made. On the server, the "
            "command “wiki setup-link” prints a new one, and so does the next start."
        ),
    )
    return hide_address(response)
