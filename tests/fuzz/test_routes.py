"""Every address of every route, asked with words of any kind: an answer, and never a fault."""

import gc
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, quote_from_bytes, urlsplit

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from tests.leaks.conftest import copied, full, worlds
from tests.leaks.exits import Ask, Exits, every_field, every_question, names_asked
from tests.leaks.world import BASE, World
from wiki.app import create_application
from wiki.testing import signed_in, token

from .material import fuzzed, words
from .quiet import quiet

#: a form that cannot be read keeps the file of its upload until Python collects it
pytestmark = pytest.mark.filterwarnings("ignore:Exception ignored in.*SpooledTemporaryFile")
__all__ = ["copied", "full", "worlds"]
ROLES = ("", "outsider", "insider", "admin")
#: what ends the session of who asks, so that the rest would be asked as a visitor
_LAST = ("/-/logout", "/-/account/erase")
HEADERS = (
    "Accept",
    "Accept-Charset",
    "Accept-Encoding",
    "Accept-Language",
    "Authorization",
    "Connection",
    "Content-Encoding",
    "Content-Length",
    "Content-Type",
    "Cookie",
    "Forwarded",
    "From",
    "Git-Protocol",
    "HX-Request",
    "Host",
    "If-Match",
    "If-Modified-Since",
    "If-None-Match",
    "If-Range",
    "If-Unmodified-Since",
    "Origin",
    "Purpose",
    "Range",
    "Referer",
    "Sec-Fetch-Dest",
    "Sec-Fetch-Site",
    "Transfer-Encoding",
    "User-Agent",
    "X-CSRFToken",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-HTTP-Method-Override",
    "X-Requested-With",
)
SAID = (
    "*/*",
    "text/html;q=0",
    "text/html;q=x,application/json",
    "application/json",
    "fr;q=1,en;q=0.5",
    "en-",
    "gzip;q=-1",
    "identity;q=0",
    'W/"x", "',
    "*",
    "bytes=0-",
    "bytes=-1,5-",
    "bytes=9-1",
    "Thu, 01 Jan 1970 00:00:00 GMT",
    "Fri, 31 Dec 9999 23:59:59 GMT",
    "Bearer ",
    "Bearer a.b.c",
    "Basic",
    "Basic !",
    "Basic eDo=",
    "Basic eA==",
    "Digest a=b",
    "session=x.y.z",
    "a=b; a; =c;;",
    "session=" + "a" * 5_000,
    "remember_token=1|" + "a" * 128,
    "version=2",
    "cross-site",
    "chunked",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "text/plain; charset=idna",
    "12345678",
    "application/x-www-form-urlencoded; charset=utf-16",
    "unknown, 127.0.0.1",
    "[::1",
    "for=_x;by=",
)
#: what breaks a header is refused by the server before us
_BYTES = st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f")


class Site:
    """A wiki with something of everything, its people, and what can be asked of it."""

    def __init__(self, world: World) -> None:
        self.world = world
        exits = Exits(world)
        self.gets = sorted(dict.fromkeys(exits.gets()), key=str)
        self.posts = sorted(exits.posts(), key=lambda ask: f"{ask} {ask.form}")
        self.names = sorted({*every_question(), *every_field()})
        # What a worker serves: bodies are read first, and kept answers given again.
        world.app.wsgi_app = create_application(world.instance)  # type: ignore
        self._clients: dict[str, FlaskClient] = {}

    def ask(
        self, who: str, method: str, url: str, headers: dict[str, str], **body: Any
    ) -> tuple[int, str]:
        """Status and text of an answer, which no fault has made."""
        client = self._client(who)
        with quiet():
            answer = client.open(url, method=method, headers=headers, base_url=BASE, **body)
            text = answer.get_data().decode("utf-8", "replace")
            answer.close()
        assert answer.status_code < 500, text[-2_000:]
        return answer.status_code, text

    def token(self, who: str) -> str:
        return token(self._client(who))

    def _client(self, who: str) -> FlaskClient:
        if who not in self._clients:
            app, instance = self.world.app, self.world.instance
            person = self.world.people.get(who)
            self._clients[who] = signed_in(app, instance, person) if person else app.test_client()
        return self._clients[who]


@pytest.fixture(scope="module")
def made(copied: Any) -> Site:
    return Site(copied("all"))


@pytest.fixture
def site(made: Site) -> Iterator[Site]:
    yield made
    gc.collect()  # while the warnings of this test are its own


def quoted(text: str) -> str:
    """As a browser writes it into an address; halves of characters as the bytes of each."""
    return quote_from_bytes(text.encode("utf-8", "surrogatepass"), safe="")


@st.composite
def addresses(draw: st.DrawFn, asks: list[Ask], names: list[str]) -> tuple[Ask, str]:
    """One of ``asks``, and its address with other words at some of its places."""
    ask = draw(st.sampled_from(asks))
    split = urlsplit(ask.url)
    parts = split.path.split("/")
    # What stands first chooses the route: most of the time that is left alone.
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(min(2, len(parts) - 1), len(parts) - 1))
        parts[at] = quoted(draw(words()))
    asked = [(name, value) for name, value in parse_qsl(split.query, keep_blank_values=True)]
    asked = [(name, draw(st.one_of(st.just(value), words()))) for name, value in asked]
    own = sorted(names_asked().get(ask.exit, ())) or names
    more = st.tuples(st.sampled_from(own), words("1", "index", "agriculture", "project"))
    asked += draw(st.lists(more, max_size=3))
    query = "&".join(f"{quoted(name)}={quoted(value)}" for name, value in asked)
    return ask, "/".join(parts) + (f"?{query}" if query else "")


said = st.dictionaries(
    st.sampled_from(HEADERS),
    st.one_of(st.sampled_from(SAID), st.text(_BYTES, max_size=20)),
    max_size=3,
)


@fuzzed(80)
@given(st.data())
def test_any_address_is_answered(site: Site, data: st.DataObject) -> None:
    who = data.draw(st.sampled_from(ROLES))
    ask, url = data.draw(addresses(site.gets, site.names))
    headers = {**dict(ask.headers), **(data.draw(said) if data.draw(st.booleans()) else {})}
    site.ask(who, data.draw(st.sampled_from(["GET", "GET", "GET", "HEAD"])), url, headers)


@fuzzed(60)
@given(st.data())
def test_any_form_is_answered(site: Site, data: st.DataObject) -> None:
    who = data.draw(st.sampled_from(ROLES))
    ask, url = data.draw(addresses(site.posts, site.names))
    if ask.url.startswith(_LAST):
        return
    form: dict[str, Any] = {name: str(value) for name, value in ask.form.items()}
    for name in data.draw(st.lists(st.sampled_from(sorted(form) or site.names), max_size=6)):
        form[name] = data.draw(st.one_of(words(), st.lists(words(), max_size=3)))
    form = {name: _sendable(value) for name, value in form.items()}
    if data.draw(st.booleans()):
        form["file"] = (
            BytesIO(data.draw(st.binary(max_size=40))),
            data.draw(words("a.png", "a.md")),
        )
        form["file"] = (form["file"][0], _sendable(form["file"][1]))
    form["csrf_token"] = site.token(who)
    headers = data.draw(said) if data.draw(st.integers(0, 3)) == 0 else {}
    headers = {"Content-Type": "multipart/form-data", **headers} if "file" in form else headers
    site.ask(who, ask.method, url, {**dict(ask.headers), **headers}, data=form)


def _sendable(value: Any) -> Any:
    if isinstance(value, list):
        return [_sendable(one) for one in value]
    return value.encode("utf-8", "replace").decode()
