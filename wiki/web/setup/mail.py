"""Mail, tried: a mail with a code leaves for who sets it up, and has arrived once that is typed.

Without a server it is put into the outbox, and shown.
"""

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from hmac import compare_digest
from secrets import randbelow

from flask import Blueprint, request, session
from werkzeug.wrappers import Response

from wiki.config import Settings
from wiki.editing.settings import change_settings, settings_with
from wiki.errors import BadField
from wiki.hookspecs.notifications import Letter
from wiki.mail_templates import compose
from wiki.people.limits.durable import HOUR, attempt
from wiki.people.person import Person
from wiki.translation import gettext as _
from wiki.web.account.confirmation import sure_of
from wiki.web.admin.index import admin
from wiki.web.admin.settings.trials import last_try, note_arrival, note_taken, send_now
from wiki.web.forms import FormText, pressed_button, redisplay, render_tool, see_other, typed_values
from wiki.web.setup.entrance import close_when_done
from wiki.web.setup.values import locked, sent
from wiki.web.support import current_instance

bp = Blueprint("setup_mail", __name__)
bp.before_request(close_when_done)

HERE, NEXT = "/-/setup/mail", "/-/setup/pages"
_FIELDS = ("smtp_host", "smtp_port", "smtp_user", "smtp_password", "smtp_starttls", "mail_from")
#: tries an hour of one person: each calls a server that they name
_TRIES = 20
_CODE = "setup_code"


@bp.get("/setup/mail")
def mail() -> Response:
    """The server that mails leave by, or none yet; then the code of the mail that left."""
    person, settings = admin(), current_instance().settings
    fixed = locked(current_instance(), _FIELDS)
    return render_tool(
        "setup/mail.html",
        address=person.email,
        values=typed_values(
            smtp_host=settings.smtp_host,
            smtp_port=str(settings.smtp_port),
            smtp_user=settings.smtp_user,
            mail_from=settings.mail_from,
            code="",
        ),
        starttls=_is_ticked() if request.method == "POST" else settings.smtp_starttls,
        has_password=bool(settings.smtp_password),
        locked=fixed,
        sent=_CODE in session and not request.args.get("again"),
        outbox=None,
    )


@bp.post("/setup/mail")
@redisplay(mail)
def act() -> Response:
    """Sends a try mail, takes its code, or shows what the outbox holds."""
    person = sure_of(admin()) or admin()
    actions: dict[str, Callable[..., Response]] = {
        "go": _go,
        "none": _do_without,
        "code": _take_code,
    }
    return pressed_button(actions)(person)


def _go(person: Person) -> Response:
    instance = current_instance()
    chosen = _sent()
    then = settings_with(instance, chosen)
    if not then.smtp_host:
        raise BadField("smtp_host", _("Give the name of the server, such as mail.example.org."))
    attempt(instance.private, f"setup-mail:{person.id}", _TRIES, HOUR)
    code = f"{randbelow(1_000_000):06}"
    _send(then, person, code)
    if chosen:
        change_settings(instance, person, chosen)
    note_taken(instance, person, instance.private.now())
    session[_CODE] = _hash(code)
    return see_other(HERE)


def _take_code(person: Person, code: FormText) -> Response:
    typed = "".join(code.split())
    if not compare_digest(session.get(_CODE, "").encode(), _hash(typed).encode()):
        raise BadField("code", _("This is not the code of the last mail that left."))
    session.pop(_CODE)
    if (taken := last_try(current_instance())) is not None:
        note_arrival(current_instance(), person, f"{taken.when.timestamp():.0f}")
    return see_other(NEXT, _("The mail has arrived: mails work."))


def _do_without(person: Person) -> Response:
    """Shows what would have left, where there is no server yet."""
    instance = current_instance()
    if instance.settings.smtp_host:
        change_settings(instance, person, {"smtp_host": ""})
    settings = replace(instance.settings, smtp_host="")
    letter = _send(settings, person, f"{randbelow(1_000_000):06}")
    session.pop(_CODE, None)
    return render_tool(
        "setup/mail.html",
        address=person.email,
        outbox={"subject": letter.subject, "text": letter.text, "folder": "outbox/"},
    )


def _send(settings: Settings, person: Person, code: str) -> Letter:
    """Sends the try mail as ``settings`` say. Raises BadField, StorageFailed."""
    letter = compose(current_instance(), "trial", person.lang, name=person.name, code=code)
    if (refused := send_now(settings, person.email, letter)) is not None:
        why = f"{refused.words} ({refused.said or refused.detail})"
        raise BadField("smtp_host", why)
    return letter


def _sent() -> dict[str, str]:
    """What the form says of the server; a password that is left empty stays as it is."""
    chosen = sent(current_instance(), _FIELDS)
    if not chosen.get("smtp_password"):
        chosen.pop("smtp_password", None)
    if locked(current_instance(), _FIELDS)["smtp_starttls"] is None:
        chosen["smtp_starttls"] = str(_is_ticked()).lower()
    return chosen


def _is_ticked() -> bool:
    return bool(typed_values("smtp_starttls")["smtp_starttls"])


def _hash(code: str) -> str:
    return sha256(code.encode("utf-8", "surrogatepass")).hexdigest()
