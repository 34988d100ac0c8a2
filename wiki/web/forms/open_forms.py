"""Forms that begin with the questions: a visitor's are kept, and an account is asked for last.

The view of such a form is ``open_to_all`` and gives what was sent to ``receive_form``, whose
refusals it shows (``redisplay``): it is done
at once for who has an account, and laid aside for who has none (``deposits.py`` goes on from
there). What is done is done once, however often the button is pressed.
"""

import hmac
import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from hashlib import sha256
from http import HTTPStatus
from typing import Any, TypeVar, cast
from urllib.parse import unquote

from flask import g, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from wiki.editing.write_queue import write_turn
from wiki.errors import BadField, LogInFirst
from wiki.hookspecs.site import OpenForm
from wiki.people import deposits as kept
from wiki.people.deposits import Pairs
from wiki.plugins import call_hook
from wiki.reading import Reader
from wiki.reading.pages import find_redirect, page_exists
from wiki.web import antispam
from wiki.web.forms import see_other
from wiki.web.support import current_instance, current_person, current_reader
from wiki.web.throttle import client_address, count_request

View = TypeVar("View", bound=Callable[..., Any])

#: the core's own forms, which their modules add
OWN: dict[str, OpenForm] = {}
#: the same form of the same person is the same thing for so long
_ONCE = timedelta(minutes=10)
_NOT_KEPT = frozenset({"csrf_token", antispam.DECOY, antispam.STAMP})


def keep_in_browser(form: Response) -> Response:
    """A visitor's ``form``: their browser may keep what they type in it for when they go back."""
    if current_person() is None:
        form.headers["Cache-Control"] = "private, no-cache"
    return form


def check_self_registration(words: str) -> None:
    """Raises LogInFirst for a visitor where nobody gets an account by asking for one."""
    if current_person() is None and current_instance().settings.registration == "closed":
        raise LogInFirst(words)


def typed_fields(form: str) -> MultiDict[str, str]:
    """What is typed in the form called so: what is sent, else what was before (``?kept=``)."""
    if request.method == "POST":
        return cast("MultiDict[str, str]", g.get("deposited", request.form))
    found = kept.find(current_instance().private, request.args.get("kept", ""))
    return MultiDict(found.fields if found is not None and found.form == form else [])


def receive_form(form: str, look: Callable[[], Pairs]) -> Response:
    """What was sent to the open form called so: done for who has an account, else laid aside.

    ``look()`` checks what a visitor typed, and tells it in words with labels. Raises WikiError.
    """
    if current_person() is not None:
        return send_once(form, request.form)
    if words := antispam.words(antispam.check()):
        raise BadField("", words)
    count_request("save")
    told = [pair for pair in look() if pair[1]]
    private = current_instance().private
    token = kept.keep(private, form, _fields(request.form), told, address=client_address())
    return see_other(last_step_url(token))


def send_once(form: str, fields: "MultiDict[str, str]") -> Response:
    """Does what the form called so asks, in the name of who is signed in.

    The same words sent again, by a second press or from a page gone back to, lead to what was made
    of them.
    """
    instance = current_instance()
    with write_turn(instance):
        reader = current_reader().renewed()
        token = _name(reader, form, fields)
        found = kept.find(instance.private, token)
        if found is not None and _stands(reader, found.url):
            return see_other(found.url)
        response = open_forms()[form].send(reader, fields)
        if response.status_code == HTTPStatus.SEE_OTHER:
            kept.note(instance.private, token, form, response.location or "/", _ONCE)
    return response


def open_forms() -> Mapping[str, OpenForm]:
    """The open forms of the core and of plugins, by name."""
    found = dict(OWN)
    for group in call_hook(current_instance().plugins.hook.open_forms):
        found |= group
    return found


def last_step_url(token: str) -> str:
    """Where what was laid aside waits for an address, or for its button."""
    return f"/-/last-step/{token}"


def _fields(sent: "MultiDict[str, str]") -> Pairs:
    return [pair for pair in sent.items(multi=True) if pair[0] not in _NOT_KEPT]


def _name(reader: Reader, form: str, fields: "MultiDict[str, str]") -> str:
    """Names what one person sends by a form; nobody else can work it out."""
    person = reader.person.id if reader.person else ""
    said = json.dumps([form, person, _fields(fields)])
    return hmac.new(reader.instance.secret, said.encode(), sha256).hexdigest()


def _stands(reader: Reader, url: str) -> bool:
    """Whether what was made is still there: who has deleted a page may make it anew."""
    path = unquote(url).partition("?")[0].lstrip("/")
    return (
        url.startswith("/-/")
        or page_exists(reader, path)
        or find_redirect(reader, path) is not None
    )
