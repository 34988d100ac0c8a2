"""Who may have what told, and what each chat program is sent."""

import json
from typing import Any

import pytest

from .conftest import NEED, PROJECT, Receiver, Told, needs, project

HOSTILE = "Salut @all <!channel> [x](http://y) & </a> | *fort*"


@pytest.mark.parametrize(
    ("who", "scope", "status"),
    [
        ("anne", "site", 200),
        ("paul", "site", 422),
        ("paul", "theme", 200),
        ("paul", "board", 200),
        ("paul", "page", 422),
        ("lea", "page", 200),
        ("lea", "theme", 422),
        ("marc", "page", 422),
    ],
)
def test_each_has_told_what_is_theirs(
    place: Told, receiver: Receiver, who: str, scope: str, status: int
) -> None:
    fields: dict[str, Any] = {
        "theme": "énergie",
        "board": "needs",
        "page": f"/{PROJECT}",
        "kinds": ["page"],
    }
    form: dict[str, Any] = {"form": "standard", "address": receiver.url, "scope": scope, **fields}
    place.send(who, "/-/webhooks/new", status, **form)
    assert len(place.hooks()) == (status == 200)


def test_what_is_told_is_of_the_theme_the_board_or_the_space(
    place: Told, receiver: Receiver
) -> None:
    scopes: tuple[dict[str, Any], ...] = (
        {"scope": "theme", "theme": "Energie", "address": f"{receiver.url}/theme"},
        {"scope": "board", "board": "needs", "address": f"{receiver.url}/board"},
        {"scope": "page", "page": PROJECT, "address": f"{receiver.url}/space"},
    )
    for fields in scopes:
        place.add("anne", **fields)
    place.write({"ailleurs.md": f"# Ailleurs\n\n{needs('- [ ] Du sel {#b-dddddddd}')}"})
    place.write({f"{PROJECT}/plan.md": "# Le plan\n"})
    place.run()
    told = sorted((one.path, json.loads(one.body)["data"]["title"]) for one in receiver.got)
    assert told == [
        ("/hook/board", "Du sel"),
        ("/hook/space", "Le plan"),
        ("/hook/theme", "Le plan"),
    ]


def test_an_address_is_its_owner_s_and_administrators(place: Told, receiver: Receiver) -> None:
    id = place.add("lea", receiver, scope="page", page=PROJECT, name="Notre salon")
    assert "Notre salon" in place.see("lea", "/-/webhooks")
    assert "Notre salon" in place.see("anne", "/-/webhooks")
    for who in ("marc", "paul"):
        assert "Notre salon" not in place.see(who, "/-/webhooks")
        place.see(who, f"/-/webhooks/{id}", 404)
        place.send(who, f"/-/webhooks/{id}", 404, action="delete")
    assert "/hook" not in place.see("anne", f"/-/webhooks/{id}").replace("/-/webhooks", "")
    place.send("anne", f"/-/webhooks/{id}", action="delete")
    assert place.hooks() == []


def test_who_leaves_the_team_has_nothing_told_any_more(place: Told, receiver: Receiver) -> None:
    place.add("lea", receiver, scope="page", page=PROJECT)
    place.write({f"{PROJECT}.md": project(needs(NEED)).replace("personnes/lea", "personnes/zoe")})
    place.run()
    assert receiver.got == [] and place.hooks()[0].off == "rights"


def test_no_message_calls_everybody_or_marks_what_it_should_not(
    place: Told, receiver: Receiver
) -> None:
    forms: dict[str, dict[str, Any]] = {
        "slack": {},
        "mattermost": {},
        "discord": {},
        "hookshot": {},
        "matrix": {"room": "!abc:example.org", "token": "syt_x"},
    }
    for form, fields in forms.items():
        place.add("anne", form=form, address=f"{receiver.url}/{form}", **fields)
    place.write({"neuf.md": f"---\ntitle: '{HOSTILE}'\nsummary: '{HOSTILE}'\n---\n"})
    place.run()
    got: dict[str, Any] = {one.path.split("/")[2]: one for one in receiver.got}
    bodies = {form: json.loads(one.body) for form, one in got.items()}
    assert "&lt;!channel&gt;" in bodies["slack"]["text"] and "<!" not in bodies["slack"]["text"]
    for text in (bodies["mattermost"]["text"], bodies["discord"]["content"]):
        assert "@all" not in text and r"\*fort\*" in text and "[x](" not in text
    assert bodies["discord"]["allowed_mentions"] == {"parse": []}
    for said in (bodies["hookshot"]["html"], bodies["matrix"]["formatted_body"]):
        assert "&lt;/a&gt;" in said and "<!channel>" not in said
    matrix = got["matrix"]
    assert matrix.method == "PUT" and matrix.headers["authorization"] == "Bearer syt_x"
    assert "/_matrix/client/v3/rooms/%21abc%3Aexample.org/send/m.room.message/msg_" in matrix.path
    assert "webhook-signature" not in matrix.headers
    shown = "".join(place.see("anne", f"/-/webhooks/{one.id}") for one in place.hooks())
    assert "syt_x" not in shown


def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(place: Told) -> None:
    for fields, field in (
        ({"address": "http://chat.example.org/x"}, "address"),
        ({"address": "https://u:p@chat.example.org/"}, "address"),
        ({"form": "matrix", "room": "salon"}, "room"),
        ({"scope": "theme", "theme": "!"}, "theme"),
        ({"scope": "page", "page": "nulle-part"}, "page"),
        ({"kinds": []}, "kinds"),
    ):
        form: dict[str, Any] = {"form": "standard", "scope": "site", "kinds": ["page"]}
        form |= {"name": "Mon salon", "address": "http://127.0.0.1:1/hook", **fields}
        shown = place.send("anne", "/-/webhooks/new", 422, **form)
        assert "Mon salon" in shown and 'class="error"' in shown, field
        assert place.hooks() == []
