"""Links that show a page without an account: what they show and allow, and for how long."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from wiki.people.access import share_links
from wiki.people.access.policy import COMMENT, READ, SUGGEST
from wiki.people.access.share_links import NewLink
from wiki.people.accounts import set_disabled
from wiki.people.accounts.mail_tokens import hash_token
from wiki.people.models.share_links import ShareLinkRow
from wiki.reading.births import birth_name
from wiki.reading.lent_pages import reader_by_links
from wiki.reading.lists import list_paths, search_pages
from wiki.reading.pages import page_exists
from wiki.testing import Place, token
from wiki.testing.servers import WebServer

if TYPE_CHECKING:
    from datetime import datetime

    from flask.testing import FlaskClient

SPACE = "projets/lora"
TEAM = 'team: ["[[personnes/awa]]"]\n'
PROJECT = f"---\ntype: project\ntitle: LoRa\nvisibility: team\n{TEAM}---\nUn capteur de sol.\n"
PAGES = {
    "index.md": "# Accueil\n",
    "personnes/awa.md": "---\ntype: person\ntitle: Awa\n---\n",
    "personnes/ben.md": "---\ntype: person\ntitle: Ben\n---\n",
    f"{SPACE}/index.md": PROJECT,
    f"{SPACE}/radio.md": "# Radio\n\nLa portée est de deux lieues.\n",
    f"{SPACE}/radio/plan.txt": "le plan",
    "projets/autre.md": f"---\ntype: project\nvisibility: team\n{TEAM}---\n# Autre\n\nSecret.\n",
}


@pytest.fixture
def place(empty_place: Place) -> Place:
    """A project that its team alone reads, with a chapter; Ben is a member beside it."""
    empty_place.rewind()
    empty_place.instance.private.now = lambda: empty_place.now
    empty_place.write(dict(PAGES))
    empty_place.person("Awa", page="personnes/awa")
    empty_place.person("Ben", page="personnes/ben")
    return empty_place


def shared(place: Place, path: str = f"{SPACE}/radio", **form: str) -> str:
    """The address of a link that Awa makes."""
    asked: dict[str, Any] = {"allows": READ, "until": "2027-03-15", "label": "Le jury"} | form
    answer = place.send("awa", f"/-/share/{path}", 200, **asked)
    [link] = re.findall(r"http://[^/]+(/-/shared/[\w-]{43})", answer)
    return str(link)


def opened(place: Place, link: str) -> "FlaskClient":
    """A visitor's browser that has opened it."""
    client = place.client()
    answer = client.get(link)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return client


