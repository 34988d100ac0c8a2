"""Who asks, and what they are told: each answer is searched for canaries and held to its twin's."""

import json
import logging
import re
from base64 import b64decode
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from http import HTTPStatus
from io import BytesIO
from urllib.parse import urlencode
from zipfile import ZipFile

from flask.testing import FlaskClient
from pypdf import PdfReader
from pypdf.generic import IndirectObject, TextStringObject
from werkzeug.test import TestResponse

from wiki.people.accounts.sessions import open_session

from .canaries import canaries, canary, forbidden
from .exits import Ask
from .world import BASE, World, disable

#: a JWS, as sites sign
_SIGNED = re.compile(r"\beyJ[\w-]+\.(eyJ[\w-]+)\.[\w-]+")
_MADE_AT = re.compile(r"D:\d{14}")


@dataclass(frozen=True)
class Role:
    """Someone who asks: ``person`` by a cookie (or none), and the credential that they show.

    ``may`` are the kinds of secrets that are theirs; ``twin`` those that their twin has, where
    each answer is compared, byte by byte, with that of a wiki without the others.
    """

    name: str
    person: str = ""
    may: frozenset[str] = frozenset()
    token: str = ""
    how: str = ""
    twin: frozenset[str] | None = None
    thorough: bool = True
    #: which part is theirs of what is parted between roles
    turn: int = 0
    #: what applications tell them of a space that they do not read
    told: frozenset[str] = frozenset()

    @property
    def writes(self) -> bool:
        """Whether what they send in forms is tried, beside what they read."""
        return self.name in ("visitor", "outsider", "guest", "read token", "write token")


def _role(name: str, person: str, *may: str, twin: bool = False, **more: object) -> Role:
    kinds = frozenset(may)
    return Role(
        name,
        person,
        kinds | {person} if person else kinds,
        twin=kinds if twin else None,
        **more,  # type: ignore[arg-type]
    )


ROLES = (
    _role("visitor", "", twin=True),
    _role("outsider", "outsider", "members", twin=True, turn=1),
    _role("other team", "other", "members", "other", twin=True, thorough=False),
    _role("guest", "guest", "members", "guest", twin=True, thorough=False, turn=1),
    _role("reader", "reader", "members", thorough=False),
    _role("connector", "connector", "members", thorough=False, turn=1),
    _role("correspondent", "correspondent", "members", thorough=False),
    # After the refusal: the application with its answer, and what its form says that it shows.
    # Mails that could not be read are for the programme's team, and calendars that wait for a yes.
    _role(
        "officer of another evening",
        "officer",
        "members",
        "application",
        "calendar",
        "unreadable",
        thorough=False,
        told=frozenset(
            canary("team", place) for place in ("title", "summary", "territory", "theme")
        ),
    ),
    _role("disabled", "disabled", thorough=False, turn=1),
    # Of an administrator: what such a token opened by mistake would tell most.
    _role("admin's feeds token", "", token="admin feeds", how="bearer", thorough=False, turn=1),
    _role("admin's git token", "", token="admin git", how="bearer", thorough=False),
    _role("read token", "", "members", token="outsider read", how="bearer", thorough=False, turn=1),
    _role("write token", "", "members", token="outsider write", how="bearer", thorough=False),
    _role("git token", "", "members", token="outsider git", how="basic", thorough=False, turn=1),
)

_OWN = (
    (re.compile(r'(name="(?:csrf_token|opened|state|key|offered)" value=")[^"]*'), r"\1"),
    (re.compile(r"\b(?:urn:uuid:)?[0-9a-f]{4,}(?:-[0-9a-f]{4,}){2,}\b"), "<uuid>"),
    (re.compile(r"\b(?=[0-9]*[a-f])[0-9a-f]{7,64}\b"), "<id>"),
    (re.compile(r'("X-CSRFToken": ?|csrf-token" content=)"[^"]*'), r"\1"),
    (re.compile(r'("(?:token|opened|challenge)": ?)"[^"]*"'), r"\1"),
    # What passkeys call their owner; the secret that an application is offered, and its picture.
    (re.compile(r'("user": ?\{[^}]*"id": ?)"[^"]*"'), r"\1"),
    (re.compile(r"<code>[A-Z2-7 ]{32,}</code>|data:image/svg[^\"]*"), "<secret>"),
    # The fingerprint of a site's key.
    (re.compile(r"<code>[\w-]{4}(?: [\w-]{3,4}){10}</code>"), "<fingerprint>"),
    # What was asked for by a form is kept under a word of its own.
    (re.compile(r"(/-/(?:documents|import)/)[\w-]{16,}"), r"\1<word>"),
    # Places in lists are sealed, with each wiki's own key.
    (re.compile(r"\b(cursor|before)=[\w-]+"), r"\1="),
    (re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.\dZ+:]*"), "<moment>"),
    # The same moment in words.
    (re.compile(r'(<time datetime="<moment>") title="[^"]*">[^<]*'), r"\1>"),
)
#: gauges that operators keep from the public (docs/operator.md): searched for words, not for counts
OPERATORS = ("health",)
#: a guest of one page is told why they see it: a page above is for its team; not which, nor whose
TOLD = {("guest", "access")}
#: what other sites may show in a frame, made as for a visitor, whoever asks
_FRAMED = re.compile(r"/-/(?:relations/embed|territories/embed|catalogue/frame)\b")
_OFFER = re.compile(r'<div class="actions">.*?</div>', re.DOTALL)
#: headers that differ from answer to answer
_HEADERS = {"Date", "Set-Cookie", "ETag", "X-Request-Id", "Content-Length"}


