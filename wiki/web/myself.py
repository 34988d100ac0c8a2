"""One's own account: what waits for one, spaces, page, name, language, password, leaving."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, request, session
from werkzeug.wrappers import Response

from wiki.config import LANGUAGES
from wiki.editing.leaving import leave_for_good
from wiki.editing.spaces import NewSpace, make_space
from wiki.errors import BadField, LogInFirst, WikiError
from wiki.pages.paths import normalise
from wiki.pages.urls import action_url, page_url
from wiki.people import accounts, sessions, watching
from wiki.people.drafts import list_drafts
from wiki.people.person import Person
from wiki.plugins import answers
from wiki.reading import Reader
from wiki.translation import gettext as _
from wiki.translation import lazy
from wiki.web.account import address, leave
from wiki.web.support import (
    LANGUAGE_NAMES,
    current_instance,
    current_person,
    current_reader,
    page_of,
    say,
)
from wiki.web.viewing import link

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
    """One's own account."""
    return _page({})


@bp.post("/account")
def change() -> Response:
    """What the page's forms ask for, by their ``action``."""
    person = someone()
    todo = {
        "profile": _set_profile,
        "password": _set_password,
        "everywhere": _log_out_elsewhere,
        "erase": _erase,
    }.get(request.form.get("action", "profile"), _set_profile)
    try:
        return todo(person)
    except WikiError as error:
        return _page({getattr(error, "field", ""): error.words}, error.status)


@bp.post("/watch/<path:raw>")
def watch(raw: str) -> Response:
    """Follows a page, or (with ``stop``) follows it no longer."""
    person = someone()
    page = current_reader().page(normalise(raw))
    private = current_instance().private
    if request.form.get("stop"):
        watching.unwatch(private, person.id, page.path)
        say(_("You no longer follow this page."))
    else:
        watching.watch(private, person.id, page.path)
        say(_("You follow this page: what is new in it shows on your account page."))
    return redirect(page_url(page.path), HTTPStatus.SEE_OTHER)


@bp.post("/account/page")
def make_page() -> Response:
    """Makes one's person page."""
    reader = current_reader()
    person = someone()
    saved = make_space(reader, NewSpace("person", person.name))
    accounts.set_page(reader.instance.private, person.id, saved.path, by=person.id)
    return redirect(action_url("edit", saved.path), HTTPStatus.SEE_OTHER)


def someone() -> Person:
    """Who is signed in. Raises LogInFirst."""
    if (person := current_person()) is None:
        raise LogInFirst(_("Log in first."))
    return person


def _set_profile(person: Person) -> Response:
    accounts.set_profile(
        current_instance().private,
        person.id,
        name=request.form.get("name", ""),
        lang=request.form.get("lang", person.lang),
    )
    return _done(_("Saved."))


def _set_password(person: Person) -> Response:
    _check_password(person)
    try:
        accounts.set_password(
            current_instance().private,
            person.id,
            request.form.get("new_password", ""),
            keep=session.get("_user_id"),
        )
    except BadField as error:
        raise BadField("new_password", error.words) from error
    return _done(_("Your password is changed. You are logged out everywhere else."))


def _log_out_elsewhere(person: Person) -> Response:
    sessions.close_sessions(current_instance().private, person.id, keep=session.get("_user_id"))
    return _done(_("You are logged out everywhere else."))


def _erase(person: Person) -> Response:
    _check_password(person)
    leave_for_good(current_reader(), person)
    leave()
    return redirect("/", HTTPStatus.SEE_OTHER)


def _check_password(person: Person) -> None:
    """Raises BadField where the password of today is not given; some have none."""
    if not person.has_password:
        return
    instance = current_instance()
    known = accounts.authenticate(
        instance.private,
        instance.settings,
        email=person.email,
        password=request.form.get("password", ""),
        address=address(),
    )
    if known is None:
        raise BadField("password", _("This is not your password of today."))


def _done(words: str) -> Response:
    say(words)
    return redirect("/-/account", HTTPStatus.SEE_OTHER)


def _page(errors: dict[str, str], status: int = 200) -> Response:
    person = someone()
    reader = current_reader()
    names = ("", "name", "lang", "password", "new_password")
    return page_of(
        "account/account.html",
        status,
        waiting_for_me=what_waits(reader),
        drafts=[
            {
                "title": reader.title(one.path),
                "url": action_url("edit", one.path),
                "when": one.saved,
            }
            for one in list_drafts(reader.instance.private, person.id)
        ],
        followed=_followed(reader, person),
        my_spaces=[link(row.title, page_url(row.path)) for row in reader.spaces_of_mine()],
        page_of_mine=link(reader.title(person.page), page_url(person.page))
        if person.page
        else None,
        create_page="" if person.page or person.role == "reader" else "/-/account/page",
        values={
            "name": request.form.get("name", person.name),
            "email": person.email,
            "lang": person.lang,
        },
        langs=[(code, LANGUAGE_NAMES[code]) for code in LANGUAGES],
        role=str(ROLE_WORDS[person.role]),
        errors=dict.fromkeys(names, "") | errors,
        sessions=1,
        noindex=True,
    )


def _followed(reader: Reader, person: Person) -> list[dict[str, Any]]:
    """The pages that the person follows, the one with the latest news first."""
    paths = [one.path for one in watching.watched(reader.instance.private, person.id)]
    rows = reader.rows(paths)
    told = []
    for path in paths:
        if path in rows and (times := reader.times(path)) is not None:
            told.append({"title": rows[path].title, "url": page_url(path), "when": times.news})
    return sorted(told, key=lambda one: one["when"], reverse=True)


def what_waits(reader: Reader) -> list[dict[str, Any]]:
    """What waits for someone, as plugins tell: lines ``{text, url, when}``."""
    hook = reader.instance.plugins.hook.waiting
    return [line for group in answers(hook, reader=reader) for line in group]
