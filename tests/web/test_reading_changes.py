"""Changes as people read them: by paragraph, since a visit, between days, by whom; and put back."""

import html
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from wiki.people.follow.visits import MOST, visit
from wiki.people.models.subscriptions import VisitRow
from wiki.people.privacy.erasure import erase
from wiki.people.privacy.export import rows_about
from wiki.repository.commit import commit
from wiki.repository.objects import Author
from wiki.testing import module_wiki, token
from wiki.web.history import views

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from wiki.instance import Instance
    from wiki.people.person import Person

#: one wiki for all of them, empty for each
app, instance = module_wiki.app, module_wiki.instance

GARDEN = "Le jardin est ouvert chaque samedi matin."
HOUSE = "Une serre sera construite avant l’hiver prochain."
TOOLS = "Les voisins se partagent les outils de la remise."
PAGE = f"# Jardin\n\n## Horaires\n\n{GARDEN}\n\n## Projets\n\n{HOUSE}\n\n{TOOLS}\n"


@pytest.fixture
def awa(
    person: Callable[..., "Person"], log_in: "Callable[[Person], FlaskClient]"
) -> "FlaskClient":
    return log_in(person("Awa", role="admin"))


def shown(answer: "TestResponse") -> str:
    text = re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))
    return " ".join(html.unescape(text).split())


def save(client: "FlaskClient", text: str, base: str, status: int = 303) -> "TestResponse":
    fields = {"text": text, "base": base, "message": "", "csrf_token": token(client, "/-/new")}
    answer = client.post("/-/edit/jardin", data=fields)
    assert answer.status_code == status
    return answer


def put_back(client: "FlaskClient", old: str, new: str, number: object) -> "TestResponse":
    fields = {"change": str(number), "csrf_token": token(client, "/-/new")}
    return client.post(f"/-/put-back/jardin?from={old}&to={new}", data=fields)


def text_of(client: "FlaskClient") -> str:
    return client.get("/jardin.md").get_data(as_text=True)


def test_changes_are_told_by_paragraph_and_a_moved_one_as_moved(
    write: Callable[..., str], client: "FlaskClient"
) -> None:
    old = write({"jardin.md": PAGE})
    moved = PAGE.replace(f"{GARDEN}\n\n", "").replace("construite", "bâtie") + f"\n{GARDEN}\n"
    new = write({"jardin.md": moved + "\nUn compost commun.\n"})
    answer = client.get(f"/-/diff/jardin?from={old}&to={new}", headers={"Accept-Language": "fr"})
    words = shown(answer)
    assert "Déplacé ici ; il se trouvait sous « Horaires »" in words
    page = answer.get_data(as_text=True)
    assert "<del>construite</del><ins>bâtie</ins>" in page
    assert f"<del>{GARDEN}" not in page and f"<ins>{GARDEN}" not in page
    assert "<ins>Un compost commun.</ins>" in page
    assert re.search(r"Une main a [^.]*Horaires[^.]* et précisé «.Projets.»\s?\.", words), words
    assert "put-back" not in page


def test_who_reads_all_that_ever_was_leaves_room_for_others(
    write: Callable[..., str], client: "FlaskClient", awa: "FlaskClient", app: "Flask"
) -> None:
    old, new = write({"jardin.md": PAGE}), write({"jardin.md": PAGE + "\nFin.\n"})
    difference = f"/-/diff/jardin?from={old}&to={new}"
    with ThreadPoolExecutor(1) as crawler:
        with views._turn:
            asked = crawler.submit(app.test_client().get, difference)
            assert awa.get(difference).status_code == client.get("/jardin").status_code == 200
            assert not asked.done()
        assert asked.result(60).status_code == 200