@dataclass
class Told:
    """What a role was told in a crawl."""

    asked: Counter[str] = field(default_factory=Counter)
    #: exit → what was told that should not have been
    leaks: dict[str, list[str]] = field(default_factory=dict)

    def leak(self, ask: Ask, what: str) -> None:
        self.leaks.setdefault(ask.exit, []).append(f"{ask}: {what}")

    def all(self) -> list[str]:
        return [line for lines in self.leaks.values() for line in lines]


class Asker:
    """A role's client in one wiki."""

    def __init__(self, world: World, role: Role) -> None:
        self.client: FlaskClient = world.app.test_client()
        self._headers: dict[str, str] = {}
        if role.token:
            secret = world.access[role.token]
            self._headers["Authorization"] = _credential(secret, role.how)
        elif role.person:
            cookie = open_session(world.instance.private, world.people[role.person].id)
            with self.client.session_transaction(base_url=BASE) as session:
                session["_user_id"] = cookie
                session["_fresh"] = True
            if role.person == "disabled":
                disable(world, "disabled")
        self._token = ""

    def ask(self, ask: Ask) -> TestResponse:
        headers = {**self._headers, **dict(ask.headers)}
        if ask.json is not None:
            return self.client.open(
                ask.url, method=ask.method, base_url=BASE, headers=headers, json=ask.json
            )
        if not ask.form:
            return self.client.open(ask.url, method=ask.method, base_url=BASE, headers=headers)
        headers["Referer"] = f"{BASE}/"
        answer = self._send(ask, headers)
        if answer.status_code == HTTPStatus.BAD_REQUEST:
            # The session may be another one since: then the token was the old one's.
            self._token = ""
            answer = self._send(ask, headers)
        return answer

    def _send(self, ask: Ask, headers: dict[str, str]) -> TestResponse:
        fields = _encoded(tuple(ask.form.items()))
        return self.client.open(
            ask.url,
            method=ask.method,
            base_url=BASE,
            headers=headers,
            data=f"{fields}&{urlencode({'csrf_token': self._csrf()})}",
            content_type="application/x-www-form-urlencoded",
        )

    def _csrf(self) -> str:
        """The token of a form that everyone may open."""
        if not self._token:
            page = self.client.get("/-/login", base_url=BASE).get_data(as_text=True)
            found = re.search(r'name="csrf_token" value="([^"]+)"', page)
            assert found, "no form to take a token from"
            self._token = found[1]
        return self._token


@lru_cache
def _encoded(fields: tuple[tuple[str, object], ...]) -> str:
    """A form as it is sent; it has a hundred fields, and is sent hundreds of times."""
    return urlencode(fields)


def _credential(secret: str, how: str) -> str:
    from base64 import b64encode

    if how == "bearer":
        return f"Bearer {secret}"
    return "Basic " + b64encode(f"x:{secret}".encode()).decode()


def crawl(world: World, role: Role, asks: Iterable[Ask], twin: World | None = None) -> Told:
    """Asks ``world`` for everything as ``role``; and ``twin`` too, where there is one."""
    told = Told()
    asker = Asker(world, role)
    other = Asker(twin, role) if twin else None
    for ask in asks:
        told.asked[ask.exit] += 1
        answer = asker.ask(ask)
        said = spoken(answer)
        if answer.status_code >= 500 and answer.status_code not in (503,):
            told.leak(ask, f"status {answer.status_code}")
        if unguarded := _unguarded(ask, answer, bool(role.person or role.token)):
            told.leak(ask, unguarded)
        found = forbidden(canaries(said), role.may)
        if ask.exit.startswith("application"):
            found -= role.told
        if found and (found := found - canaries(f"{ask.url} {ask.form} {ask.json}")):
            told.leak(ask, f"tells {', '.join(sorted(found))}")
        if other is None or ask.exit in OPERATORS or (role.name, ask.exit) in TOLD:
            continue
        free = other.ask(ask)
        if not _is_a_free_name(ask, answer, free) and (difference := differing(said, spoken(free))):
            told.leak(ask, f"differs from a wiki without it: {difference}")
    return told