def text(client: "FlaskClient", url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, (url, answer.status_code)
    return answer.get_data(as_text=True)


def send(client: "FlaskClient", url: str, status: int, **form: str) -> str:
    answer = client.post(url, data={"csrf_token": token(client), **form})
    found = answer.get_data(as_text=True)
    assert answer.status_code == status, (url, answer.status_code, found[-2000:])
    return answer.headers.get("Location") or found


def test_a_link_shows_one_page_and_nothing_else(place: Place) -> None:
    place.see("", f"/{SPACE}/radio", 404)
    client = place.client()
    answer = client.get(shared(place))
    assert (answer.status_code, answer.location) == (302, f"/{SPACE}/radio")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    page = client.get(f"/{SPACE}/radio")
    told = page.get_data(as_text=True)
    assert "deux lieues" in told
    assert "Awa vous montre cette page par un lien, jusqu’au 15 mars 2027 inclus" in told
    assert 'content="noindex"' in told and "LoRa" not in told
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert "no-store" in page.headers["Cache-Control"]
    assert text(client, f"/{SPACE}/radio/plan.txt") == "le plan"
    for hidden in (f"/{SPACE}", "/projets/autre", *_other_exits()):
        assert client.get(hidden).status_code in (302, 401, 403, 404), hidden
    for found in ("/-/search?q=lieues", "/-/api/v1/search?q=lieues", "/-/changes.atom"):
        assert "deux lieues" not in text(client, found), found
    send(client, f"/-/edit/{SPACE}/radio", 403, text="# Pris\n", base="")
    send(client, f"/-/comments/{SPACE}/radio", 403, words="Bonjour", name="Zoé")


def _other_exits() -> list[str]:
    """What links of the page lead to for its team: the past, files, documents."""
    here = f"{SPACE}/radio"
    views = ("history", "access", "source", "export", "attach", "blame", "diff", "feed", "links")
    return [f"/-/{view}/{here}" for view in views] + [f"/-/api/v1/pages/{here}"]


def test_a_space_is_shown_but_for_what_is_closed_further(place: Place) -> None:
    place.write(
        {
            f"{SPACE}/sous.md": f"---\ntype: project\n{TEAM.replace('awa', 'ben')}---\n# Sous\n",
            f"{SPACE}/index.md": PROJECT.replace("visibility: team", "visibility: members"),
            f"{SPACE}/budget.md": "---\nvisibility: team\n---\n# Budget\n",
        }
    )
    client = opened(place, shared(place, SPACE, below="1"))
    assert "Radio" in text(client, f"/{SPACE}")
    text(client, f"/{SPACE}/radio")
    text(client, f"/{SPACE}/budget", 404)
    text(client, f"/{SPACE}/sous", 404)  # its own team says who reads it
    place.write({f"{SPACE}/antenne.md": "# Antenne\n"})
    text(client, f"/{SPACE}/antenne")


def test_a_guest_comments_under_a_name(place: Place) -> None:
    client = opened(place, shared(place, allows=COMMENT))
    url = f"/-/comments/{SPACE}/radio"
    assert url in text(client, f"/{SPACE}/radio")
    refused = send(client, url, 422, words="Et en forêt ?", name=" ")
    assert "Indiquez votre nom" in refused and "Et en forêt ?" in refused
    send(client, url, 303, words="Et en forêt ?", name="Zoé")
    assert "Zoé (par lien)" in text(client, url)
    assert "Et en forêt ?" in place.see("awa", url)
    assert "ont écrit par lui : Zoé" in place.see("awa", f"/-/share/{SPACE}/radio").replace(
        "\xa0", " "
    )
    text(client, f"/-/propose/{SPACE}/radio", 302)


def test_a_guest_suggests_a_change(place: Place) -> None:
    client = opened(place, shared(place, allows=SUGGEST))
    form = text(client, f"/-/propose/{SPACE}/radio")
    [base] = re.findall(r'name="base" value="(\w+)"', form)
    changed = "# Radio\n\nLa portée est de huit kilomètres.\n"
    sent = {"text": changed, "base": base, "name": "Zoé"}
    where = send(client, f"/-/propose/{SPACE}/radio", 303, **sent)
    assert "huit kilomètres" in text(client, where)
    assert "deux lieues" in text(client, f"/{SPACE}/radio")
    assert "Zoé (par lien)" in place.see("awa", "/-/moderation")


def test_what_was_typed_is_kept_when_the_link_ends(place: Place) -> None:
    link = shared(place, allows=SUGGEST)
    client = opened(place, link)
    [found] = share_links.links_to(place.instance.private, [f"{SPACE}/radio"])
    place.send("awa", f"/-/share/{SPACE}/radio", revoke=found.id)
    said = send(client, f"/-/comments/{SPACE}/radio", 404, words="Ma longue remarque", name="Zoé")
    assert "Ma longue remarque" in said and "Awa vous l’a partagée" in said
    said = send(client, f"/-/propose/{SPACE}/radio", 404, text="# Radio\n\nMon texte\n", name="Zoé")
    assert "Mon texte" in said and "Awa vous l’a partagée" in said
    assert "n’est plus valable" in text(client, f"/{SPACE}/radio", 404)
    assert "Awa" in text(place.client(), link, 404)
    assert "deux lieues" not in place.shown[-1]


def test_the_newest_is_listed_first_and_its_uses_are_its_own(place: Place) -> None:
    links = [shared(place, f"{SPACE}/radio")]
    for _number in range(4):
        place.now += timedelta(minutes=1)
        links.append(shared(place, f"{SPACE}/radio"))
    opened(place, links[2])
    found = share_links.links_to(place.instance.private, [f"{SPACE}/radio"])
    assert [one.created for one in found] == sorted((one.created for one in found), reverse=True)
    assert [one.uses for one in found] == [0, 0, 1, 0, 0]


def test_it_holds_through_its_last_day_and_no_longer(place: Place) -> None:
    client = opened(place, shared(place, until="2027-03-01"))
    place.now = place.now.replace(hour=22, minute=59)  # 23:59 in Paris
    text(client, f"/{SPACE}/radio")
    place.now = place.now.replace(hour=23, minute=0)
    text(client, f"/{SPACE}/radio", 404)


def test_it_gives_what_its_maker_may_give_at_this_moment(place: Place) -> None:
    client = opened(place, shared(place))
    set_disabled(place.instance.private, place.people["awa"].id, True, by="test")
    text(client, f"/{SPACE}/radio", 404)
    set_disabled(place.instance.private, place.people["awa"].id, False, by="test")
    text(client, f"/{SPACE}/radio")
    place.write({f"{SPACE}/index.md": PROJECT.replace("awa", "ben")})
    text(client, f"/{SPACE}/radio", 404)


def test_another_page_at_the_address_is_not_shown(place: Place) -> None:
    client = opened(place, shared(place))
    place.write({f"{SPACE}/radio.md": None})
    text(client, f"/{SPACE}/radio", 404)
    place.write({f"{SPACE}/radio.md": "# Autre chose\n"})
    text(client, f"/{SPACE}/radio", 404)


def test_who_may_invite_shares_and_nobody_else(place: Place) -> None:
    place.see("ben", f"/-/share/{SPACE}/radio", 404)
    place.write({"projets/ouvert.md": f"---\ntype: project\n{TEAM}---\n# Ouvert\n"})
    place.see("ben", "/-/share/projets/ouvert", 403)
    place.see("", "/-/share/projets/ouvert", 302)
    link = shared(place)
    [found] = share_links.links_to(place.instance.private, [f"{SPACE}/radio"])
    place.send("ben", "/-/share/projets/ouvert", 403, revoke=found.id)
    opened(place, link)
    for bad in ("", "2027-02-28", "2027-06-01", "demain", "99999-01-01"):
        sent: dict[str, Any] = {"allows": READ, "until": bad, "label": "Pour le jury"}
        told = place.send("awa", f"/-/share/{SPACE}/radio", 422, **sent)
        assert "Pour le jury" in told, bad
    place.send("awa", f"/-/share/{SPACE}/radio", 422, allows="edit", until="2027-03-10")
    for wrong in ("x", "a" * 43, "é" * 200):
        text(place.client(), f"/-/shared/{wrong}", 404)
    assert "deux lieues" not in text(place.client("ben"), link, 403)


def test_the_link_is_kept_as_a_hash_and_is_told_once(place: Place) -> None:
    link = shared(place)
    secret = link.rpartition("/")[2]
    assert secret not in place.see("awa", f"/-/share/{SPACE}/radio")
    kept = place.instance.private.list_rows(select(ShareLinkRow.token))
    assert kept == [hash_token(secret)]
    [found] = share_links.links_to(place.instance.private, [f"{SPACE}/radio"])
    opened(place, link)
    opened(place, link)
    [used] = share_links.links_to(place.instance.private, [f"{SPACE}/radio"])
    assert (found.uses, used.uses, used.used) == (0, 2, place.now)


def test_the_trail_says_in_words_what_a_link_allows(place: Place) -> None:
    shared(place, allows=SUGGEST)
    place.person("Chef", role="admin")
    told = place.see("chef", "/-/admin/audit")
    assert "lire, commenter et proposer des modifications" in told and "suggest" not in told


NAMES = st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map("/".join)
HEADS = st.sampled_from(
    ["", "visibility: team\n", "visibility: members\n", TEAM, f"visibility: team\n{TEAM}"]
)


@given(pages=st.dictionaries(NAMES, HEADS, min_size=1, max_size=6), below=st.booleans())
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_the_pages_nothing_but_what_is_shared_is_read(
    place: Place, pages: dict[str, str], below: bool
) -> None:
    """Of any tree: by every way out, what a visitor reads, and what the link's maker may share."""
    wiped = {f"t/{name}.md": None for name in _all_names()}
    place.write(
        wiped | {f"t/{name}.md": f"---\n{head}---\n# canari\n" for name, head in pages.items()}
    )
    instance, awa = place.instance, place.reader("awa")
    root = f"t/{min(pages)}"
    visitor, made = place.reader(), awa.may_change_rights(root)
    link_id = _make(place, root, below=below, expires=place.now.replace(day=9))
    guest = reader_by_links(instance, [link_id])
    allowed = {root} if made else set()
    if made and below:
        allowed |= {
            f"t/{name}"
            for name in pages
            if f"t/{name}".startswith(f"{root}/") and awa.may_change_rights(f"t/{name}")
        }
    before, after = set(list_paths(visitor)), set(list_paths(guest))
    assert before <= after <= before | allowed
    assert (root in after) == (made or root in before)
    for name in pages:
        path = f"t/{name}"
        assert page_exists(guest, path) == (path in after)
        assert not guest.may_edit(path) and not guest.may_change_rights(path)
        assert guest.may_propose(path) == visitor.may_propose(path)
    found = {hit.path for hit in search_pages(guest, "canari", limit=50).hits}
    assert found == {f"t/{name}" for name in pages} & after
    share_links.revoke_link(instance.private, link_id, by="")
    assert set(list_paths(guest.renewed())) == before


def _all_names() -> list[str]:
    letters = ["a", "b", "c"]
    pairs = [f"{one}/{other}" for one in letters for other in letters]
    return letters + pairs + [f"{pair}/{one}" for pair in pairs for one in letters]


def _make(place: Place, path: str, *, below: bool, expires: "datetime") -> str:
    private = place.instance.private
    born = birth_name(place.instance, path) or ""
    new = NewLink(path, born, below, READ, "", expires)
    secret = share_links.make_link(private, new, by=place.people["awa"])
    link = share_links.find_by_token(private, secret)
    assert link is not None
    return link.id


def test_a_bad_address_of_a_link_holder_holds_up_nobody(
    place: Place, serve_web: "Callable[[Path], WebServer]"
) -> None:
    """Who asks by a link asks for the maker's rights in turn: no thread waits for another there."""
    link = shared(place)
    server = serve_web(place.instance.settings.instance)

    def ask(address: str, cookie: str = "") -> tuple[int, str]:
        with closing(HTTPConnection("127.0.0.1", server.port, timeout=60)) as line:
            line.request("GET", address, headers={"Cookie": cookie} if cookie else {})
            answer = line.getresponse()
            answer.read()
            return answer.status, (answer.headers["Set-Cookie"] or "").partition(";")[0]

    _status, held = ask(link)
    asked = [("/a%00b", held)] * 9 + [(f"/-/search?q=mot{number}", "") for number in range(22)]
    with ThreadPoolExecutor(20) as people:
        answers = list(people.map(lambda one: ask(*one)[0], asked))
    assert set(answers) <= {200, 404}
