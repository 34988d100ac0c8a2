"""Signing up, in and out, and one's own account (flask-login lives here and in ``support.py``)."""

from flask import Blueprint, redirect, request, session
from flask_login import login_user, logout_user
from werkzeug.wrappers import Response

from wiki.errors import BadField, Forbidden, LogInFirst, TooMany, WikiError
from wiki.people import accounts, sessions, tokens
from wiki.people.letters import letter
from wiki.people.person import Person
from wiki.people.tokens import MailLink
from wiki.translation import gettext as _
from wiki.translation import language
from wiki.web.support import (
    SignedIn,
    current_instance,
    current_person,
    current_reader,
    page_of,
    say,
)
from wiki.web.waiting import what_waits

bp = Blueprint("account", __name__)


@bp.get("/login")
def login() -> Response:
    """The form to log in with."""
    return _login_form()


@bp.post("/login")
def log_in() -> Response:
    """Logs in with address and password."""
    instance = current_instance()
    email, password = request.form.get("email", ""), request.form.get("password", "")
    try:
        person = accounts.authenticate(
            instance.private,
            instance.settings,
            email=email,
            password=password,
            address=_address(),
        )
    except TooMany as error:
        return _login_form(error.words, error.status)
    if person is None:
        return _login_form(
            _("This address and this password do not go together. Try again, or ask for a link.")
        )
    return _enter(person)


@bp.post("/logout")
def log_out() -> Response:
    """Ends this session."""
    if (cookie := session.get("_user_id")) is not None:
        sessions.close_session(current_instance().private, cookie)
    logout_user()
    session.clear()
    return redirect("/", 303)


@bp.get("/register")
def register() -> Response:
    """The form to sign up with."""
    return _register_form()


@bp.post("/register")
def sign_up() -> Response:
    """Begins a sign-up: the account exists once its mailed link is followed.

    Where no mail server is set, nobody would get that mail: then the account is made at once.
    """
    instance = current_instance()
    try:
        link = accounts.register(
            instance.private,
            instance.settings,
            email=request.form.get("email", ""),
            name=request.form.get("name", ""),
            password=request.form.get("password") or None,
            lang=language(),
            address=_address(),
        )
    except BadField as error:
        return _register_form({error.field: error.words}, status=422)
    except (TooMany, Forbidden) as error:
        return _register_form({"email": error.words}, status=int(error.status))
    if not instance.settings.smtp_host and link.purpose == "confirm":
        person = accounts.confirm(instance.private, link.token)
        if person is not None:
            return _enter(person)
    _send(link, "confirm")
    return _told(
        _("Look into your mailbox"), _("We have sent a link to {email}.").format(email=link.email)
    )


@bp.get("/reset")
def reset() -> Response:
    """The form to ask for a link with, to log in or to set a new password."""
    return page_of("account/link.html", email="", errors={}, noindex=True)


@bp.post("/reset")
def send_link() -> Response:
    """Mails a link: to log in with, or to set a new password with."""
    instance = current_instance()
    purpose = request.form.get("purpose", "login")
    email = request.form.get("email", "")
    ask = accounts.ask_reset_link if purpose == "reset" else accounts.ask_login_link
    try:
        link = ask(
            instance.private, instance.settings, email=email, lang=language(), address=_address()
        )
    except (BadField, TooMany) as error:
        return page_of(
            "account/link.html",
            int(error.status),
            email=email,
            errors={"email": error.words},
            noindex=True,
        )
    _send(link, "reset" if link.purpose == "reset" else "enter")
    return _told(
        _("Look into your mailbox"),
        _("If {email} has an account here, a link is on its way. It is good for one hour.").format(
            email=link.email
        ),
    )


@bp.get("/<any(confirm, enter, reset):purpose>/<token>")
def follow(purpose: str, token: str) -> Response:
    """What a mailed link leads to: a button, since mail scanners follow links too."""
    link = tokens.peek(current_instance().private, token)
    if link is None:
        return _told(
            _("This link is no longer good"),
            _("It has been used, or is more than an hour old. Ask for another one."),
            status=404,
        )
    return _private(
        page_of("account/reset.html", purpose=purpose, token=token, email=link.email, errors={})
    )


