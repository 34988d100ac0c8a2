"""Actors elsewhere: their documents, asked of their own servers, bounded, and held to be theirs."""

import http.client
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from time import monotonic
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from werkzeug.http import parse_options_header

from wiki.api.errors import BadRequest, WikiError
from wiki.api.plugin import Instance
from wiki.api.translation import gettext
from wiki.api.web.outside import Answer, Limits, call_outside, destination_of

from .actors import site_name
from .addresses import ACTIVITYSTREAMS, MEDIA, PROFILE, SETTING, addresses_of, host_of
from .models import ADDRESS, RemoteRow
from .plain_text import shown
from .signatures import Claim, sign
from .switch import own_key

#: bytes of a document, folders in folders of it
LONGEST, DEEPEST = 200_000, 12
#: characters of a host with its port, and of what somebody is called, host and all
_HOST, _HANDLE = 255, 300
#: seconds for an answer, and for all that is asked about one actor; where a name leads on
_WAIT, _TOTAL, _REDIRECTS = 5.0, 10.0, 2
_JRD = ("application/jrd+json", "application/json")
_PEM = re.compile(
    r"-----BEGIN (?P<kind>(?:RSA )?PUBLIC KEY)-----\s"
    r"[A-Za-z0-9+/=\s]{100,3000}-----END (?P=kind)-----"
)
#: what a server told of an actor is asked again, at the earliest, after
_AGAIN = timedelta(minutes=30)


class Unreached(BadRequest):
    """The server has no answer at this moment: later again."""


class Silent(Unreached):
    """The server does not answer at all, whatever it is asked."""


class Unknown(BadRequest):
    """There is no such actor, or its document is none that we go by."""


def find_remote(instance: Instance, uri: str) -> RemoteRow | None:
    """The actor as it is known here; nobody is asked."""
    return instance.private.find_row(RemoteRow, uri)


def fetch_remote(instance: Instance, uri: str) -> RemoteRow:
    """The actor as its server tells now, which is kept. Raises Unreached, Unknown."""
    known = find_remote(instance, uri)
    if known is not None and is_fresh(instance, known):
        return known
    row = _read(uri, instance)
    with instance.private.session() as session:
        return session.merge(row)


def is_fresh(instance: Instance, remote: RemoteRow) -> bool:
    """Whether its server was asked so lately that it is not asked again."""
    return instance.private.now() - remote.fetched < _AGAIN


def is_signer(remote: RemoteRow, claim: Claim) -> bool:
    """Whether the actor signed it, by the key that is known here."""
    return remote.key == claim.key and claim.check(remote.pem)


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


def is_activity(kind: str) -> bool:
    """Whether a content type is of ActivityStreams; what people upload is served as another."""
    media, options = parse_options_header(kind)
    profiles = options.get("profile", "").split()
    media = media.lower()
    return media == MEDIA or (media == "application/ld+json" and ACTIVITYSTREAMS in profiles)


def _read(uri: str, instance: Instance) -> RemoteRow:
    """The actor of that address, as the document there says and webfinger does too."""
    inside, host, ends = (
        instance.settings.fediverse_hosts.split(),
        host_of(uri),
        monotonic() + _TOTAL,
    )
    key_name = addresses_of(instance).key(site_name(instance))
    headers = sign(own_key(instance), key_name, "get", uri, instance.private.now())
    answer = _get(inside, uri, {**headers, "Accept": f"{PROFILE}, {MEDIA}"}, ends)
    if not is_activity(answer.headers.get("content-type", "")):
        raise _unknown()
    said = read_document(answer.body)
    key, places = said.get("publicKey"), said.get("endpoints")
    key = key if isinstance(key, dict) else {}
    shared = places.get("sharedInbox") if isinstance(places, dict) else None
    pem = _pem_in(key.get("publicKeyPem"))
    called = text_of(said.get("preferredUsername"), min(100, _HANDLE - 1 - len(host)))
    right = (
        said.get("id") == uri
        and key.get("owner") == uri
        and pem
        and called
        and is_address(said.get("inbox"), inside, host)
        and is_address(key.get("id"), inside, host)
    )
    if not right:
        raise _unknown()
    return RemoteRow(
        uri=uri,
        host=host,
        key=key["id"],
        pem=pem,
        inbox=said["inbox"],
        shared=shared if is_address(shared, inside, host) else "",
        handle=_find_handle(inside, uri, called, ends),
        name=text_of(said.get("name"), 100),
        fetched=instance.private.now(),
    )


def _find_handle(inside: list[str], uri: str, called: str, ends: float) -> str:
    """By which the actor is found, ``name@host``: webfinger leads from it to ``uri``.

    A server may say that its names are of another host; then that one has to say the same.
    """
    host = host_of(uri)
    for _turn in range(2):
        handle = f"{called}@{host}"
        asked = f"/.well-known/webfinger?resource=acct:{quote(handle, safe='@:')}"
        url = f"{urlsplit(uri).scheme}://{host}{asked}"
        if len(handle) > _HANDLE or not is_address(url, inside, host):
            break
        answer = _get(inside, url, {"Accept": ", ".join(_JRD)}, ends, _REDIRECTS)
        said = read_document(answer.body)
        links, subject = said.get("links"), said.get("subject")
        if (
            parse_options_header(answer.headers.get("content-type", ""))[0].lower() not in _JRD
            or not isinstance(subject, str)
            or not isinstance(links, list)
            or not any(_leads_to(uri, one) for one in links)
        ):
            break
        if subject.casefold() == f"acct:{handle}".casefold():
            return handle
        called, _at, host = subject.removeprefix("acct:").rpartition("@")
        host = host.casefold()
    raise _unknown()


def _leads_to(uri: str, link: object) -> bool:
    return (
        isinstance(link, dict)
        and (link.get("rel"), link.get("href")) == ("self", uri)
        and is_activity(str(link.get("type")))
    )


def _get(
    inside: list[str], url: str, headers: dict[str, str], ends: float, redirects: int = 0
) -> Answer:
    """What is there, by as many ``redirects``. Raises Unknown, Unreached."""
    limits = Limits(wait=_WAIT, total=max(ends - monotonic(), 0.1), most=LONGEST)
    try:
        answer = call_outside(
            "GET", url, inside=inside, setting=SETTING, headers=headers, limits=limits
        )
    except WikiError as error:
        raise Unknown(error.words) from error
    except (OSError, http.client.HTTPException) as error:
        raise Silent(gettext("This server does not answer.")) from error
    if answer.status >= 500 or answer.status == 429:
        raise Unreached(gettext("This server does not answer."))
    if redirects and answer.status in (301, 302, 303, 307, 308):
        onward = urljoin(url, answer.headers.get("location", ""))
        return _get(inside, onward, headers, ends, redirects - 1)
    if answer.status != 200:
        raise _unknown()
    return answer


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


def _unknown() -> Unknown:
    return Unknown(gettext("There is no such account."))


def _unreadable() -> BadRequest:
    return BadRequest(gettext("This is no message of the fediverse."))
