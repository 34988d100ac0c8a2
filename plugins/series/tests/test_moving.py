"""An evening that is moved: what has its date is asked, follows, or is listed."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from wiki.api.reading import Reader, get_page
from wiki.testing import token

if TYPE_CHECKING:
    from wiki.instance import Instance

SERIES = "carrefours/carrefour-de-bretagne"
EVENING = f"{SERIES}/carrefour-de-bretagne-18-mars-2027"
WHEN = f"/-/events/when/{EVENING}"
_NEW = {
    "template": "modeles/series/carrefour",
    "title": "Carrefour de Bretagne",
    "territory": "Bretagne",
    "rhythm": "quarter",
}
_DAY = {"day": "2027-03-18", "begin": "18:30", "end": "21:30", "place": "Médiathèque"}
_MOVED = _DAY | {"day": "2027-04-15", "begin": "19:00", "end": "22:00"}


@pytest.fixture
def post(kits: "Instance", person: Callable[..., Any], log_in: Callable[..., Any]) -> Any:
    """``post(url, **form)`` as Awa, whose evening stands in its series; ``post.get(url)``."""
    client = log_in(person("Awa Diop", page="personnes/awa"))

    def post(url: str, **form: Any) -> Any:
        return client.post(url, data=form | {"csrf_token": token(client, "/-/series/new")})

    post.get = lambda url: client.get(url).get_data(as_text=True)  # type: ignore[attr-defined]
    assert post("/-/series/new", **_NEW).status_code == 303
    assert post(f"/-/series/next/{SERIES}", **_DAY).status_code == 303
    return post


@pytest.fixture
def said(post: Any, kits: "Instance", write: Callable[..., str]) -> Any:
    """The evening with its day in a line of the text, and a last day to register."""
    page = get_page(Reader(kits), EVENING)
    text = page.text.replace("inscriptions: ouvertes", "inscriptions: 2027-03-17")
    write({page.file: f"{text}\nVenez le jeudi 18 mars. [[autre-18-mars-2027]]\n"})
    return post


def test_what_has_its_date_is_asked_and_changes_in_one_go(said: Any, kits: "Instance") -> None:
    said(f"/-/events/prepare/{EVENING}", action="tick", task="reserver-la-salle")
    asked = said(WHEN, **_MOVED)
    html = asked.get_data(as_text=True)
    assert asked.status_code == 200 and get_page(Reader(kits), EVENING).head.text("starts")[
        :10
    ] == ("2027-03-18")
    for words in (
        "Carrefour de Bretagne, 15 avril 2027",
        "Venez le jeudi 15 avril.",
        "19:00 Accueil",
        "16 février 2027, puis 16 mars 2027",
        "17 mars 2027, puis 14 avril 2027",
        # What does not follow, and what does by itself.
        "L’adresse de sa page",
        "Réserver la salle",
        "13 lignes",
    ):
        assert words in html, words
    names = ["title", "text", "hours", "candidatures", "inscriptions"]
    assert all(f'name="move" value="{name}" checked' in html for name in names)

    assert said(WHEN, **_MOVED, sure="1", move=names).status_code == 303
    page = get_page(Reader(kits), EVENING)
    assert page.title == "Carrefour de Bretagne, 15 avril 2027"
    assert page.head.text("candidatures") == "2027-03-16"
    assert page.head.text("inscriptions") == "2027-04-14"
    assert "- 19:00 Accueil" in page.text and "[[autre-18-mars-2027]]" in page.text
    prepare = said.get(f"/-/events/prepare/{EVENING}")
    assert "18 mars" not in prepare and "8 avril 2027" in prepare  # a week before, of the calendar


def test_what_is_not_ticked_stays_and_a_place_alone_asks_nothing(
    said: Any, kits: "Instance"
) -> None:
    assert said(WHEN, **_DAY | {"place": "Mairie"}).status_code == 303
    assert said(WHEN, **_MOVED, sure="1", move=["title", "nothing"]).status_code == 303
    page = get_page(Reader(kits), EVENING)
    assert page.head.text("candidatures") == "2027-02-16" and "jeudi 18 mars" in page.text
    assert page.head.text("starts") == "2027-04-15T19:00"


def test_applications_that_are_closed_are_not_opened_again_unasked(
    said: Any, kits: "Instance", write: Callable[..., str]
) -> None:
    page = get_page(Reader(kits), EVENING)
    write({page.file: page.text.replace("candidatures: 2027-02-16", "candidatures: 2026-12-20")})
    html = said(WHEN, **_MOVED).get_data(as_text=True)
    assert 'value="candidatures">' in html and "cela les rouvre" in html


def test_a_title_left_behind_is_told_to_who_may_change_it(said: Any, kits: "Instance") -> None:
    said(WHEN, **_MOVED, sure="1")
    page = get_page(Reader(kits), EVENING)
    hook = kits.plugins.hook.check_page
    found = [one for group in hook(page=page, owner=lambda _name: None) for one in group]
    assert "event-other-day" in {one.kind for one in found}
