"""Asking for advice: by a visitor, and by who has a page."""

from wiki.testing import token

from .conftest import PATH, URL, Asked


def test_a_visitor_asks_before_they_have_a_page_or_an_account(asked: Asked) -> None:
    """Where someone tries the wiki alone, their address makes the account at once."""
    assert 'href="/-/advice"' in asked.see("", "/")
    url, client = "/-/advice", asked.client()
    for address in (url, URL):
        assert "Set-Cookie" not in client.get(address).headers, "who reads a form keeps nothing"
    said = {
        "question": "Comprend-on pour qui c’est ?",
        "title": "Four à pain",
        "summary": "Un four",
    }
    assert client.post(url, data={**said, "question": " "}).status_code == 422
    last = client.post(url, data=said).location
    assert "pour qui c’est" in asked.see("", last)
    assert "Four à pain" in asked.see("", f"{url}?kept={last.rsplit('/', 1)[1]}")
    known = {"csrf_token": token(client, last), "name": "Zoé", "email": "zoe@example.net"}
    assert client.post(last, data=known).location == "/projets/four-a-pain"
    page = asked.see("", "/projets/four-a-pain")
    assert "pour qui c’est" in page and 'href="/-/feedback/projets/four-a-pain"' in page
    assert asked.see("", "/-/feedback/projets/four-a-pain")


def test_who_has_a_page_asks_on_it_or_on_a_new_one(asked: Asked) -> None:
    form = asked.see("awa", "/-/advice")
    assert f'<option value="{PATH}">' in form
    asked.send("lea", "/-/advice", 422, question="Et vous ?", page=PATH)
    assert asked.send("awa", "/-/advice", question="Est-ce trop cher ?", page=PATH) == f"/{PATH}"
    page = asked.see("", f"/{PATH}")
    assert "Est-ce trop cher ?" in page and "Est-ce clair ?" not in page
    assert "Cent euros." in page and page.count('class="feedback-ask') <= 2
    led = asked.send("awa", "/-/advice", question="Et ceci ?", page="", title="Autre")
    assert led == "/projets/autre" and "Et ceci ?" in asked.see("", led)
