"""The form for something new, over HTTP: what it says of person pages, and what becomes of them."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from wiki.reading import Reader
from wiki.reading.pages import get_page
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


def test_a_new_event_is_asked_its_day_first_and_its_page_tells_of_no_fault(
    instance: "Instance",
    person: Callable[..., "Person"],
    log_in: Callable[["Person"], "FlaskClient"],
) -> None:
    maker = log_in(person("Une autrice"))
    form = maker.get("/-/new?type=event").get_data(as_text=True).split('<form class="form"')[1]
    asked = form.split("</details>")[1]
    assert 'name="type"' not in asked, "it was pressed"
    assert asked.index('name="day"') < asked.index('name="title"')
    sent = {"type": "event", "title": "Café des sols", "csrf_token": token(maker, "/-/new")}
    # Chosen in the form, its day was not asked yet; what was typed is there again.
    again = maker.post("/-/new", data=sent)
    assert again.status_code == 422 and 'name="day"' in (text := again.get_data(as_text=True))
    assert 'value="Café des sols"' in text
    for wrong in ({"day": "bientôt"}, {"day": "2027-03-18", "begin": "25h"}):
        assert maker.post("/-/new", data={**sent, **wrong}).status_code == 422
    made = maker.post("/-/new", data={**sent, "day": "2027-03-18", "begin": "18h30"}).location
    path = made.strip("/")
    assert get_page(Reader(instance), path).head.text("starts") == "2027-03-18T18:30"
    unsure = maker.post("/-/new", data={**sent, "title": "Un jour", "day": ""}).location
    page = maker.get(unsure).get_data(as_text=True)
    assert "pas été compris" not in page and f'href="/-/events/when{unsure}"' in page
    assert "pas été compris" not in maker.get(made).get_data(as_text=True)


def test_pressed_twice_or_sent_again_from_a_page_gone_back_to_it_is_made_once(
    instance: "Instance",
    person: Callable[..., "Person"],
    log_in: Callable[["Person"], "FlaskClient"],
    write: Callable[..., str],
) -> None:
    maker = log_in(person("Une autrice"))
    sent = {"type": "project", "title": "Four à pain", "summary": "Un four pour le quartier."}

    def make(**other: str) -> str:
        # Each time from a form that was loaded anew.
        csrf = {"csrf_token": token(maker, "/-/new")}
        return str(maker.post("/-/new", data={**sent, **csrf, **other}).location)

    assert make() == "/projets/four-a-pain"
    head = instance.repository.head()
    assert make() == "/projets/four-a-pain" and instance.repository.head() == head
    assert make(summary="Un autre four.") == "/projets/four-a-pain-2", "that is another one"
    # Who has taken it away may make it anew.
    write({"projets/four-a-pain/index.md": None})
    assert make() != "/projets/four-a-pain-2" and instance.repository.head() != head


def test_who_may_not_make_a_page_of_a_kind_learns_so_before_the_form(
    client: "FlaskClient",
    person: Callable[..., "Person"],
    log_in: Callable[["Person"], "FlaskClient"],
    write: Callable[..., str],
) -> None:
    write({
        f"{folder}/index.md": "---\nteam: ['[[personnes/orga]]']\neditors: team\n---\n# Ici\n"
        for folder in ("evenements", "dossiers")
    })  # fmt: skip
    reading = log_in(person("Lise", role="reader"))
    for visitor in (client, log_in(person("Une autrice"))):
        for kind, place in (("event", "evenements"), ("dossier", "dossiers")):
            refused = visitor.get(f"/-/new?type={kind}")
            said = refused.get_data(as_text=True)
            assert refused.status_code == 403 and f'href="/{place}"' in said
            assert 'href="/-/new?type=project"' in said, "what they may do is one button away"
        form = visitor.get("/-/new").get_data(as_text=True)
        assert 'value="project"' in form and 'value="event"' not in form
    typed = {"type": "event", "title": "Un café"}
    assert client.post("/-/new", data=typed).status_code == 403
    assert "ne fait que lire" in reading.get("/-/new?type=project").get_data(as_text=True)


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
    # What stands elsewhere among the templates is said of no other page's chapters.
    assert "À nous." not in form
    # What a template says is a hint there, and whoever writes the same in a page has written it.
    sent = {
        "csrf_token": token(maker, "/-/edit/projets/four"),
        "text": f"---\ntype: project\ntitle: Four\n---\n## Une scène\n\n*{hint}*\n\n*À nous.*\n",
        "base": instance.repository.head(),
    }
    assert maker.post("/-/edit/projets/four", data=sent).status_code == 303
    text = maker.get("/projets/four.md").get_data(as_text=True)
    assert hint in text and "*À nous.*" in text
    # A template keeps its own, of whatever type it is.
    assert "*À nous.*" in maker.get("/-/edit/modeles/x").get_data(as_text=True)
    assert hint in maker.get("/modeles/projet.md").get_data(as_text=True)
    assert hint in maker.get("/-/edit/modeles/projet").get_data(as_text=True)
