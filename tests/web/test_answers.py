"""Visitors' answers are kept while their moment lasts: never stale, never private, never mixed."""

import gzip
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from io import BytesIO
from itertools import count
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import Client, TestResponse

from tests.cache.sources import Prompt
from wiki.cache.store import Cache
from wiki.cache.versions import Versions
from wiki.web.cache.responses import SHARED, AnswerCache
from wiki.web.conditional import wanted_kind, wanted_language

if TYPE_CHECKING:
    from wiki.instance import Instance

LONG = "mot " * 1000
VISITOR = {"base_url": "http://localhost"}


def french() -> tuple[str, tuple[str, ...]]:
    return "fr", ("fr", "en")


@dataclass
class Site(Prompt):
    """An application behind the cache, which counts what it is asked, and the moment it is.

    A source of the cache: what it answers depends on the moment, whatever that is.
    """

    moment: str = "a"
    asked: int = 0
    shared: bool = True
    status: str = "200 OK"
    headers: list[tuple[str, str]] = field(default_factory=list)
    kind: str = "text/html; charset=utf-8"
    #: runs while an answer is made
    meanwhile: Callable[[], object] = bool
    cache: Cache = field(init=False)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.asked += 1
        begun = self.cache.begin()
        body = self.says(environ)
        self.meanwhile()
        if self.shared:
            environ[SHARED] = self.cache.finish(begun, ["moment"])
        start_response(self.status, [("Content-Type", self.kind), *self.headers])
        return [body.encode()]

    def says(self, environ: dict[str, Any]) -> str:
        """An answer that depends on everything which an answer may depend on."""
        header = environ.get("HTTP_ACCEPT_LANGUAGE", "")
        wants = wanted_kind(environ), wanted_language(header, *french())
        return f"{environ['PATH_INFO']}?{environ['QUERY_STRING']} {wants} {self.moment} {LONG}"

    def client(self, **options: Any) -> Client:
        allowed = ("localhost", "127.0.0.1").__contains__
        self.cache = Cache(Still(), [self], **options)
        answers = AnswerCache(
            self, self.cache, languages=french, allowed=allowed, number=lambda: self.moment
        )
        return Client(answers, use_cookies=False)

    def now(self) -> str:
        return self.moment

    def pick(self, topics: Collection[str]) -> frozenset[str]:
        return frozenset(topics)

    def stands(self, then: str, topics: Collection[str]) -> str | None:
        return then if then == self.moment else None


class Still(Prompt):
    """A source of pages that never changes."""

    def now(self) -> int:
        return 1

    def pick(self, topics: Collection[str]) -> frozenset[str]:
        return frozenset()

    def stands(self, then: int, topics: Collection[str]) -> int:
        return then


@dataclass
class Pages(Prompt):
    """A source of pages that says of a site's moment whether it may be late."""

    site: Site
    late: bool = True

    def now(self) -> str:
        return self.site.moment

    def pick(self, topics: Collection[str]) -> frozenset[str]:
        return frozenset(topics)

    def stands(self, then: str, topics: Collection[str]) -> str | None:
        return self.site.stands(then, topics)

    def stands_late(self, then: str, topics: Collection[str]) -> str | None:
        return then if self.late else None


def test_an_answer_is_made_once_and_given_again() -> None:
    site = Site()
    client = site.client()
    first, second = client.get("/page"), client.get("/page")
    assert site.asked == 1
    assert first.data == second.data
    assert first.headers == second.headers
    assert second.headers["Cache-Control"] == "public, no-cache"
    assert "Cookie" in second.headers["Vary"]
    # nginx may keep it, and has to ask each time.
    assert second.headers["X-Accel-Expires"] == "@1"


def test_what_no_visitor_may_keep_opens_no_cache_of_others() -> None:
    for private in (Site(shared=False), Site(headers=[("Set-Cookie", "a=b")])):
        assert "X-Accel-Expires" not in private.client().get("/page").headers


def test_an_answer_has_another_name_as_soon_as_anything_of_it_differs() -> None:
    sites = [Site(), Site(), Site(kind="text/plain"), Site(headers=[("Content-Language", "en")])]
    named = [site.client().get("/page").headers["ETag"] for site in sites]
    assert named[0] == named[1] and len(set(named)) == 3


def test_another_moment_is_another_answer() -> None:
    site = Site()
    client = site.client()
    client.get("/page")
    site.moment = "later"
    assert "later" in client.get("/page").text
    assert site.asked == 2


