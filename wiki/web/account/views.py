"""Signing up, in and out, by password or by a mailed link."""

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from secrets import token_hex
from urllib.parse import urlencode

from flask import Blueprint, redirect, request, session
from flask_login import login_user, logout_user
from werkzeug.wrappers import Response

from wiki.errors import BadField
from wiki.mail_dispatch import send_mail
from wiki.mail_templates import Recipient, compose_mail
from wiki.people import accounts
from wiki.people.accounts import mail_tokens, sessions
from wiki.people.accounts.factors.parties import passkey_host
from wiki.people.accounts.factors.requirement import Step, next_step
from wiki.people.accounts.mail_tokens import MailLink
from wiki.people.accounts.notifications import letter_values
from wiki.people.accounts.sign_ons import provider_name
from wiki.people.limits.durable import shown_network
from wiki.people.person import Person
from wiki.translation import gettext as _
from wiki.translation import language
from wiki.web import antispam
from wiki.web.account.devices import (
    browser_name,
    is_trusted_here,
    remember_device,
    this_device,
)
from wiki.web.account.pending_login import begin_second_step
from wiki.web.forms import FormText, read_fields, redisplay, render_tool, typed_values
from wiki.web.support import SignedIn, current_instance, error_page, hide_address
from wiki.web.throttle import client_address

bp = Blueprint("account", __name__)

#: what a link mailed by us is for, when it lets one in without a password
_ENTERING = ("login", "known", "confirm")


@bp.get("/login")
def login(email: FormText) -> Response:
    """The form to log in with."""
    target = next_address()
    return render_tool(
        "account/login.html",
        values={"email": email},
        next=target,
        reason="" if target == "/" else _("Then you go on from where you were."),
        may_register=current_instance().settings.registration != "closed",
        sign_on=provider_name(current_instance().settings),
        passkey_host=passkey_host(current_instance().settings),
    )


@bp.post("/login")
@redisplay(login)
def log_in(email: FormText, password: FormText) -> Response:
    """Logs in with address and password."""
    instance = current_instance()
    person = accounts.authenticate(
        instance.private,
        instance.settings,
        email=email,
        password=password,
        address=client_address(),
        device=this_device,
    )
    if person is None:
        words = _("This address and this password do not go together. Nothing else has happened.")
        raise BadField("", words)
    return enter(person)


@bp.get("/register")
def register() -> Response:
    """The form to sign up with."""
    code = request.values.get("code", "")
    return render_tool(
        "account/register.html",
        values=typed_values("email", "name"),
        # A code may come in the address, as on a poster.
        code=code,
        traps=antispam.fields(),
        asks_code=bool(code) or current_instance().settings.registration == "invitation",
        sign_on=provider_name(current_instance().settings),
        next=next_address(),
    )


@bp.post("/register")
@redisplay(register)
def sign_up(password: FormText) -> Response:
    """Begins a sign-up: the account exists once its mailed link is followed.

    On a machine of one's own, without a mail server, the account is made at once.
    """
    verdict = antispam.check()
    if verdict is antispam.Verdict.FILLED:
        return _sent("account/link.html")
    link, person = begin_account(verdict, password or None)
    if person is not None:
        return enter(person)
    send_link(link, next_address())
    return _sent("account/link.html")


@bp.get("/login-link")
def login_link() -> Response:
    """The form to ask for a link to log in with."""
    return _link_form("account/link.html")


@bp.post("/login-link")
@redisplay(login_link)
def send_login_link() -> Response:
    """Mails a link to log in with."""
    return _ask(accounts.ask_login_link, "account/link.html")


@bp.get("/login-link/<token>")
def follow_login_link(token: str) -> Response:
    """A button, since mail scanners follow links too."""
    link = mail_tokens.peek(current_instance().private, token)
    if link is None or link.purpose not in _ENTERING:
        return no_longer_good("login-link")
    return _link_form("account/link.html", token=token, asks=link.purpose == "confirm")


@bp.post("/login-link/<token>")
@redisplay(follow_login_link)
def use_login_link(token: str, password: FormText) -> Response:
    """Uses a link up: logs in, or makes the account that was asked for."""
    private = current_instance().private
    link = mail_tokens.peek(private, token)
    if link is None or link.purpose not in _ENTERING:
        return no_longer_good("login-link")
    if link.purpose == "confirm" and not mail_tokens.knows_password(private, token, password):
        words = _("This is not the password that the account was asked for with.")
        raise BadField("password", words)
    use = accounts.confirm if link.purpose == "confirm" else accounts.log_in_with
    person = use(private, token)
    return enter(person) if person else no_longer_good("login-link")


@bp.get("/reset")
def reset() -> Response:
    """The form to ask for a link to set a new password with."""
    return _link_form("account/reset.html")


@bp.post("/reset")
@redisplay(reset)
def send_reset_link() -> Response:
    """Mails a link to set a new password with."""
    return _ask(accounts.ask_reset_link, "account/reset.html")


@bp.get("/reset/<token>")
def follow_reset_link(token: str) -> Response:
    """The form for the new password."""
    link = mail_tokens.peek(current_instance().private, token)
    if link is None or link.purpose != "reset":
        return no_longer_good("reset")
    return _link_form("account/reset.html", token=token)


