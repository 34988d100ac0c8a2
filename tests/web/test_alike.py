"""Pages are kept for all who are alike: what is one person's own reaches nobody else."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from wiki.people.person import at_machine
from wiki.testing import module_wiki, token

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from wiki.instance import Instance
    from wiki.people.person import Person

app, instance = module_wiki.app, module_wiki.instance
Enter = Callable[..., "FlaskClient"]
TEAM = """---
type: project
visibility: team
team: ['[[personnes/porteuse]]']
---

# Secret

canari
"""


@pytest.fixture
def enter(instance: "Instance", app: "Flask") -> Enter:
    """``enter(name, role="member", page=None)``: the browser of someone signed in."""
    from wiki.pages.words import slug
    from wiki.people.accounts import add_person, set_page

    def enter(name: str, role: str = "member", page: str | None = None) -> "FlaskClient":
        mail = f"{slug(name)}@example.org"
        someone = add_person(instance.private, email=mail, name=name, role=role)
        if page:
            set_page(instance.private, someone.id, page, by="test")
        return _signed_in(app, instance, someone)

    return enter


def _signed_in(app: "Flask", instance: "Instance", someone: "Person") -> "FlaskClient":
    from wiki.people.accounts.sessions import open_session

    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = open_session(instance.private, someone.id)
    return client


def text(client: "FlaskClient", path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pages that were really made: each asks for the crumbs above it."""
    from wiki.reading import Reader
    from wiki.reading.pages import list_crumbs
    from wiki.web.page import presenters

    paths: list[str] = []

    def noted(reader: Reader, path: str) -> Any:
        paths.append(path)
        return list_crumbs(reader, path)

    monkeypatch.setattr(presenters, "list_crumbs", noted)
    return paths


def test_two_who_are_alike_read_one_page_under_their_own_names(
    write: Callable[..., str], enter: Enter, made: list[str]
) -> None:
    write({"page.md": "# Page\n\nmot\n"})
    one, other = enter("Porteuse d'eau & Cie"), enter("Relectrice")
    first, second, third = text(one, "/page"), text(other, "/page"), text(one, "/page")
    assert made == ["page"]
    assert "Porteuse d&#39;eau &amp; Cie" in first and "Relectrice" not in first
    assert "Relectrice" in second and "Porteuse" not in second
    assert third == first or _without_tokens(third) == _without_tokens(first)
    assert "mot" in first and "mot" in second


def test_each_form_has_the_token_of_who_sends_it(
    write: Callable[..., str], enter: Enter, made: list[str]
) -> None:
    write({"page.md": "# Page\n"})
    one, other = enter("Porteuse"), enter("Relectrice")
    mine, theirs = token(one, "/page"), token(other, "/page")
    assert made == ["page"]
    assert one.post("/-/watch/page", data={"csrf_token": theirs}).status_code == 400
    assert one.post("/-/watch/page", data={"csrf_token": mine}).status_code == 303
    assert other.post("/-/watch/page", data={"csrf_token": theirs}).status_code == 303


def test_what_one_follows_shows_to_nobody_else(write: Callable[..., str], enter: Enter) -> None:
    write({"page.md": "# Page\n"})
    one, other = enter("Porteuse"), enter("Relectrice")
    before = text(one, "/page")
    one.post("/-/watch/page", data={"csrf_token": token(one, "/page")})
    told = text(one, "/page")  # with the notice that it worked, which is shown once
    assert 'name="stop"' in told and 'class="flashes' in told
    again = text(one, "/page")
    assert 'name="stop"' in again and 'class="flashes' not in again
    assert _without_tokens(text(other, "/page")) == _without_tokens(before).replace(
        "Porteuse", "Relectrice"
    )


def test_a_notice_is_told_once_to_whom_it_is_for_on_a_page_kept_for_all(
    write: Callable[..., str], enter: Enter, made: list[str]
) -> None:
    write({"page.md": "# Page\n"})
    one, other = enter("Porteuse"), enter("Relectrice")
    with one.session_transaction() as session:
        session["_flashes"] = [("done", "C’est <fait> pour vous")]
    first, second, third = text(one, "/page"), text(other, "/page"), text(one, "/page")
    assert made == ["page"]
    assert "C’est &lt;fait&gt; pour vous" in first and "Porteuse" in first
    assert "flashes" not in second and "fait" not in second and "Porteuse" not in second
    assert "flashes" not in third and "fait" not in third


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 1, 2, 0)])
def test_other_rights_are_another_page(
    write: Callable[..., str], enter: Enter, order: tuple[int, ...]
) -> None:
    write({"secret.md": TEAM, "personnes/porteuse.md": "---\ntype: person\n---\n\n# Porteuse\n"})
    team = enter("Porteuse", page="personnes/porteuse")
    member, admin = enter("Relectrice"), enter("Chef", role="admin")
    for number in order:
        client, expected = ((team, 200), (member, 404), (admin, 200))[number]
        answer = client.get("/secret")
        assert answer.status_code == expected
        assert ("canari" in answer.get_data(as_text=True)) is (expected == 200)


