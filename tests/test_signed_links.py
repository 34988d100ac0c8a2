"""Links that stand in mails which people keep: what was sent once stays good."""

from datetime import UTC, datetime
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from itsdangerous import TimestampSigner

from wiki.digests import links
from wiki.people.follow.recipients import Follower
from wiki.people.follow.subscriptions import Watch
from wiki.people.targets import Target
from wiki.plugins import load_plugins
from wiki.signed_links import SignedLink

#: what a link asks of a wiki
WIKI: Any = SimpleNamespace(
    secret=bytes(range(32)), settings=SimpleNamespace(public_url="https://wiki.example.org")
)
THEN = 1_800_000_000

#: where a kind is declared, what is signed, and the address as it has always been
SENT = [
    (
        "wiki.digests.links.STOP",
        ("ffffffff", "34ed8b38cbdde794"),
        "mail/stop/WyJmZmZmZmZmZiIsIjM0ZWQ4YjM4Y2JkZGU3OTQiXQ.FNBTkX2HLW3rflXnL1fJxByDw-c",
    ),
    (
        "encounters.links.LINK",
        ("row1", "key1"),
        "encounters/link/WyJyb3cxIiwia2V5MSJd.91b0MZL-WNpkDACKpNUNBBR-K9U",
    ),
    (
        "introductions.links.SIDE",
        ("side1",),
        "introductions/InNpZGUxIg.8mRx0KrimvhV2U8OS86gvwj3Kvw",
    ),
    ("feedback.links.OWN", ("answer1",), "feedback/own/answer1.KxBY2CX3ZUFY_8kajCV1SUUXHeM"),
    ("registrations.links.OWN", ("reg1",), "registrations/mine/reg1.y8JOzbAECY044nb5HQbIt_zadSE"),
    (
        "registrations.links.TICKET",
        ("reg1",),
        "registrations/check/reg1.iikOilS83eo_EYHX60ap67_Ml78",
    ),
    (
        "registrations.links.DOOR",
        ("e1-n0",),
        "registrations/door/e1-n0.9Q5XrF5cjI7xcJKsmqw0Y18MM2k",
    ),
    ("labels.links.PROOF", ("label1",), "labels/proof/label1.4noRLxIyx3SCRAuskp28Nd5JB24"),
    (
        "correspondents.links.CONFIRMATION",
        ("signal1",),
        "signal/confirm/InNpZ25hbDEi.ZDW5IiJmfF_e4fFHvF6nkqwMu_A",
    ),
    (
        "applications.links.AGREE",
        ("app1", "p1", 7),
        "application/agree/WyJhcHAxIiwicDEiLDdd.a0nSAA.e8_jWr771VL1dXlxY_5vXMrIh5g",
    ),
    (
        "applications.links.PRESENTED",
        ("app1", "p1", 0),
        "application/presented/WyJhcHAxIiwicDEiLDBd.a0nSAA.jhQGmFEyReghgmqbggIlsrMHAUU",
    ),
    (
        "news.tokens.ANSWER",
        ("r1", "tell"),
        "news/answer/WyJyMSIsInRlbGwiXQ.DTa8OLWRxC_FdjwMRWotm6tqIEI",
    ),
    (
        "needs.reminders.ANSWER",
        ("q1", "renew"),
        "needs/answer/WyJxMSIsInJlbmV3Il0.TwuxMQYKqHb6uKwdywAyLlAfy2c",
    ),
]


def kind_of(name: str) -> SignedLink[Any]:
    load_plugins()
    module, _dot, kind = name.rpartition(".")
    found = import_module(module if module.startswith("wiki.") else f"wiki_plugins.{module}")
    made: SignedLink[Any] = getattr(found, kind)
    return made


def at(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: int(seconds))


@pytest.mark.parametrize(("name", "values", "url"), SENT, ids=[name for name, *_ in SENT])
def test_a_link_that_was_sent_stays_good(
    name: str, values: tuple[Any, ...], url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, THEN)
    kind, token = kind_of(name), url.rpartition("/")[2]
    assert kind.url(WIKI, *values) == f"https://wiki.example.org/-/{url}"
    assert kind.path(WIKI, *values, below="quiet") == f"/-/{url}/quiet"
    read = kind.read(WIKI, token)
    assert read == (values if len(values) > 1 else values[0])
    for other, *_signed in SENT:
        if other != name:
            assert kind_of(other).read(WIKI, token) is None, other
    for wrong in ("", ".", "é", token[:-3], token[1:], "x" * 10_000):
        assert kind.read(WIKI, wrong) is None
    lasts = kind.lifetime.total_seconds() if kind.lifetime else 10**9
    at(monkeypatch, THEN + lasts)
    assert kind.read(WIKI, token) == read
    at(monkeypatch, THEN + lasts + 1)
    assert (kind.read(WIKI, token) is None) is (kind.lifetime is not None)


def test_who_stopped_has_a_day_to_be_as_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at(monkeypatch, THEN)
    now = datetime.now(UTC)
    watches = tuple(Watch(Target("page", f"projets/{number}"), now) for number in range(200))
    one = Follower("f1", None, "une@example.org", "fr", "", now, watches, "day", False)
    token = links.undo_token(WIKI, one, watches)
    read = links.UNDO.read(WIKI, token)
    assert read is not None
    assert (read.id, read.email, read.rhythm) == ("f1", "une@example.org", "day")
    assert [watch.target for watch in read.watches] == [watch.target for watch in watches]
    at(monkeypatch, THEN + 86_401)
    assert links.UNDO.read(WIKI, token) is None


def test_a_link_has_one_spelling() -> None:
    link = SignedLink("test", "test", str)
    token = link.token(WIKI, "projets/lora")
    assert link.read(WIKI, token) == "projets/lora"
    value, signature = token.split(".")
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    # Two bits of the last letter belong to no byte.
    last = letters.index(signature[-1])
    others = {letters[last ^ bits] for bits in (1, 2, 3)}
    for other in (
        *(f"{value}.{signature[:-1]}{letter}" for letter in others),
        f"{value}.\0{signature}",
        f"{value}.{signature}=",
        f"{value}.{signature}\udc80",
    ):
        assert link.read(WIKI, other) is None
