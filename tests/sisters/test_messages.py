"""Messages between real sites: each taken once, tried until it is there, refused in words."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest

from wiki.errors import BadRequest, Forbidden, StorageFailed, TooMany, WikiError
from wiki.hookspecs.marks import hookimpl
from wiki.hookspecs.sisters import SisterMessage
from wiki.people.sisters import exchanges, messages
from wiki.sisters import changes, keys, outbox
from wiki.sisters.inbox import take_message
from wiki.sisters.outbox import send_message
from wiki.sisters.tokens import token_for

from .conftest import Site


class Taker:
    """A plugin that takes messages of the kind ``try-it``."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, Mapping[str, Any]]] = []
        self.lost: list[tuple[str, str]] = []
        self.refusal: WikiError | None = None

    @hookimpl
    def sister_messages(self) -> list[SisterMessage]:
        lasting = SisterMessage("try-long", self._take, self._gave_up, lasting=True)
        return [SisterMessage("try-it", self._take, self._gave_up), lasting]

    def _take(self, _instance: object, sister: str, body: Mapping[str, Any]) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.taken.append((sister, body))

    def _gave_up(self, _instance: object, sister: str, _body: object, words: str) -> None:
        self.lost.append((sister, words))


@pytest.fixture
def taker(site: Callable[[str], Site]) -> Iterator[tuple[Site, Site, Taker]]:
    """Lyon and Brest, who name each other, and what takes their messages."""
    lyon, brest = site("lyon"), site("brest")
    lyon.join(brest)
    brest.join(lyon)
    taker, managers = Taker(), {one.instance.plugins.manager for one in (lyon, brest)}
    for manager in managers:
        manager.register(taker)
    yield lyon, brest, taker
    for manager in managers:
        manager.unregister(taker)


def waiting(site: Site) -> int:
    return messages.oldest(site.instance.private)[0]


def test_a_message_is_kept_until_it_is_there_and_taken_once(
    taker: tuple[Site, Site, Taker],
) -> None:
    lyon, brest, known = taker
    brest.stop()
    send_message(lyon.instance, "brest", "try-it", {"words": "Un électronicien"})
    outbox.run(lyon.instance)
    assert (waiting(lyon), outbox.is_due(lyon.instance)) == (1, False)
    brest.serve()
    for refusal in (StorageFailed("le disque"), TooMany("plus tard", retry_after=60), None):
        known.refusal = refusal
        for one in (lyon, brest):
            one.move_clock(timedelta(minutes=10))
        outbox.run(lyon.instance)
    assert known.taken == [("lyon", {"words": "Un électronicien"})]
    assert (waiting(lyon), known.lost) == (0, [])
    token = token_for(lyon.instance, lyon.sister(brest), jti="j" * 20, kind="try-it", body={"n": 1})
    for _turn in range(2):  # replayed: as if it had been taken, and it was, once
        take_message(brest.instance, token)
    assert len(known.taken) == 2


def test_what_has_to_arrive_is_tried_for_as_long_as_it_takes(
    taker: tuple[Site, Site, Taker],
) -> None:
    lyon, brest, known = taker
    brest.stop()
    send_message(lyon.instance, "brest", "try-long", {"n": 1})
    send_message(lyon.instance, "brest", "try-it", {"n": 2})
    for _turn in range(2):
        for one in (lyon, brest):
            one.move_clock(timedelta(days=31))
        outbox.run(lyon.instance)
    assert (waiting(lyon), [sister for sister, _words in known.lost]) == (1, ["brest"])
    brest.serve()
    changes.block(brest.instance, "lyon")
    for blocked in (True, False):
        if not blocked:
            changes.unblock(brest.instance, "lyon")
        for one in (lyon, brest):
            one.move_clock(timedelta(hours=7))
        outbox.run(lyon.instance)
        assert (waiting(lyon), known.taken) == ((1, []) if blocked else (0, [("lyon", {"n": 1})]))


def test_what_is_refused_there_comes_back_in_words(taker: tuple[Site, Site, Taker]) -> None:
    lyon, brest, known = taker
    known.refusal = Forbidden("Assez pour aujourd’hui.")
    send_message(lyon.instance, "brest", "try-it", {})
    outbox.run(lyon.instance)
    assert (waiting(lyon), known.lost) == (0, [("brest", "Assez pour aujourd’hui.")])
    known.refusal = None
    with pytest.raises(BadRequest):
        send_message(lyon.instance, "brest", "try-it", {"words": "é" * 40_000})
    # A key that was changed since: to be sent again once it is known.
    keys.rotate(lyon.instance.private)
    send_message(lyon.instance, "brest", "try-it", {"n": 2})
    outbox.run(lyon.instance)
    assert (waiting(lyon), known.taken) == (1, [])
    assert exchanges.list_due(brest.instance.private) == ["lyon"]
    brest.poll(lyon)
    lyon.move_clock(timedelta(minutes=2))
    outbox.run(lyon.instance)
    assert known.taken == [("lyon", {"n": 2})]
    changes.block(lyon.instance, "brest")
    with pytest.raises(Forbidden):
        send_message(lyon.instance, "brest", "try-it", {})


def test_a_message_holds_for_its_receiver_its_sender_and_its_hour(
    taker: tuple[Site, Site, Taker], site: Callable[[str], Site]
) -> None:
    lyon, brest, known = taker
    nantes = site("nantes")
    nantes.join(brest)
    said = {"jti": "j" * 20, "kind": "try-it", "body": {}}
    stranger = token_for(nantes.instance, nantes.sister(brest), **said)
    for_another = token_for(
        lyon.instance, lyon.sister(brest), **said | {"aud": "https://x.example"}
    )
    as_another = token_for(nantes.instance, nantes.sister(brest), **said | {"iss": lyon.url})
    unknown = token_for(lyon.instance, lyon.sister(brest), **said | {"kind": "other"})
    unnamed = token_for(lyon.instance, lyon.sister(brest), **said | {"jti": ""})
    lyon.move_clock(timedelta(hours=-2))
    late = token_for(lyon.instance, lyon.sister(brest), **said)
    for token in (stranger, for_another, as_another, unknown, unnamed, late):
        with pytest.raises(WikiError):
            take_message(brest.instance, token)
    assert known.taken == []
