"""The programme: shown, put in order, without touching what its author wrote."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from wiki.api.reading import Reader, get_page
from wiki.jobs.tasks import tasks_of
from wiki.testing import block_cases, neat, token

if TYPE_CHECKING:
    from wiki.instance import Instance

EVENT = "evenements/soir"
_HEAD = """---
type: event
title: Le soir
starts: 2027-03-18T18:30
place: Rennes
kind: café
themes: [agriculture]
territory: Bretagne
programme:  # dans cet ordre
  - "[[projets/un]]"  # d'abord
  - "[[Deux]]"
  - "[[projets/secret]]"
team: ["[[personnes/awa]]"]
---

"""


@pytest.fixture(autouse=True)
def pages(instance: "Instance", write: Callable[..., str]) -> None:
    instance.private.now = lambda: datetime(2027, 2, 1, 9, tzinfo=UTC)
    files = {
        "index.md": "# Accueil\n",
        "personnes/awa.md": "---\ntype: person\ntitle: Awa\n---\n",
        "evenements/soir.md": _HEAD,
        "projets/secret.md": "---\ntype: project\ntitle: Titre caché\nvisibility: team\n---\n",
    }
    for name in ("un", "deux", "trois"):
        files[f"projets/{name}.md"] = (
            f"---\ntype: project\ntitle: {name.capitalize()}\nsummary: Phrase {name}\n"
            "themes: [agriculture]\nterritory: Bretagne\n---\n\n"
            "::: historique\n- 2026-09-12 prototype — Là\n\n:::\n"
        )
    write(files)


@pytest.fixture
def awa(person: Callable[..., Any], log_in: Callable[..., Any]) -> Any:
    """``awa(url, **form)``: posts as who prepares the evening; ``awa.client`` is her browser."""
    client = log_in(person("Awa", page="personnes/awa"))

    def awa(url: str, **form: str) -> Any:
        return client.post(
            f"/-/events/{url}/{EVENT}", data=form | {"csrf_token": token(client, "/-/account")}
        )

    awa.client = client  # type: ignore[attr-defined]
    return awa


@pytest.mark.parametrize(("markdown", "html"), block_cases(Path(__file__).parent / "blocks.md"))
def test_a_case(markdown: str, html: str, show: Callable[..., str]) -> None:
    assert show(markdown) == neat(html)


def test_the_block_shows_hours_then_the_other_projects_and_no_secret(
    instance: "Instance", write: Callable[..., str], client: Any
) -> None:
    block = (
        "::: programme\n- 18h30 Accueil *du soir*\n- 18:45 [[projets/deux]] — sa question\n\n:::\n"
    )
    write({"evenements/soir.md": _HEAD + block})
    html = client.get(f"/{EVENT}").get_data(as_text=True)
    body = html[html.index("18:30") :]
    places = [
        body.index(words) for words in ("18:30", "du soir", "18:45", "sa question", "Phrase un")
    ]
    assert places == sorted(places)
    assert "Phrase deux" in body and "prototype" in body and "caché" not in html
    assert html.count("Phrase deux") == 1


@pytest.mark.parametrize("mark", [" #projets", ", six minutes chacun"])
def test_projects_that_stand_in_no_line_are_given_their_hours(
    instance: "Instance", write: Callable[..., str], client: Any, mark: str
) -> None:
    """Below the line that is marked, or that begins with a word for it."""
    lines = f"- 18:30 Accueil\n- 19:00 Les projets{mark}\n- 19:25 Fin\n"
    block = f"::: programme\n{lines}\n:::\n"
    write({"evenements/soir.md": _HEAD + block})
    html = client.get(f"/{EVENT}").get_data(as_text=True).split("<main")[1]
    order = ["18:30", "19:00", "Les projets", "19:00", "Phrase un", "19:10", "Phrase deux", "19:25"]
    place = 0
    for words in order:
        assert words in html[place:], words
        place = html.index(words, place) + len(words)
    assert "#projets" not in html


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (("18:30 Accueil", "19:00 Présentations et questions", "20:30 Buffet"), 1),
        (("18:45 Trois démonstrations de dix minutes",), 0),
        (("18:30 The projects, six minutes each", "19:00 Projects #projets"), 1),
        (("19:00 Présentation des projets",), 0),
        # Another marked it, has no hour, or speaks of something else.
        (("19:00 Les projets", "20:00 Au jardin #projets"), 1),
        (("Les projets", "18:30 Accueil des projets"), None),
        (("18:30 Présentation du lieu", "19:00 [[projets/un]]", "20:00 On projette"), None),
    ],
)
def test_the_line_of_presentations(
    plugin_module: Callable[[str], Any], lines: tuple[str, ...], found: int | None
) -> None:
    from wiki.pages.document import read_document

    text = "".join(f"- {line}\n" for line in lines)
    (block,) = read_document(f"::: programme\n{text}\n:::\n").blocks
    assert plugin_module("programme").presented_in(block.items) == found


@pytest.mark.parametrize(
    ("times", "count", "hours"),
    [
        (["19:00", "20:30"], 9, "19:00 20:20"),
        (["19:00", "", "20:30"], 2, "19:00 19:15"),
        (["19:00"], 3, "19:00 19:30"),
        (["23:50"], 2, "23:50 00:05"),
        (["19:00", "19:10"], 4, "19:00 19:06"),
        (["19:00", "19:02"], 4, " "),
        (["", "20:00"], 2, " "),
        (["20:00", "19:00"], 2, " "),
        (["19:00"], 0, None),
    ],
)
def test_the_time_is_shared_evenly(
    plugin_module: Callable[[str], Any], times: list[str], count: int, hours: str | None
) -> None:
    found = plugin_module("programme").shared_hours(times, count)
    assert len(found) == count and (hours is None or f"{found[0]} {found[-1]}" == hours)


def test_the_front_page_names_the_next_event_that_somebody_prepares(
    instance: "Instance", write: Callable[..., str], client: Any, awa: Any
) -> None:
    """Neither one of invented people, nor one that is cancelled; and the header leads to all."""
    head = "---\ntype: event\ntitle: {}\nstarts: {}\nteam: ['[[{}]]']\n{}---\n"
    write(
        {
            "evenements/avant.md": head.format("Hier", "2027-01-31", "personnes/awa", ""),
            "evenements/exemple.md": head.format("Exemple", "2027-02-02", "personnes/x", ""),
            "evenements/annule.md": head.format(
                "Annulé", "2027-02-03", "personnes/awa", "cancelled: true\n"
            ),
        }
    )
    html = client.get("/").get_data(as_text=True)
    hero = html.split('class="hero"')[1].split("</section>")[0]
    assert "La prochaine rencontre" in hero and "Le soir" in hero and "à 18:30" in hero
    assert not [title for title in ("Hier", "Exemple", "Annulé") if title in hero]
    header = html.split("<main")[0]
    assert 'href="/-/events"' in header and 'href="/-/dossiers"' in header


def test_without_the_block_a_panel_shows_it_and_projects_name_their_evenings(client: Any) -> None:
    html = client.get(f"/{EVENT}").get_data(as_text=True)
    assert html.index("Phrase un") < html.index("Phrase deux")
    assert "caché" not in html
    assert "Le soir" in client.get("/projets/deux").get_data(as_text=True)
    assert "Le soir" not in client.get("/projets/trois").get_data(as_text=True)


def test_projects_are_added_moved_and_taken_out_and_comments_stay(
    instance: "Instance", awa: Any
) -> None:
    def links() -> tuple[str, ...]:
        return get_page(Reader(instance), EVENT).head.links("programme")

    for _twice in range(2):
        assert awa("programme", action="add", project="Trois").status_code == 303
    assert links() == ("projets/un", "Deux", "projets/secret", "projets/trois")
    awa("programme", action="up", project="projets/deux")
    # Past the one that she does not see, not merely into its place.
    awa("programme", action="up", project="projets/trois")
    assert links() == ("Deux", "projets/trois", "projets/un", "projets/secret")
    text = get_page(Reader(instance), EVENT).text
    assert "# dans cet ordre" in text and "# d'abord" in text
    awa("programme", action="down", project="projets/secret")
    awa("programme", action="remove", project="projets/deux")
    assert links() == ("projets/trois", "projets/un", "projets/secret")
    answer = awa("programme", action="add", project="Nulle part")
    assert answer.status_code == 422 and "Nulle part" in answer.get_data(as_text=True)
    found = awa.client.get(f"/-/events/programme/{EVENT}?q=deux").get_data(as_text=True)
    assert "Phrase deux" in found


def test_a_date_is_set_and_what_is_wrong_is_said(instance: "Instance", awa: Any) -> None:
    form = {"day": "2027-04-01", "begin": "9h", "end": "12:30", "place": "Plouha"}
    assert awa("when", **form).status_code == 303
    head = get_page(Reader(instance), EVENT).head
    assert head.text("starts") == "2027-04-01T09:00"
    assert (head.text("ends"), head.text("place")) == ("2027-04-01T12:30", "Plouha")
    assert awa("when", **form | {"last": "2027-04-02", "end": ""}).status_code == 303
    shown = awa.client.get(f"/-/events/when/{EVENT}").get_data(as_text=True)
    assert 'value="2027-04-02"' in shown
    for wrong in ({"day": ""}, {"begin": "soir"}, {"end": "08:00"}, {"last": "2027-03-01"}):
        assert awa("when", **form | wrong).status_code == 422, wrong
    assert awa("when", **form, cancelled="1").status_code == 303
    assert get_page(Reader(instance), EVENT).head.text("cancelled") == "true"
    awa("when", **form)
    assert not get_page(Reader(instance), EVENT).head.get("cancelled")


def test_only_those_who_prepare_it_see_the_forms(
    awa: Any, client: Any, person: Callable[..., Any], log_in: Callable[..., Any]
) -> None:
    other = log_in(person("Quelqu'un"))
    for form in ("programme", "when", "announce", "suggest"):
        url = f"/-/events/{form}/{EVENT}"
        assert awa.client.get(url).status_code == 200
        assert other.get(url).status_code == 404
        assert client.get(url).status_code != 200


def test_who_should_meet_has_reasons(
    instance: "Instance", write: Callable[..., str], awa: Any
) -> None:
    write(
        {
            "personnes/zoe.md": "---\ntype: person\ntitle: Zoé\nthemes: [agriculture]\n---\n\n"
            "::: offres\n- [ ] Raconter une année de mesures {#o-zoe00001}\n\n:::\n"
        }
    )
    html = awa.client.get(f"/-/events/suggest/{EVENT}").get_data(as_text=True)
    assert "Trois" in html and "sur le thème" in html
    assert "Raconter une année" in html and "sur le même thème" in html
    assert "about=o-zoe00001" in html
    assert "caché" not in html


def test_whoever_cannot_change_the_page_is_shown_who_can_and_no_button(
    instance: "Instance",
    write: Callable[..., str],
    awa: Any,
    person: Callable[..., Any],
    log_in: Callable[..., Any],
) -> None:
    write({f"{EVENT}.md": _HEAD.replace("kind:", "editors: team\nkind:")})
    officer = log_in(person("Officière", role="programme"))
    for form in ("programme", "when", "announce", "suggest"):
        html = officer.get(f"/-/events/{form}/{EVENT}").get_data(as_text=True)
        main = html[html.index("<main") : html.index("</main")]
        assert "modifiée par son équipe" in main and 'href="/personnes/awa"' in main, form
        assert 'method="post"' not in main and "Phrase" in main + "Phrase" * (form == "when")
        theirs = awa.client.get(f"/-/events/{form}/{EVENT}").get_data(as_text=True)
        assert 'method="post"' in theirs[theirs.index("<main") : theirs.index("</main")]
    prepare = officer.get(f"/-/events/prepare/{EVENT}").get_data(as_text=True)
    assert f"/-/edit/{EVENT}" not in prepare
    for form, data in (
        ("programme", {"action": "add", "project": "projets/trois"}),
        ("when", {"day": "2027-04-01"}),
        ("announce", {}),
    ):
        sent = data | {"csrf_token": token(officer, "/-/account")}
        assert officer.post(f"/-/events/{form}/{EVENT}", data=sent).status_code in (303, 403)
    head = get_page(Reader(instance), EVENT).head
    assert head.text("starts") == "2027-03-18T18:30" and not head.get("announced")
    assert "projets/trois" not in head.links("programme")


def test_a_programme_has_a_longest_length(
    instance: "Instance", write: Callable[..., str], awa: Any, plugin_module: Callable[[str], Any]
) -> None:
    many = [f"  - [[projets/p{number}]]" for number in range(plugin_module("programme").MOST - 3)]
    long = _HEAD.replace(
        "team:", "\n".join([*many, "team:"]).replace("[[", '"[[').replace("]]", ']]"')
    )
    write({f"{EVENT}.md": long})
    sent = awa("programme", action="add", project="projets/trois")
    assert sent.status_code == 422 and "100 projets au plus" in sent.get_data(as_text=True)


def test_at_a_cafe_what_one_project_needs_and_another_offers_is_shown_with_why(
    instance: "Instance", write: Callable[..., str], awa: Any
) -> None:
    def project(title: str, block: str, line: str) -> str:
        head = f"---\ntype: project\ntitle: {title}\nthemes: [agriculture]\n---\n\n"
        return f"{head}::: {block}\n- [ ] {line}\n\n:::\n"

    need = "Un juriste pour relire nos conditions d'utilisation #rgpd {#b-aaaaaaaa}"
    offer = "Juriste, je peux relire des conditions d'utilisation #rgpd {#o-bbbbbbbb}"
    secret = "Juriste des conditions d'utilisation et du RGPD, entre nous #rgpd {#o-dddddddd}"
    others = ("Une salle à Lyon", "Des photos", "Du pain", "Un vélo cargo", "Des cours de violon")
    people = "---\ntype: person\n---\n\n::: offres\n- {} {{#o-9999999{}}}\n\n:::\n"
    write({f"personnes/p{n}.md": people.format(words, n) for n, words in enumerate(others)})
    write(
        {
            "thesaurus.md": "# Thésaurus\n\n- juriste = avocat\n",
            "projets/un.md": project("Un", "besoins", need),
            "projets/deux.md": project("Deux", "offres", offer),
            "projets/secret.md": project("Caché", "offres", secret).replace(
                "type:", "visibility: team\ntype:"
            ),
        }
    )
    object.__setattr__(instance.settings, "encoder", "off")
    tasks_of(instance)["matching"].run(instance)
    html = awa.client.get(f"/-/events/suggest/{EVENT}").get_data(as_text=True)
    pairs = html[html.index('id="pairs"') : html.index("</section>", html.index('id="pairs"'))]
    assert "relire nos conditions" in pairs and 'href="/projets/deux"' in pairs
    assert "juriste" in pairs.partition('class="meta"')[2] and "about=b-aaaaaaaa" in pairs
    assert "entre nous" not in pairs and "Caché" not in pairs
