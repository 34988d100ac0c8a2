"""Messages of the live protocol of any kind: heard, or their sender is let go; the text stands."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pycrdt import Doc, Map, Text

from wiki.people.person import Person

from .material import fuzzed, part, spoilt, words
from .quiet import quiet

room, members, member = (part("coediting", f"live.{one}") for one in ("room", "members", "member"))
updates, varints = part("coediting", "updates"), part("coediting", "varints")
keeping, awareness = part("coediting", "store"), part("coediting", "live.awareness")
TEXT = "---\ntitle: Un essai\n---\n\nLe matin. 😀\n\n## Budget\n\nLe soir.\n"


def written() -> list[bytes]:
    """Updates that writers may send: typed, erased, of two writers, of what is no text at all."""
    found: list[bytes] = [room.first_state(TEXT)]
    for client in (1, 2**31):
        doc: Doc[Text] = Doc(client_id=client)
        text = doc.get("text", type=Text)
        doc.apply_update(found[0])
        for at, typed in ((3, "é😀"), (5, ""), (0, "a")):
            before = doc.get_state()
            if typed:
                text.insert(at, typed)
            else:
                del text[at : at + 4]
            found.append(doc.get_update(before))
        found.append(doc.get_update())
    other: Doc[Any] = Doc()
    other.get("text", type=Text).insert(0, "x", attrs={"bold": True})
    other.get("map", type=Map)["a"] = 1
    return [*found, other.get_update(), b"\0\0"]


def state_of(update: bytes) -> bytes:
    """What somebody knows who has had ``update`` alone."""
    doc: Doc[Text] = Doc()
    doc.apply_update(update)
    return doc.get_state()


UPDATES = written()
STATES = [state_of(data) for data in UPDATES[:4]]
_NUMBERS = [varints.number(one) for one in (0, 1, 2**31 - 1, 2**31, 2**32, 2**53)]


class Line:
    """A connection that hears and says nothing."""


async def settle() -> None:
    """Nobody's rights end here."""


def gathered() -> Any:
    """A room of a page, with two who write in it."""
    kept = keeping.Kept("e", "page", "b", "", TEXT, [UPDATES[0]], 0, {})
    found = members.Gathering(room.Room(kept, 20_000))
    for number in (1, 2):
        person = Person(f"p{number}", f"p{number}@example.org", "Une", "member", "fr", None)
        found.members.append(member.Member(Line(), person, "s", f"m{number}", number, settle))
    return found


ODD = (
    '{"cursor": NaN}',
    '{"line": 1e999}',
    '{"cursor": "\\ud800"}',
    '{"cursor": ' + "[" * 900 + "]" * 900 + "}",
    "[" * 1_900,
    "null",
    "[]",
    '{"cursor": {"cursor": {}}, "line": true, "user": {"name": "Autre"}}',
)
states = st.dictionaries(
    st.sampled_from(["cursor", "line", "user", "x"]),
    st.one_of(st.integers(), st.floats(), st.none(), words(), st.lists(st.integers(), max_size=2)),
    max_size=4,
)


@st.composite
def messages(draw: st.DrawFn) -> bytes:
    """A message as a browser's script frames it."""
    if draw(st.integers(0, 3)) == 0:
        client, clock = draw(st.sampled_from([1, 2, 2**53])), draw(st.integers(0, 2**53))
        said = draw(st.one_of(states.map(json.dumps), st.sampled_from(ODD)))
        data = varints.number(1) + varints.number(client) + varints.number(clock)
        return b"".join(
            (bytes((1,)), varints.block(data + varints.block(said.encode("utf-8", "replace"))))
        )
    step = draw(st.sampled_from([0, 1, 2, 2, 2, 3]))
    data = draw(spoilt(STATES if step == 0 else UPDATES, _NUMBERS))
    return b"".join((bytes((0, step)), varints.block(data)))


@fuzzed(40)
@given(st.lists(st.one_of(messages(), messages().flatmap(lambda one: spoilt([one]))), max_size=6))
def test_any_message_is_heard_or_its_sender_is_let_go(said: list[bytes]) -> None:
    async def scene() -> None:
        here = gathered()
        for data in said:
            one, other = here.members[0], here.members[-1]
            before = here.room.words
            with quiet():
                try:
                    here.hear(one, data)
                    here._send_on()
                except room.Broken:
                    # It is taken up again from disk, which nothing of this has reached.
                    here = gathered()
                    continue
            while not other._queue.empty():
                _read(other._queue.get_nowait())
            if one.over:
                assert here.room.words == before
                here = gathered()
        again: Doc[Text] = Doc()
        text = again.get("text", type=Text)
        again.apply_update(here.room.whole)
        assert str(text) == here.room.words
        here.room.words.encode()

    # Browsers of other tests leave a loop of theirs in this thread.
    with ThreadPoolExecutor(1) as other:
        other.submit(asyncio.run, scene()).result()


def _read(sent: bytes | str) -> None:
    """As the script of a browser does: what it cannot read ends its connection."""
    if isinstance(sent, str):
        json.loads(sent, parse_constant=_no_json)
        return
    cursor = varints.Cursor(sent)
    if cursor.number() == 1:
        cursor = varints.Cursor(cursor.block())
        for _one in range(cursor.number()):
            cursor.number(), cursor.number()
            json.loads(cursor.word(), parse_constant=_no_json)


def _no_json(word: str) -> None:
    raise AssertionError(f"{word} is not JSON")
