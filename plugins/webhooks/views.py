"""``/-/webhooks``: the addresses that one named, a new one, and how its messages went."""

from collections.abc import Callable

from flask import Blueprint, request
from werkzeug.wrappers import Response

from wiki.api.errors import NotFound
from wiki.api.jobs import wake
from wiki.api.limits import DAY, Limit, count_attempts
from wiki.api.paths import action_url
from wiki.api.reading import Reader
from wiki.api.translation import gettext
from wiki.api.web import flash_message, signed_in_reader
from wiki.api.web.forms import (
    FormList,
    FormText,
    hide_address,
    pressed_button,
    redisplay,
    render_tool,
    see_other,
    typed_values,
)

from . import store
from .delivery import TASK
from .formats import FORM_WORDS
from .forms import FIELDS, read_wish
from .happenings import KIND_WORDS
from .models import HookRow
from .presenters import hook_values, message_values
from .scopes import BOARD_WORDS, PAGE, SCOPE_WORDS, may_tell_of_sites, scopes_for

bp = Blueprint("webhooks", __name__)

#: each names a server that is called: so often a day and person
_ADDED_A_DAY, _SENT_A_DAY = 40, 200


@bp.get("/webhooks")
def addresses() -> Response:
    """One's own; all of them for administrators."""
    reader, all_of_them = _reader()
    person = reader.person
    owner = None if all_of_them or person is None else person.id
    hooks = store.hooks_of(reader.instance, owner)
    return render_tool(
        "webhooks/list.html",
        hooks=[hook_values(reader, one) for one in hooks],
        add=action_url("webhooks/new"),
        of_all=all_of_them,
    )


@bp.get("/webhooks/new")
def form(kinds: FormList) -> Response:
    """The form for a new address; ``page`` in the address is the space that it is about."""
    reader, _all = _reader()
    scopes = scopes_for(reader)
    page = request.args.get("page", "")
    values = typed_values(*FIELDS)
    if request.method == "GET":
        values |= {"page": page, "form": "standard", "scope": PAGE if page else scopes[0]}
    return render_tool(
        "webhooks/new.html",
        values=values,
        kinds=[(name, str(words)) for name, words in KIND_WORDS.items()],
        chosen=kinds or [*KIND_WORDS],
        forms=[(name, str(words)) for name, words in FORM_WORDS.items()],
        scopes=[(name, str(SCOPE_WORDS[name])) for name in scopes],
        boards=[(name, str(words)) for name, words in BOARD_WORDS.items()],
        action=action_url("webhooks/new"),
    )


@bp.post("/webhooks/new")
@redisplay(form)
def add(kinds: FormList) -> Response:
    """Keeps the address; what its messages are signed with is told in this answer alone."""
    reader, _all = _reader()
    wish = read_wish(reader, typed_values(*FIELDS), kinds)
    _count(reader, "add", _ADDED_A_DAY)
    hook = store.add_hook(reader.instance, _person_id(reader), wish)
    if hook.form != "standard":
        return see_other(action_url("webhooks", hook.id), gettext("The address is kept."))
    flash_message(gettext("The address is kept."))
    return _shown(reader, hook, hook.secret)


@bp.get("/webhooks/<id>")
def one(id: str) -> Response:
    """One address, and how its messages went."""
    reader, hook = _hook(id)
    return _shown(reader, hook, "")


@bp.post("/webhooks/<id>")
@redisplay(one)
def act(id: str) -> Response:
    """Sends a test, or a message again; renews the secret; turns off, on; deletes."""
    reader, hook = _hook(id)
    act: Callable[..., Response] = pressed_button(
        {
            "tell": _test,
            "again": _again,
            "change": _renew,
            "close": _turn_off,
            "open": _turn_on,
            "delete": _delete,
        }
    )
    return act(reader, hook)


def _test(reader: Reader, hook: HookRow) -> Response:
    _count(reader, "send", _SENT_A_DAY)
    store.put_test(reader.instance, hook)
    wake(reader.instance.settings, TASK)
    words = gettext("A test message is on its way: load this page again to see what was answered.")
    return see_other(action_url("webhooks", hook.id), words)


def _again(reader: Reader, hook: HookRow, message: FormText) -> Response:
    _count(reader, "send", _SENT_A_DAY)
    store.send_again(reader.instance, hook, message)
    wake(reader.instance.settings, TASK)
    return see_other(action_url("webhooks", hook.id), gettext("It is sent once more."))


def _renew(reader: Reader, hook: HookRow) -> Response:
    return _shown(reader, hook, store.rotate_secret(reader.instance, hook, _person_id(reader)))


def _turn_off(reader: Reader, hook: HookRow) -> Response:
    store.turn_off(reader.instance, hook, "hand")
    return see_other(action_url("webhooks", hook.id), gettext("Nothing is sent there any more."))


def _turn_on(reader: Reader, hook: HookRow) -> Response:
    store.turn_on(reader.instance, hook)
    words = gettext("What is new from now on is sent there.")
    return see_other(action_url("webhooks", hook.id), words)


def _delete(reader: Reader, hook: HookRow) -> Response:
    store.delete_hook(reader.instance, hook, _person_id(reader))
    return see_other(action_url("webhooks"), gettext("The address is deleted."))


def _shown(reader: Reader, hook: HookRow, secret: str) -> Response:
    instance = reader.instance
    answer = render_tool(
        "webhooks/hook.html",
        hook=hook_values(reader, hook),
        signed=hook.form == "standard",
        secret=secret,
        messages=[message_values(instance, one) for one in store.messages_of(instance, hook)],
        both=hook.former_until
        if (hook.former_until or hook.due) > instance.private.now()
        else None,
        action=action_url("webhooks", hook.id),
    )
    return hide_address(answer) if secret else answer


def _reader() -> tuple[Reader, bool]:
    """Who asks, and whether all addresses are theirs to see. Raises LogInFirst, NotFound."""
    reader = signed_in_reader(gettext("Log in first: messages are sent in your name."))
    if not scopes_for(reader):
        raise NotFound(gettext("There is no page here."))
    person = reader.person
    return reader, may_tell_of_sites(person) and person is not None and person.role == "admin"


def _hook(id: str) -> tuple[Reader, HookRow]:
    """An address that the one who asks named, or any for administrators. Raises NotFound."""
    reader, all_of_them = _reader()
    hook = store.find_hook(reader.instance, id)
    if not all_of_them and hook.person != _person_id(reader):
        raise NotFound(gettext("There is no such address."))
    return reader, hook


def _person_id(reader: Reader) -> str:
    return reader.person.id if reader.person is not None else ""


def _count(reader: Reader, what: str, most: int) -> None:
    """Counts what has a server called. Raises TooMany."""
    limit = Limit(f"webhooks:{what}:{_person_id(reader)}", most, DAY)
    count_attempts(reader.instance.private, [limit])
