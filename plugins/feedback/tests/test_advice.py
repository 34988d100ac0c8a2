"""Asking for advice: by a visitor, and by who has a page."""

from datetime import timedelta
from typing import Any

from wiki.testing import token

from .conftest import PATH, URL, Asked, page


def test_a_visitor_asks_before_they_have_a_page_or_an_account(asked: Asked) -> None:
    """Where someone tries the wiki alone, their address makes the account at once."""
    assert 'href="/-/advice/ask"' in asked.see("", "/")
    url, client = "/-/advice/ask", asked.client()
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
    made = asked.see("", "/projets/four-a-pain")
    assert "pour qui c’est" in made and 'href="/-/feedback/projets/four-a-pain"' in made
    assert asked.see("", "/-/feedback/projets/four-a-pain")


def test_who_has_a_page_asks_on_it_or_on_a_new_one(asked: Asked) -> None:
    form = asked.see("awa", "/-/advice/ask")
    assert f'<option value="{PATH}">' in form
    asked.send("lea", "/-/advice/ask", 422, question="Et vous ?", page=PATH)
    assert (
        asked.send("awa", "/-/advice/ask", question="Est-ce trop cher ?", page=PATH) == f"/{PATH}"
    )
    now = asked.see("", f"/{PATH}")
    assert "Est-ce trop cher ?" in now and "Est-ce clair ?" not in now
    assert "Cent euros." in now and now.count('class="feedback-ask') <= 2
    # Where the form stood before, what is sent still arrives, and links lead to where it is.
    led = asked.send("awa", "/-/advice", question="Et ceci ?", page="", title="Autre")
    assert led == "/projets/autre" and "Et ceci ?" in asked.see("", led)
    moved = asked.client("awa").get(f"/-/advice?page={PATH}&question=Et+encore")
    assert moved.status_code == 302 and "Et encore" in asked.see("awa", moved.location)


def test_a_question_says_how_long_it_takes_and_until_when(asked: Asked) -> None:
    said: dict[str, Any] = {"question": "Est-ce trop cher ?", "page": PATH, "minutes": "10"}
    day = (asked.now.date() + timedelta(days=3)).isoformat()
    asked.write({f"{PATH}.md": page("\n## Budget\n")})
    wrong: list[dict[str, Any]] = [{"minutes": "7"}, {"until": "hier"}, {"until": "2001-01-01"}]
    for one in wrong:
        assert "Est-ce trop cher ?" in asked.send("awa", "/-/advice/ask", 422, **{**said, **one})
        told = asked.send("awa", f"/-/feedback/ask/{PATH}", 422, action="open", section="", **one)
        assert "is-wrong" in told
    asked.send("awa", "/-/advice/ask", until=day, **said)
    assert f"::: retours minutes:10 fin:{day}\nEst-ce trop cher ?" in asked.text()
    assert "Est-ce trop cher ?" in asked.see("", URL) and "10 minutes" in asked.see("", f"/{PATH}")
    asked.later(days=4)
    assert "Est-ce trop cher ?" not in asked.see("", URL), "the whole page is asked about no more"
    closed = asked.see("", f"/{PATH}")
    assert "Est-ce trop cher ?" in closed and "10 minutes" not in closed
