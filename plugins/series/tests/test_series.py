"""From a template to a series, to an evening, to what waits; and back to a template."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from wiki.api.pages import edit_head
from wiki.api.reading import Reader, get_page, is_taken
from wiki.api.reading.history import list_history
from wiki.api.reading.rows import get_row, list_children
from wiki.people.accounts import get_person
from wiki.testing import token

if TYPE_CHECKING:
    from wiki.instance import Instance

SERIES = "carrefours/carrefour-de-bretagne"
EVENING = f"{SERIES}/carrefour-de-bretagne-18-mars-2027"
_NEW = {
    "template": "modeles/series/carrefour",
    "title": "Carrefour de Bretagne",
    "territory": "Bretagne",
    "themes": "agriculture, mobilité",
    "place": "Médiathèque, Rennes",
    "rhythm": "quarter",
    "team": "Marc Le Goff : accueil",
}
_DAY = {
    "day": "2027-03-18",
    "begin": "18:30",
    "end": "21:30",
    "place": "Médiathèque",
    "capacity": "80",
}


@pytest.fixture
def post(kits: "Instance", person: Callable[..., Any], log_in: Callable[..., Any]) -> Any:
    """``post(url, **form)`` as Awa, who begins the series; ``post.client`` is her browser."""
    awa = person("Awa Diop", page="personnes/awa")
    client = log_in(awa)

    def post(url: str, **form: str) -> Any:
        return client.post(url, data=form | {"csrf_token": token(client, "/-/series/new")})

    post.client = client  # type: ignore[attr-defined]
    post.person = awa  # type: ignore[attr-defined]
    return post


@pytest.fixture
def evening(post: Any) -> str:
    assert post("/-/series/new", **_NEW).status_code == 303
    made = post(f"/-/series/next/{SERIES}", **_DAY)
    assert made.status_code == 303, made.get_data(as_text=True)
    assert made.location == f"/-/events/prepare/{EVENING}"
    return EVENING


def test_a_series_is_made_with_its_kit_team_and_roles(post: Any, kits: "Instance") -> None:
    assert post("/-/series/new", **_NEW).location == f"/{SERIES}"
    page = get_page(Reader(kits), SERIES)
    assert page.head.text("type") == "carrefour"
    assert page.head.links("team") == ("personnes/awa", "personnes/marc")
    assert (page.head.text("editors"), page.head.text("rhythm")) == ("team", "chaque trimestre")
    assert "- [[personnes/marc|Marc Le Goff]] — accueil" in page.text
    assert "$" not in page.text and "****" not in page.text
    # Her menu has her evenings on pages that she reads as others with her rights do.
    assert 'href="/-/series"' in post.client.get("/projets/velos").get_data(as_text=True)
    texts = get_page(Reader(kits), f"{SERIES}/textes").text
    assert "$title" in texts and "$$" not in texts
    assert "::: calendrier" in get_page(Reader(kits), f"{SERIES}/calendrier").text
    # What an evening begins with says what is to be written; the evening itself does not.
    hint = "dites ce qu’il en est"
    assert hint in get_page(Reader(kits), f"{SERIES}/modele-de-soiree").text
    made = post(f"/-/series/next/{SERIES}", **_DAY).location.removeprefix("/-/events/prepare/")
    assert "## Pratique" in get_page(Reader(kits), made).text
    assert hint not in get_page(Reader(kits), made).text


def test_a_day_that_ends_someones_part_is_told_to_the_evening(
    post: Any, kits: "Instance", write: Callable[..., str]
) -> None:
    assert post("/-/series/new", **_NEW).location == f"/{SERIES}"
    page = get_page(Reader(kits), SERIES)
    team = ("[[personnes/awa]]", "[[personnes/marc]] until:2099-03-20", "groupe:accueil")
    write({page.file: edit_head(page.text, {"team": list(team)})})
    made = post(f"/-/series/next/{SERIES}", **_DAY).location.removeprefix("/-/events/prepare/")
    assert get_page(Reader(kits), made).head.words("team") == team


def test_who_has_no_page_makes_a_series_whole_and_once(
    kits: "Instance", person: Callable[..., Any], log_in: Callable[..., Any]
) -> None:
    """One page of theirs, which the team names and the account owns: they edit and prepare."""
    ines = person("Inès Le Bihan", role="programme")
    client = log_in(ines)
    before = kits.repository.head()
    form = _NEW | {"csrf_token": token(client, "/-/series/new")}
    for _click in range(2):
        assert client.post("/-/series/new", data=form).location == f"/{SERIES}"
    reader = Reader(kits, get_person(kits.private, ines.id))
    assert reader.person is not None and reader.person.page == "personnes/ines-le-bihan"
    page = get_page(reader, SERIES)
    assert page.head.links("team") == ("personnes/ines-le-bihan", "personnes/marc")
    assert "- [[personnes/ines-le-bihan]]" in page.text
    assert reader.may_edit(SERIES) and reader.may_change_rights(SERIES)
    assert not is_taken(reader, "personnes/ines-le-bihan-2") and not is_taken(reader, f"{SERIES}-2")
    first, *_rest = list_history(reader, SERIES)
    assert kits.repository.commit_info(first.commit).parents == (before,)
    made = client.post(f"/-/series/next/{SERIES}", data=_DAY | {"csrf_token": form["csrf_token"]})
    assert made.location == f"/-/events/prepare/{EVENING}"
    assert client.get(made.location).status_code == 200
    assert client.get(f"/-/edit/{EVENING}").status_code == 200


def test_what_cannot_be_read_is_said_and_the_rest_is_kept(post: Any) -> None:
    refused = post("/-/series/new", **_NEW | {"team": "Personne Du Tout"})
    html = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert "Personne Du Tout" in html and "Carrefour de Bretagne" in html
    assert post("/-/series/new", **_NEW | {"template": "index"}).status_code == 422
    assert post("/-/series/new", **_NEW | {"title": " "}).status_code == 422


def test_the_next_evening_has_what_its_template_and_the_form_say(
    evening: str, kits: "Instance"
) -> None:
    head = get_page(Reader(kits), evening).head
    assert {key: head.text(key) for key in ("type", "starts", "ends", "place", "kind")} == {
        "type": "event",
        "starts": "2027-03-18T18:30",
        "ends": "2027-03-18T21:30",
        "place": "Médiathèque",
        "kind": "carrefour",
    }
    assert (head.text("inscriptions"), head.text("places")) == ("ouvertes", "80")
    assert head.text("candidatures") == "2027-02-16"
    assert head.links("team") == ("personnes/awa", "personnes/marc")
    assert not head.get("horaires") and not head.get("appel")


def test_pressed_twice_there_is_one_evening_and_the_next_is_a_quarter_later(
    evening: str, post: Any, kits: "Instance"
) -> None:
    assert post(f"/-/series/next/{SERIES}", **_DAY).location.endswith(evening)
    assert len(list_children(Reader(kits), SERIES)) == 4
    form = post.client.get(f"/-/series/next/{SERIES}").get_data(as_text=True)
    assert 'value="Médiathèque, Rennes"' in form
    assert 'value="2027-06-17"' in form and 'value="18:30"' in form and 'value="80"' in form
    for wrong in ({"day": "demain"}, {"day": "2020-01-01"}, {"end": "17:00"}, {"capacity": "x"}):
        answer = post(f"/-/series/next/{SERIES}", **_DAY | {"day": "2027-09-01"} | wrong)
        assert answer.status_code == 422, wrong


@pytest.mark.parametrize("rhythm", ["chaque mois", "chaque trimestre", "deux fois par an", "", "?"])
def test_the_next_evening_is_on_the_weekday_of_the_last(
    kits: "Instance", write: Callable[..., str], rhythm: str, plugin_module: Callable[[str], Any]
) -> None:
    kit = plugin_module("kit")
    series = f"---\ntype: carrefour\nrhythm: {rhythm}\n---\n# Cafés\n"
    for last in ("2026-10-01", "2027-01-09", "2027-12-02", None):
        day = f"---\ntype: event\nstarts: {last}\n---\n# Un café\n" if last else None
        write({"cafes.md": series, "cafes/un.md": day})
        reader = Reader(kits)
        found = kit.next_day(reader, kit.series_at(reader, "cafes"))
        assert found > reader.today
        if last:
            assert found.weekday() == date.fromisoformat(last).weekday()
            assert found > date.fromisoformat(last)
        else:
            assert found.weekday() < 5


def test_the_page_of_an_evening_gathers_rooms_calendar_and_texts(evening: str, post: Any) -> None:
    html = post.client.get(f"/-/events/prepare/{evening}").get_data(as_text=True)
    for words in ("Date et lieu", "Candidatures", "Inscription", "Programme", "Annoncer"):
        assert words in html
    assert "Réserver la salle" in html and "Se retrouver après" in html
    assert "Médiathèque" in html and "puis des questions" in html


def test_what_is_left_is_counted_in_one_list_and_each_room_said_once(
    evening: str, post: Any
) -> None:
    html = post.client.get(f"/-/events/prepare/{evening}").get_data(as_text=True)
    left, gone = html.split('id="calendar"')[1].split("<details", 1)
    folded, beside = gone.split("</details>", 1)
    # What is folded away is found by its name all the same.
    assert "Date et lieu" in folded and ">Date et lieu</a>" in beside.split("</section>")[0]
    count = int(re.findall(r"<small>(\d+)</small>", left)[0])
    assert count == left.count('class="sentence"')
    # Of the two lines that lead to the applications the one that opened them is done.
    assert left.count(f'href="/-/applications/{evening}"') == 2
    assert left.count("0 candidature") == 1
    assert "Date et lieu" in gone and "Date et lieu" not in left
    # Done, a line counts no more.
    post(f"/-/events/prepare/{evening}", action="tick", task="reserver-la-salle")
    html = post.client.get(f"/-/events/prepare/{evening}").get_data(as_text=True)
    left, gone = html.split('id="calendar"')[1].split("<details", 1)
    assert f"<small>{count - 1}</small>" in left
    assert "Réserver la salle" in gone and "Réserver la salle" not in left


def test_a_line_is_done_when_ticked_or_when_its_room_says_so(
    evening: str, post: Any, kits: "Instance", plugin_module: Callable[[str], Any]
) -> None:
    from wiki.api.events import event_of

    def done() -> dict[str, bool]:
        reader = Reader(kits, get_person(kits.private, post.person.id))
        event = event_of(reader, evening)
        ticking = plugin_module("checklist")
        steps = ticking.steps_of(reader, event)
        return {one.plan.words: one.done for one in ticking.tasks_of(reader, event, steps)}

    before = done()
    assert not before["Réserver la salle"] and not before["Ranger le programme"]
    url = f"/-/events/prepare/{evening}"
    for _twice in range(2):
        assert post(url, action="tick", task="reserver-la-salle").status_code == 303
    post(f"/-/events/programme/{evening}", action="add", project="projets/velos")
    assert done()["Réserver la salle"] and done()["Ranger le programme"]
    post(url, action="untick", task="reserver-la-salle")
    assert not done()["Réserver la salle"]
    assert post(url, action="tick", task="autre-chose").status_code == 404


def test_what_is_left_to_do_comes_to_an_end(
    evening: str, post: Any, kits: "Instance", log_in: Callable[..., Any]
) -> None:
    from datetime import UTC, datetime

    client = post.client

    def left(year: int, month: int, day: int) -> tuple[str, str]:
        nonlocal client
        kits.private.now = lambda: datetime(year, month, day, 9, tzinfo=UTC)
        client = log_in(post.person)
        html = client.get(f"/-/events/prepare/{evening}").get_data(as_text=True)
        left, gone = html.split('id="calendar"')[1].split("<details", 1)
        return left, gone.split("</details>")[0]

    post(f"/-/events/programme/{evening}", action="add", project="projets/velos")
    waits, gone = left(2027, 2, 1)
    # What was done by opening the call; what leaves by itself; what is still to come.
    assert "Ouvrir les candidatures" in gone and "Lire les candidatures" in waits
    assert "Le questionnaire part" in gone and "se fait tout seul" in gone
    assert "Réserver la salle" in waits and "Compléter le compte rendu" in waits
    waits, gone = left(2027, 3, 20)
    assert "Réserver la salle" in gone and "Compléter le compte rendu" in waits
    waits, _gone = left(2027, 6, 25)
    assert "en retard" not in waits and waits.count('class="sentence"') == 0
    assert "en retard" not in client.get("/-/series").get_data(as_text=True)


def test_what_is_late_waits_for_the_team_on_the_board_and_in_the_digest(
    evening: str, post: Any, kits: "Instance", plugin_module: Callable[[str], Any]
) -> None:
    from datetime import UTC, datetime

    kits.private.now = lambda: datetime(2027, 1, 10, 8, tzinfo=UTC)
    reader = Reader(kits, get_person(kits.private, post.person.id))
    lines = plugin_module("board").waiting_lines(reader)
    assert len(lines) == 1 and "Réserver la salle" in lines[0].text
    assert lines[0].personal is True
    html = post.client.get("/-/series").get_data(as_text=True)
    assert "en retard" in html and "Carrefour de Bretagne" in html


def test_whoever_does_not_prepare_it_is_told_nothing(
    evening: str, person: Callable[..., Any], log_in: Callable[..., Any], client: Any
) -> None:
    other = log_in(person("Quelqu'un"))
    for url in (f"/-/events/prepare/{evening}", f"/-/series/next/{SERIES}"):
        assert other.get(url).status_code == 404
        assert client.get(url).status_code in (302, 303, 401)
    assert "Carrefour de Bretagne" not in other.get("/-/series").get_data(as_text=True)
    assert "Préparer" not in client.get(f"/{evening}").get_data(as_text=True)


def test_a_series_becomes_a_template_without_its_people_and_dates(
    evening: str, post: Any, kits: "Instance"
) -> None:
    made = post(f"/-/series/template/{SERIES}", title="À la rennaise")
    assert made.location == "/modeles/series/a-la-rennaise"
    text = get_page(Reader(kits), "modeles/series/a-la-rennaise").text
    assert "$team" in text and "Marc" not in text and "type:" not in text
    assert "$$title" in get_page(Reader(kits), "modeles/series/a-la-rennaise/textes").text
    assert get_row(Reader(kits), "modeles/series/a-la-rennaise/calendrier") is not None
    assert post(f"/-/series/template/{SERIES}", title="À la rennaise").status_code == 422
    again = _NEW | {"template": "modeles/series/a-la-rennaise", "title": "Carrefour normand"}
    assert post("/-/series/new", **again).location == "/carrefours/carrefour-normand"
    assert (
        "[[personnes/marc|Marc Le Goff]]"
        in get_page(Reader(kits), "carrefours/carrefour-normand").text
    )


def test_a_programme_officer_sees_every_evening(
    evening: str, kits: "Instance", person: Callable[..., Any], plugin_module: Callable[[str], Any]
) -> None:
    officer = replace(person("Officière", role="programme"))
    found = plugin_module("board").mine(Reader(kits, officer))
    assert [one.path for one in found] == [evening]


def test_an_officer_is_offered_no_evening_that_its_team_alone_makes(
    evening: str,
    post: Any,
    person: Callable[..., Any],
    log_in: Callable[..., Any],
) -> None:
    officer = log_in(person("Officière", role="programme"))
    for url in (f"/{SERIES}", "/-/series"):
        assert f"/-/series/next/{SERIES}" not in officer.get(url).get_data(as_text=True)
        assert f"/-/series/next/{SERIES}" in post.client.get(url).get_data(as_text=True)
    assert officer.get(f"/-/series/next/{SERIES}").status_code == 403
    assert "Réserver la salle" in officer.get(f"/-/events/prepare/{evening}").get_data(as_text=True)


def test_a_line_that_is_said_otherwise_stays_ticked_and_can_be_unticked(
    evening: str, post: Any, kits: "Instance", write: Callable[..., str]
) -> None:
    url = f"/-/events/prepare/{evening}"
    post(url, action="tick", task="reserver-la-salle")
    page = get_page(Reader(kits), f"{SERIES}/calendrier")
    write({page.file: page.text.replace("Réserver la salle", "Réserver la grande salle")})
    assert 'name="task" value="reserver-la-grande-salle"' in _ticked(post, url)
    post(url, action="untick", task="reserver-la-grande-salle")
    assert "reserver-la-grande-salle" not in _ticked(post, url)


def _ticked(post: Any, url: str) -> str:
    """The forms that take a tick back."""
    html = post.client.get(url).get_data(as_text=True)
    return "".join(form for form in html.split("<form") if 'value="untick"' in form)


def test_a_template_gives_nobody_rights_over_what_others_make_of_it(
    post: Any, kits: "Instance", write: Callable[..., str]
) -> None:
    page = get_page(Reader(kits), "modeles/series/carrefour/textes")
    planted = page.text.replace(
        "title:", 'team: ["[[personnes/marc]]"]\neditors: anyone\ntitle:', 1
    )
    write({page.file: planted})
    post("/-/series/new", **_NEW | {"team": ""})
    head = get_page(Reader(kits), f"{SERIES}/textes").head
    assert head.get("team") is None and head.get("editors") is None
