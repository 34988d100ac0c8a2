"""A page's settings as a form: what was changed there, and nothing else, changes in the text."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from wiki.testing import token

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from wiki.instance import Instance
    from wiki.people.person import Person

LogIn = Callable[["Person"], "FlaskClient"]
Write = Callable[..., str]
PAGE = """---
# Gardé tel quel
type: project
title: "Vélos"   # entre guillemets
team:
  - "[[personnes/awa]]"
---

# Vélos

Le texte.
"""


def send(client: "FlaskClient", path: str, **fields: str) -> "TestResponse":
    """The settings form of ``path`` sent back with ``fields``."""
    data = {"csrf_token": token(client, "/-/account"), **fields}
    return client.post(f"/-/settings/{path}", data=data)


def source(client: "FlaskClient", path: str) -> str:
    return client.get(f"/{path}.md").get_data(as_text=True)


def test_only_what_was_changed_changes(
    instance: "Instance", write: Write, person: Callable[..., "Person"], log_in: LogIn
) -> None:
    write({"projets/velos.md": PAGE, "personnes/awa.md": "---\ntype: person\n---\n\n# Awa\n"})
    awa = log_in(person("Awa", page="personnes/awa"))
    base = instance.repository.head()
    form = awa.get("/-/settings/projets/velos").get_data(as_text=True)
    assert 'value="Vélos"' in form and 'name="visibility"' in form
    # Another one writes meanwhile; it stays.
    write({"projets/velos.md": PAGE.replace("Le texte.", "Un autre texte.")})
    answer = send(
        awa,
        "projets/velos",
        base=base,
        title="Vélos",
        summary="Des vélos prêtés.",
        themes="mobilité,  réemploi, ",
        territory="Bretagne",
        visibility="",
        editors="members",
    )
    assert answer.status_code == 303 and answer.location == "/projets/velos"
    text = source(awa, "projets/velos")
    assert text.startswith('---\n# Gardé tel quel\ntype: project\ntitle: "Vélos"   # entre')
    assert text.endswith("---\n\n# Vélos\n\nUn autre texte.\n")
    assert "summary: Des vélos prêtés.\n" in text and "territory: Bretagne\n" in text
    assert "mobilité" in text and "réemploi" in text and "editors: members\n" in text
    assert "visibility" not in text


def test_rights_are_for_the_team(
    instance: "Instance", write: Write, person: Callable[..., "Person"], log_in: LogIn
) -> None:
    write({"guide.md": "# Guide\n\nUn texte.\n"})
    member = log_in(person("Marc"))
    base = instance.repository.head()
    form = member.get("/-/settings/guide").get_data(as_text=True)
    assert 'name="summary"' in form
    assert 'name="visibility"' not in form and 'name="themes"' not in form
    refused = send(member, "guide", base=base, visibility="members", editors="team")
    assert refused.status_code == 403
    assert source(member, "guide") == "# Guide\n\nUn texte.\n"


def test_who_may_not_edit_is_led_back_to_the_page(
    write: Write, person: Callable[..., "Person"], log_in: LogIn, client: "FlaskClient"
) -> None:
    write({"projets/velos.md": PAGE})
    assert "/-/login?next=" in client.get("/-/settings/projets/velos").location
    answer = log_in(person("Marc")).get("/-/settings/projets/velos")
    assert answer.status_code == 403
    assert 'href="/projets/velos"' in answer.get_data(as_text=True)


def test_the_steps_of_the_team_are_three_and_lead_to_the_settings(
    write: Write, person: Callable[..., "Person"], log_in: LogIn, client: "FlaskClient"
) -> None:
    write({"projets/velos.md": PAGE, "personnes/awa.md": "---\ntype: person\n---\n\n# Awa\n"})
    awa = log_in(person("Awa", page="personnes/awa"))
    page = awa.get("/projets/velos").get_data(as_text=True)
    steps = page.partition('class="next-steps"')[2].partition("</section>")[0]
    assert steps.count("<li>") == 3
    assert 'href="/-/settings/projets/velos"' in steps
    # The title stands once, though the text begins with it.
    assert page.count("<h1") == 1
    assert "next-steps" not in client.get("/projets/velos").get_data(as_text=True)


def test_a_link_without_words_says_the_title(write: Write, client: "FlaskClient") -> None:
    write({"charte.md": "# Notre charte\n", "aide.md": "# Aide\n\nVoir [[charte]].\n"})
    assert ">Notre charte</a>" in client.get("/aide").get_data(as_text=True)
