"""Assistants propose in the name of a person, who reads it over; nothing is saved by them."""

import json
from typing import Any

from wiki.app import create_app
from wiki.people.accounts import add_person, set_page
from wiki.testing.wikis import PASSWORD

from .conftest import Place, run
from .test_asking import asked

PAGE = "projets/serre"
HEAD = "---\ntype: project\ntitle: Serre\nteam: ['[[personnes/lea]]']\n---\n\n"


def test_what_is_proposed_waits_for_its_person(place: Place) -> None:
    """Whoever looks after the page alone reads what their assistant wrote, and accepts it."""
    private = place.instance.private
    added = add_person(
        private, email="lea@example.org", name="Léa", role="member", password=PASSWORD
    )
    lea = set_page(private, added.id, "personnes/lea", by="test")
    place.write(f"{PAGE}.md", f"{HEAD}# Serre\n\nUne serre.\n")
    token = place.token("read", "propose", person=lea)

    page = run(asked(place, token, "read_page", path=PAGE))
    given: dict[str, Any] = {"path": PAGE, "base": page["commit"], "message": "La taille"}
    text = page["text"].replace("Une serre.", "Une serre de douze mètres.")
    told = run(asked(place, token, "propose_change", **given, text=text))
    assert (told["state"], told["program"]) == ("waiting", "essai")
    assert run(asked(place, token, "read_page", path=PAGE))["text"] == page["text"]

    client = create_app(place.instance).test_client()
    client.application.config["WTF_CSRF_ENABLED"] = False
    client.post("/-/login", data={"email": "lea@example.org", "password": PASSWORD})
    proposal = told["url"].rpartition("/")[2].partition(".")[0]
    card = client.get(f"/-/moderation/proposal/{proposal}").get_data(as_text=True)
    assert "écrit par un programme\u00a0: essai" in card
    seen = card.partition('name="seen" value="')[2].partition('"')[0]
    answer = {"action": "accept", "seen": seen}
    client.post(f"/-/moderation/proposal/{proposal}", data=answer)
    repository = place.instance.repository
    message = repository.commit_info(repository.head()).message
    assert "Proposed-with: essai\n" in message and "Accepted-by: Léa" in message
    (one, *_others) = run(asked(place, token, "list_own_proposals"))["proposals"]
    assert one["state"] == "accepted"


def test_a_need_is_proposed_and_not_written(place: Place) -> None:
    """By a tool that another plugin's operation is; what asks the same is told first."""
    need = "Un four à pain mobile pour les fêtes du quartier"
    place.write("fete.md", f"# Fête\n\n::: besoins\n- [ ] {need} {{#b-fourapai}}\n\n:::\n")
    token, head = place.token("read", "propose"), place.instance.repository.head()
    given: dict[str, Any] = {"page": "projets/lora-a-la-ferme", "what": need, "keywords": ["four"]}
    told = run(asked(place, token, "propose_need", **given))
    (one,) = told["duplicates"]
    assert (told["proposal"], one["id"]) == (None, "b-fourapai")
    assert one["url"].startswith("http")
    told = run(asked(place, token, "propose_need", **given, told=["b-fourapai"]))
    assert (told["proposal"]["state"], told["proposal"]["program"]) == ("waiting", "essai")
    assert place.instance.repository.head() == head
    refused = run(asked(place, token, "propose_need", **{**given, "before": "demain"}))
    assert "before" in refused or "jour" in refused
    assert "propose_need" not in run(_names(place, place.token("read", "write")))


def test_what_a_program_may_not_do_is_refused(place: Place) -> None:
    narrow, good = place.token("read", "write"), place.token("read", "propose")
    given = {"path": "index", "text": "Autre chose.\n"}
    assert "propose" in run(asked(place, narrow, "propose_change", **given))
    assert "propose_change" not in run(_names(place, narrow))
    assert "propose_change" in run(_names(place, good))
    unread = run(
        asked(place, good, "propose_change", path="nulle/part", text="---\nteam: x\n---\nx")
    )
    assert "team" in unread
    huge = run(asked(place, good, "propose_change", path="index", text="x" * 1_000_001))
    assert isinstance(huge, str)
    head = place.instance.repository.head()
    assert run(asked(place, good, "propose_change", path="", text="x")) and (
        place.instance.repository.head() == head
    )


async def _names(place: Place, token: str) -> list[str]:
    async with place.client(token) as client:
        return [one.name for one in (await client.list_tools()).tools]


def test_a_page_is_followed_and_left_again(place: Place) -> None:
    token = place.token("read", "propose")
    run(asked(place, token, "follow_page", path="index"))
    run(asked(place, token, "follow_page", path="index"))
    (one,) = run(asked(place, token, "list_following"))["following"]
    assert one["kind"] == "page" and one["url"].startswith("http")
    assert "page" in run(asked(place, token, "follow_page", path="nulle/part"))
    run(asked(place, token, "unfollow_page", path="index"))
    assert run(asked(place, token, "list_following")) == {"following": []}
    assert json.dumps(run(asked(place, place.token("read"), "list_following")))
