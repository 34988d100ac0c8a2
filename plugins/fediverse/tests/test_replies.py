"""What is answered elsewhere is a comment that somebody reads first; what is hostile is nothing."""

import json
import threading
from datetime import timedelta
from email.utils import format_datetime
from functools import partial
from typing import Any

import pytest

from .conftest import HANGS_UP, PROFILE, PROJECT, PUBLIC, Elsewhere, Fediverse, serve

COMMENTS = f"/-/comments/{PROJECT}"
DEEP = b'{"id":' * 4000 + b"1" + b"}" * 4000


@pytest.fixture
def post(place: Fediverse) -> str:
    """The address of the post about the project."""
    (found,) = [
        one["object"]["id"]
        for one in place.outbox("carrefour")
        if one["object"]["url"].endswith(PROJECT)
    ]
    return str(found)


def note(by: str, post: str, content: str, id: str = "1", **more: Any) -> dict[str, Any]:
    """A public answer, as Mastodon writes it."""
    return {
        "id": f"{by}/statuses/{id}",
        "type": "Note",
        "attributedTo": by,
        "inReplyTo": post,
        "to": [PUBLIC],
        "cc": [f"{by}/followers"],
        "url": f"{by.replace('/users/', '/@')}/{id}",
        "content": content,
        **more,
    }


def said(by: str, what: str, object: Any, id: str = "1") -> dict[str, Any]:
    return {"id": f"{by}/activities/{what}-{id}", "type": what, "actor": by, "object": object}


def test_an_answer_is_read_first_and_shown_with_where_it_comes_from(
    place: Fediverse, there: Elsewhere, post: str
) -> None:
    marc = there.actor("marc")
    html = (
        '<p><span class="h-card"><a href="x">@<span>carrefour</span></a></span> Bravo&nbsp;!'
        "<br>J’ai <b>deux</b> vitres</p><script>alert(1)</script><p>À bientôt\u202e</p>"
    )
    place.tell(marc, said(marc, "Create", note(marc, post, html)))
    place.run()
    shown = place.see("lea", COMMENTS)
    assert f"Marc (marc@{there.host})" in shown and f"{there.url}/@marc/1" in shown
    assert "<p>Bravo !<br>J’ai deux vitres</p><p>À bientôt</p>" in shown
    assert "alert" not in shown and "En attente de relecture" in shown
    assert "deux vitres" not in place.see("", COMMENTS)
    (row,) = place.rows("ReplyRow")
    comment = shown.partition('id="k-')[2][:16]
    seen = shown.partition('name="seen" value="')[2][:16]
    place.send("lea", f"/-/comment/{comment}", action="accept", seen=seen)
    assert "deux vitres" in place.see("", COMMENTS)
    place.tell(marc, said(marc, "Update", note(marc, post, "<p>Trois vitres</p>")))
    place.run()
    assert "vitres" not in place.see("", COMMENTS)  # other words are read first again
    # What was seen before says nothing for what stands there now.
    place.send("lea", f"/-/comment/{comment}", action="accept", seen=seen)
    assert "Trois vitres" not in place.see("", COMMENTS)
    assert "Trois vitres" in place.see("lea", COMMENTS)
    place.tell(marc, said(marc, "Delete", {"id": row.source, "type": "Tombstone"}))
    place.run()
    assert "Trois vitres" not in place.see("lea", COMMENTS) and place.rows("ReplyRow") == []


def test_what_was_removed_here_does_not_come_back(
    place: Fediverse, there: Elsewhere, post: str
) -> None:
    marc = there.actor("marc")
    place.tell(marc, said(marc, "Create", note(marc, post, "Achetez")))
    place.run()
    comment = place.see("lea", COMMENTS).partition('id="k-')[2][:16]
    place.send("lea", f"/-/comment/{comment}", action="spam")
    place.tell(marc, said(marc, "Update", note(marc, post, "Achetez donc")))
    place.tell(marc, said(marc, "Create", note(marc, post, "Achetez"), "2"))
    place.run()
    assert "Achetez" not in place.see("lea", COMMENTS)


