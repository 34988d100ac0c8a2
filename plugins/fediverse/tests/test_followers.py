"""Who follows is told what is new in public, what is other and what is gone; nothing closed."""

import json

from .conftest import (
    EVENT,
    FILES,
    MEDIA,
    NEED,
    PROJECT,
    SITE,
    Elsewhere,
    Fediverse,
    event,
    needs,
    pem_of,
    project,
)

NEW = "- [ ] Une pompe {#b-bbbbbbbb}"


def test_what_can_be_followed_is_found_and_described(place: Fediverse) -> None:
    found = place.get("/.well-known/webfinger?resource=acct:soirees@localhost")
    assert found["subject"] == "acct:soirees@localhost"
    (address,) = [one["href"] for one in found["links"] if one["rel"] == "self"]
    said = place.get(address)
    assert said["id"] == address and said["name"] == "Les soirées" and said["type"] == "Group"
    assert said["publicKey"]["owner"] == address
    assert said["publicKey"]["publicKeyPem"].startswith("-----BEGIN PUBLIC KEY-----")
    assert said["endpoints"]["sharedInbox"] == f"{SITE}/-/fediverse/inbox"
    picture = place.app.test_client().get(said["icon"]["url"].removeprefix(SITE))
    assert picture.mimetype == said["icon"]["mediaType"] == "image/png"
    for name in ("carrefour", "energie"):
        assert place.get(place.actor(name))["preferredUsername"] == name
    place.get("/.well-known/webfinger?resource=acct:personne@localhost", 404)
    place.get("/.well-known/webfinger?resource=acct:soirees@ailleurs.example", 404)
    node = place.get(place.get("/.well-known/nodeinfo")["links"][0]["href"])
    assert node["protocols"] == ["activitypub"] and node["version"] == "2.1"
    browser = place.app.test_client().get(address, headers={"Accept": "text/html"})
    assert browser.headers["Location"].endswith("/programmes/soirees")


def test_what_was_there_already_stands_in_the_outbox(place: Fediverse) -> None:
    site = {one["object"]["url"]: one["object"] for one in place.outbox("carrefour")}
    assert sorted(site) == [f"{SITE}/-/needs/b-aaaaaaaa", f"{SITE}/{PROJECT}"]
    need = site[f"{SITE}/-/needs/b-aaaaaaaa"]
    assert need["type"] == "Note" and "Un regard" in need["content"]
    assert {one["name"] for one in need["tag"]} == {"#radio", "#Énergie"}
    assert place.get(need["id"])["content"] == need["content"]
    shared = [one["object"] for one in place.outbox("energie")]
    assert need["id"] in shared and place.outbox("soirees") == []


def test_who_follows_is_told_what_is_new_other_and_gone(place: Fediverse, there: Elsewhere) -> None:
    lea = there.actor("lea")
    place.follow(lea, "carrefour")
    place.follow(lea, "soirees", "2")
    assert there.types() == ["Accept", "Accept"]
    assert there.got[0]["object"]["id"] == f"{lea}/follows/1"
    assert place.followers("carrefour") == 1
    there.got.clear()
    place.write({f"{EVENT}.md": event(), f"{PROJECT}.md": project(needs(NEED, NEW))})
    place.run()
    assert sorted(there.types()) == ["Announce", "Create", "Create"]
    made = {one["object"]["type"]: one["object"] for one in there.got if one["type"] == "Create"}
    shown = made["Event"]
    assert shown["name"] == "Soirée de printemps"
    assert shown["startTime"] == "2027-03-18T18:30:00+01:00"
    assert shown["location"]["name"] == "Médiathèque, Rennes"
    assert "18 mars 2027" in shown["summary"] and shown["url"] == f"{SITE}/{EVENT}"
    (passed,) = [one for one in there.got if one["type"] == "Announce"]
    assert passed["actor"] == place.actor("soirees") and passed["object"] == shown["id"]
    there.got.clear()
    place.write({f"{EVENT}.md": event("cancelled: yes\n")})
    place.run()
    (other,) = there.got
    assert other["type"] == "Update" and other["object"]["ical:status"] == "CANCELLED"
    there.got.clear()
    place.write(
        {f"{EVENT}.md": None, f"{PROJECT}.md": project(needs(NEED, NEW.replace("[ ]", "[x]")))}
    )
    place.run()
    assert there.types() == ["Delete", "Delete"]
    assert {one["object"]["type"] for one in there.got} == {"Tombstone"}
    assert place.get(shown["id"], 410)["type"] == "Tombstone"


def test_news_of_a_project_are_told_and_its_history_is_not(
    place: Fediverse, there: Elsewhere
) -> None:
    place.follow(there.actor("lea"), "carrefour")
    there.got.clear()
    today = place.reader().today.isoformat()
    lines = f"- 2020-01-01 idée — Au début\n- {today} prototype — Elle chauffe\n"
    place.write({f"{PROJECT}.md": project(f"{needs(NEED)}\n::: historique\n{lines}\n:::\n")})
    place.run()
    (made,) = [one for one in there.got if one["type"] == "Create"]
    assert "Elle chauffe" in made["object"]["content"] and "La serre" in made["object"]["content"]