@bp.post("/reset/<token>")
@redisplay(follow_reset_link)
def use_reset_link(token: str, password: FormText) -> Response:
    """Sets the new password and logs in."""
    person = accounts.reset_password(current_instance().private, token, password)
    return enter(person) if person else no_longer_good("reset")


def enter(person: Person, target: str | None = None, *, strong: bool = False) -> Response:
    """Opens a session, new even where there was one, and goes where the person was going.

    Unless ``strong`` (more than a password or a mailed link was proved), the second factor comes
    first where one is asked for: then nobody is in yet.
    """
    instance = current_instance()
    target = next_address() if target is None else safe_next(target)
    if not strong and asks_second_step(person):
        return begin_second_step(person, target)
    cookie = sessions.open_session(
        instance.private,
        person.id,
        browser=browser_name(request.headers.get("User-Agent", "")),
        network=shown_network(client_address()),
        strong=strong,
    )
    session.clear()
    session.permanent = True
    login_user(SignedIn(person, cookie))
    response = redirect(target, 303)
    remember_device(response, person)
    return response


def asks_second_step(person: Person) -> bool:
    """Whether a password, or a mailed link, is not enough to enter here."""
    instance = current_instance()
    step = next_step(instance.private, instance.settings, person)
    return step is Step.SET_UP or (step is Step.PROVE and not is_trusted_here(person.id))


def leave() -> None:
    """Ends the session of this browser."""
    if (cookie := session.get("_user_id")) is not None:
        sessions.close_session(current_instance().private, cookie)
    logout_user()
    session.clear()


def safe_next(target: str) -> str:
    """``target`` if it is an address of this site as every browser reads it, else the home page."""
    if not target.startswith("/") or target.startswith("//") or "\\" in target:
        return "/"
    return target if target.isprintable() else "/"


def next_address(default: str = "/") -> str:
    """Where a form, or the address of its page, says that one goes on (``safe_next``)."""
    return safe_next(request.values.get("next", default))


@read_fields
def begin_account(
    verdict: antispam.Verdict, password: str | None, email: FormText, name: FormText, code: FormText
) -> tuple[MailLink, Person | None]:
    """The link to mail for the sign-up in the form; the account, where it is made at once.

    Raises WikiError.
    """
    instance = current_instance()
    link = accounts.register(
        instance.private,
        instance.settings,
        email=email,
        name=name,
        password=password,
        lang=language(),
        address=client_address(),
        code=code,
        # Whoever gave the code answers for them.
        held=not code and _begins_held(verdict),
    )
    at_once = link.purpose == "confirm" and instance.settings.alone
    return link, accounts.confirm(instance.private, link.token) if at_once else None


def _begins_held(verdict: antispam.Verdict) -> bool:
    """Whether the first text of an account that is opened now is read by someone."""
    first_posts = current_instance().settings.first_posts
    odd = verdict is not antispam.Verdict.FINE
    return first_posts == "reviewed" or (first_posts == "doubtful" and odd)


@read_fields
def _ask(ask: Callable[..., MailLink], template: str, email: FormText) -> Response:
    mail_link(ask, email, next_address())
    return _sent(template)


def mail_link(ask: Callable[..., MailLink], email: str, target: str) -> None:
    """Mails the link that ``ask`` makes for ``email``. Raises WikiError."""
    instance = current_instance()
    address = client_address()
    link = ask(instance.private, instance.settings, email=email, lang=language(), address=address)
    send_link(link, target)


def _sent(template: str) -> Response:
    """The same whether or not the address is known."""
    return _link_form(template, sent=True)


def _link_form(
    template: str, *, token: str = "", sent: bool = False, asks: bool = False
) -> Response:
    # The address holds a secret: no page that is gone to from here learns of it.
    return render_tool(
        template,
        private_address=True,
        token=token,
        sent=sent,
        asks=asks,
        values=typed_values("email"),
        next=next_address(),
    )


def no_longer_good(action: str) -> Response:
    """The answer to a mailed link that is used or old; ``action`` is where to ask for another."""
    response = error_page(
        404,
        _("This link is no longer good"),
        _("It has been used, or is more than an hour old. Nothing was changed."),
        actions=[{"label": _("Ask for another one"), "url": f"/-/{action}"}],
    )
    return hide_address(response)


def send_link(link: MailLink, target: str = "/", at: str = "") -> None:
    """Mails ``link``, in words for what it is for; ``target`` is where its reader then goes on.

    ``at``: what takes it, where something that was typed waits there.
    """
    instance = current_instance()
    other = {"reset": "reset", "unknown": "register", "address": "account/address"}
    action = at or other.get(link.purpose, "login-link")
    url = f"{instance.settings.public_url}/-/{action}"
    followed = f"{url}/{link.token}" if link.token else url
    if target != "/":
        followed += f"?{urlencode({'next': target})}"
    words = letter_values(link, followed, waits=bool(at))
    # What is asked twice is answered twice; the key must not give the token away.
    key = sha256((link.token or token_hex(16)).encode()).hexdigest()
    to = Recipient(link.email, link.lang)
    mail = compose_mail(instance, f"account:{key[:40]}", to, "account", secret=True, **words)
    send_mail(instance, replace(mail, until=instance.private.now() + mail_tokens.LIFETIME))