def test_an_answer_to_some_is_no_comment(place: Fediverse, there: Elsewhere, post: str) -> None:
    marc = there.actor("marc")
    private = note(marc, post, "Entre nous", to=[place.actor("carrefour")], cc=[])
    place.tell(marc, said(marc, "Create", private))
    place.run()
    assert "Entre nous" not in place.see("lea", COMMENTS) and place.rows("ReplyRow") == []


def test_a_message_sent_twice_is_taken_once(place: Fediverse, there: Elsewhere) -> None:
    lea = there.actor("lea")
    follow = said(lea, "Follow", place.actor("carrefour"))
    place.tell(lea, follow)
    place.run()
    place.tell(lea, said(lea, "Undo", {**follow}))
    place.run()
    place.tell(lea, follow)
    place.run()
    assert place.followers("carrefour") == 0 and there.types() == ["Accept"]


def test_who_is_blocked_is_gone_and_says_nothing_more(
    place: Fediverse, there: Elsewhere, post: str
) -> None:
    for name in ("lea", "marc"):
        by = there.actor(name)
        place.follow(by, "carrefour")
        place.tell(by, said(by, "Create", note(by, post, f"Mots de {name}")))
    place.run()
    shown = place.see("anne", "/-/fediverse")
    assert there.host in shown and f"marc@{there.host}" in shown
    place.send("anne", "/-/fediverse", action="block", name=f"marc@{there.host}")
    assert place.followers("carrefour") == 1
    told = place.see("lea", COMMENTS)
    assert "Mots de lea" in told and "Mots de marc" not in told
    place.send("anne", "/-/fediverse", action="block", name=there.host)
    assert place.followers("carrefour") == 0 and "Mots de" not in place.see("lea", COMMENTS)
    place.follow(there.actor("zoe"), "carrefour")
    assert place.followers("carrefour") == 0
    place.send("anne", "/-/fediverse", action="unblock", name=there.host)
    place.follow(there.actor("zoe"), "carrefour", "2")
    assert place.followers("carrefour") == 1
    for wrong in ("", "pas un hôte", "https://"):
        refused = place.send("anne", "/-/fediverse", 422, action="block", name=wrong)
        assert 'class="error"' in refused


def test_who_deletes_their_account_is_forgotten(
    place: Fediverse, there: Elsewhere, post: str
) -> None:
    marc = there.actor("marc")
    place.follow(marc, "carrefour")
    place.tell(marc, said(marc, "Create", note(marc, post, "Des mots")))
    place.run()
    there.told["/users/marc"] = 410
    place.tell(marc, said(marc, "Delete", marc))
    place.run()
    assert place.followers("carrefour") == 0 and place.rows("RemoteRow") == []
    assert "Des mots" not in place.see("lea", COMMENTS)


def test_clocks_may_be_an_hour_apart_and_no_more(place: Fediverse, there: Elsewhere) -> None:
    lea, now = there.actor("lea"), place.now

    def follow(id: str, by: timedelta, status: int) -> None:
        def change(headers: dict[str, str]) -> None:
            headers["Date"] = format_datetime(now + by, usegmt=True)

        asked = said(lea, "Follow", place.actor("carrefour"), id)
        place.tell(lea, asked, status=status, change=change)

    follow("1", timedelta(hours=2), 400)
    follow("2", timedelta(hours=-2), 400)
    place.run()
    assert place.rows("FollowerRow") == [] and there.asked == []
    follow("3", timedelta(hours=1), 202)
    place.run()
    assert place.followers("carrefour") == 1


def test_what_is_not_signed_as_said_is_refused_at_the_door(
    place: Fediverse, there: Elsewhere
) -> None:
    lea = there.actor("lea")
    follow = said(lea, "Follow", place.actor("carrefour"))
    other = json.dumps({**follow, "id": f"{lea}/2"}).encode()

    def digest(headers: dict[str, str]) -> None:
        headers["Digest"] = place.part("signatures").digest_of(other)

    place.tell(lea, follow, status=400, change=digest)
    place.tell(lea, follow, status=400, body=DEEP)
    place.tell(lea, follow, status=400, body=b'{"id": "\\ud800"}')
    place.tell(lea, follow, status=400, body=b"[1]")
    place.tell(lea, {**follow, "type": "Undo", "object": "a\0b"}, status=400)
    place.tell(lea, follow, status=413, body=b" " * 300_000)
    client = place.app.test_client()
    assert client.post("/-/fediverse/inbox", json=follow).status_code == 400
    place.run()
    assert there.asked == [] and place.rows("ReceivedRow") == []