def test_requests_are_signed_as_mastodon_wants(place: Fediverse, there: Elsewhere) -> None:
    """By its documentation: (request-target), host, date and digest, by the actor's own key."""
    place.follow(there.actor("lea"), "carrefour")
    got, headers = there.got[0], there.headers[0]
    claim = place.part("signatures").read_claim(
        "POST", "/users/lea/inbox", headers, headers["body"].encode(), place.now
    )
    assert headers[""] == "/users/lea/inbox" and headers["content-type"] == MEDIA
    assert claim.key == place.get(got["actor"])["publicKey"]["id"]
    assert claim.check(place.get(got["actor"])["publicKey"]["publicKeyPem"])
    assert "digest" in claim.signed and f"host: {there.host}" in claim.signed
    assert not claim.check(pem_of("lea"))


def test_what_is_closed_meanwhile_is_not_sent_and_is_deleted(
    place: Fediverse, there: Elsewhere
) -> None:
    place.follow(there.actor("lea"), "carrefour")
    place.follow(there.actor("lea"), "soirees", "2")
    there.got.clear()
    place.write({"projets/secret.md": project("Caché", "visibility: members\n", "Canari")})
    place.run()
    place.write({f"{EVENT}.md": event(title="Canari")})
    place.part("outbox.observer").run(place.instance)
    assert len(place.rows("DeliveryRow")) == 2
    place.write(
        {
            f"{EVENT}.md": event("visibility: team\n", "Canari"),
            "programmes/soirees.md": str(FILES["programmes/soirees.md"]).replace(
                "summary", "visibility: members\nsummary"
            ),
        }
    )
    place.part("outbox.delivery").run(place.instance)
    assert there.got == []
    place.run()
    assert sorted(there.types()) == ["Delete", "Delete"]  # of the post, of the series
    assert "Canari" not in json.dumps(there.got)
    place.get(place.actor("soirees"), 404)
    place.get("/.well-known/webfinger?resource=acct:soirees@localhost", 404)
    assert place.followers("carrefour") == 1


def test_a_shared_inbox_is_told_once_and_an_undone_following_not(
    place: Fediverse, there: Elsewhere
) -> None:
    for name in ("lea", "marc", "zoe"):
        place.follow(there.actor(name), "carrefour")
    assert place.followers("carrefour") == 3
    lea = there.actor("lea")
    said = {"id": f"{lea}/undo", "type": "Undo", "actor": lea}
    place.tell(lea, {**said, "object": {"type": "Follow", "object": place.actor("carrefour")}})
    marc = there.actor("marc")
    place.tell(
        marc, {"id": f"{marc}/u", "type": "Undo", "actor": marc, "object": f"{marc}/follows/1"}
    )
    place.run()
    assert place.followers("carrefour") == 1
    there.got.clear()
    place.write({f"{EVENT}.md": event()})
    place.run()
    assert there.types() == ["Create"]


def test_a_dead_server_costs_one_call_a_step_and_is_given_up_after_days(
    place: Fediverse, there: Elsewhere
) -> None:
    place.follow(there.actor("lea"), "carrefour")
    there.got.clear()
    there.next = [500] * 50
    for count in range(3):
        place.write({f"projets/p{count}.md": project(title=f"Projet {count}")})
        place.run()
    assert len(there.got) == 1
    for _day in range(15):
        place.later(hours=25)
        place.run()
    assert len(there.got) == 12 and place.rows("DeliveryRow") == []
    assert "abandonné" in place.see("anne", "/-/fediverse")
    there.next.clear()
    place.write({f"{EVENT}.md": event()})
    place.run()
    assert len(there.got) == 12
    place.follow(there.actor("lea"), "carrefour", "3")
    place.write({f"{PROJECT}.md": project(needs(NEED, NEW))})
    place.run()
    assert there.types()[12:] == ["Accept", "Create"]


def test_an_inbox_that_is_gone_follows_no_more(place: Fediverse, there: Elsewhere) -> None:
    place.follow(there.actor("lea"), "carrefour")
    there.next = [410]
    place.write({f"{EVENT}.md": event()})
    place.run()
    assert place.followers("carrefour") == 0 and place.rows("InboxRow") == []


def test_it_is_off_until_an_administrator_turns_it_on(place: Fediverse, there: Elsewhere) -> None:
    place.follow(there.actor("lea"), "carrefour")
    assert "@carrefour@localhost" in place.see("", "/")
    assert "@soirees@localhost" in place.see("", "/programmes/soirees")
    assert "@energie@localhost" in place.see("", "/-/themes/energie")
    assert "@" not in place.see("", f"/{PROJECT}").partition("<main")[2].partition("</main")[0]
    place.send("lea", "/-/fediverse", 403, action="close")
    place.see("lea", "/-/fediverse", 403)
    place.send("anne", "/-/fediverse", action="close")
    there.got.clear()
    place.write({f"{EVENT}.md": event()})
    place.run()
    for url in ("/.well-known/nodeinfo", place.actor("carrefour")):
        place.get(url, 404)
    assert there.got == [] and "@carrefour@localhost" not in place.see("", "/")
    place.turn_on()
    assert place.followers("carrefour") == 1 and there.got == []
    assert f"{SITE}/{EVENT}" in {one["object"].get("url") for one in place.outbox("carrefour")}
