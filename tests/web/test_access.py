"""Who sees a page and why, in words; the page as a visitor sees it."""

import re
from collections.abc import Callable
from html import unescape
from typing import TYPE_CHECKING

import pytest

from wiki.pages.head.frontmatter import read_head
from wiki.people.access.grants import grant_guest, guests_of
from wiki.reading.reasons import read_reasons
from wiki.testing import module_wiki, token, unkeyed

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from wiki.instance import Instance
    from wiki.people.person import Person

#: one wiki for all of them, empty for each
app, instance = module_wiki.app, module_wiki.instance

FILES = {
    "index.md": "# Accueil\n",
    "personnes/awa.md": "---\ntype: person\ntitle: Awa\n---\n",
    "personnes/sans.md": "---\ntype: person\ntitle: Sans compte\n---\n",
    "lora/index.md": "---\ntype: project\ntitle: LoRa\nvisibility: members\n"
    'team: ["[[personnes/awa]]", "[[personnes/sans]]"]\n---\n# LoRa\n',
    "lora/cahier.md": "---\ntitle: Cahier\nvisibility: team\n---\n# Cahier\n",
    "lora/cahier/radio.md": "---\neditors: members\n---\n# Radio\n\n::: projets\n:::\n",
    "libre.md": "# Libre\n",
}


@pytest.fixture
def owner(write: Callable[..., str], person: "Callable[..., Person]") -> "Person":
    write(FILES)
    return person("Awa", page="personnes/awa")


def main_of(answer: "TestResponse") -> str:
    """The words of the page's main part."""
    page = answer.get_data(as_text=True)
    inside = page[page.index("<main") : page.index("</main")]
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", inside).split()))


def test_reasons_name_the_page_that_decides() -> None:
    heads = [
        (name, read_head(text).head)
        for name, text in (
            ("index", "# x"),
            ("lora", FILES["lora/index.md"]),
            ("lora/cahier", FILES["lora/cahier.md"]),
            ("lora/cahier/radio", FILES["lora/cahier/radio.md"]),
        )
    ]
    found = read_reasons(heads)
    assert found.access.group == "team:lora"
    assert (found.readers_from, found.editors_from) == ("lora/cahier", "lora/cahier/radio")
    above = read_reasons(heads[:3])
    assert (above.readers_from, above.editors_from, above.by_type) == ("lora/cahier", "lora", True)
    nothing = read_reasons(heads[:1])
    assert (nothing.readers_from, nothing.editors_from) == (None, None)


def test_reasons_agree_with_the_policy() -> None:
    from hypothesis import given
    from hypothesis import strategies as st

    from wiki.pages.access import access

    said = st.sampled_from(["", "public", "members", "team", "??"])
    edits = st.sampled_from(["", "team", "members", "anyone", "??"])
    kinds = st.sampled_from(["", "project", "person", "event"])
    one = st.tuples(said, edits, kinds, st.booleans())

    @given(st.lists(one, min_size=1, max_size=4))
    def agree(levels: list[tuple[str, str, str, bool]]) -> None:
        heads = []
        path = ""
        for number, (visibility, editors, kind, team) in enumerate(levels):
            path = "index" if number == 0 else f"{path.removeprefix('index')}/p".strip("/")
            keys = [f"visibility: {visibility!r}"] * bool(visibility)
            keys += [f"editors: {editors!r}"] * bool(editors)
            keys += [f"type: {kind}"] * bool(kind) + ["team: ['[[x]]']"] * team
            heads.append((path, read_head("---\n" + "\n".join([*keys, "a: 1"]) + "\n---\n").head))
        found = read_reasons(heads)
        expected = access(path, heads)
        assert found.access.group == expected.group
        assert found.access.editors == expected.editors
        assert found.access.team_page == expected.team_page
        if found.readers_from is None:
            assert found.access.group == "public"

    agree()


def test_the_page_says_who_and_why(
    owner: "Person", log_in: "Callable[[Person], FlaskClient]", client: "FlaskClient"
) -> None:
    browser = log_in(owner)
    told = main_of(browser.get("/-/access/lora/cahier/radio"))
    assert "l’administration, et l’équipe de cette page : LoRa" in told
    assert "parce que la page du dessus le dit" in told and "Cahier" in told
    assert "Tous les membres qui peuvent la lire." in told
    assert "Sans compte (sans compte : ne peut pas encore modifier)" in told
    assert "Tout le monde, sans compte." in main_of(client.get("/-/access/libre"))