@pytest.mark.parametrize(
    "more",
    [
        {"publicKey": {"id": "x", "owner": "x", "publicKeyPem": "x"}},
        {"publicKey": None},
        {"id": "https://ailleurs.example/users/lea"},
        {"inbox": None},
        {"inbox": "https://10.0.0.1/inbox"},
        {"inbox": "https://ailleurs.example/inbox"},
    ],
)
def test_an_actor_that_is_not_what_it_says_follows_nothing(
    place: Fediverse, there: Elsewhere, more: dict[str, Any]
) -> None:
    place.follow(there.actor("lea", **more), "carrefour")
    assert place.followers("carrefour") == 0 and there.got == []


@pytest.mark.parametrize(
    "kind",
    [
        "application/json",
        "application/ld+json",
        "application/x-json",
        'application/ld+json; profile="https://www.w3.org/ns/other"',
        "text/plain; x=application/activity+json",
    ],
)
def test_who_can_place_a_file_on_a_server_is_none_of_its_accounts(
    place: Fediverse, there: Elsewhere, kind: str
) -> None:
    """A program that keeps what people upload serves it as what it is."""
    lea = there.actor("lea")
    there.kinds["/users/lea"] = kind
    place.follow(lea, "carrefour")
    assert place.followers("carrefour") == 0 and place.rows("RemoteRow") == []
    there.kinds["/users/lea"] = PROFILE
    place.follow(lea, "carrefour", "2")
    assert place.followers("carrefour") == 1


def test_a_name_leads_to_its_actor_and_back(place: Fediverse, there: Elsewhere) -> None:
    """By webfinger: an actor is called as its server says, and not as its document does."""
    marc, forged = there.actor("marc"), there.actor("lea", preferredUsername="marc")
    there.name("marc", marc)
    place.follow(forged, "carrefour")
    (known,) = [one for one in there.told if "webfinger" in one and "marc" in one]
    for answer in (404, 302, b"[]", b"{}", {"subject": f"acct:marc@{there.host}", "links": [1]}):
        there.told[known] = answer
        place.follow(marc, "carrefour", repr(answer)[:5])
    assert place.followers("carrefour") == 0 and place.rows("RemoteRow") == []
    there.name("marc", marc)
    place.follow(marc, "carrefour", "3")
    assert [one.uri for one in place.rows("FollowerRow")] == [marc]


def test_a_server_whose_names_are_of_another_host_needs_its_word(
    place: Fediverse, there: Elsewhere
) -> None:
    lea = there.actor("lea")
    with serve() as named:
        there.name("lea", lea, subject=f"lea@{named.host}")
        place.follow(lea, "carrefour")
        assert place.followers("carrefour") == 0
        # As Mastodon has it: the host of the names leads on to the server.
        named.told[f"/.well-known/webfinger?resource=acct:lea@{named.host}"] = 301
        there.name("lea", lea, host=named.host)
        named.leads = f"{there.url}/.well-known/webfinger?resource=acct:lea@{named.host}"
        place.follow(lea, "carrefour", "2")
    assert [one.handle for one in place.rows("RemoteRow")] == [f"lea@{named.host}"]
    assert place.followers("carrefour") == 1


@pytest.mark.parametrize(
    "document", [b"{" * 100_000, b"x" * 300_000, DEEP, b"null", 302, 404, b'{"id": {"id": 1}}']
)
def test_hostile_documents_are_refused_quietly(
    place: Fediverse, there: Elsewhere, document: Any
) -> None:
    lea = there.actor("lea")
    there.told["/users/lea"] = document
    place.follow(lea, "carrefour")
    assert place.rows("FollowerRow") == [] and there.asked == ["/users/lea"]