@bp.post("/<any(confirm, enter, reset):purpose>/<token>")
def use_link(purpose: str, token: str) -> Response:
    """Uses a mailed link up."""
    private = current_instance().private
    try:
        if purpose == "confirm":
            person = accounts.confirm(private, token)
        elif purpose == "reset":
            person = accounts.reset_password(private, token, request.form.get("password", ""))
        else:
            person = accounts.log_in_with(private, token)
    except BadField as error:
        return _private(
            page_of(
                "account/reset.html",
                422,
                purpose=purpose,
                token=token,
                email="",
                errors={error.field: error.words},
            )
        )
    if person is None:
        return follow(purpose, token)
    return _enter(person)


@bp.get("/account")
def account() -> Response:
    """One's own account, and what waits for one."""
    return _account_page({})


@bp.post("/account")
def change_account() -> Response:
    """Changes name and language, or the password."""
    person = _someone()
    private = current_instance().private
    try:
        if request.form.get("password"):
            accounts.set_password(
                private, person.id, request.form["password"], keep=session.get("_user_id")
            )
        else:
            accounts.set_profile(
                private,
                person.id,
                name=request.form.get("name", person.name),
                lang=request.form.get("lang", person.lang),
            )
    except BadField as error:
        return _account_page({error.field: error.words}, 422)
    say(_("Your account is up to date."))
    return redirect("/-/account", 303)


@bp.post("/account/sessions")
def end_sessions() -> Response:
    """Logs out everywhere else."""
    person = _someone()
    sessions.close_sessions(current_instance().private, person.id, keep=session.get("_user_id"))
    say(_("You are logged out everywhere else."))
    return redirect("/-/account", 303)


@bp.post("/account/delete")
def erase_account() -> Response:
    """Erases the account and all that is private; what was written stays in the history."""
    person = _someone()
    if request.form.get("email", "").strip().casefold() != person.email.casefold():
        return _account_page({"delete": _("Write your address to confirm.")}, 422)
    accounts.erase(current_instance().private, person.id)
    logout_user()
    session.clear()
    return redirect("/", 303)


def safe_next(target: str) -> str:
    """``target`` if it is an address of this site as every browser reads it, else the home page."""
    if not target.startswith("/") or target.startswith(("//", "/\\")) or "\\" in target:
        return "/"
    return target if target.isprintable() else "/"


def _enter(person: Person) -> Response:
    """Opens a session, new even where there was one, and goes where the person was going."""
    cookie = sessions.open_session(current_instance().private, person.id)
    target = safe_next(request.values.get("next", "/"))
    session.clear()
    session.permanent = True
    login_user(SignedIn(person, cookie))
    return redirect(target, 303)


def _login_form(error: str = "", status: int = 0) -> Response:
    return page_of(
        "account/login.html",
        int(status) or (422 if error else 200),
        email=request.values.get("email", ""),
        next=safe_next(request.values.get("next", "/")),
        errors={"email": error} if error else {},
        noindex=True,
    )


def _register_form(errors: dict[str, str] | None = None, status: int = 200) -> Response:
    return page_of(
        "account/register.html",
        status,
        email=request.form.get("email", ""),
        name=request.form.get("name", ""),
        next=safe_next(request.values.get("next", "/")),
        errors=errors or {},
        closed=current_instance().settings.registration == "closed",
        noindex=True,
    )


def _account_page(errors: dict[str, str], status: int = 200) -> Response:
    person = _someone()
    reader = current_reader()
    return page_of(
        "account/account.html",
        status,
        errors=errors,
        waits=what_waits(reader),
        email=person.email,
        name=request.form.get("name", person.name),
        lang=person.lang,
        noindex=True,
    )


def _someone() -> Person:
    if (person := current_person()) is None:
        raise LogInFirst(_("Log in first."))
    return person


def _send(link: MailLink, action: str) -> None:
    instance = current_instance()
    url = f"{instance.settings.public_url}/-/{action}/{link.token}" if link.token else ""
    subject, text = letter(link, url, instance.settings.site_name)
    instance.mailer.send(link.email, subject, text)


def _told(title: str, words: str, status: int = 200) -> Response:
    return _private(page_of("account/told.html", status, title=title, words=words, noindex=True))


def _private(response: Response) -> Response:
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _address() -> str:
    return request.remote_addr or ""


__all__ = ["WikiError", "bp", "safe_next"]