def test_it_is_for_those_who_may_read_the_page(
    instance: "Instance",
    owner: "Person",
    person: "Callable[..., Person]",
    log_in: "Callable[[Person], FlaskClient]",
    client: "FlaskClient",
) -> None:
    member = log_in(person("Zoé"))
    assert client.get("/-/access/lora").status_code == 404
    assert member.get("/-/access/lora").status_code == 200
    for url in ("/-/access/lora/cahier", "/-/access/lora/nulle-part", "/-/as-visitor/lora/cahier"):
        assert member.get(url).status_code == 404, url
    guest = person("Invitée")
    grant_guest(instance.private, guest.id, "lora/cahier/radio", by="test")
    told = main_of(log_in(guest).get("/-/access/lora/cahier/radio"))
    assert "Cahier" not in told, "a page above that they may not see is not named"
    assert "parce qu’une page du dessus le dit" in told


def test_names_of_guests_are_for_those_who_may_change_rights(
    instance: "Instance",
    owner: "Person",
    person: "Callable[..., Person]",
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    guest = person("Une Invitée")
    grant_guest(instance.private, guest.id, "lora", by="test")
    assert "Une Invitée" in main_of(log_in(owner).get("/-/access/lora"))
    member = log_in(person("Zoé"))
    seen = main_of(member.get("/-/access/lora"))
    assert "Une Invitée" not in seen
    assert "sans compte : ne" not in seen
    sent = {"csrf_token": token(member, "/-/login"), "action": "remove-guest", "guest": guest.id}
    assert member.post("/-/access/lora", data=sent).status_code == 403
    assert guests_of(instance.private, "lora")
    theirs = log_in(owner)
    sent["csrf_token"] = token(theirs, "/-/access/lora")
    assert theirs.post("/-/access/lora", data=sent).status_code == 303
    assert guests_of(instance.private, "lora") == []


def test_what_made_it_stricter_is_told_to_editors(
    owner: "Person",
    write: Callable[..., str],
    person: "Callable[..., Person]",
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    write(
        {
            "doute.md": "---\nvisibility: tout-le-monde\n---\n# Doute\n",
            "cass.md": "---\nteam: [\n---\n",
        }
    )
    admin = log_in(person("Anne", "admin"))
    assert "tout-le-monde" in main_of(admin.get("/-/access/doute"))
    assert "ne peuvent pas être lues" in main_of(admin.get("/-/access/cass"))


def test_the_sign_of_a_restricted_page_leads_there(
    owner: "Person", log_in: "Callable[[Person], FlaskClient]", client: "FlaskClient"
) -> None:
    page = log_in(owner).get("/lora").get_data(as_text=True)
    assert re.search(r'class="restricted-sign" href="/-/access/lora"', page)
    assert "restricted-sign" not in client.get("/libre").get_data(as_text=True)


def test_a_visitors_view_is_the_visitors_page(
    owner: "Person", log_in: "Callable[[Person], FlaskClient]", client: "FlaskClient"
) -> None:
    browser = log_in(owner)
    assert "LoRa" in main_of(browser.get("/-/projects"))
    for path, url in (("libre", "/libre"), ("index", "/")):
        seen = browser.get(f"/-/as-visitor/{path}").get_data(as_text=True)
        really = client.get(url).get_data(as_text=True)
        assert "telle qu’un visiteur" in seen
        banner = re.compile(
            r'<div class="flashes wrap" role="status">.*?</div>\s*</div>\s*</div>', re.S
        )
        # But for the banner, the addresses of the page itself and the token of forms.
        seen = re.sub(r'value="[^"]{20,}"', "", banner.sub("", seen, count=1))
        really = re.sub(r'value="[^"]{20,}"', "", really)
        seen = seen.replace(f"/-/as-visitor/{path}", url)
        assert "".join(seen.split()) == "".join(really.split())


def test_what_visitors_cannot_see_is_shown_as_missing(
    owner: "Person", log_in: "Callable[[Person], FlaskClient]"
) -> None:
    browser = log_in(owner)
    seen = browser.get("/-/as-visitor/lora")
    assert seen.status_code == 200
    said = seen.get_data(as_text=True)
    assert "pour lui, cette page n’existe pas" in said
    assert "LoRa" not in said and "Awa" not in unkeyed(said)


def test_it_leaves_nothing_behind(
    app: "Flask", owner: "Person", log_in: "Callable[[Person], FlaskClient]", client: "FlaskClient"
) -> None:
    browser = log_in(owner)
    with browser.session_transaction() as session:
        session["_flashes"] = [("done", "Un mot gardé")]
    answer = browser.get("/-/as-visitor/lora")
    assert "Un mot gardé" not in answer.get_data(as_text=True)
    assert "no-store" in answer.headers["Cache-Control"]
    after = browser.get("/lora").get_data(as_text=True)
    assert "Un mot gardé" in after and "Awa" in after
    # Those who have no account see it as visitors already.
    assert client.get("/-/as-visitor/libre").location == "/libre"
    assert client.get("/-/as-visitor/lora").location == "/lora"
