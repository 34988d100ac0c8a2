"""What the web workers answer: tickets for the live process, and who writes in a page now."""

from base64 import b64decode
from collections.abc import Mapping
from datetime import timedelta
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, jsonify, request
from werkzeug.wrappers import Response

from wiki.api.errors import Forbidden, NotFound, WikiError
from wiki.api.paths import normalise
from wiki.api.people import Person, get_person
from wiki.api.plugin import Instance, Settings
from wiki.api.reading import Reader, page_exists
from wiki.api.translation import gettext
from wiki.api.web import current_instance, current_reader, current_session

from . import offline_updates, store
from .tickets import ADDRESS, colour_of, told_apart, write_ticket
from .updates import LARGEST
from .varints import Malformed

bp = Blueprint("coediting", __name__)

#: tickets of one person in a minute: a tab asks one each time that it connects
_A_MINUTE = 60
#: what is older is not told: the live process writes it anew every twenty seconds
_LATELY = timedelta(seconds=45)


@bp.post("/coediting/ticket/<path:path>")
def ticket(path: str) -> Response:
    """A ticket for one connection, or in words why there is none."""
    instance, reader = current_instance(), current_reader()
    try:
        person = _writer(reader, path := normalise(path))
        instance.rates.attempt(f"coediting:{person.id}", _A_MINUTE, 60)
    except WikiError as error:
        return _refused(error.words, int(error.status))
    me, page = told_apart(instance.secret, person.id), urlencode({"page": path})
    return jsonify(
        {
            "url": f"{instance.settings.live_url(request.host)}{ADDRESS}?{page}",
            "listens": _listens(instance.settings),
            "ticket": write_ticket(
                instance.secret, person.id, current_session(), path, reader.head
            ),
            "name": person.name,
            "colour": colour_of(me),
            "me": me,
        }
    )


@bp.post("/coediting/hand/<path:path>")
def hand(path: str) -> Response:
    """Takes, for the room of a page, what the live process did not hear: ``epoch``, ``update``."""
    instance, reader = current_instance(), current_reader()
    path = normalise(path)
    told = request.get_json(silent=True)
    epoch, update = (told.get("epoch"), told.get("update")) if isinstance(told, dict) else ("", "")
    try:
        person = _writer(reader, path)
        instance.rates.attempt(f"coediting:{person.id}", _A_MINUTE, 60)
        there = _handed_over(instance, path, str(epoch)[:32], person, str(update))
    except WikiError as error:
        return _refused(error.words, int(error.status))
    except (Malformed, ValueError):
        words = gettext("What your browser sent could not be read. Load the page again.")
        return _refused(words, 400)
    return jsonify({"there": there})


def _handed_over(instance: Instance, path: str, epoch: str, person: Person, update: str) -> bool:
    """Whether there was a room to take it. Raises Malformed, ValueError."""
    if len(update) > LARGEST * 4 // 3 + 4:
        raise Malformed
    data = b64decode(update, validate=True)
    return offline_updates.hand_over(instance.private, path, epoch, person.id, data)


def _refused(words: str, status: int) -> Response:
    response = jsonify({"error": words})
    response.status_code = status
    return response


@bp.get("/coediting/here/<path:path>")
def here(path: str) -> Response:
    """Who writes in which chapter. Raises NotFound for who may not."""
    instance, reader = current_instance(), current_reader()
    path = normalise(path)
    try:
        person = _writer(reader, path)
    except Forbidden as error:
        raise NotFound(gettext("There is no page here.")) from error
    found = [_told(reader, person, one) for one in store.here(instance.private, path, _LATELY)]
    return jsonify({"people": [one for one in found if one]})


def _listens(settings: Settings) -> bool:
    """Whether the live process is there, started by this if need be.

    Browsers log each socket that cannot be opened.
    """
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104
    asked = HTTPConnection(host, settings.live_port_used, timeout=5)
    try:
        asked.request("GET", "/")
        asked.getresponse().close()
    except (OSError, HTTPException):
        return False
    finally:
        asked.close()
    return True


def _writer(reader: Reader, path: str) -> Person:
    """Who asks, where they may write in a page that is there. Raises NotFound, Forbidden."""
    if not reader.instance.settings.live_editing or reader.person is None:
        raise NotFound(gettext("There is no page here."))
    if not page_exists(reader, path):
        raise NotFound(gettext("There is no page here."))
    if not reader.may_edit(path):
        raise Forbidden(gettext("You may not write in this page together with others."))
    return reader.person


def _told(reader: Reader, me: Person, one: store.Here) -> Mapping[str, Any]:
    person = get_person(reader.instance.private, one.person)
    if person is None:
        return {}
    return {
        "name": person.name,
        "colour": one.colour,
        "me": person.id == me.id,
        "chapter": one.chapter,
        "heading": one.heading,
    }
