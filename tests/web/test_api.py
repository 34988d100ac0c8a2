"""The JSON API: reading and writing pages as their readers and writers may, part by part."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from wiki.editing.save import save
from wiki.people.accounts.access_tokens import issue, listed, revoke
from wiki.reading import Reader
from wiki.testing import module_wiki
from wiki.testing import token as form_token

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from wiki.instance import Instance
    from wiki.people.person import Person

#: one wiki for all of them, empty for each
app, instance = module_wiki.app, module_wiki.instance

V1 = "/-/api/v1"
PAGE = f"{V1}/pages/projets/lora"
TEXT = "---\ntitle: LoRa\n---\n\nUn.\n\nDeux.\n\nTrois.\n"

#: bodies that are no page, their kind, and how they are answered
BODIES: list[tuple[bytes, str, int]] = [
    (b'{"text": "a", "text": "b"}', "application/json", 400),
    (b'{"text": NaN}', "application/json", 400),
    (b'["text"]', "application/json", 400),
    (b'"{\\"text\\": \\"a\\"}"', "application/json", 400),
    (b"{" * 100_000, "application/json", 400),
    (b'{"text": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "application/json", 400),
    (b'{"text": "\xff"}', "application/json", 400),
    (b'{"text": "\\ud800"}', "application/json", 422),
    (b'{"text": 1}', "application/json", 422),
    (b'{"text": "a", "role": "admin"}', "application/json", 422),
    (b'{"text": "  \\n"}', "application/json", 422),
    (b"{}", "application/json", 422),
    (b"text=a", "application/x-www-form-urlencoded", 415),
    (b"", "", 415),
]
#: what is not there, or not asked so
REFUSED = [
    ("GET", "/-/api/", 404),
    ("GET", "/-/api/v2/pages", 404),
    ("GET", f"{V1}/pages/", 404),
    ("GET", f"{V1}/pages//x", 404),
    ("GET", f"{V1}/pages/a:b", 404),
    ("GET", f"{V1}/pages/%00", 404),
    ("GET", f"{V1}/pages/..%2f..%2fetc", 404),
    ("POST", f"{V1}/pages", 405),
    ("TRACE", f"{V1}/me", 405),
    ("GET", f"{V1}/needs/rien", 404),
    ("GET", f"{V1}/changes?cursor=faux", 422),
    ("GET", f"{V1}/changes?cursor=%ED%A0%80", 422),
]


class Robot:
    """A program with a token."""

    def __init__(self, app: "Flask", secret: str) -> None:
        self.client = app.test_client()
        self.secret = secret
        self.headers = {"Authorization": f"Bearer {secret}"}

    def get(self, url: str, **headers: str) -> "TestResponse":
        return self.client.get(url, headers={**self.headers, **headers})

    def put(self, url: str, headers: dict[str, str] | None = None, **body: Any) -> "TestResponse":
        return self.client.put(url, json=body, headers={**self.headers, **(headers or {})})

    def delete(self, url: str, headers: dict[str, str] | None = None) -> "TestResponse":
        return self.client.delete(url, headers={**self.headers, **(headers or {})})


@pytest.fixture
def robot(
    app: "Flask", instance: "Instance", person: "Callable[..., Person]"
) -> Callable[..., Robot]:
    """``robot(*scopes, by=person)``: a program of a member's."""
    members: list[Person] = []

    def robot(*scopes: str, by: "Person | None" = None, days: int | None = 30) -> Robot:
        if by is None:
            members[:] = members or [person("Une membre")]
        who = by or members[0]
        wanted = scopes or ("read", "write")
        secret = issue(instance.private, who.id, name="Un robot", scopes=wanted, days=days)
        return Robot(app, secret)

    return robot


def problem(response: "TestResponse", status: int) -> dict[str, Any]:
    assert response.status_code == status, response.get_data(as_text=True)
    assert response.content_type == "application/problem+json"
    told: dict[str, Any] = json.loads(response.data)
    assert told["status"] == status and told["title"] and told["detail"]
    return told