def test_nobody_speaks_for_another(place: Fediverse, there: Elsewhere, post: str) -> None:
    lea, marc = there.actor("lea"), there.actor("marc")
    place.follow(lea, "carrefour")
    # By another's key, and by a key that changed without its own server saying so.
    place.tell(marc, said(marc, "Follow", place.actor("carrefour")), key="lea")
    # What somebody else wrote, and what stands at another host.
    place.tell(marc, said(marc, "Create", note(lea, post, "Faux")))
    foreign = note("https://ailleurs.example/users/x", post, "Faux", attributedTo=marc)
    place.tell(marc, said(marc, "Create", foreign, "2"))
    place.tell(marc, {**said(marc, "Undo", f"{lea}/follows/1"), "actor": marc})
    place.run()
    assert place.followers("carrefour") == 1 and place.rows("ReplyRow") == []
    assert "Faux" not in place.see("lea", COMMENTS)


def test_a_key_that_its_own_server_changed_is_followed(place: Fediverse, there: Elsewhere) -> None:
    lea = there.actor("lea")
    place.follow(lea, "carrefour")
    there.told["/users/zoe"] = None
    there.actor("zoe")
    changed = there.told["/users/zoe"]["publicKey"]["publicKeyPem"]
    there.told["/users/lea"]["publicKey"]["publicKeyPem"] = changed
    undo = said(lea, "Undo", {"type": "Follow", "object": place.actor("carrefour")})
    # Its server was asked a moment ago: whoever is right sends it again.
    place.tell(lea, undo, key="zoe", status=401)
    place.run()
    assert place.followers("carrefour") == 1
    place.later(hours=1)
    place.tell(lea, {**undo, "id": f"{lea}/undo/2"}, key="zoe")
    place.run()
    assert place.followers("carrefour") == 0


def test_inner_addresses_are_not_called_and_a_sleeping_server_is_asked_again(
    place: Fediverse, there: Elsewhere
) -> None:
    lea = there.actor("lea")
    place.part("switch")
    vars(place.instance.settings)["fediverse_hosts"] = ""
    place.tell(lea, said(lea, "Follow", place.actor("carrefour")))
    inner = "https://10.0.0.1/users/lea"
    place.tell(inner, said(inner, "Follow", place.actor("carrefour")))
    place.run()
    assert there.asked == [] and place.rows("FollowerRow") == []
    vars(place.instance.settings)["fediverse_hosts"] = "127.0.0.1"
    known, there.told["/users/lea"] = there.told["/users/lea"], 503
    place.tell(lea, said(lea, "Follow", place.actor("carrefour"), "2"))
    place.run()
    assert place.followers("carrefour") == 0
    there.told["/users/lea"] = known
    place.later(minutes=2)
    place.run()
    assert place.followers("carrefour") == 1


def test_a_silent_server_keeps_nobody_waiting(place: Fediverse, there: Elsewhere) -> None:
    """Forged messages that name one are twelve; it is asked once, beside all others."""
    lea, answered = there.actor("lea"), threading.Event()
    with serve() as silent:
        for count in range(12):
            forged = f"{silent.url}/users/{count}"
            silent.held[f"/users/{count}"] = answered
            silent.told[f"/users/{count}"] = HANGS_UP
            place.tell(forged, said(forged, "Follow", place.actor("carrefour")), key="lea")
        place.tell(lea, said(lea, "Follow", place.actor("carrefour")))
        # It is silent until the honest one was answered, which it is only if it does not wait.
        there.after["/users/lea"] = answered.set
        place.part("inbox.messages").run(place.instance)
        assert len(silent.asked) == 1 and place.followers("carrefour") == 1
        assert place.rows("SilentRow")[0].host == silent.host
        forged, silent.told["/users/more"] = f"{silent.url}/users/more", HANGS_UP
        place.tell(forged, said(forged, "Follow", place.actor("carrefour")), key="lea")
        place.run()
        assert len(silent.asked) == 1
        place.later(minutes=2)
        place.run()
        assert len(silent.asked) == 2
        for _day in range(2 * len(place.part("inbox.messages").PAUSES)):
            place.later(hours=12)
            place.run()
        assert len(silent.asked) == 5 and not any(one.waits for one in place.rows("ReceivedRow"))
    assert place.rows("SilentRow") == []


