"""The briefing, the decision, the letter, the programme; and what nobody else ever learns."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import select

from wiki.api.reading import get_page, page_exists
from wiki.api.reading.rows import get_row
from wiki.api.translation import use_language
from wiki.people.models.background import MailRow
from wiki.people.privacy.erasure import erase

from .conftest import EVENT, NEW, Evening

DOOR = "evenements/cafe"


@pytest.fixture(scope="module")
def once(founded: Evening) -> str:
    founded.rewind()
    id_ = founded.apply()
    founded.keep("applied")
    return id_


@pytest.fixture
def applied(founded: Evening, once: str) -> tuple[Evening, str]:
    founded.rewind("applied")
    return founded, once


def decide(evening: Evening, id_: str, choice: str, **form: Any) -> None:
    sent = {"choice": choice, "words": "Merci, et à bientôt.", **form}
    evening.send("orga", f"/-/application/{id_}/decide", **sent)


def not_this_time(evening: Evening, id_: str) -> None:
    decide(evening, id_, "later", reasons=["early", "users"], doors=[DOOR])


def test_stages_before_the_decision(applied: tuple[Evening, str]) -> None:
    evening, id_ = applied
    url = f"/-/application/{id_}"
    assert "reçue" in evening.see("awa", url)
    evening.send("orga", url, action="read")
    assert "lue" in evening.see("awa", url)
    evening.send("orga", url, action="note", text="Voir avec\nle jardin")
    evening.send("orga", url, action="note", text="Voir avec\nle jardin")
    page = evening.see("awa", url)
    assert "en briefing" in page and page.count("Voir avec") == 1
    evening.send("awa", url, action="note", text="Oui <b>vite</b>")
    assert "&lt;b&gt;" in evening.see("orga", url)
    assert "une note à lire" in evening.see("orga", f"/-/applications/{EVENT}")
    evening.see("bea", url, 404)
    evening.see("", url, 302)


def test_neighbours_are_shown_to_who_organises(applied: tuple[Evening, str]) -> None:
    evening, id_ = applied
    page = evening.see("prune", f"/-/application/{id_}")
    assert "Le jardin" in page and "Projets qui partagent" not in evening.see(
        "awa", f"/-/application/{id_}"
    )


def test_neighbours_share_telling_words_as_they_are_written(evening: Evening) -> None:
    """What many say is no reason, nor one word that stands in both titles."""

    def page(title: str, summary: str) -> str:
        return f"---\ntype: project\ntitle: {title}\nsummary: {summary}\n---\n"

    many = {f"projets/p{one}.md": page(f"N° {one}", "Aider, trouver") for one in range(30)}
    here = page("Élèves dehors", "Aider chaque élève à trouver sa forêt")
    near_it = page("Classe", "Des élèves en forêt")
    apart = {
        "projets/eleveurs.md": page("Dehors", "Un registre pour louer des motos"),
        "projets/samedi.md": page("Samedi", "Je peux aider, sous une autre forme"),
    }
    evening.write({**many, **apart, "projets/ici.md": here, "projets/pres.md": near_it})
    reader = evening.reader("prune")
    with use_language("fr"):
        near = evening.part("neighbours").near_projects(reader, get_row(reader, "projets/ici"))
    why = ["les deux parlent de «\xa0élèves\xa0», «\xa0forêt\xa0»"]
    assert [(one["title"], one["reasons"]) for one in near] == [("Classe", why)]


def test_the_team_knows_nothing_before_it_is_told(applied: tuple[Evening, str]) -> None:
    evening, id_ = applied
    url = f"/-/application/{id_}"
    evening.send("orga", f"{url}/decide", 422, choice="later", words="x", doors=[DOOR])
    evening.send("orga", f"{url}/decide", 422, choice="later", words="x", reasons=["early"])
    not_this_time(evening, id_)
    assert "pas cette fois" in evening.see("orga", url)
    for page in (evening.see("awa", url), evening.see("awa", "/-/applications/mine")):
        assert "as cette fois" not in page and "lue" in page
    assert evening.mails() == []
    evening.send("orga", url, action="undecide")
    assert "Retenir" in evening.see("orga", url)
    not_this_time(evening, id_)
    evening.send("orga", url, action="tell")
    evening.send("orga", url, action="tell")
    (mail,) = evening.mails_to("awa")
    assert "Merci, et à bientôt." in mail and "Café des capteurs" in mail
    assert "L’idée prend encore forme" in mail and "agree" not in mail
    page = evening.see("awa", url)
    assert "Pas cette fois" in page and "Café des capteurs" in page
    evening.send("orga", url, 422, action="undecide")
    evening.send(
        "orga", f"{url}/decide", 422, choice="later", words="x", reasons=["full"], doors=[DOOR]
    )
    decide(evening, id_, "selected")
    evening.send("orga", url, action="tell")
    assert len(evening.mails()) == len(evening.mails_to("awa")) == 2
    with evening.instance.private.reading() as session:
        assert set(session.scalars(select(MailRow.person))) == {evening.people["awa"].id}


def test_told_no_a_team_shows_nothing_new_of_a_space_that_is_theirs(
    applied: tuple[Evening, str],
) -> None:
    """Who organises still sees what was proposed, in its words of then; administrators read all."""
    evening, id_ = applied
    path, url = evening.row(id_).project, f"/-/application/{id_}"
    not_this_time(evening, id_)
    evening.send("orga", url, action="tell")
    asked = (url, f"/-/applications/{EVENT}")
    evening.now += timedelta(days=3)
    file = evening.file(path)
    repository = evening.instance.repository
    kept = repository.read(file, repository.head())
    assert kept is not None
    text = kept.data.decode().replace(NEW["title"], "Ruches secrètes").replace("abeilles", "guêpes")
    evening.write({file: text}, when=evening.now - timedelta(days=1))
    assert "Ruches secrètes" in evening.see("awa", url)
    assert "Ruches secrètes" in evening.see("chef", url)
    for who in ("orga", "prune"):
        for page in (evening.see(who, one) for one in asked):
            assert NEW["title"] in page, who
            assert "secrètes" not in page and "guêpes" not in page, who
    # Open to all, it is shown as it stands.
    evening.write({file: text.replace("visibility: team\n", "")}, when=evening.now)
    assert "Ruches secrètes" in evening.see("orga", url)


def test_no_page_ever_says_it(applied: tuple[Evening, str]) -> None:
    """Neither word nor count, for a visitor and another team, once it is told either."""
    evening, id_ = applied
    project = evening.row(id_).project
    addresses = [
        "/", f"/{EVENT}", "/projets/jardin", "/personnes/awa", "/-/projects", "/-/events",
        "/-/search?q=ruches", "/-/changes", "/-/changes.atom", "/-/events.ics", "/-/status",
        f"/-/access/{EVENT}", f"/-/history/{EVENT}",
    ]  # fmt: skip
    before = {(who, one): _plain(evening.see(who, one)) for who in ("", "bea") for one in addresses}
    second = evening.apply(title="Un autre", summary="Encore un")
    for one in (id_, second):
        not_this_time(evening, one)
        evening.send("orga", f"/-/application/{one}", action="tell")
    for (who, one), page in before.items():
        now = _plain(evening.see(who, one))
        assert now == page, (who, one)
        for word in ("Ruches", project, "as cette fois", "retenu", "andidatures à"):
            assert word not in now, (who, one, word)
    for who in ("tiers", "bea"):
        evening.see(who, f"/-/applications/{EVENT}", 404)
        assert "Ruches" not in evening.see(who, "/-/applications/mine")
    # Opened by its team, it stands in lists and search like any other; that is all that is said.
    evening.send("awa", f"/-/application/{id_}", action="show")
    for one in ("/-/projects", "/-/search?q=ruches", f"/{project}"):
        page = re.sub("</?mark>", "", evening.see("", one))
        assert "Ruches parlantes" in page and "as cette fois" not in page


def test_selected_and_into_the_programme(applied: tuple[Evening, str]) -> None:
    evening, id_ = applied
    url, project = f"/-/application/{id_}", evening.row(id_).project
    decide(evening, id_, "selected")
    evening.send("orga", url, 422, action="add")
    evening.send("orga", f"/-/applications/{EVENT}", action="tell")
    (mail,) = evening.mails_to("awa")
    found = re.search(r"(/-/application/agree/\S+)", mail)
    assert found
    link = found[1]
    assert "D’accord pour apparaître" in evening.see("", link)
    assert evening.row(id_).agreed is None
    evening.see("", link + "x", 404)
    assert "Déconnectez-vous" in evening.see("bea", link)
    evening.send("bea", link, 403, open="1")
    evening.send("", link, open="1")
    evening.send("", link, open="1")
    assert evening.row(id_).agreed is not None
    assert page_exists(evening.reader(), project)
    evening.send("orga", url, action="add")
    evening.send("orga", url, action="add")
    head = get_page(evening.reader(), EVENT)
    assert head.head.links("programme") == ("projets/jardin", project)
    assert "# le premier" in head.text
    evening.later(days=80)
    assert "Dire sur notre page" in evening.see("awa", url)
    evening.send("awa", url, action="presented")
    assert get_page(evening.reader(), project).head.links("presented") == (EVENT,)
    assert "Le retirer de notre page" in evening.see("awa", url)
    evening.send("awa", url, action="disagree")
    head = get_page(evening.reader(), EVENT)
    assert head.head.links("programme") == ("projets/jardin",) and "# le premier" in head.text
    assert evening.row(id_).agreed is None


def test_the_link_is_good_while_what_it_says_stands(applied: tuple[Evening, str]) -> None:
    evening, id_ = applied
    decide(evening, id_, "selected")
    evening.send("orga", f"/-/application/{id_}", action="tell")
    found = re.search(r"(/-/application/agree/\S+)", evening.mails_to("awa")[0])
    assert found
    evening.send("awa", f"/-/application/{id_}", action="withdraw")
    evening.see("", found[1], 404)
    evening.send("", found[1], 404)
    assert evening.row(id_).agreed is None


def test_nobody_decides_about_their_own(evening: Evening) -> None:
    id_ = evening.apply("orga")
    url = f"/-/application/{id_}"
    evening.see("orga", f"{url}/decide?choice=selected", 404)
    evening.send("prune", f"{url}/decide", choice="selected", words="Oui")
    assert "Retenu" not in evening.see("orga", url)
    line = evening.see("orga", f"/-/applications/{EVENT}")
    assert "lue" in line and "retenue" not in line


def test_reasons_are_the_wikis_own(applied: tuple[Evening, str]) -> None:
    evening, id_ = applied
    text = "# Pas cette fois\n\n- La salle est petite\n- [[projets/jardin|Le jardin]]\n"
    evening.write({"modeles/pas-cette-fois.md": text})
    form = evening.see("orga", f"/-/application/{id_}/decide?choice=later")
    assert "La salle est petite" in form and "Le jardin" in form and "mise en relation" not in form
    decide(
        evening, id_, "later", reasons=["La salle est petite", "inventée"], doors=["projets/jardin"]
    )
    decision = evening.part("decisions").decision_of(evening.instance, id_)
    assert decision.reasons == ("La salle est petite",)


def test_the_next_doors_are_open_ones(applied: tuple[Evening, str]) -> None:
    evening, id_ = applied
    evening.write(
        {
            "evenements/soir.md": "---\ntype: event\ntitle: Un soir\nstarts: 2027-03-02\n---\n",
            "evenements/non.md": "---\ntype: event\ntitle: Annulée\nstarts: 2027-03-02\n"
            "cancelled: oui\n---\n",
        }
    )
    form = evening.see("orga", f"/-/application/{id_}/decide?choice=later")
    doors = form.split('name="doors"', 1)[1].split("</fieldset>")[0]
    for words in (
        "Demander un avis",
        "Un soir",
        "Café des capteurs",
        "Un projet voisin · Le jardin",
    ):
        assert words in doors.replace("</span>", ""), words
    assert "Annulée" not in doors and "envie" not in form
    decide(evening, id_, "later", reasons=["early"], doors=["-/advice", "evenements/soir"])
    evening.send("orga", f"/-/application/{id_}", action="tell")
    project = quote(evening.row(id_).project, safe="")
    [letter] = evening.mails_to("awa")
    assert f"/-/advice/ask?page={project}" in letter
    assert "Une soirée à venir · Un soir" in letter
    page = evening.see("awa", f"/-/application/{id_}")
    assert f'href="/-/advice/ask?page={project}"' in page
    assert "Ruches parlantes" in evening.see("awa", f"/-/advice/ask?page={project}")


def test_sums_say_a_reason_from_five_on(evening: Evening) -> None:
    with_reason = [evening.apply(title=f"Projet numéro {n}") for n in range(4)]
    for id_ in with_reason:
        not_this_time(evening, id_)
    evening.send("orga", f"/-/applications/{EVENT}", action="tell")
    page = evening.see("orga", f"/-/applications/{EVENT}")
    assert "L’idée prend encore forme" not in page and "à partir de 5 équipes" in page
    last = evening.apply(title="Le cinquième")
    not_this_time(evening, last)
    evening.send("orga", f"/-/applications/{EVENT}", action="tell")
    page = evening.see("orga", f"/-/applications/{EVENT}")
    assert re.search(r"L’idée prend encore forme[^<]*<small[^>]*>5<", page)
    assert len(evening.mails()) == 5


def test_who_leaves_has_no_name_here(applied: tuple[Evening, str]) -> None:
    evening, id_ = applied
    evening.send("prune", f"/-/application/{id_}", action="note", text="Une note de Prune")
    erase(evening.instance.private, evening.people["prune"].id)
    page = evening.see("awa", f"/-/application/{id_}")
    assert "Une note de Prune" in page and "quelqu’un qui est parti" in page
    erase(evening.instance.private, evening.people["awa"].id)
    # Nobody is left to be told: it is not lost, and stands where it can be seen to.
    evening.see("orga", f"/-/application/{id_}")
    listed = evening.see("orga", f"/-/applications/{EVENT}")
    assert NEW["title"] not in listed and "state=orphan" in listed
    assert NEW["title"] in evening.see("orga", f"/-/applications/{EVENT}?state=orphan")


def test_what_waits_and_how_far_it_is(applied: tuple[Evening, str]) -> None:
    evening, id_ = applied
    waits = evening.part("overview.views").waits
    assert [line.text for line in waits(evening.reader("orga"))] == [
        "1 candidature à lire\u00a0: Carrefour de Rennes"
    ]
    assert waits(evening.reader("bea")) == []
    from wiki.reading.events import event_of

    event = event_of(evening.reader("orga"), EVENT)
    assert event is not None
    (step,) = evening.part("overview.views").steps(event, evening.reader("orga"))
    assert step.words == "1 candidature, 1 à lire" and not step.done
    evening.send("orga", f"/-/application/{id_}", action="read")
    assert waits(evening.reader("orga")) == []
    bea = evening.reader("bea")
    next_steps = evening.part("panels").next_steps
    (step,) = next_steps(get_page(bea, "projets/jardin"), bea)
    assert step.url.endswith("to=evenements%2Fcarrefour&project=projets%2Fjardin")
    evening.send("bea", "/-/applications/new", to=EVENT, project="projets/jardin", why="")
    assert next_steps(get_page(bea, "projets/jardin"), bea) == []


def test_a_key_that_says_nothing_is_told(evening: Evening) -> None:
    from wiki.pages.page import Page

    problems = evening.part("calls").problems

    def kinds(head: str) -> list[str]:
        page = Page("x", "x.md", f"---\n{head}\n---\n")
        return [one.kind for one in problems(page)]

    assert kinds("type: event\ncandidatures: bientôt") == ["applications-unreadable"]
    assert kinds("type: project\napplications: open") == ["applications-elsewhere"]
    for value in ("open", "Ouvertes", "closes", "2027-02-15"):
        assert kinds(f"type: carrefour\ncandidatures: {value}") == []


def _plain(page: str) -> str:
    page = re.sub(r'(csrf_token" value=|opened" value=)"[^"]*"', "", page)
    return re.sub(r"<time.*?</time>", "", page, flags=re.S)


def test_the_starters_reasons_are_ours_in_every_language(starter: Any, plugin_module: Any) -> None:
    from wiki.people.accounts import add_person
    from wiki.reading import Reader
    from wiki.translation import use_language

    admin = add_person(starter.private, email="chef@example.org", name="Chef", role="admin")
    reasons = plugin_module("reasons")
    with use_language("en"):
        found = reasons.choices(Reader(starter, admin), "")
    assert [key for key, _words in found.reasons] == list(reasons.OURS)
    assert found.reasons[0][1].startswith("The evening is short")
    # What is open: no page that says how one could.
    assert [one.url for one in found.doors] == ["/-/advice/ask"]


def test_several_are_answered_at_once_and_those_who_agreed_are_added(evening: Evening) -> None:
    ids = [evening.apply(title=title) for title in ("Ruches", "Vélos", "Serres")]
    url = f"/-/applications/{EVENT}"
    assert 'id="several"' in evening.see("orga", url)
    evening.send("orga", url, 422, action="selected")
    refused = evening.send("orga", url, 422, action="later", ids=ids[2:])
    assert re.search(rf'value="{ids[2]}"[^>]* checked', refused)
    evening.send("orga", url, action="selected", ids=ids[:2])
    evening.send("orga", url, action="selected", ids=ids[:2], status=422)
    doors = "-/advice"
    evening.send("orga", url, 422, action="later", ids=ids[2:], reasons=["early"], doors=["x"])
    evening.send(
        "orga",
        url,
        action="later",
        ids=ids[2:],
        reasons=["early"],
        doors=["evenements/cafe", doors],
    )
    assert 'id="several"' not in evening.see("orga", url)
    evening.send("orga", url, action="tell")
    for id_ in ids[:2]:
        evening.send("awa", f"/-/application/{id_}", action="agree")
    evening.send("orga", url, action="add")
    evening.send("orga", url, action="add")
    shown = get_page(evening.reader("orga"), EVENT).head.links("programme")
    assert sorted(shown) == ["projets/jardin", "projets/ruches", "projets/velos"]


def test_nobody_answers_their_own_among_several(evening: Evening) -> None:
    mine = evening.apply("orga")
    evening.send("orga", f"/-/applications/{EVENT}", 422, action="selected", ids=[mine])