def test_one_paragraph_is_put_back_and_the_rest_stays(
    write: Callable[..., str], awa: "FlaskClient", instance: "Instance"
) -> None:
    old = write({"jardin.md": PAGE})
    new = write({"jardin.md": PAGE.replace(f"{HOUSE}\n\n", "").replace("samedi", "lundi")})
    write({"jardin.md": PAGE.replace(f"{HOUSE}\n\n", "").replace("samedi", "lundi") + "\nFin.\n"})
    page = awa.get(f"/-/diff/jardin?from={old}&to={new}").get_data(as_text=True)
    removed = page[page.index(f"<del>{HOUSE}") :]
    number = re.findall(r'name="change" value="(\d+)"', removed)[0]
    answer = put_back(awa, old, new, number)
    assert answer.status_code == 303
    assert text_of(awa) == PAGE.replace("samedi", "lundi") + "\nFin.\n"
    assert instance.repository.commit_info(instance.repository.head()).author_name == "Awa"
    head = instance.repository.head()
    assert put_back(awa, old, new, number).status_code == 303
    assert instance.repository.head() == head
    assert put_back(awa, old, new, 99).status_code == 404
    assert put_back(awa, old, new, "x").status_code == 404


def test_what_was_changed_again_since_is_shown_as_two_texts(
    write: Callable[..., str], awa: "FlaskClient"
) -> None:
    old = write({"jardin.md": PAGE})
    new = write({"jardin.md": PAGE.replace("samedi", "lundi")})
    write({"jardin.md": PAGE.replace("samedi", "mardi")})
    answer = put_back(awa, old, new, 1)
    assert answer.status_code == 409
    assert "samedi" in shown(answer) and "mardi" in shown(answer)


