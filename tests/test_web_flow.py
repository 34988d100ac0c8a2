"""What people do with pages over HTTP, from signing up to bringing a deleted page back."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from wiki.testing import token

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from wiki.instance import Instance
    from wiki.people.person import Person

LogIn = Callable[["Person"], "FlaskClient"]


def post(client: "FlaskClient", url: str, **data: str) -> "TestResponse":
    """The form at ``url`` sent back with ``data``."""
    return client.post(url, data={"csrf_token": token(client, "/-/account"), **data})


def save(client: "FlaskClient", path: str, text: str, base: str) -> "TestResponse":
    return post(client, f"/-/edit/{path}", text=text, base=base)


def test_a_page_is_written_read_changed_and_its_story_told(
    instance: "Instance", person: Callable[..., "Person"], log_in: LogIn, client: "FlaskClient"
) -> None:
    writer = log_in(person("Une rédactrice"))
    first = save(writer, "guide", "# Guide\n\nUn début.\n", instance.repository.head())
    assert first.status_code == 303
    assert first.location == "/guide"
    assert "Un début." in client.get("/guide").get_data(as_text=True)
    second = save(writer, "guide", "# Guide\n\nUne suite.\n", instance.repository.head())
    assert second.status_code == 303
    page = client.get("/guide").get_data(as_text=True)
    assert "Une suite." in page and "Un début." not in page
    story = client.get("/-/history/guide").get_data(as_text=True)
    assert story.count("Une rédactrice") == 2
    difference = client.get("/-/diff/guide").get_data(as_text=True)
    assert "<del>" in difference and "<ins>" in difference
    assert client.get("/guide.md").get_data(as_text=True) == "# Guide\n\nUne suite.\n"


def test_two_people_in_one_place_see_both_texts_and_nothing_is_saved(
    instance: "Instance", person: Callable[..., "Person"], log_in: LogIn
) -> None:
    one, other = log_in(person("Une")), log_in(person("Autre"))
    save(one, "page", "# Page\n\nligne\n\nfin\n", "")
    base = instance.repository.head()
    save(one, "page", "# Page\n\nligne de la première\n\nfin\n", base)
    head = instance.repository.head()
    answer = save(other, "page", "# Page\n\nligne de la seconde\n\nfin\n", base)
    screen = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "ligne de la première" in screen and "ligne de la seconde" in screen
    assert "&lt;&lt;&lt;&lt;" not in screen and "====" not in screen
    assert instance.repository.head() == head


def test_different_sections_are_joined(
    instance: "Instance", person: Callable[..., "Person"], log_in: LogIn, client: "FlaskClient"
) -> None:
    one, other = log_in(person("Une")), log_in(person("Autre"))
    text = "# Page\n\n## A\n\nun\n\nmilieu\n\n## B\n\ndeux\n"
    save(one, "page", text, "")
    base = instance.repository.head()
    assert save(one, "page", text.replace("un\n", "premier\n"), base).status_code == 303
    assert save(other, "page", text.replace("deux\n", "second\n"), base).status_code == 303
    source = client.get("/page.md").get_data(as_text=True)
    assert "premier" in source and "second" in source


def test_a_section_is_edited_alone(
    instance: "Instance", person: Callable[..., "Person"], log_in: LogIn, client: "FlaskClient"
) -> None:
    writer = log_in(person("Une"))
    save(writer, "page", "# Page\n\n## Un\n\nancien\n\n## Deux\n\nintouché\n", "")
    base = instance.repository.head()
    form = writer.get("/-/edit/page?section=un").get_data(as_text=True)
    assert "ancien" in form and "intouché" not in form
    answer = post(writer, "/-/edit/page", text="## Un\n\nnouveau\n", base=base, section="un")
    assert (answer.status_code, answer.location) == (303, "/page#h-un")
    assert "C’est enregistré." in writer.get("/page").get_data(as_text=True)
    assert client.get("/page.md").get_data(as_text=True) == (
        "# Page\n\n## Un\n\nnouveau\n\n## Deux\n\nintouché\n"
    )
    # It is called anew; then it is taken out.
    for text, leads in (
        ("## Première partie\n\nsuite\n", "/page#h-premi%C3%A8re-partie"),
        ("", "/page"),
    ):
        base, section = instance.repository.head(), "un" if text else "première-partie"
        answer = post(writer, "/-/edit/page", text=text, base=base, section=section)
        assert (answer.status_code, answer.location) == (303, leads)


def test_a_moved_page_repairs_links_and_redirects(
    instance: "Instance", person: Callable[..., "Person"], log_in: LogIn, client: "FlaskClient"
) -> None:
    writer = log_in(person("Une", role="admin"))
    save(writer, "ancien", "# Ancien\n", "")
    save(writer, "autre", "Voir [[ancien]] et [lien](/ancien).\n", "")
    answer = post(writer, "/-/rename/ancien", to="dossier/nouveau")
    assert answer.status_code == 303
    assert client.get("/ancien").status_code == 308
    assert client.get("/ancien").location == "/dossier/nouveau"
    source = client.get("/autre.md").get_data(as_text=True)
    assert source == "Voir [[dossier/nouveau]] et [lien](/dossier/nouveau).\n"


def test_a_deleted_page_comes_back(
    instance: "Instance", person: Callable[..., "Person"], log_in: LogIn, client: "FlaskClient"
) -> None:
    writer = log_in(person("Une"))
    save(writer, "page", "# Page\n\ntexte\n", "")
    kept = instance.repository.head()
    assert post(writer, "/-/delete/page").status_code == 303
    assert client.get("/page").status_code == 404
    assert post(writer, f"/-/restore/page?to={kept}").status_code == 303
    assert "texte" in client.get("/page").get_data(as_text=True)


def test_a_visitor_is_asked_to_log_in_and_keeps_the_text(client: "FlaskClient") -> None:
    assert client.get("/-/edit/page").location.startswith("/-/login?next=")
    answer = client.post(
        "/-/edit/page", data={"csrf_token": token(client), "text": "mon texte", "base": ""}
    )
    assert answer.status_code == 403
    assert "mon texte" in answer.get_data(as_text=True)


def test_a_new_project_has_its_space_and_its_maker_in_the_team(
    instance: "Instance", person: Callable[..., "Person"], log_in: LogIn, client: "FlaskClient"
) -> None:
    writer = log_in(person("Une porteuse"))
    answer = post(
        writer,
        "/-/new",
        type="project",
        title="Capteurs à la ferme",
        summary="Mesurer l'eau.",
        themes="iot, agriculture",
        territory="Bretagne",
    )
    assert answer.status_code == 303
    assert answer.location == "/projets/capteurs-a-la-ferme"
    page = client.get(answer.location).get_data(as_text=True)
    assert "Capteurs à la ferme" in page and "Une porteuse" in page and "Bretagne" in page


def test_restricted_pages_are_not_there_for_others(
    instance: "Instance", person: Callable[..., "Person"], log_in: LogIn, client: "FlaskClient"
) -> None:
    member = log_in(person("Une"))
    admin = log_in(person("Admin", role="admin"))
    save(admin, "interne", "---\nvisibility: members\n---\n\n# Interne\n\nmotcanari\n", "")
    assert client.get("/interne").status_code == 404
    assert member.get("/interne").status_code == 200
    for url in ("/-/changes", "/-/search?q=motcanari", "/sitemap.xml", "/-/suggest?q=Interne"):
        assert "nterne" not in client.get(url).get_data(as_text=True).replace("motcanari", ""), url
    assert client.get("/-/history/interne").status_code == 404
    assert client.get("/interne.md").status_code == 404


def test_nothing_is_saved_without_the_token(
    instance: "Instance", person: Callable[..., "Person"], log_in: LogIn
) -> None:
    writer = log_in(person("Une"))
    head = instance.repository.head()
    answer = writer.post("/-/edit/page", data={"text": "mon texte", "base": ""})
    assert answer.status_code == 400
    assert "mon texte" in answer.get_data(as_text=True)
    assert instance.repository.head() == head