def test_a_forged_message_holds_up_nothing_of_the_server_that_it_names(
    place: Fediverse, there: Elsewhere
) -> None:
    lea, marc, to = there.actor("lea"), there.actor("marc"), place.actor("carrefour")
    place.follow(lea, "carrefour")
    for path, answer in (("a", 503), ("b", 429), ("c", HANGS_UP)):
        there.told[f"/{path}"] = answer
        forged = f"{there.url}/{path}"
        place.tell(forged, said(forged, "Follow", to), key="zoe")
        place.tell(lea, said(lea, "Undo", {"type": "Follow", "object": to}, path))
        place.run()
        # What is signed by a key that is known waits for nobody.
        assert place.followers("carrefour") == 0, path
        place.tell(lea, said(lea, "Follow", to, path))
        place.run()
        assert place.followers("carrefour") == 1, path
    place.tell(marc, said(marc, "Follow", to))
    place.later(minutes=2)
    place.run()
    assert place.followers("carrefour") == 2


def test_what_cannot_be_a_signature_is_refused_at_the_door(
    place: Fediverse, there: Elsewhere
) -> None:
    lea, client = there.actor("lea"), place.app.test_client()
    follow = said(lea, "Follow", place.actor("carrefour"))
    right, body = dict(place.tell(lea, follow).request.headers), json.dumps(follow).encode()
    known = right["Signature"].partition(',signature="')[0]
    for forged in ("", "AAAA", "A" * 342, "A" * 1_400, "é", "=" * 344):
        headers = {**right, "Signature": f'{known},signature="{forged}"'}
        assert client.post("/-/fediverse/inbox", data=body, headers=headers).status_code == 400
    assert len(place.rows("ReceivedRow")) == 1


def test_one_network_names_few_servers_that_nobody_knows(
    place: Fediverse, there: Elsewhere
) -> None:
    from wiki.people.limits.frequent import Rates

    place.follow(there.actor("lea"), "carrefour")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(vars(place.instance), "rates", Rates(now=lambda: 5.0))
        for count in range(61):
            forged = f"https://a{count}.example/users/x"
            follow = said(forged, "Follow", place.actor("carrefour"))
            place.tell(forged, follow, key="lea", status=202 if count < 60 else 429)
        # One of a server that is known is no stranger.
        marc = there.actor("marc")
        place.tell(marc, said(marc, "Follow", place.actor("carrefour")))


def test_one_server_does_not_fill_the_queue(place: Fediverse, there: Elsewhere) -> None:
    lea, receipts = there.actor("lea"), place.part("inbox.receipts")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(receipts, "_OF_ONE", 2)
        for count in range(2):
            place.tell(lea, said(lea, "Follow", place.actor("carrefour"), str(count)))
        refused = place.tell(lea, said(lea, "Follow", place.actor("carrefour"), "3"), status=429)
    assert refused.headers["Retry-After"] == "600"


def test_who_asks_and_sends_too_often_is_told_to_wait(place: Fediverse) -> None:
    from wiki.people.limits.frequent import Rates

    with pytest.MonkeyPatch.context() as patch:
        # No time passes: a minute is over soon on a busy machine.
        known = vars(place.instance)
        patch.setitem(known, "rates", Rates(now=lambda: 5.0))
        vars(place.instance.settings)["api_requests_per_minute"] = 1
        place.get(place.actor("carrefour"))
        place.get("/.well-known/webfinger?resource=acct:carrefour@localhost", 429)
        client = place.app.test_client()
        told = [client.post("/-/fediverse/inbox", json={}).status_code for _turn in range(601)]
    assert told[0] == 400 and told[-1] == 429