def _unguarded(ask: Ask, answer: TestResponse, known: bool) -> str:
    """What an answer lets others do that none may: keep what is someone's, show it in a frame."""
    if _FRAMED.match(ask.url):
        return ""
    policy = answer.headers.get("Content-Security-Policy", "")
    if "frame-ancestors 'none'" not in policy or "unsafe" in policy:
        return f"policy {policy!r}"
    kept = answer.headers.get("Cache-Control", "")
    return f"may be kept for all: {kept}" if known and "public" in kept else ""


def _is_a_free_name(ask: Ask, taken: TestResponse, free: TestResponse) -> bool:
    """Whether the twin only differs in that one could write a page there.

    A name is given once, so whoever may give names can tell that one is taken; nothing more.
    """
    if taken.status_code == HTTPStatus.NOT_FOUND and ask.exit in ("edit", "proposing"):
        return free.status_code < HTTPStatus.BAD_REQUEST
    if ask.exit != "pages" or free.status_code != HTTPStatus.NOT_FOUND:
        return False
    return _OFFER.search(free.get_data(as_text=True)) is not None and not differing(
        _OFFER.sub("", spoken(taken)), _OFFER.sub("", spoken(free))
    )


def spoken(answer: TestResponse) -> str:
    """An answer as one text: status, headers, body; without what is new in each answer."""
    headers = "\n".join(
        f"{name}: {value}" for name, value in answer.headers if name not in _HEADERS
    )
    body = unpacked(answer.get_data())
    return f"{answer.status_code}\n{headers}\n{body}"


def unpacked(body: bytes) -> str:
    """A body as text; of an archive or a workbook, the names and texts of all that is in it.

    Of a PDF, what stands on its pages, what stands for its pictures, and what it says of itself.
    """
    if body.startswith(b"%PDF-"):
        return _printed(body)
    if not body.startswith(b"PK"):
        return body.decode("utf-8", "replace")
    with ZipFile(BytesIO(body)) as packed:
        parts = [(name, packed.read(name).decode("utf-8", "replace")) for name in packed.namelist()]
    return "\n".join(f"{name}\n{text}" for name, text in parts)


def _printed(body: bytes) -> str:
    """The words of a PDF's pages, and all strings beside them: links, titles, words of pictures."""
    reader = PdfReader(BytesIO(body))
    pages = [page.extract_text() for page in reader.pages]
    beside = _strings([reader.trailer["/Root"], reader.trailer["/Info"]], set())
    return "\n".join([*pages, *sorted(beside)])


def _strings(value: object, seen: set[int]) -> Iterator[str]:
    if isinstance(value, IndirectObject):
        if value.idnum not in seen:
            seen.add(value.idnum)
            yield from _strings(value.get_object(), seen)
    elif isinstance(value, dict):
        for one in value.values():
            yield from _strings(one, seen)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one, seen)
    elif isinstance(value, TextStringObject) and not _MADE_AT.match(value):
        yield str(value)


def differing(one: str, other: str) -> str:
    """Where two answers first differ, but for ids and moments; "" where they agree."""
    if one == other or _agree_line_by_line(one, other):
        return ""
    one, other = _without_ids(one), _without_ids(other)
    if one == other:
        return ""
    at = next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
    start = max(at - 80, 0)
    return f"{one[start : at + 120]!r} instead of {other[start : at + 120]!r}"


def _agree_line_by_line(one: str, other: str) -> bool:
    """Whether the lines that differ do so by ids and moments alone."""
    ours, theirs = one.split("\n"), other.split("\n")
    return len(ours) == len(theirs) and all(
        a == b or _without_ids(a) == _without_ids(b) for a, b in zip(ours, theirs, strict=True)
    )


def _opened(token: re.Match[str]) -> str:
    """What is signed, in words: keys and when it was said are each wiki's own."""
    said = json.loads(b64decode(f"{token[1]}==", b"-_"))
    told = json.dumps({key: said[key] for key in sorted(said) if key not in ("iat", "keys")})
    return re.sub(r"\b\d{10}\b", "<moment>", told)


def _without_ids(text: str) -> str:
    text = _SIGNED.sub(_opened, text)
    for pattern, instead in _OWN:
        text = pattern.sub(instead, text)
    return text


@contextmanager
def logged() -> Iterator[list[str]]:
    """Everything that is logged meanwhile, in words."""
    lines: list[str] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    keeper, root = Keeper(), logging.getLogger()
    root.addHandler(keeper)
    try:
        yield lines
    finally:
        root.removeHandler(keeper)
