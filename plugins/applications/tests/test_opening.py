"""A call is opened and closed by a button, by who may edit the page of the evening."""

import pytest

from .conftest import EVENT, Evening

CAFE = "evenements/cafe"
URL = f"/-/applications/{CAFE}"


def said(evening: Evening, path: str) -> str:
    """The line of the page's head that says whether it takes projects."""
    text = evening.see("orga", f"/{path}.md")
    return next((line for line in text.splitlines() if line.startswith("candidatures")), "")


def test_it_opens_until_a_day_or_the_evening_and_closes_again(evening: Evening) -> None:
    assert "pas ouvertes" in evening.see("orga", f"/-/events/prepare/{CAFE}")
    evening.see("awa", f"/-/applications/new?to={CAFE}")
    for until, line in (("2027-02-01", "candidatures: 2027-02-01"), ("", "candidatures: ouvertes")):
        assert 'name="until"' in evening.see("orga", URL)
        assert evening.send("orga", URL, action="open", until=until) == URL
        assert said(evening, CAFE) == line
        assert 'name="title"' in evening.see("awa", f"/-/applications/new?to={CAFE}")
        evening.send("orga", URL, action="close")
        assert said(evening, CAFE) == "candidatures: closes"
        assert 'name="title"' not in evening.see("awa", f"/-/applications/new?to={CAFE}")


@pytest.mark.parametrize(
    ("until", "words"),
    [("2026-12-31", "un jour qui n’est pas passé"), ("bientôt", "comme 2027-03-18")],
)
def test_a_day_that_cannot_be_is_said_and_kept(evening: Evening, until: str, words: str) -> None:
    page = evening.send("orga", URL, 422, action="open", until=until)
    assert words in page and f'value="{until}"' in page
    assert said(evening, CAFE) == ""


def test_who_may_not_edit_the_page_neither_sees_the_button_nor_has_it(evening: Evening) -> None:
    """The programme team organises every evening, and edits the page of none."""
    before = evening.see("orga", f"/{EVENT}.md")
    assert 'value="close"' not in evening.see("prune", f"/-/applications/{EVENT}")
    evening.send("prune", f"/-/applications/{EVENT}", 403, action="close")
    evening.send("awa", f"/-/applications/{EVENT}", 404, action="close")
    assert evening.see("orga", f"/{EVENT}.md") == before