def test_only_who_may_edit_puts_back(
    write: Callable[..., str],
    client: "FlaskClient",
    person: Callable[..., "Person"],
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    old = write({"jardin.md": f"---\neditors: team\nteam: '[[qui]]'\n---\n{PAGE}"})
    new = write({"jardin.md": f"---\neditors: team\nteam: '[[qui]]'\n---\n{PAGE}\nFin.\n"})
    before = text_of(client)
    assert put_back(log_in(person("Marc")), old, new, 1).status_code in (403, 404)
    fields = {"change": "1", "csrf_token": token(client)}
    answer = client.post(f"/-/put-back/jardin?from={old}&to={new}", data=fields)
    assert answer.status_code in (302, 303, 401, 403, 404)
    assert text_of(client) == before


def ask(client: "FlaskClient") -> dict[str, str]:
    fields = {"csrf_token": token(client, "/-/new")}
    answer = client.post("/-/visit/jardin", data=fields)
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    news: dict[str, str] = answer.get_json()
    return news


def long_ago(instance: "Instance") -> None:
    with instance.private.session() as session:
        session.execute(update(VisitRow).values(seen=VisitRow.seen))
        for row in session.scalars(select(VisitRow)):
            row.seen -= timedelta(hours=3)


def test_what_is_new_since_ones_visit_is_said_to_oneself_alone(
    write: Callable[..., str],
    awa: "FlaskClient",
    client: "FlaskClient",
    instance: "Instance",
) -> None:
    old = write({"jardin.md": PAGE})
    assert ask(awa) == {"words": "", "url": ""}
    write({"jardin.md": PAGE + "\nUn.\n"})
    assert ask(awa)["words"] == ""  # the same visit goes on
    long_ago(instance)
    assert ask(awa)["words"] == ""  # it was seen, three hours ago
    third = write({"jardin.md": PAGE + "\nDeux.\n"})
    fourth = write({"jardin.md": PAGE + "\nTrois.\n"})
    save(awa, PAGE + "\nTrois.\n\nLe mien.\n", fourth)
    long_ago(instance)
    news = ask(awa)
    assert news["words"].startswith("2 ")
    assert ask(awa) == news
    assert "Trois." in shown(awa.get(news["url"])) and old not in news["url"] and third
    assert "data-visit" in awa.get("/jardin").get_data(as_text=True)
    assert "data-visit" not in client.get("/jardin").get_data(as_text=True)
    assert client.post("/-/visit/jardin").status_code in (302, 303, 400, 401, 404)


def test_visits_are_bounded_exported_and_erased(
    instance: "Instance", person: Callable[..., "Person"]
) -> None:
    marc = person("Marc")
    for number in range(MOST + 3):
        visit(instance.private, marc.id, f"page-{number}", "o", "c")
    with instance.private.reading() as session:
        paths = set(session.scalars(select(VisitRow.path)))
    assert len(paths) == MOST and "page-2" not in paths and f"page-{MOST}" in paths
    with rows_about(instance.private, marc.id) as tables:
        told = {name: list(rows) for name, rows in tables}
    assert any(row["path"] == "page-7" for row in told["visit"])
    erase(instance.private, marc.id)
    with instance.private.reading() as session:
        assert not session.scalars(select(VisitRow)).all()


def test_a_story_between_two_days_and_by_whom(
    write: Callable[..., str], client: "FlaskClient", instance: "Instance"
) -> None:
    repository = instance.repository
    write({"autre.md": "# Autre\n"})
    for number, (day, name) in enumerate((("01", "Awa"), ("05", "Marc"), ("09", "Awa"))):
        commit(
            repository,
            repository.head(),
            {"jardin.md": f"{PAGE}\nÉtape {number}.\n".encode()},
            Author(name, f"{name.lower()}@people.invalid"),
            f"Étape {number}",
            when=instance.private.now().replace(2026, 3, int(day)),
        )
    page = shown(client.get("/-/history/jardin?since=2026-03-04&until=2026-03-06"))
    assert "Étape 1" in page and "Étape 0" not in page and "Étape 2" not in page
    by = shown(client.get("/-/history/jardin?by=Awa"))
    assert "Étape 0" in by and "Étape 1" not in by and "Étape 2" in by
    raw = client.get("/-/history/jardin?since=2026-03-04").get_data(as_text=True)
    url = html.unescape(re.findall(r'href="(/-/diff/jardin\?from=[^"]+to=[^"]+)"', raw)[0])
    words = client.get(url).get_data(as_text=True)
    assert "<del>0</del><ins>2</ins>" in words
    assert client.get("/-/history/jardin?since=demain&until=9999-99-99").status_code == 200
    assert client.get("/-/history/nulle-part?by=Awa").status_code == 404


def test_the_story_of_a_space_names_its_pages(
    write: Callable[..., str], client: "FlaskClient"
) -> None:
    write({"jardin/index.md": "# Jardin\n", "jardin/plan.md": "# Plan\n", "autre.md": "# Autre\n"})
    page = shown(client.get("/-/history/jardin?below=yes"))
    assert "Plan" in page and "Autre" not in page


def test_those_who_wrote_together_are_named(client: "FlaskClient", instance: "Instance") -> None:
    repository = instance.repository
    message = (
        "Ensemble\n\nCo-authored-by: Marc <m@people.invalid>\n"
        "Co-authored-by: Lina <l@people.invalid>"
    )
    awa = Author("Awa", "awa@people.invalid")
    commit(repository, repository.head(), {"jardin.md": PAGE.encode()}, awa, message)
    fr = {"Accept-Language": "fr"}
    assert "Awa, Marc et une autre personne ont écrit la première version" in shown(
        client.get("/-/history/jardin", headers=fr)
    )
    credits = shown(client.get("/jardin", headers=fr))
    assert all(name in credits for name in ("Écrit par Awa", "Marc", "Lina"))


def test_one_of_two_is_named_without_an_address(
    client: "FlaskClient", instance: "Instance"
) -> None:
    repository = instance.repository
    message = "À deux\n\nCo-authored-by: Marc <m@people.invalid>"
    for mail in ("awa@people.invalid", "awa@ailleurs.example"):
        awa = Author("Awa", mail)
        text = f"{PAGE}{mail.partition('@')[2]}\n".encode()
        commit(repository, repository.head(), {"jardin.md": text}, awa, message)
    fr = {"Accept-Language": "fr"}
    told = shown(client.get("/-/history/jardin", headers=fr))
    assert (
        re.search(r"Awa et Marc ont changé 2 mots dans «\s?Projets\s?»", told) and "…@…" not in told
    )
    # What is new everywhere says so too, here and in a feed.
    for url in ("/-/changes", "/-/changes.atom"):
        told = shown(client.get(url, headers=fr))
        assert re.search(r"Awa et Marc ont changé 2 mots dans «\s?Projets\s?» dans", told), url
    # Two addresses, one name.
    assert shown(client.get("/jardin", headers=fr)).count("Awa") == 1


def test_history_says_in_words_what_changed(
    write: Callable[..., str], client: "FlaskClient", instance: "Instance"
) -> None:
    """By chapter and by item; a file in between is no version, and what is long is not compared."""
    sunday = PAGE.replace("samedi", "dimanche")
    hours = sunday.replace("## Horaires", "## Heures")
    texts = [
        PAGE,
        sunday,
        f"{sunday}\n::: besoins\n- [ ] Des pelles\n- [ ] Des bras\n:::\n",
        f"{sunday}\n::: besoins\n- [x] Des pelles — prêtées\n- [-] Des bras\n:::\n",
        f"{hours}\n::: besoins\n- [x] Des pelles — prêtées\n:::\n",
        f"{hours}\n## Suite\n\n{'Un mot. ' * 10_000}",
    ]
    for number, text in enumerate(texts):
        write({"jardin.md": text})
        write({"jardin/plan.txt": str(number)})
    said = {}
    for lang in ("fr", "en"):
        answer = client.get("/-/history/jardin", headers={"Accept-Language": lang})
        found = re.findall(r'<p class="sentence">(.*?)</p>', answer.get_data(as_text=True), re.S)
        words = [" ".join(html.unescape(re.sub("<[^>]+>", "", one)).split()) for one in found]
        said[lang] = [one for one in words if "plan.txt" not in one]
    assert said["fr"] == [
        "Une main a modifié le texte",
        "Une main a renommé « Horaires » en « Heures » et retiré le besoin « Des bras »",
        "Une main a trouvé réponse au besoin « Des pelles — prêtées »"
        " et renoncé au besoin « Des bras »",
        "Une main a ajouté 2 besoins",
        "Une main a changé un mot dans « Horaires »",
        "Une main a écrit la première version",
    ]
    assert said["en"][1:5] == [
        "Une main renamed “Horaires” “Heures” and took out the need “Des bras”",
        "Une main found an answer to the need “Des pelles — prêtées”"
        " and gave up the need “Des bras”",
        "Une main added 2 needs",
        "Une main changed a word in “Horaires”",
    ]


def test_lines_of_what_is_new_follow_titles_and_rights(
    write: Callable[..., str], client: "FlaskClient", awa: "FlaskClient"
) -> None:
    """A line that was told once is told anew where its page is called, or shown, otherwise."""
    sunday = PAGE.replace("samedi", "dimanche")

    def told(browser: "FlaskClient") -> str:
        return shown(browser.get("/-/changes", headers={"Accept-Language": "fr"}))

    for text in (PAGE, sunday):
        write({"jardin.md": text, "autre.md": f"# Autre\n\n{len(text)}\n"})
    for browser in (client, awa):
        assert "a changé un mot dans « Horaires » dans Jardin" in told(browser).replace("\xa0", " ")
    write({"jardin.md": f"---\nvisibility: members\n---\n\n{sunday.replace('Jardin', 'Potager')}"})
    assert "Potager" not in told(client) and "Jardin" not in told(client)
    assert "a changé un mot dans « Horaires » dans Potager" in told(awa).replace("\xa0", " ")
    write({"jardin.md": f"---\ntitle: Verger\n---\n\n{sunday}"})
    assert "a changé un mot dans « Horaires » dans Verger" in told(client).replace("\xa0", " ")
    assert "Potager" not in told(client)


def test_two_texts_are_shown_with_what_each_changed(
    write: Callable[..., str], awa: "FlaskClient"
) -> None:
    base = write({"jardin.md": PAGE})
    write({"jardin.md": PAGE.replace("samedi matin", "lundi soir")})
    answer = save(awa, PAGE.replace("samedi matin", "mardi midi"), base, 409)
    page = re.sub(r'<span class="sr-only">.*?</span>', "", answer.get_data(as_text=True))
    assert "<del>samedi matin</del><ins>mardi midi</ins>" in page
    assert "<del>samedi matin</del><ins>lundi soir</ins>" in page
    assert "<legend>Horaires</legend>" in page and "<<<<" not in page


def test_two_who_change_other_words_of_one_sentence_are_not_asked(
    write: Callable[..., str], awa: "FlaskClient"
) -> None:
    base = write({"jardin.md": PAGE})
    write({"jardin.md": PAGE.replace("Le jardin", "Le grand jardin")})
    save(awa, PAGE.replace("samedi matin", "samedi soir"), base)
    assert "Le grand jardin est ouvert chaque samedi soir." in text_of(awa)
