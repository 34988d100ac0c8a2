"""Actors elsewhere: their documents, asked of their own servers, bounded, and held to be theirs."""

import http.client
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from wiki.api.errors import BadRequest, WikiError
from wiki.api.plugin import Instance
from wiki.api.translation import gettext
from wiki.api.web.outside import Limits, call_outside, destination_of

from .actors import site_name
from .addresses import MEDIA, PROFILE, SETTING, addresses_of, host_of
from .models import ADDRESS, RemoteRow
from .plain_text import shown
from .signatures import sign
from .switch import own_key

#: bytes of a document, folders in folders of it
LONGEST, DEEPEST = 200_000, 12
#: characters of a host with its port, and of what somebody is called, host and all
_HOST, _HANDLE = 255, 300
_ASKED = Limits(wait=5.0, total=10.0, most=LONGEST)
_PEM = re.compile(
    r"-----BEGIN (?P<kind>(?:RSA )?PUBLIC KEY)-----\s"
    r"[A-Za-z0-9+/=\s]{100,3000}-----END (?P=kind)-----"
)
#: what a server told of an actor is asked again, at the earliest, after
_AGAIN = timedelta(minutes=30)


class Unreached(BadRequest):
    """The server does not answer at this moment: later again."""


class Unknown(BadRequest):
    """There is no such actor, or its document is none that we go by."""


def find_remote(instance: Instance, uri: str) -> RemoteRow | None:
    """The actor as it is known here; nobody is asked."""
    return instance.private.find_row(RemoteRow, uri)


def fetch_remote(instance: Instance, uri: str) -> RemoteRow:
    """The actor as its server tells now, which is kept. Raises Unreached, Unknown."""
    known = find_remote(instance, uri)
    now = instance.private.now()
    if known is not None and now - known.fetched < _AGAIN:
        return known
    row = _read(uri, _document(instance, uri), instance)
    with instance.private.session() as session:
        return session.merge(row)


def read_document(text: str | bytes) -> dict[str, Any]:
    """A document of ActivityStreams: an object, no deeper than we look. Raises BadRequest."""
    try:
        # Bytes are UTF-8: in another form, the text that is kept would be another than that read.
        found = json.loads(text.decode() if isinstance(text, bytes) else text)
        # Half a character is no text: no row could hold it.
        json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise _unreadable() from error
    if not isinstance(found, dict) or not _is_flat(found):
        raise _unreadable()
    return found


def is_address(value: object, inside: list[str], host: str = "") -> bool:
    """Whether it is an address of a server elsewhere, of ``host`` if given, that may be called."""
    if not isinstance(value, str) or len(value) > ADDRESS or len(host_of(value)) > _HOST:
        return False
    try:
        destination_of(value, inside)
    except BadRequest:
        return False
    return not host or host_of(value) == host


def text_of(value: object, most: int) -> str:
    """A line of somebody's, as it may be shown."""
    said = shown(value) if isinstance(value, str) else ""
    return " ".join(said[: most * 2].split())[:most]


def _document(instance: Instance, uri: str) -> dict[str, Any]:
    name = addresses_of(instance).key(site_name(instance))
    headers = sign(own_key(instance), name, "get", uri, instance.private.now())
    try:
        answer = call_outside(
            "GET",
            uri,
            inside=instance.settings.fediverse_hosts.split(),
            setting=SETTING,
            headers={**headers, "Accept": f"{PROFILE}, {MEDIA}"},
            limits=_ASKED,
        )
    except WikiError as error:
        raise Unknown(error.words) from error
    except (OSError, http.client.HTTPException) as error:
        raise Unreached(gettext("This server does not answer.")) from error
    if answer.status >= 500 or answer.status == 429:
        raise Unreached(gettext("This server does not answer."))
    if answer.status != 200 or "json" not in answer.headers.get("content-type", ""):
        raise Unknown(gettext("There is no such account."))
    return read_document(answer.body)


def _read(uri: str, said: dict[str, Any], instance: Instance) -> RemoteRow:
    inside, host = instance.settings.fediverse_hosts.split(), host_of(uri)
    key, ends = said.get("publicKey"), said.get("endpoints")
    key = key if isinstance(key, dict) else {}
    shared = ends.get("sharedInbox") if isinstance(ends, dict) else None
    pem = _pem_in(key.get("publicKeyPem"))
    right = (
        said.get("id") == uri
        and key.get("owner") == uri
        and pem
        and is_address(said.get("inbox"), inside, host)
        and is_address(key.get("id"), inside, host)
    )
    if not right:
        raise Unknown(gettext("There is no such account."))
    called = text_of(said.get("preferredUsername"), min(100, _HANDLE - 1 - len(host))) or "?"
    return RemoteRow(
        uri=uri,
        host=host,
        key=key["id"],
        pem=pem,
        inbox=said["inbox"],
        shared=shared if is_address(shared, inside, host) else "",
        handle=f"{called}@{host}",
        name=text_of(said.get("name"), 100),
        fetched=instance.private.now(),
    )


def _pem_in(said: object) -> str:
    """The public key in what an actor says; snac leaves bytes of its memory behind it."""
    found = _PEM.search(said) if isinstance(said, str) else None
    return found[0] if found else ""


def _is_flat(found: object) -> bool:
    """Whether nothing in it lies deeper than we look, and there is not too much of it.

    Nor is there a text that no row could hold.
    """
    level: list[object] = [found]
    count = 0
    for _depth in range(DEEPEST):
        level = [one for value in level for one in _inside(value)]
        count += len(level)
        if not level:
            return True
        if count > 20_000 or any(isinstance(one, str) and "\0" in one for one in level):
            return False
    return False


def _inside(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value


def _unreadable() -> BadRequest:
    return BadRequest(gettext("This is no message of the fediverse."))
