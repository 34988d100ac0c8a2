"""Feeds: valid whatever people write, nobody's secret, and not sent again while they stand."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import Client, TestResponse

from tests.web.atom_rules import judged
from wiki.reading.lists import count_facets, find_rows
from wiki.testing import module_wiki

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from wiki.config import Settings
    from wiki.instance import Instance
    from wiki.people.person import Person
    from wiki.projections.histories.visible_changes import Change

#: one wiki for all of them, empty for each
app, instance = module_wiki.app, module_wiki.instance

SITE = "http://127.0.0.1:8080"
HOSTILE = (
    "]]> <script>alert(1)</script> & &amp; \"' \x07\x1b[2J <!-- \U0001f98a \u202eמרחב\u2066 é\u0301"
)
CANARY = "canarizzz"
ADDRESSES = [
    "/-/changes.atom",
    "/-/feed/index.atom",
    "/-/feed/projets.atom",
    "/-/feed/projets/lora.atom",
    "/-/themes/iot.atom",
    "/-/territories/bretagne.atom",
    "/-/needs.atom",
    "/-/needs.atom?keyword=radio&territory=bretagne",
    "/-/needs.atom?keyword=rien",
    "/-/offers.atom",
]


def project(title: str, more: str = "") -> str:
    quoted = json.dumps(title, ensure_ascii=False)
    head = f"title: {quoted}\nsummary: {quoted}\n"
    return (
        f"---\ntype: project\n{head}themes: [IoT]\nterritory: Bretagne\n{more}---\n# Un\n\n"
        f"::: besoins\n- un avis {title} #radio avant:2099-03-01 {{#b-aaaaaaaa}}\n\n"
        f"  Plus {title}.\n\n:::\n\n::: offres\n- une heure {title} {{#o-aaaaaaaa}}\n\n:::\n"
    )


@pytest.fixture
def wiki(write: Callable[..., str]) -> None:
    write({"index.md": "# Accueil\n", "projets/index.md": "# Projets\n"})
    write({"projets/lora/index.md": project("LoRa")}, message="Le début")


@pytest.fixture
def visitor(instance: "Instance") -> Client:
    """A feed reader: what a worker serves, asked without cookies."""
    from wiki.app import create_application

    return Client(create_application(instance), use_cookies=False)


def ask(visitor: Client, url: str, **headers: str) -> TestResponse:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return visitor.get(url, base_url="http://localhost", headers=sent)


def read(visitor: Client, url: str, site: str = SITE) -> Any:
    answer = ask(visitor, url)
    assert answer.status_code == 200, url
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    return judged(answer.data, site + url, site)


def test_every_feed_is_valid(wiki: None, visitor: Client) -> None:
    for url in ADDRESSES:
        assert bool(read(visitor, url).entries) == ("rien" not in url), url


def test_every_feed_is_valid_whatever_people_write(
    wiki: None, visitor: Client, write: Callable[..., str]
) -> None:
    # A head holds no character that steers; a heading, a message and a name may.
    title = "".join(char for char in HOSTILE if char.isprintable() or char > "\x7f")
    write(
        {
            "projets/lora/index.md": project(title),
            "projets/lora/]]>&.txt": "x",
            "projets/lora/titre.md": f"# {HOSTILE}\n",
        },
        message=f"{HOSTILE}\n\n{HOSTILE}",
    )
    for entry in [one for url in ADDRESSES for one in read(visitor, url).entries]:
        said = entry.title + entry.content[0].value
        assert "\x07" not in said and "\x1b" not in said
        assert "<script" not in entry.content[0].value


def test_a_title_keeps_its_french_blanks(
    wiki: None, visitor: Client, write: Callable[..., str]
) -> None:
    write({"projets/lora/index.md": project("Et\u00a0après\u202f?")})
    title = read(visitor, "/-/feed/projets/lora.atom").entries[0].title
    assert title.endswith("Et\u00a0après\u202f?")


def test_words_are_kept_that_look_like_tags(
    wiki: None, visitor: Client, write: Callable[..., str]
) -> None:
    write({"projets/lora/index.md": project("<b>5 > 3 & 2</b> ]]>")})
    title = ask(visitor, "/-/feed/projets/lora.atom").text
    assert "&lt;b&gt;5 &gt; 3 &amp; 2&lt;/b&gt; ]]&gt;</title>" in title


@given(text=st.text(max_size=300))
def test_no_text_breaks_a_document(text: str) -> None:
    from wiki.web.feeds.document import Feed, FeedEntry, atom, entry_id

    now = datetime(2026, 11, 1, tzinfo=UTC)
    entry = FeedEntry(entry_id(text), text, "/page", now, author=text, summary=text)
    feed = Feed(
        id=entry_id("feed"),
        title=text,
        url=f"{SITE}/",
        self_url=f"{SITE}/-/changes.atom",
        site_url=SITE,
        site_name="Carrefour",
        lang="fr",
        updated=now,
        entries=[entry],
    )
    judged(atom(feed), f"{SITE}/-/changes.atom", SITE)


def test_an_entry_says_in_words_what_was_done(
    wiki: None, visitor: Client, write: Callable[..., str]
) -> None:
    (first, *_) = read(visitor, "/-/changes.atom").entries
    assert first.title == "Une main a écrit LoRa"
    assert first.link == f"{SITE}/projets/lora"
    assert first.author == "Une main"
    assert first.summary == "Le début"
    write({"projets/lora/index.md": None})
    (last,) = [one for one in read(visitor, "/-/changes.atom").entries if "lora" in one.link]
    assert last.title.startswith("Une main a supprimé")
    assert last.id == first.id
    assert last.link == f"{SITE}/-/history/projets/lora"


def test_saves_in_one_go_are_one_entry_of_the_newest_state(
    wiki: None, visitor: Client, write: Callable[..., str]
) -> None:
    before = {one.id for one in read(visitor, "/-/changes.atom").entries}
    for number in range(5):
        write({"projets/lora/index.md": project(f"LoRa {number}")}, message=f"fois {number}")
    found = read(visitor, "/-/changes.atom").entries
    assert {one.id for one in found} == before
    assert found[0].title == "Une main a écrit LoRa 4"
    assert "fois 4" in found[0].content[0].value


def change(id_: int, minutes: float, **more: Any) -> "Change":
    from wiki.projections.histories.visible_changes import Change

    when = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    one = Change(
        id_, f"{id_:040}", id_, "page", None, "page", "edited", None, "A", "a@b", when, "", "public"
    )
    return replace(one, **more)


def test_what_belongs_together_is_of_one_page_one_person_and_one_go() -> None:
    from wiki.web.feeds.entries import gathered

    found = gathered(
        [
            change(6, 200),
            change(5, 70, mail="c@d"),
            change(4, 65),
            change(3, 60, now="autre"),
            change(2, 30),
            change(1, 0, kind="created"),
        ]
    )
    assert [[one.id for one in news.changes] for news in found] == [[6], [5], [4, 2, 1], [3]]
    assert found[2].telling.kind == "created"


@given(gaps=st.lists(st.integers(0, 150), min_size=1, max_size=12), data=st.data())
def test_what_comes_later_renames_no_entry(gaps: list[int], data: st.DataObject) -> None:
    from wiki.web.feeds.entries import gathered

    minutes = 0
    changes: list[Change] = []
    for number, gap in enumerate(gaps):
        minutes += gap
        changes.insert(0, change(number + 1, minutes))
    earlier = changes[data.draw(st.integers(0, len(changes) - 1)) :]
    names = {news.oldest.id for news in gathered(changes)}
    assert {news.oldest.id for news in gathered(earlier)} <= names


def test_a_feed_has_at_most_fifty_entries(
    wiki: None, visitor: Client, write: Callable[..., str]
) -> None:
    write(
        {f"n/{number}.md": "---\nthemes: [IoT]\ntype: dossier\n---\n# N\n" for number in range(70)}
    )
    for url in ("/-/changes.atom", "/-/feed/n.atom", "/-/themes/iot.atom"):
        if url == "/-/feed/n.atom":
            write({"n/index.md": "# N\n"})
        assert len(read(visitor, url).entries) == 50


def test_what_one_has_is_not_sent_again(
    wiki: None, visitor: Client, write: Callable[..., str]
) -> None:
    known = {}
    for url in ADDRESSES:
        first = ask(visitor, url)
        known[url] = etag = first.headers["ETag"]
        modified = first.headers["Last-Modified"]
        empty = ask(visitor, url, If_None_Match=etag)
        assert (empty.status_code, empty.data, empty.headers["ETag"]) == (304, b"", etag)
        assert ask(visitor, url, If_None_Match=f'"other", {etag}').status_code == 304
        assert ask(visitor, url, If_Modified_Since=modified).status_code == 304
        other = ask(visitor, url, If_None_Match='"other"', If_Modified_Since=modified)
        assert other.status_code == 200
    write({"projets/lora/index.md": project("LoRa 2")}, message="neuf")
    for url, etag in known.items():
        expected = 304 if "rien" in url else 200
        assert ask(visitor, url, If_None_Match=etag).status_code == expected, url


def test_an_older_state_is_sent_to_who_knows_only_a_date(
    visitor: Client, write: Callable[..., str], wiki: None
) -> None:
    modified = ask(visitor, "/-/needs.atom").headers["Last-Modified"]
    write({"projets/lora/index.md": project("LoRa", "visibility: team\n")})
    answer = ask(visitor, "/-/needs.atom", If_Modified_Since=modified)
    assert answer.status_code == 200 and "LoRa" not in answer.text


def test_what_is_restricted_is_in_no_feed(
    wiki: None, visitor: Client, write: Callable[..., str], client: "FlaskClient"
) -> None:
    secret = project(CANARY).replace("aaaaaaaa", "cccccccc")
    write({"projets/secret/index.md": secret}, message=f"message {CANARY}")
    told = [url for url in ADDRESSES if CANARY in ask(visitor, url).text]
    assert len(told) >= 7
    for level in ("team", "members"):
        narrower = project(CANARY, f"visibility: {level}\n").replace("aaaaaaaa", "cccccccc")
        write({"projets/secret/index.md": narrower}, message=f"encore {CANARY}")
        for url in (*ADDRESSES, "/-/events.ics"):
            assert CANARY not in ask(visitor, url).text, url
        there, nowhere = (
            ask(visitor, f"/-/feed/projets/{name}.atom") for name in ("secret", "secrex")
        )
        assert there.status_code == nowhere.status_code == 404
        assert there.text.replace("secret", "secrex") == nowhere.text
        assert ask(visitor, "/-/feed/projets/secret").status_code == 404


def test_a_cookie_does_not_widen_a_feed(
    wiki: None,
    write: Callable[..., str],
    person: "Callable[..., Person]",
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    write({"entre-nous.md": f"---\nvisibility: members\n---\n# {CANARY}\n"})
    member = log_in(person("Membre"))
    assert CANARY in member.get("/-/changes").get_data(as_text=True)
    answer = member.get("/-/changes.atom")
    assert answer.status_code == 200 and CANARY not in answer.get_data(as_text=True)
    assert answer.headers["Cache-Control"] == "private, no-store"
    again = member.get("/-/changes.atom", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_a_token_makes_a_feed_ones_own(
    instance: "Instance",
    wiki: None,
    visitor: Client,
    write: Callable[..., str],
    person: "Callable[..., Person]",
    caplog: pytest.LogCaptureFixture,
) -> None:
    from wiki.people.accounts.access_tokens import issue

    write({"entre-nous.md": f"---\nvisibility: members\n---\n# {CANARY}\n"})
    member = person("Membre")
    secret = issue(instance.private, member.id, name="lecteur", scopes=["feeds"], days=30)
    answer = ask(visitor, f"/-/changes.atom?token={secret}")
    assert answer.status_code == 200 and CANARY in answer.text
    own = judged(answer.data, "", SITE, personal=True)
    assert secret not in answer.text
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    url = f"/-/changes.atom?token={secret}"
    assert ask(visitor, url, If_None_Match=answer.headers["ETag"]).status_code == 304
    everyone = read(visitor, "/-/changes.atom")
    # A reader that many people share must not give one's feed to another.
    assert own.feed.id != everyone.feed.id
    assert CANARY not in ask(visitor, "/-/changes.atom").text
    assert CANARY in ask(visitor, f"/-/feed/entre-nous.atom?token={secret}").text
    assert secret not in caplog.text


def test_a_token_for_something_else_reads_no_feed(
    instance: "Instance", wiki: None, visitor: Client, person: "Callable[..., Person]"
) -> None:
    from wiki.people.accounts.access_tokens import issue

    member = person("Membre")
    secrets = ["", "carrefour_x"]
    for scopes in (["read"], ["read", "write"], ["feeds", "read"], ["git"]):
        secrets.append(issue(instance.private, member.id, name="a", scopes=scopes, days=None))
    for secret in secrets:
        answer = ask(visitor, f"/-/changes.atom?token={secret}")
        assert answer.status_code == 403 and "page de votre compte" in answer.text


def test_a_token_that_is_over_reads_no_feed(
    instance: "Instance", wiki: None, visitor: Client, person: "Callable[..., Person]"
) -> None:
    from sqlalchemy import update

    from wiki.people.accounts.access_tokens import issue, listed, revoke
    from wiki.people.models.entries import AccessTokenRow

    member = person("Membre")
    ended = issue(instance.private, member.id, name="a", scopes=["feeds"], days=1)
    with instance.private.session() as session:
        session.execute(update(AccessTokenRow).values(expires=datetime(2020, 1, 1, tzinfo=UTC)))
    assert ask(visitor, f"/-/changes.atom?token={ended}").status_code == 403
    revoked = issue(instance.private, member.id, name="b", scopes=["feeds"], days=1)
    assert ask(visitor, f"/-/changes.atom?token={revoked}").status_code == 200
    for one in listed(instance.private, member.id):
        revoke(instance.private, member.id, one.id)
    assert ask(visitor, f"/-/changes.atom?token={revoked}").status_code == 403


def test_no_host_header_reaches_a_link(settings: "Settings", wiki: None, visitor: Client) -> None:
    for host in ("evil.example", "127.0.0.1.evil.example", "evil.example:8080"):
        answer = visitor.get("/-/changes.atom", headers={"Host": host})
        assert answer.status_code == 400
    for headers in ({"Host": "localhost:99"}, {"X-Forwarded-Host": "evil.example"}):
        answer = visitor.get("/-/changes.atom", base_url="http://localhost", headers=headers)
        assert answer.status_code == 200
        judged(answer.data, f"{SITE}/-/changes.atom", SITE)


def test_a_feed_says_its_address_without_what_it_does_not_depend_on(
    wiki: None, visitor: Client
) -> None:
    for asked, own, kept in (
        ("changes.atom?utm_source=x&before=3", "changes.atom", False),
        ("changes.atom?lang=en", "changes.atom?lang=en", True),
        ("changes.atom?lang=xx", "changes.atom", False),
        ("needs.atom?sort=before&keyword=radio&x=1", "needs.atom?keyword=radio", False),
        ("needs.atom?keyword=radio", "needs.atom?keyword=radio", True),
        ("themes/IoT.atom", "themes/iot.atom", True),
        ("territories/Bretagne.atom", "territories/bretagne.atom", True),
    ):
        answer = ask(visitor, f"/-/{asked}")
        judged(answer.data, f"{SITE}/-/{own}", SITE)
        # Invented words take no room among the answers that are kept.
        assert ("public" in answer.headers["Cache-Control"]) == kept, asked


def test_a_long_question_is_refused(wiki: None, visitor: Client) -> None:
    many = "&".join(f"keyword=mot{number}" for number in range(300))
    for question in (many, f"keyword={'a' * 3000}"):
        answer = ask(visitor, f"/-/needs.atom?{question}")
        assert answer.status_code == 400 and "recopiez-la" in answer.text
    answer = ask(visitor, "/-/needs.atom?" + "&".join(f"keyword=m{n}" for n in range(60)))
    assert answer.status_code == 200 and "m19" in answer.text and "m20" not in answer.text


def test_what_is_not_there_has_no_feed(wiki: None, visitor: Client) -> None:
    for url in ("feed/nulle-part.atom", "feed/nulle-part", "feed/../x.atom", "themes/rien.atom"):
        assert ask(visitor, f"/-/{url}").status_code == 404, url
    for url in ("themes/.atom", "territories/rien.atom", "territories/.atom"):
        assert ask(visitor, f"/-/{url}").status_code == 404, url


def test_who_follows_a_page_that_has_moved_is_led_on(
    wiki: None, visitor: Client, write: Callable[..., str]
) -> None:
    write(
        {
            "projets/lora/index.md": None,
            "projets/champ.md": project("LoRa", "aliases: [projets/lora]\n"),
        }
    )
    answer = ask(visitor, "/-/feed/projets/lora.atom")
    assert answer.status_code == 308
    assert answer.headers["Location"].endswith("/-/feed/projets/champ.atom")


def test_programs_find_the_feed_of_a_page(wiki: None, visitor: Client) -> None:
    for page, feed in {
        "/": "/-/changes.atom",
        "/-/changes": "/-/changes.atom",
        "/projets/lora": "/-/feed/projets/lora.atom",
        "/-/themes/iot": "/-/themes/iot.atom",
        "/-/needs": "/-/needs.atom",
        "/-/needs?keyword=radio": "/-/needs.atom?keyword=radio",
        "/-/offers": "/-/offers.atom",
    }.items():
        link = f'<link rel="alternate" type="application/atom+xml" href="{feed}"'
        assert link in ask(visitor, page).text, page


def test_people_are_told_how(
    wiki: None,
    visitor: Client,
    write: Callable[..., str],
    person: "Callable[..., Person]",
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    assert 'href="/-/feed/projets/lora"' in ask(visitor, "/projets/lora").text
    page = ask(visitor, "/-/feed/projets/lora").text
    assert f"{SITE}/-/feed/projets/lora.atom" in page and "jeton" not in page
    write({"projets/lora/index.md": project("LoRa", "visibility: members\n")})
    member = log_in(person("Membre"))
    assert "application/atom+xml" not in member.get("/projets/lora").get_data(as_text=True)
    assert "jeton" in member.get("/-/feed/projets/lora").get_data(as_text=True)


def test_a_wiki_without_a_front_page_is_followed_too(visitor: Client) -> None:
    assert 'href="/-/feed/index"' in ask(visitor, "/-/changes").text
    assert f"{SITE}/-/changes.atom" in ask(visitor, "/-/feed/index").text
    assert read(visitor, "/-/changes.atom").entries == []


def test_feeds_of_real_pages_are_valid(
    instance: "Instance", visitor: Client, real_data: Path, tmp_path: Path
) -> None:
    """Some real projects, with their past and the needs that we give them."""
    source, slugs = real_data / "carrefour", set[str]()
    for name in ("projects", "people", "organisations", "themes", "history"):
        lines = [line for line in (source / f"{name}.jsonl").read_text("utf-8").split("\n") if line]
        if name == "history":
            lines = [line for line in lines if json.loads(line)["slug"] in slugs]
        elif name != "themes":
            lines = lines[:12]
        if name == "projects":
            slugs = {json.loads(line)["slug"] for line in lines}
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines) + "\n", "utf-8")

    @contextmanager
    def quiet(_label: str) -> Iterator[Callable[[int, int | None], None]]:
        yield lambda _done, _total: None

    from wiki.imports.pipeline import import_path

    import_path(instance, "carrefour", tmp_path, steps=quiet)
    from wiki.reading import Reader

    reader = Reader(instance)
    (row, *_) = find_rows(reader, _projects(), limit=1).rows
    urls = ["/-/changes.atom", "/-/feed/projets.atom", f"/-/feed/{row.path}.atom"]
    facets = count_facets(reader, ("theme", "territory"), limit=3)
    urls += [f"/-/themes/{one.slug}.atom" for one in facets["theme"]]
    urls += [f"/-/territories/{one.slug}.atom" for one in facets["territory"]]
    seen = [len(read(visitor, url).entries) for url in urls if ask(visitor, url).status_code == 200]
    assert len(seen) >= 5 and min(seen) > 0


def _projects() -> Any:
    from wiki.projections.catalogue import select

    return select(types=("project",))


def test_a_title_that_a_page_no_longer_has_is_not_told(
    wiki: None, visitor: Client, write: Callable[..., str]
) -> None:
    """What was said when it began named it; the rest that was said stays."""
    soir = "---\ntype: event\ntitle: Le soir, {} mars\nstarts: 2027-03-18\n---\n"
    write({"soir.md": soir.format(17)}, message="Commencé « Le soir, 17 mars »")
    assert "Commencé" in ask(visitor, "/-/changes.atom").text
    write({"soir.md": soir.format(24)}, message="Réglé la date")
    told = ask(visitor, "/-/changes.atom").text
    assert "17 mars" not in told and "24 mars" in told and "Réglé la date" in told
    assert "Le début" in told
