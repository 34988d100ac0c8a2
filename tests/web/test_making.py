"""The form for something new, over HTTP: what it says of person pages, and what becomes of them."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from wiki.testing import token

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from wiki.instance import Instance
    from wiki.people.person import Person

NOT_YOURS = "vous ne pourrez pas la modifier"


def test_a_person_page_is_ones_own_once_and_the_form_says_so(
    instance: "Instance",
    person: Callable[..., "Person"],
    log_in: Callable[["Person"], "FlaskClient"],
) -> None:
    maker = log_in(person("Une autrice"))
    form = maker.get("/-/new").get_data(as_text=True)
    assert "Elle devient votre page." in form and NOT_YOURS not in form
    sent = {"csrf_token": token(maker, "/-/new"), "type": "person"}
    first = maker.post("/-/new", data={**sent, "title": "Une autrice"})
    assert first.location == "/personnes/une-autrice"
    assert maker.get("/-/edit/personnes/une-autrice").status_code == 200
    assert NOT_YOURS in maker.get("/-/new").get_data(as_text=True)
    second = maker.post("/-/new", data={**sent, "title": "Un ami"})
    assert second.location == "/personnes/un-ami"
    other = maker.get("/-/edit/personnes/un-ami")
    assert other.location == "/-/propose/personnes/un-ami", "what one writes there is proposed"
    admin = log_in(person("Admin", role="admin"))
    assert NOT_YOURS not in admin.get("/-/new").get_data(as_text=True)


def test_settings_of_one_line_stay_on_one(
    instance: "Instance",
    person: Callable[..., "Person"],
    log_in: Callable[["Person"], "FlaskClient"],
    write: Callable[..., str],
) -> None:
    write({"a.md": '---\ntype: dossier\nthemes: ["#eau"]\n---\n\n# A\n'})
    admin = log_in(person("Admin", role="admin"))
    form = admin.get("/-/settings/a").get_data(as_text=True)
    assert 'value="eau"' in form
    # Each of the words that a head may say, so that nobody has to write one.
    assert all(f'<option value="{word}"' in form for word in ("team", "members", "anyone"))
    sent = {"csrf_token": token(admin, "/-/settings/a"), "title": "Un\r\ntitre"}
    sent |= {"themes": "#sols\nvivants, # , eau", "territory": "Côtes\nd’Armor"}
    assert admin.post("/-/settings/a", data=sent).status_code == 303
    text = admin.get("/a.md").get_data(as_text=True)
    assert "title: Un titre\n" in text and "territory: Côtes d’Armor\n" in text
    assert 'themes: ["sols vivants", eau]' in text or "themes: [sols vivants, eau]" in text


def test_what_templates_say_is_shown_to_who_writes_and_never_saved(
    instance: "Instance",
    person: Callable[..., "Person"],
    log_in: Callable[["Person"], "FlaskClient"],
    write: Callable[..., str],
) -> None:
    hint = "Racontez un moment."
    write({
        "modeles/projet/index.md": f"## Une scène\n\n*{hint}*\n\n## Budget\n\nEn euros.\n",
        "modeles/projet/notes.md": "*Une ligne par idée.*\n\n## Idées\n",
        "modeles/x.md": "---\ntype: note\n---\n## Une scène\n\n*À nous.*\n",
    })  # fmt: skip
    maker = log_in(person("Une autrice"))
    sent = {"csrf_token": token(maker, "/-/new"), "type": "project", "title": "Four"}
    assert maker.post("/-/new", data=sent).location == "/projets/four"
    for path in ("projets/four", "projets/four/notes"):
        text = maker.get(f"/{path}.md").get_data(as_text=True)
        assert "*" not in text and "## " in text
    form = maker.get("/-/edit/projets/four").get_data(as_text=True)
    assert f'data-hint="Une scène">{hint}' in form and 'data-hint="Budget"' not in form
    assert "Une ligne par idée." in maker.get("/-/edit/projets/four/notes").get_data(as_text=True)
    # Pasted back, or left from before: it goes with the next save, and nothing else does.
    sent = {
        "csrf_token": token(maker, "/-/edit/projets/four"),
        "text": f"---\ntype: project\ntitle: Four\n---\n## Une scène\n\n*{hint}*\n\n*À nous.*\n",
        "base": instance.repository.head(),
    }
    assert maker.post("/-/edit/projets/four", data=sent).status_code == 303
    text = maker.get("/projets/four.md").get_data(as_text=True)
    assert hint not in text and "*À nous.*" in text
    # A template keeps its own, of whatever type it is.
    assert "*À nous.*" in maker.get("/-/edit/modeles/x").get_data(as_text=True)
    assert hint in maker.get("/modeles/projet.md").get_data(as_text=True)
    assert hint in maker.get("/-/edit/modeles/projet").get_data(as_text=True)
