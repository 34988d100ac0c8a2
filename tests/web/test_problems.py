"""What those who may edit a page are told of it, with the lines that it stands on."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from wiki.pages.page import ALIASES
from wiki.reading import Reader
from wiki.reading.html import list_problems
from wiki.reading.pages import get_page
from wiki.testing import module_wiki, signed_in, token

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from wiki.instance import Instance
    from wiki.people.person import Person

#: one wiki for all of them, empty for each
app, instance = module_wiki.app, module_wiki.instance

PERSON = "---\ntype: person\ntitle: Alice\n---\n"


@pytest.fixture
def told(instance: "Instance") -> Callable[[str], list[tuple[int, str, str]]]:
    def told(path: str) -> list[tuple[int, str, str]]:
        reader = Reader(instance)
        return [
            (one.line, one.kind, one.words) for one in list_problems(reader, get_page(reader, path))
        ]

    return told


Told = Callable[[str], list[tuple[int, str, str]]]


def test_a_team_counts_by_path(write: Callable[..., str], told: Told) -> None:
    team = 'team: ["[[Alice]]", "[[personnes/alice]]", "[[Personne]]", "[[ancienne]]"]'
    write(
        {
            "personnes/alice.md": PERSON.replace("title", "aliases: [ancienne]\ntitle"),
            "x.md": f"---\ntype: project\n{team}\n---\n\n# X\n",
        }
    )
    found = told("x")
    assert [(line, kind) for line, kind, _words in found] == [
        (2, "team-by-name"),
        (2, "team-nobody"),
        (2, "team-by-name"),
    ]
    assert "[[personnes/alice]]" in found[0][2] and "Alice" in found[0][2]


def test_a_hidden_page_is_no_page_for_who_may_not_see_it(
    write: Callable[..., str], told: Told
) -> None:
    hidden = PERSON.replace("title", "visibility: team\ntitle")
    write({"p.md": hidden, "x.md": '---\ntype: project\nteam: ["[[Alice]]"]\n---\n'})
    assert [kind for _line, kind, _words in told("x")] == ["team-nobody"]


def test_the_second_page_of_one_title_is_told_of_the_first(
    write: Callable[..., str], told: Told
) -> None:
    write({"a.md": "# Un titre\n", "b.md": "\nTexte\n\n# Un TITRE\n", "c.md": "# Un autre\n"})
    assert told("a") == told("c") == []
    assert [(line, kind) for line, kind, _words in told("b")] == [(3, "same-title")]
    write({"b.md": "---\ntype: dossier\ntitle: un titre\n---\n"})
    assert [(line, kind) for line, kind, _words in told("b")] == [(2, "same-title")]
    # A chapter that each space has by the same name is meant so: no owner is warned of a model's.
    write({"s/un/besoins.md": "# Besoins\n", "s/deux/besoins.md": "# Besoins\n"})
    assert told("s/un/besoins") == []
    write({"a.md": "---\nvisibility: team\n---\n\n# Un titre\n"})
    assert told("b") == []


def test_who_may_edit_reads_them_on_the_page(
    write: Callable[..., str],
    client: "FlaskClient",
    person: Callable[..., "Person"],
    log_in: Callable[["Person"], "FlaskClient"],
) -> None:
    write({"a.md": "# Un titre\n", "b.md": "# Un titre\n"})
    words = "porte le même titre"
    assert words in log_in(person("Alice")).get("/b").get_data(as_text=True)
    assert words not in client.get("/b").get_data(as_text=True)


def test_former_addresses_beyond_what_is_read_are_told_and_the_page_stands(
    write: Callable[..., str], told: Told, client: "FlaskClient"
) -> None:
    aliases = ", ".join(f"ancien/{number}" for number in range(ALIASES + 4_000))
    write({"x.md": f"---\ntitle: X\naliases: [{aliases}]\n---\n\n# X\n", "y.md": "[[ancien/99]]\n"})
    assert [(line, kind) for line, kind, _words in told("x")] == [(2, "too-many-aliases")]
    page = client.get("/x")
    assert page.status_code == 200
    assert 'href="/y"' in page.get_data(as_text=True)
    assert client.get("/ancien/99").headers["Location"].endswith("/x")
    assert client.get("/ancien/100").status_code == 404
    assert client.get("/-/links/x").status_code == 200


def test_a_head_read_leniently_is_told_and_mended_by_a_button(
    app: "Flask",
    instance: "Instance",
    write: Callable[..., str],
    person: "Callable[..., Person]",
    client: "FlaskClient",
) -> None:
    text = "---\ntitle: Guide: la carte\nlang: fr\n---\n\nUn texte.\n"
    write({"guide.md": text, "guide/suite.md": "# Suite\n", "clos.md": "---\nteam: a: b\n---\nx\n"})
    seen = client.get("/guide").get_data(as_text=True)
    assert "Guide: la carte</h1>" in seen and "/-/mend/" not in seen
    assert client.get("/guide/suite").status_code == 200
    assert client.get("/clos").status_code == 404
    awa = signed_in(app, instance, person("Awa"))
    page = awa.get("/guide").get_data(as_text=True)
    assert "« title » n’est pas écrit comme YAML le demande" in page.replace("\u00a0", " ")
    assert 'action="/-/mend/guide"' in page
    sent = {"csrf_token": token(awa, "/guide")}
    assert client.post("/-/mend/guide", data=sent).status_code in (302, 400, 403)
    assert awa.post("/-/mend/clos", data=sent).status_code == 404
    assert awa.post("/-/mend/guide", data=sent).status_code == 303
    after = get_page(Reader(instance), "guide")
    assert after.text == text.replace("Guide: la carte", '"Guide: la carte"')
    assert "/-/mend/" not in awa.get("/guide").get_data(as_text=True)
