"""What was closed is told at no door, though what is worked out from git cannot catch up."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest

from wiki.editing.review.proposals import ProposalForm, propose
from wiki.instance import Instance
from wiki.people.accounts import set_page
from wiki.reading import Reader
from wiki.testing import token
from wiki.testing.obstacles import lists_failing, lists_held, search_held

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from wiki.people.person import Person

Write = Callable[..., str]
WORD, BEGUN = "Xylophage", "Xylopha"
#: where one writes, or administers: nothing is told there of pages that others have
FORMS = re.compile(r"login|register|account|admin|new\b|password|token|import|git")
PAGE = f"---\ntype: project\nthemes: [{WORD}]\n---\n# {WORD}\n\n{WORD} [[autre]]\n"
CLOSED = PAGE.replace("type:", "visibility: team\nteam: [personnes/ada]\ntype:")


@contextmanager
def held(instance: Instance) -> Iterator[None]:
    """Somebody writes both stores, and does not come to an end."""
    with lists_held(instance), search_held(instance):
        yield


def doors(client: "FlaskClient") -> list[str]:
    """Every address that is read without knowing more than a word."""
    rules = client.application.url_map.iter_rules()
    plain = [rule.rule for rule in rules if "GET" in (rule.methods or ()) and not rule.arguments]
    return sorted({f"{rule}?q={BEGUN}" for rule in plain if not FORMS.search(rule)})


def told(answer: "TestResponse") -> str:
    """What an answer says, whatever it is encoded in."""
    return answer.get_data().decode("utf-8", "replace")


@pytest.fixture
def opened(instance: Instance, write: Write) -> Instance:
    write({"index.md": "# Accueil\n\n::: pages\n:::\n", "autre.md": "# Autre\n", "x.md": PAGE})
    for name in instance.projections:
        instance.projections.catch_up(name)
    return instance


def test_at_no_door(opened: Instance, client: "FlaskClient", write: Write) -> None:
    every = [*doors(client), "/", "/x", "/autre", f"/-/api/v1/search?q={BEGUN}", "/-/api/v1/pages"]
    before = {door: told(client.get(door)) for door in every}
    telling = [door for door, said in before.items() if WORD in said]
    assert len(telling) > 15
    with lists_failing(opened):
        write({"x.md": CLOSED})
        for door in telling:
            answer = client.get(door)
            assert WORD not in told(answer), door
            assert answer.status_code != HTTPStatus.INTERNAL_SERVER_ERROR, door
        busy = client.get("/-/search?lang=en")
        assert busy.status_code == HTTPStatus.SERVICE_UNAVAILABLE
        assert int(busy.headers["Retry-After"]) > 0
        assert "in a moment" in busy.get_data(as_text=True)
        busy = client.get("/-/api/v1/pages")
        assert busy.status_code == HTTPStatus.SERVICE_UNAVAILABLE
        assert busy.headers["Content-Type"] == "application/problem+json"
        assert int(busy.headers["Retry-After"]) > 0
    write({"autre.md": "# Autre encore\n"})
    assert client.get("/autre").status_code == HTTPStatus.OK
    assert client.get("/-/search?q=Autre").status_code == HTTPStatus.OK
    assert WORD not in client.get("/-/suggest?q=Xyl").get_data(as_text=True)
    newest = client.get("/-/suggest?q=").get_data(as_text=True)
    assert WORD not in newest
    assert "autre" in newest


def test_nor_while_another_process_writes(
    opened: Instance, client: "FlaskClient", write: Write
) -> None:
    assert WORD in client.get("/-/suggest?q=Xyl").get_data(as_text=True)
    with held(opened):
        write({"autre.md": "# Un autre mot\n"})
        assert WORD in client.get("/-/suggest?q=Xyl").get_data(as_text=True), "as it was"
        write({"x.md": CLOSED})
        answer = client.get("/-/suggest?q=Xyl")
        assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
        assert WORD not in answer.get_data(as_text=True)
    write({"autre.md": "# Autre\n"})
    assert client.get("/-/suggest?q=Xyl").status_code == HTTPStatus.OK


def test_who_may_still_read_it_reads_on(
    opened: Instance,
    client: "FlaskClient",
    log_in: "Callable[[Person], FlaskClient]",
    person: "Callable[..., Person]",
    write: Write,
) -> None:
    """A page for members: visitors are asked to come back, everyone else goes on as before."""
    write({"x.md": PAGE.replace("type:", "visibility: members\ntype:"), "y.md": PAGE})
    assert client.get("/autre").status_code == HTTPStatus.OK
    admin, member = log_in(person("Anne", "admin")), log_in(person("Max", "member"))
    every = ["/", "/autre", f"/-/search?q={BEGUN}", "/-/changes", "/-/api/v1/pages"]
    base = opened.repository.head()
    lu = Reader(opened, person("Lu", "reader"))
    propose(lu, "autre", ProposalForm("# Autre\n\nMieux dit.\n", base))
    with lists_failing(opened):
        write({"y.md": PAGE.replace("type:", "visibility: members\ntype:")})
        for door in every:
            assert member.get(door).status_code == HTTPStatus.OK, door
            assert WORD not in told(client.get(door)), door
        assert WORD in told(member.get(f"/-/search?q={WORD}"))
        write({"y.md": None})
        for door in every:
            assert admin.get(door).status_code == HTTPStatus.OK, door
            assert member.get(door).status_code != HTTPStatus.INTERNAL_SERVER_ERROR, door
        assert member.get("/-/api/v1/pages").status_code == HTTPStatus.SERVICE_UNAVAILABLE
        busy = member.get("/-/search?lang=fr")
        assert busy.status_code == HTTPStatus.SERVICE_UNAVAILABLE
        assert " <b>1<span" in told(busy), "what waits for them is told all the same"
        assert 'href="/-/moderation"' in told(busy)


def test_a_save_that_went_through_is_answered_as_one(
    opened: Instance,
    log_in: "Callable[[Person], FlaskClient]",
    person: "Callable[..., Person]",
) -> None:
    """Whatever it closed for others, and to its writer: the API says what was saved."""
    mine = opened.private
    ada = set_page(mine, person("Ada").id, "personnes/ada", by="test")
    browser = log_in(ada)
    text = "---\ntype: project\nteam: [personnes/ada]\n---\n# À nous\n\n## Un\n\nUn.\n"
    known = {"X-CSRFToken": token(browser, "/-/login")}
    made = browser.put("/-/api/v1/pages/nous", json={"text": text}, headers=known)
    assert made.status_code == HTTPStatus.CREATED, told(made)
    assert browser.get("/-/api/v1/pages").status_code == HTTPStatus.OK
    with lists_failing(opened):
        closed = text.replace("team:", "visibility: team\nteam:").replace("type: project\n", "")
        headers = {**known, "If-Match": made.headers["ETag"]}
        saved = browser.put("/-/api/v1/pages/nous", json={"text": closed}, headers=headers)
        assert saved.status_code == HTTPStatus.OK, told(saved)
        head = opened.repository.head()
        assert saved.get_json()["commit"] == head
        blob = opened.repository.blob_id("nous.md", head)
        assert (saved.get_json()["etag"], saved.headers["ETag"]) == (blob, f'"{blob}"')
        again = browser.get("/-/api/v1/pages")
        assert again.status_code == HTTPStatus.SERVICE_UNAVAILABLE


def test_what_is_written_meanwhile_stays_with_its_writer(
    opened: Instance,
    log_in: "Callable[[Person], FlaskClient]",
    person: "Callable[..., Person]",
    write: Write,
) -> None:
    browser = log_in(person("Max", "member"))
    with lists_failing(opened):
        known = token(browser, "/-/login")
        head = write({"x.md": CLOSED})
        sent = {"text": "# Ce que j'écrivais\n", "base": head, "csrf_token": known}
        # An item's identity may be another page's, which is not known now.
        asking = sent | {"text": f"{sent['text']}\n::: besoins\n- Un four\n:::\n"}
        answer = browser.post("/-/edit/neuve", data=asking)
        assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
        assert "Ce que j&#39;écrivais" in answer.get_data(as_text=True)
        # A text without items asks nothing of that sort.
        assert browser.post("/-/edit/neuve", data=sent).status_code == HTTPStatus.SEE_OTHER