def test_a_forged_message_keeps_nobody_from_sending_the_true_one(
    place: Fediverse, there: Elsewhere, post: str
) -> None:
    marc = there.actor("marc")
    place.tell(marc, said(marc, "Create", note(marc, post, "À effacer")))
    place.run()
    gone = said(marc, "Delete", {"id": f"{marc}/statuses/1", "type": "Tombstone"})
    place.tell(marc, gone, key="lea", status=401)
    place.later(hours=1)
    place.tell(marc, gone, key="lea")
    place.run()
    assert "À effacer" in place.see("lea", COMMENTS)
    place.tell(marc, gone)
    place.run()
    assert "À effacer" not in place.see("lea", COMMENTS)


def _say(other: dict[str, str], headers: dict[str, str]) -> None:
    headers |= other


def test_what_no_row_holds_is_refused_at_the_door(place: Fediverse, there: Elsewhere) -> None:
    lea, to = there.actor("lea"), place.actor("carrefour")
    follow = said(lea, "Follow", to)
    place.tell(lea, follow, status=400, body=json.dumps(follow).encode("utf-16-le"))
    dates = ("Sun, 29 Nov 2026 06:00:00 +99999999999999999999", "Sun", "")
    for other in ({"Host": "ailleurs.example"}, *({"Date": one} for one in dates)):
        place.tell(lea, follow, status=400, change=partial(_say, other))
    long = f"https://{'a' * 300}.example/users/lea"
    place.tell(long, said(long, "Follow", to), key="lea")
    assert place.rows("ReceivedRow") == []
    zoe = there.actor("zoe", preferredUsername="z" * 100)
    there.told["/users/zoe"]["name"] = "Z" * 400
    place.follow(zoe, "carrefour")
    assert place.followers("carrefour") == 1


def test_one_fault_holds_up_no_other_message(place: Fediverse, there: Elsewhere) -> None:
    lea, messages = there.actor("lea"), place.part("inbox.messages")
    for name in ("a", "b"):
        place.tell(lea, said(lea, "Follow", place.actor("carrefour"), name))
    true, asked = messages.follow, list[str]()

    def follow(instance: Any, remote: Any, follows: dict[str, Any]) -> bool:
        asked.append(follows["id"])
        if len(asked) == 1:
            raise RuntimeError("a fault of ours")
        return bool(true(instance, remote, follows))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(messages, "follow", follow)
        place.run()
    assert place.followers("carrefour") == 1


def test_a_block_is_of_all_that_a_server_is_called(place: Fediverse, there: Elsewhere) -> None:
    place.follow(there.actor("lea"), "carrefour")
    place.send("anne", "/-/fediverse", action="block", name="127.0.0.1")
    assert place.followers("carrefour") == 0
    place.follow(there.actor("zoe"), "carrefour")
    assert place.followers("carrefour") == 0 and there.types() == ["Accept"]
    place.send("anne", "/-/fediverse", action="block", name="mal.example")
    blocked = place.part("blocks").is_blocked
    for host in (
        "mal.example",
        "mal.example:443",
        "mal.example:8443",
        "mal.example.",
        "a.b.mal.example:1",
    ):
        assert blocked(place.instance, f"https://{host}/users/x"), host
    for host in ("normal.example", "example", "mal.example.org"):
        assert not blocked(place.instance, f"https://{host}/users/x"), host


def test_followers_are_bounded_over_all_servers(place: Fediverse, there: Elsewhere) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(place.part("inbox.follows"), "_OF_ALL", 1)
        for name in ("lea", "zoe"):
            place.follow(there.actor(name), "carrefour")
    assert place.followers("carrefour") == 1


@pytest.mark.parametrize("opened", ["<a ", "<!--", "<a b='", "</", "<script>", "<a b='>"])
def test_what_ends_no_tag_takes_no_time(place: Fediverse, opened: str) -> None:
    plain_text = place.part("plain_text").plain_text
    # Each looked for its end to the end: 20 seconds for one answer.
    assert len(plain_text("Mots " + opened * (60_000 // len(opened)), 50)) <= 50
    assert plain_text(f"1 < 2 <b>et</b> {opened}<p>fin<!-- non -->", 50).startswith("1 < 2 et")