def test_a_page_is_read_with_its_blob_id_as_etag(
    client: "FlaskClient", instance: "Instance", write: Callable[..., str]
) -> None:
    head = write({"projets/lora.md": TEXT})
    answer = client.get(PAGE)
    told = answer.get_json()
    blob = instance.repository.read("projets/lora.md", head)
    assert blob is not None and answer.headers["ETag"] == f'"{blob.id}"'
    assert told["etag"] == blob.id and told["commit"] == head and told["text"] == TEXT
    assert told["head"] == {"title": ["LoRa"]} and told["html"] is None
    assert told["may_edit"] is False
    assert answer.headers["Cache-Control"] == "public, no-cache"
    again = client.get(PAGE, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304 and not again.data
    assert "<p>Un.</p>" in client.get(f"{PAGE}?include=html").get_json()["html"]
    assert client.head(PAGE).status_code == 200 and not client.head(PAGE).data


def test_what_depends_on_who_asks_is_not_kept(
    robot: Callable[..., Robot], write: Callable[..., str]
) -> None:
    write({"projets/lora.md": TEXT})
    for url in (PAGE, f"{V1}/pages", f"{V1}/me", f"{V1}/search?q=lora"):
        answer = robot().get(url)
        assert answer.headers["Cache-Control"] == "private, no-store", url
        assert "Authorization" in answer.headers["Vary"]
        assert "Set-Cookie" not in answer.headers
        assert not any(name.startswith("Access-Control") for name, _value in answer.headers)


def test_a_change_names_what_it_is_a_change_of(
    robot: Callable[..., Robot], write: Callable[..., str]
) -> None:
    write({"projets/lora.md": TEXT})
    one = robot()
    etag = one.get(PAGE).headers["ETag"]
    problem(one.put(PAGE, text="Autre.\n"), 428)
    problem(one.put(PAGE, {"If-Match": '"' + "0" * 40 + '"'}, text="Autre.\n"), 412)
    problem(one.put(PAGE, {"If-None-Match": "*"}, text="Autre.\n"), 412)
    assert one.get(PAGE).get_json()["text"] == TEXT
    saved = one.put(PAGE, {"If-Match": etag}, text=TEXT + "Quatre.\n", message="Quatre")
    assert saved.status_code == 200
    now = one.get(PAGE)
    assert saved.headers["ETag"] == now.headers["ETag"] != etag
    assert saved.get_json()["created"] is False
    # The update that would have been lost: the same ETag a second time.
    problem(one.put(PAGE, {"If-Match": etag}, text=TEXT), 412)
    assert "Quatre" in one.get(PAGE).get_json()["text"]
    told = one.get(f"{PAGE}/history?limit=1").get_json()["changes"][0]
    assert (told["message"], told["program"]) == ("Quatre", "Un robot")


def test_a_change_says_what_program_saved_it(
    app: "Flask",
    client: "FlaskClient",
    instance: "Instance",
    person: "Callable[..., Person]",
    write: Callable[..., str],
) -> None:
    write({"projets/lora.md": TEXT})
    one = person("Awa")
    secret = issue(instance.private, one.id, name="Mon robot <b>", scopes=["read", "write"], days=1)
    program = Robot(app, secret)
    etag = program.get(PAGE).headers["ETag"]
    forged = "Quatre\n\nSaved-with: Autre\nCo-authored-by: Une <u@people.invalid>"
    repository, new = instance.repository, "---\nvisibility: public\n---\n# Neuf\n"
    for path, how, text, words in (
        ("projets/lora", {"If-Match": etag}, TEXT + "Quatre.\n", forged),
        ("neuf", {"If-None-Match": "*"}, new, ""),
    ):
        sent = program.put(f"{V1}/pages/{path}", how, text=text, message=words)
        assert sent.status_code < 300
        message = repository.commit_info(repository.head()).message
        said, _, trailers = message.strip().rpartition("\n\n")
        assert said and "\n" not in said and trailers == "Saved-with: Mon robot b"
        told = client.get(f"/-/history/{path}").get_data(as_text=True)
        assert "par le programme «\xa0Mon robot b\xa0»" in told and "<b>Une</b>" not in told
    # Who only types it is no program.
    save(Reader(instance, one), "neuf", f"{new}Deux.\n", repository.head(), "Saved-with: X")
    assert "programme «\xa0X" not in client.get("/-/history/neuf").get_data(as_text=True)


def test_changes_are_joined_or_both_texts_told(
    robot: Callable[..., Robot], write: Callable[..., str]
) -> None:
    base = write({"projets/lora.md": TEXT})
    write({"projets/lora.md": TEXT.replace("Un.", "Un d’elle.")})
    one = robot()
    joined = one.put(PAGE, text=TEXT.replace("Trois.", "Trois de moi."), base=base)
    assert joined.status_code == 200 and joined.get_json()["merged"] is True
    text = one.get(PAGE).get_json()["text"]
    assert "Un d’elle." in text and "Trois de moi." in text
    told = problem(one.put(PAGE, text=TEXT.replace("Un.", "Un de moi."), base=base), 409)
    assert told["theirs"] == text and "Un de moi." in told["mine"] and told["base"] == TEXT
    again = one.put(PAGE, text=told["mine"], base=told["commit"])
    assert again.status_code == 200


def test_a_page_is_made_and_deleted_and_its_past_stays(
    robot: Callable[..., Robot], write: Callable[..., str]
) -> None:
    write({"index.md": "# Accueil\n"})
    one = robot()
    made = one.put(f"{V1}/pages/notes/une", {"If-None-Match": "*"}, text="# Une\n")
    assert made.status_code == 201 and made.headers["Location"] == f"{V1}/pages/notes/une"
    problem(one.delete(f"{V1}/pages/notes/une"), 428)
    problem(one.delete(f"{V1}/pages/notes/une", {"If-Match": '"0"'}), 412)
    gone = one.delete(f"{V1}/pages/notes/une", {"If-Match": made.headers["ETag"]})
    assert gone.status_code == 204 and not gone.data
    problem(one.get(f"{V1}/pages/notes/une"), 404)
    kinds = [
        line["kind"] for line in one.get(f"{V1}/pages/notes/une/history").get_json()["changes"]
    ]
    assert kinds == ["deleted", "created"]
    problem(one.delete(f"{V1}/pages/notes/une", {"If-Match": "*"}), 404)


def test_an_old_version_is_read_and_a_page_may_be_called_history(
    client: "FlaskClient", write: Callable[..., str]
) -> None:
    first = write({"projets/lora.md": TEXT, "projets/lora/history.md": "# Notre histoire\n"})
    write({"projets/lora.md": "Autre.\n"})
    assert client.get(f"{PAGE}/versions/{first}").get_json()["text"] == TEXT
    problem(client.get(f"{PAGE}/versions/{'0' * 40}"), 404)
    assert len(client.get(f"{PAGE}/history").get_json()["changes"]) == 2
    assert client.get(f"{PAGE}/history.md").get_json()["title"] == "Notre histoire"


def test_each_scope_opens_its_door_alone(robot: Callable[..., Robot]) -> None:
    for scopes, reads, writes in (
        (("read",), 200, 403),
        (("write",), 403, 201),
        (("read", "write", "git"), 200, 200),
        (("git",), 403, 403),
        (("feeds",), 403, 403),
    ):
        one = robot(*scopes)
        for answer, status in (
            (one.get(f"{V1}/me"), reads),
            (one.put(f"{V1}/pages/neuve", {}, text="# Neuve\n", base="0" * 40), writes),
        ):
            assert answer.status_code == status, (scopes, answer.get_data(as_text=True))
            if status == 403:
                assert "insufficient_scope" in answer.headers["WWW-Authenticate"]
                assert problem(answer, 403)["errors"] == []


def test_a_token_that_is_over_is_refused_as_one_that_never_was(
    robot: Callable[..., Robot], instance: "Instance", monkeypatch: pytest.MonkeyPatch
) -> None:
    one, person_id = robot(days=30), ""
    me = one.get(f"{V1}/me")
    assert me.get_json()["scopes"] == ["read", "write"]
    wrong = Robot(one.client.application, "carrefour_" + "x" * 43)
    never = problem(wrong.get(f"{V1}/me"), 401)
    later = instance.private.now() + timedelta(days=31)
    with monkeypatch.context() as patch:
        patch.setattr(instance.private, "now", lambda: later)
        answer = one.get(f"{V1}/me")
    assert problem(answer, 401) == never
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
    assert one.secret not in answer.get_data(as_text=True)
    with instance.private.reading() as session:
        from wiki.people.models.entries import AccessTokenRow

        row = session.query(AccessTokenRow).one()
        person_id, token_id = row.person, row.id
    revoke(instance.private, person_id, token_id)
    assert problem(one.get(f"{V1}/me"), 401) == never
    assert listed(instance.private, person_id) == []
    for header in ("Basic eDp5", "Bearer", "Bearer a b", "Digest x"):
        refused = one.client.get(f"{V1}/me", headers={"Authorization": header})
        problem(refused, 401)


def test_a_session_reads_and_writes_only_with_the_forms_token(
    log_in: "Callable[[Person], FlaskClient]", person: "Callable[..., Person]"
) -> None:
    browser = log_in(person("Une membre"))
    assert browser.get(f"{V1}/me").get_json()["name"] == "Une membre"
    url, body = f"{V1}/pages/neuve", {"text": "# Neuve\n"}
    problem(browser.put(url, json=body), 403)
    problem(browser.put(url, json=body, headers={"X-CSRFToken": "faux"}), 403)
    good = {"X-CSRFToken": form_token(browser, "/-/account/tokens")}
    problem(browser.put(url, json=body, headers={**good, "Sec-Fetch-Site": "cross-site"}), 403)
    assert browser.put(url, json=body, headers=good).status_code == 201


def test_a_visitor_writes_nothing(client: "FlaskClient", write: Callable[..., str]) -> None:
    write({"projets/lora.md": TEXT})
    for answer in (client.put(PAGE, json={"text": "x"}), client.delete(PAGE)):
        problem(answer, 401)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert client.get(f"{V1}/me").get_json()["role"] == "visitor"


def test_a_body_that_can_be_read_in_two_ways_is_refused(robot: Callable[..., Robot]) -> None:
    one = robot()
    for body, kind, status in BODIES:
        headers = {**one.headers, "Content-Type": kind}
        problem(one.client.put(f"{V1}/pages/neuve", data=body, headers=headers), status)
    problem(one.get(f"{V1}/pages/neuve"), 404)


def test_a_page_is_taken_up_to_its_limit(robot: Callable[..., Robot], instance: "Instance") -> None:
    one, limit = robot(), instance.settings.max_page
    whole = one.put(f"{V1}/pages/neuve", text="a" * (limit - 1))
    assert whole.status_code == 201
    problem(one.put(f"{V1}/pages/autre", text="a" * limit), 413)
    problem(one.put(f"{V1}/pages/autre", text="a" * (6 * limit + 20_000)), 413)


def test_what_is_wrong_is_said_by_field_in_our_words(client: "FlaskClient") -> None:
    answer = client.get(
        f"{V1}/pages?limit=101&secret=s3cr3t&type=nope", headers={"Accept-Language": "en"}
    )
    told = problem(answer, 422)
    assert told["errors"] == [
        {"place": "limit", "words": "is too large"},
        {"place": "type.0", "words": "is none of the values that can be chosen"},
        {"place": "secret", "words": "is not known here"},
    ]
    assert "s3cr3t" not in answer.get_data(as_text=True)
    french = problem(client.get(f"{V1}/pages?limit=0"), 422)
    assert french["errors"][0]["words"] == "est trop petit"


def test_every_refusal_is_a_problem(client: "FlaskClient") -> None:
    for method, url, status in REFUSED:
        answer = client.open(url, method=method)
        problem(answer, status)
        if status == 405:
            assert "GET" in answer.headers["Allow"]


def test_a_fault_of_ours_says_its_reference_alone(
    app: "Flask", monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from wiki.web.api import lists

    def fail(*_args: object, **_more: object) -> None:
        raise RuntimeError("dans les entrailles")

    monkeypatch.setattr(lists, "find_rows", fail)
    answer = app.test_client().get(f"{V1}/pages")
    told = problem(answer, 500)
    assert told["reference"] and told["reference"] in caplog.text
    assert "entrailles" not in answer.get_data(as_text=True)


def parts(client: "FlaskClient", url: str | None) -> Iterator[dict[str, Any]]:
    while url:
        answer = client.get(url)
        assert answer.status_code == 200, url
        told = answer.get_json()
        url = told["next"]
        assert answer.headers.get("Link") == (f'<{url}>; rel="next"' if url else None)
        yield told


def test_a_list_that_grows_gives_each_page_once(
    client: "FlaskClient", write: Callable[..., str]
) -> None:
    write({f"notes/n{number}.md": f"# {number}\n" for number in range(9)})
    seen: list[str] = []
    for number, part in enumerate(parts(client, f"{V1}/pages?below=notes&limit=2")):
        seen += [page["path"] for page in part["pages"]]
        # Before what was given, and after it; and the newest of all.
        write({f"notes/a{number}.md": "# Nouvelle\n", "notes/n0.md": f"# {number} encore\n"})
    assert seen == sorted(seen) and len(seen) == len(set(seen))
    assert {f"notes/n{number}" for number in range(9)} <= set(seen)


def test_needs_that_come_meanwhile_move_nothing(
    client: "FlaskClient", write: Callable[..., str]
) -> None:
    for number in range(5):
        need = f"- [ ] Besoin {number} #radio {{#b-besoin0{number}}}"
        page = f"---\ntype: project\ntitle: P{number}\n---\n\n::: besoins\n{need}\n\n:::\n"
        write({f"projets/p{number}.md": page})
    seen: list[str] = []
    for part in parts(client, f"{V1}/needs?keyword=radio&limit=2"):
        seen += [need["id"] for need in part["needs"]]
        number = 5 + len(seen)
        page = (
            f"---\ntype: project\n---\n\n::: besoins\n- [ ] x #radio {{#b-besoin{number}}}\n\n:::\n"
        )
        write({f"projets/p{number}.md": page})
    assert seen == [f"b-besoin0{number}" for number in range(4, -1, -1)]
    assert client.get(f"{V1}/needs/b-besoin03").get_json()["text"] == "Besoin 3"
    problem(client.get(f"{V1}/offers/b-besoin03"), 404)
    assert client.get(f"{V1}/needs?state=met").get_json()["needs"] == []
    assert client.get(f"{V1}/needs?project=ailleurs").get_json()["needs"] == []


def test_changes_and_results_come_in_parts_too(
    client: "FlaskClient", write: Callable[..., str]
) -> None:
    for number in range(5):
        write({f"n{number}.md": f"# Antenne {number}\n"}, message=f"no {number}")
    said = [
        line["message"]
        for part in parts(client, f"{V1}/changes?limit=2")
        for line in part["changes"]
    ]
    assert said == [f"no {number}" for number in range(4, -1, -1)]
    found = [
        hit["path"]
        for part in parts(client, f"{V1}/search?q=antenne&limit=2")
        for hit in part["results"]
    ]
    assert sorted(found) == [f"n{number}" for number in range(5)]


def test_a_cursor_is_good_for_its_own_list(
    client: "FlaskClient", write: Callable[..., str]
) -> None:
    write({f"n{number}.md": "# x\n" for number in range(3)})
    cursor = client.get(f"{V1}/pages?limit=1").get_json()["next"].partition("cursor=")[2]
    assert client.get(f"{V1}/pages?limit=1&cursor={cursor}").status_code == 200
    problem(client.get(f"{V1}/projects?cursor={cursor}"), 422)
    problem(client.get(f"{V1}/pages?cursor={cursor[:-2]}"), 422)
    # One that an earlier version of the wiki signed.
    problem(client.get(f"{V1}/pages?cursor=mX1GmEqY3vR0bq9gsaWpJ0hUZbJvTn0"), 422)
    again = client.get(f"{V1}/pages?limit=1").get_json()["next"]
    assert again.endswith(f"cursor={cursor}"), "the same place has the same cursor"


def test_kinds_have_lists_of_their_own_with_facts(
    client: "FlaskClient", write: Callable[..., str]
) -> None:
    write(
        {
            "p.md": "---\ntype: project\ntitle: P\nthemes: [Radio]\nterritory: Bretagne\n---\n",
            "q.md": "---\ntype: project\ntitle: Q\n---\n",
            "e.md": "---\ntype: event\ntitle: E\nstarts: 2027-03-01\n---\n",
        }
    )
    assert [page["path"] for page in client.get(f"{V1}/projects").get_json()["pages"]] == ["p", "q"]
    found = client.get(f"{V1}/projects?theme=radio&territory=bretagne").get_json()["pages"]
    assert [page["path"] for page in found] == ["p"] and found[0]["facts"]["theme"] == ["Radio"]
    assert client.get(f"{V1}/events").get_json()["pages"][0]["facts"]["starts"] == ["2027-03-01"]
    assert client.get(f"{V1}/people").get_json()["pages"] == []
    both = client.get(f"{V1}/pages?type=project&type=event").get_json()["pages"]
    assert len(both) == 3
    assert client.get(f"{V1}/pages?below=a:b").get_json()["pages"] == []


def test_no_mail_address_is_told(
    client: "FlaskClient", robot: Callable[..., Robot], write: Callable[..., str]
) -> None:
    write(
        {"p.md": "---\ntype: project\ncontact: une@example.org\nroles: [une@example.org]\n---\n"},
        message="de une@example.org",
    )
    for url in ("projects", "pages/p/history", "changes", "me"):
        assert "@example.org" not in client.get(f"{V1}/{url}").get_data(as_text=True), url
        assert "example.org" not in robot().get(f"{V1}/{url}").get_data(as_text=True), url
    told = client.get(f"{V1}/pages/p").get_json()
    assert "@example.org" not in json.dumps({**told, "text": ""})


def test_so_many_a_minute_and_not_one_more(
    app: "Flask", instance: "Instance", robot: Callable[..., Robot], monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from wiki.people.limits.frequent import Rates

    few = replace(
        instance,
        settings=replace(instance.settings, api_requests_per_minute=3),
        rates=Rates(now=lambda: 1.0),
    )
    from wiki.app import create_app

    app = create_app(few)
    one, other = Robot(app, robot().secret), Robot(app, robot().secret)
    for _ in range(3):
        assert one.get(f"{V1}/me").status_code == 200
    answer = one.get(f"{V1}/me")
    problem(answer, 429)
    # A window is looked back on an eighth further than it is long.
    assert 1 <= int(answer.headers["Retry-After"]) <= 68
    assert other.get(f"{V1}/me").status_code == 200
    visitor = app.test_client()
    assert [visitor.get(f"{V1}/me").status_code for _ in range(4)] == [200, 200, 200, 429]
    # Guessing is counted where it comes from.
    problem(Robot(app, "carrefour_faux").get(f"{V1}/me"), 429)


def test_what_is_the_same_for_every_visitor_is_kept_until_it_changes(
    instance: "Instance", robot: Callable[..., Robot], write: Callable[..., str]
) -> None:
    from werkzeug.test import Client

    from wiki.app import create_application

    write({"projets/lora.md": TEXT, "secret.md": "---\nvisibility: members\n---\n\n# Secret\n"})
    visitor = Client(create_application(instance))
    for url in (f"{V1}/pages", f"{V1}/changes", f"{V1}/needs", f"{V1}/search?q=lora"):
        etag = visitor.get(url).headers["ETag"]
        assert visitor.get(url, headers={"If-None-Match": etag}).status_code == 304, url
        # Whoever comes with a token is never given what is kept, nor is what they got kept.
        own = visitor.get(url, headers=robot().headers)
        assert own.headers["Cache-Control"] == "private, no-store"
        assert "Secret" not in visitor.get(url).get_data(as_text=True)
        write({f"n{len(url)}.md": "# LoRa\n"})
        assert (
            visitor.get(url, headers={"If-None-Match": etag}).status_code == 200 or "needs" in url
        )
    # The ETag of a page is its blob id here too.
    page = visitor.get(PAGE)
    assert page.headers["ETag"] == f'"{page.get_json()["etag"]}"'


def test_a_question_from_elsewhere_is_refused(client: "FlaskClient") -> None:
    problem(client.get(f"{V1}/me", headers={"Host": "evil.example"}), 400)
    options = client.options(f"{V1}/pages")
    assert set(options.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
    assert not [name for name, _value in options.headers if name.startswith("Access-Control")]


def test_who_may_not_edit_a_page_is_told_so_and_saves_nothing(
    robot: Callable[..., Robot], write: Callable[..., str], person: "Callable[..., Person]"
) -> None:
    write({"projets/lora.md": "---\ntype: project\neditors: team\n---\n\n# LoRa\n"})
    one = robot()
    etag = one.get(PAGE).headers["ETag"]
    assert one.get(PAGE).get_json()["may_edit"] is False
    problem(one.put(PAGE, {"If-Match": etag}, text="# Autre\n"), 403)
    problem(one.delete(PAGE, {"If-Match": etag}), 403)
    problem(robot(by=person("Lectrice", role="reader")).put(f"{V1}/pages/x", text="x"), 403)
    assert one.get(PAGE).headers["ETag"] == etag
    # Nor are rights opened by a save.
    open_text = "---\nvisibility: team\n---\n\n# x\n"
    assert one.put(f"{V1}/pages/y", text="# y\n").status_code == 201
    changed = one.put(f"{V1}/pages/y", {"If-Match": "*"}, text=open_text)
    problem(changed, 403)