def test_a_reader_who_may_not_edit_is_not_like_a_member(
    write: Callable[..., str], enter: Enter
) -> None:
    write({"page.md": "# Page\n"})
    member, reader = enter("Porteuse"), enter("Relectrice", role="reader")
    assert "/-/edit/page" in text(member, "/page")
    assert "/-/edit/page" not in text(reader, "/page")
    assert "/-/edit/page" in text(member, "/page")


def test_a_role_that_is_taken_away_is_gone_at_once(
    app: "Flask", instance: "Instance", write: Callable[..., str], enter: Enter
) -> None:
    from wiki.people.accounts import add_person, set_role

    write({"secret.md": TEAM})
    enter("Administratrice", role="admin")  # the wiki needs one
    private = instance.private
    someone = add_person(private, email="chef@example.org", name="Chef", role="admin")
    client = _signed_in(app, instance, someone)
    assert "canari" in text(client, "/secret")
    set_role(instance.private, someone.id, "member", by=at_machine("test"))
    assert client.get("/secret").status_code == 404


def test_a_commit_by_hand_is_seen_at_once(write: Callable[..., str], enter: Enter) -> None:
    client = enter("Porteuse")
    for word in ("Première", "Seconde", "Troisième"):
        write({"page.md": f"# Page\n\n{word}.\n"})
        for _twice in range(2):
            assert f"{word}." in text(client, "/page")


def test_each_reads_in_their_language(write: Callable[..., str], enter: Enter) -> None:
    write({"page.md": "# Page\n"})
    one, other = enter("Porteuse"), enter("Relectrice")
    for client in (one, other, one):
        assert '<html lang="fr"' in text(client, "/page")
        assert '<html lang="en"' in text(client, "/page?lang=en")


def test_an_answer_that_is_no_page_has_the_name_of_who_asks(enter: Enter) -> None:
    for name in ("Porteuse", "Relectrice"):
        answer = enter(name).get("/nulle/part")
        assert answer.status_code == 404
        assert name in answer.get_data(as_text=True)


def test_a_plugin_is_not_told_who_asks(settings: Any) -> None:
    from wiki.api.plugin import hookimpl
    from wiki.api.web import current_person
    from wiki.app import create_app
    from wiki.instance import close_instance, open_instance
    from wiki.parts.creation import found
    from wiki.people.accounts import add_person
    from wiki.plugins import load_plugins
    from wiki.repository.commit import commit
    from wiki.repository.objects import EMPTY, Author

    seen: list[Any] = []

    class Curious:
        @hookimpl
        def page_asides(self, context: Any) -> list[Any]:
            reader = context.reader
            seen.extend([reader.person, current_person()])
            return []

    found(settings, empty=True)
    instance = open_instance(settings, load_plugins(extra=[Curious()]))
    try:
        mail = "porteuse@example.org"
        someone = add_person(instance.private, email=mail, name="Porteuse", role="member")
        client = _signed_in(create_app(instance), instance, someone)
        files = {"page.md": b"# Page\n"}
        commit(instance.repository, EMPTY, files, Author("Une main", "main@example.org"), "x")
        assert "Porteuse" in text(client, "/page")
    finally:
        close_instance(instance)
    for one in seen:
        for name in ("id", "email", "page"):
            with pytest.raises(RuntimeError, match=f"person.{name} is not known here"):
                getattr(one, name)
    assert seen and all(one.role == "member" and "Porteuse" not in one.name for one in seen)


def _without_tokens(page: str) -> str:
    return re.sub(r'(name="csrf_token" value=)"[^"]+"', r"\1", page)


def test_an_address_like_those_of_accounts_that_leads_nowhere_is_said_to_be_none(
    enter: Enter,
) -> None:
    admin = enter("Admin", role="admin")
    for place in ("/-/admin/settings/look/partners", "/-/account/nothing"):
        answer = admin.get(place)
        assert answer.status_code == 404
        assert "Il n’y a pas de page ici" in answer.get_data(as_text=True)