@pytest.mark.parametrize(
    "headers",
    [
        {"Cookie": "session=x"},
        {"Cookie": ""},
        {"Authorization": "Bearer x"},
        {"Host": "evil.example"},
        {"Host": "localhost.evil.example"},
    ],
)
def test_who_might_be_someone_is_never_given_a_kept_answer_nor_gives_one(
    headers: dict[str, str],
) -> None:
    site = Site()
    client = site.client()
    client.get("/page", headers=headers)
    client.get("/page")
    client.get("/page", headers=headers)
    assert site.asked == 3


@pytest.mark.parametrize(
    ("name", "value"),
    [("shared", False), ("status", "404 NOT FOUND"), ("headers", [("Set-Cookie", "a=b")])],
)
def test_what_is_not_the_same_for_everybody_is_not_kept(name: str, value: object) -> None:
    site = Site()
    setattr(site, name, value)
    client = site.client()
    assert client.get("/page").status == client.get("/page").status == site.status
    assert site.asked == 2


def test_what_was_made_while_something_changed_is_not_kept() -> None:
    site = Site()

    def save() -> None:
        site.moment = "b"

    site.meanwhile = save
    client = site.client()
    client.get("/page")
    site.meanwhile = bool
    client.get("/page")
    assert site.asked == 2


@pytest.mark.parametrize(("late", "seen"), [(True, "a"), (False, "b")])
def test_who_comes_while_another_has_it_made_anew_may_be_shown_the_last(
    late: bool, seen: str
) -> None:
    site = Site()
    client = site.client()
    pages = Pages(site, late)
    site.cache = Cache(pages)
    client = Client(
        AnswerCache(site, site.cache, languages=french, allowed=bool), use_cookies=False
    )
    client.get("/page")
    site.moment = "b"
    others = []

    def meanwhile() -> None:
        site.meanwhile = bool
        others.append(client.get("/page").text.split()[-1001])

    site.meanwhile = meanwhile
    assert client.get("/page").text.split()[-1001] == "b"
    assert others == [seen]
    assert client.get("/page").text.split()[-1001] == "b"
    assert site.asked == 3 - late


def test_where_one_has_come_while_another_waited_nobody_waits() -> None:
    site = Site()
    site.cache = Cache(Pages(site))
    numbers = count()
    answers = AnswerCache(
        site,
        site.cache,
        languages=french,
        allowed=bool,
        number=lambda: (site.moment, next(numbers) // 9),
    )
    client, tag = Client(answers, use_cookies=False), {"If-None-Match": "*"}

    def word(**headers: str) -> str:
        return client.get("/page", headers=headers).text.split()[-1001]

    def meanwhile() -> None:
        site.meanwhile = bool
        assert word() == "a"

    assert word() == "a"
    site.moment, site.meanwhile = "b", meanwhile
    assert word() == "b"
    begun, goes_on = Event(), Event()

    def wait() -> None:
        site.meanwhile = bool
        begun.set()
        assert goes_on.wait(60)

    site.moment, site.meanwhile = "c", wait
    assert client.get("/page", headers=tag).status_code in (200, 304)
    assert begun.wait(60)
    assert [word() for _visitor in range(20)] == ["b"] * 20
    goes_on.set()
    until(lambda: word() == "c")
    assert site.asked == 3


def until(holds: Callable[[], bool]) -> None:
    """Waits for it."""
    pause = Event()
    for _look in range(6000):
        if holds():
            return
        pause.wait(0.01)
    raise AssertionError


def test_a_topic_that_changes_at_each_request_is_never_out_of_date_and_costs_nobody_else(
    tmp_path: Path,
) -> None:
    """As where a plugin says with each page it shows that what it shows has changed."""
    versions = Versions(tmp_path / "versions")
    cache = Cache(Still(), [versions])
    asked = Counter[str]()

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        path = environ["PATH_INFO"]
        asked[path] += 1
        begun = cache.begin()
        if path == "/restless":
            versions.bump(["own:restless"])
        environ[SHARED] = cache.finish(begun, [f"own:{path[1:]}"])
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [str(asked[path]).encode()]

    for number in (lambda: None, versions.now):
        asked.clear()
        answers = AnswerCache(application, cache, languages=french, allowed=bool, number=number)
        client = Client(answers, use_cookies=False)
        restless = [(client.get("/restless").text, client.get("/calm").text)[0] for _ in range(9)]
        assert restless == [str(time) for time in range(1, 10)]
        assert asked["/calm"] <= 1, "kept, the second time from the first"
    versions.close()


def test_where_more_is_asked_than_can_be_held_each_answer_is_right(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("wiki.web.cache.responses._READY", 3)
    site = Site()
    client = site.client(max_size=100_000)
    for _twice in range(2):
        for number in (*range(20), *range(3)):
            assert f"/{number}?" in client.get(f"/{number}").text
    monkeypatch.setattr("wiki.web.cache.responses._SMALL", 10)
    assert all("/large?" in client.get("/large").text for _twice in range(3))


def test_a_request_that_fails_leaves_the_next_ones_turn() -> None:
    """One that makes an answer anew gives its turn back, whatever comes of it."""
    site = Site()

    def fail() -> None:
        raise RuntimeError

    site.meanwhile = fail
    site.cache = Cache(Pages(site))
    client = Client(
        AnswerCache(site, site.cache, languages=french, allowed=bool), use_cookies=False
    )
    with pytest.raises(RuntimeError):
        client.get("/page")
    site.meanwhile = bool
    client.get("/page")
    site.moment = "b"
    assert client.get("/page").text.split()[-1001] == "b"


def test_a_question_changes_nothing_but_get_and_head() -> None:
    site = Site()
    client = site.client()
    client.get("/page")
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        client.open("/page", method=method)
    assert site.asked == 5


def test_head_has_the_headers_of_get_and_no_body() -> None:
    site = Site()
    client = site.client()
    got = client.get("/page")
    head = client.head("/page")
    assert (head.data, head.headers) == (b"", got.headers)
    assert site.asked == 1


def test_a_browser_that_has_the_answer_is_told_so_until_it_changes() -> None:
    site = Site()
    client = site.client()
    tag = {"If-None-Match": client.get("/page").headers["ETag"]}
    same = client.get("/page", headers=tag)
    assert (same.status_code, same.data) == (304, b"")
    assert "Content-Length" not in same.headers
    site.moment = "b"
    assert client.get("/page", headers=tag).status_code == 200


@pytest.mark.parametrize(
    ("takes", "packed"),
    [("gzip, br", True), ("gzip;q=0.5", True), ("gzip;q=0", False), ("br", False), ("", False)],
)
def test_the_answer_is_packed_for_who_takes_it(takes: str, packed: bool) -> None:
    site = Site()
    client = site.client()
    plain = client.get("/page").data
    answer = client.get("/page", headers={"Accept-Encoding": takes})
    assert (answer.headers.get("Content-Encoding") == "gzip") is packed
    assert (gzip.decompress(answer.data) if packed else answer.data) == plain
    assert int(answer.headers["Content-Length"]) == len(answer.data)


def test_pictures_are_not_packed_again() -> None:
    client = Site(kind="image/png").client()
    answer = client.get("/plan.png", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in answer.headers


def test_memory_has_a_bound() -> None:
    site = Site()
    client = site.client(max_size=200_000)
    for number in range(100):
        client.get(f"/{number}")
    client.get("/99")
    assert site.asked == 100
    client.get("/0")
    assert site.asked == 101


REQUEST = st.tuples(
    st.sampled_from(["/", "/page", "/page/", "/Page", "/-/search"]),
    st.sampled_from(["", "q=a", "q=b", "lang=en"]),
    st.fixed_dictionaries(
        {},
        optional={
            "Accept": st.sampled_from(
                ["text/html", "application/json", "application/json, text/html;q=0.5", "*/*", "??"]
            ),
            "Accept-Language": st.sampled_from(["fr", "en-GB", "en;q=0", "de", "fr;q=x,en"]),
            "HX-Request": st.just("true"),
            "HX-Boosted": st.just("true"),
        },
    ),
)
MOMENT = st.sampled_from("ab")


@given(st.lists(st.one_of(REQUEST, MOMENT.map(lambda moment: (moment,))), max_size=30))
def test_whatever_is_asked_the_answer_is_what_would_be_made_now(steps: list[Any]) -> None:
    site, behind = Site(), Site()
    client, fresh = site.client(max_size=100_000), Client(behind, use_cookies=False)
    behind.cache = Cache(Still(), [behind])
    for step in steps:
        if len(step) == 1:
            site.moment = behind.moment = step[0]
            continue
        path, query, headers = step
        asked = {"path": path, "query_string": query, "headers": headers}
        assert client.get(**asked).data == fresh.get(**asked).data


@pytest.fixture
def visitor(instance: "Instance") -> Client:
    """A visitor of the whole wiki, who keeps no cookies."""
    from wiki.app import create_application

    return Client(create_application(instance), use_cookies=False)


def get(visitor: Client, path: str, **headers: str) -> TestResponse:
    return visitor.get(path, headers=headers, **VISITOR)


def test_what_once_was_is_not_kept(visitor: Client, write: Callable[..., str]) -> None:
    """There are many more such addresses than pages, and hardly any is asked for again."""
    old, new = write({"page.md": "# Un\n"}), write({"page.md": "# Deux\n"})
    queries = (
        f"diff/page?from={old}&to={new}",
        f"version/page?at={old}",
        "history/page?since=2020",
    )
    for url in ("/page", "/-/history/page", *(f"/-/{one}" for one in queries)):
        answer = get(visitor, url)
        assert answer.status_code == 200
        assert ("ETag" in answer.headers) == ("?" not in url), url


def test_a_save_is_seen_by_the_next_visitor_whoever_made_it(
    visitor: Client, write: Callable[..., str]
) -> None:
    write({"page.md": "# Page\n\nPremière.\n"})
    assert "Première." in get(visitor, "/page").text
    assert "Première." in get(visitor, "/page").text
    write({"page.md": "# Page\n\nSeconde.\n"})
    page = get(visitor, "/page").text
    assert "Seconde." in page and "Première." not in page
    write({"page.md": None})
    assert get(visitor, "/page").status_code == 404


def test_what_is_around_a_page_is_as_fresh_as_its_text(
    visitor: Client, write: Callable[..., str]
) -> None:
    write({"page.md": "# Page\n"})
    assert "Une autre" not in get(visitor, "/page").text
    write({"autre.md": "# Une autre\n\nVers [[page]].\n"})
    assert "Une autre" in get(visitor, "/page").text


def test_a_page_that_becomes_restricted_is_gone_for_visitors(
    visitor: Client, write: Callable[..., str]
) -> None:
    write({"page.md": "# Page\n\ncanari\n"})
    assert get(visitor, "/page").status_code == 200
    write({"page.md": "---\nvisibility: members\n---\n\n# Page\n\ncanari\n"})
    answer = get(visitor, "/page")
    assert answer.status_code == 404 and "canari" not in answer.text


def test_what_members_read_is_never_given_to_visitors(
    instance: "Instance", visitor: Client, write: Callable[..., str]
) -> None:
    from wiki.app import create_app
    from wiki.people.accounts import add_person
    from wiki.people.accounts.sessions import open_session

    write({"page.md": "---\nvisibility: members\n---\n\n# Page\n\ncanari\n"})
    mail = "porteuse@example.org"
    someone = add_person(instance.private, email=mail, name="Porteuse", role="member")
    browser = create_app(instance).test_client()
    with browser.session_transaction() as session:
        session["_user_id"] = open_session(instance.private, someone.id)
    cookie = browser.get_cookie("session")
    assert cookie is not None
    signed_in = {"Cookie": f"session={cookie.value}"}
    for _twice in range(2):
        assert "canari" in get(visitor, "/page", **signed_in).text
        assert get(visitor, "/page").status_code == 404
    assert "Porteuse" in get(visitor, "/page", **signed_in).text
    assert "Porteuse" not in get(visitor, "/-/changes").text


def test_each_visitor_is_answered_in_their_language(
    visitor: Client, write: Callable[..., str]
) -> None:
    write({"page.md": "# Page\n"})
    for lang, words in (("fr", "Se connecter"), ("en", "Log in"), ("fr", "Se connecter")):
        page = get(visitor, "/page", **{"Accept-Language": lang}).text
        assert f'lang="{lang}"' in page and words in page


def test_json_and_pages_are_kept_apart(visitor: Client, write: Callable[..., str]) -> None:
    write({"page.md": "# Une page\n"})
    wants = "application/json, text/html;q=0.5"
    assert get(visitor, "/-/search?q=page", Accept=wants).is_json
    assert get(visitor, "/-/search?q=page").mimetype == "text/html"
    assert get(visitor, "/-/search?q=page", Accept=wants).is_json


def test_the_source_of_a_page_is_not_given_as_the_page(
    visitor: Client, write: Callable[..., str]
) -> None:
    write({"page.md": "# Une page\n"})
    for _twice in range(2):
        assert get(visitor, "/page", Accept="text/markdown").mimetype == "text/markdown"
        assert get(visitor, "/page").mimetype == "text/html"


def test_a_body_that_is_closed_is_closed_once() -> None:
    class Body(BytesIO):
        closings = 0

        def close(self) -> None:
            self.closings += 1
            super().close()

    body = Body(b"une page")

    def application(environ: dict[str, Any], start_response: Any) -> Body:
        environ[SHARED] = cache.finish(cache.begin(), [])
        start_response("200 OK", [("Content-Type", "text/plain")])
        return body

    cache = Cache(Still())
    answers = AnswerCache(application, cache, languages=french, allowed=bool)
    assert Client(answers, use_cookies=False).get("/").text == "une page"
    assert body.closings == 1
