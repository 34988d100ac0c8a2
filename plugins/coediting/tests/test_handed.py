"""The same words by the form, by the connection and handed over: in the text they stand once."""

from base64 import b64encode
from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Doc, Text

from wiki.editing.save import save
from wiki.people.person import Person
from wiki.reading import Reader
from wiki.testing import token

from .clients import part, run, writer

room, texts, keeping = part("live.room"), part("texts"), part("store")
Gathering = part("live.members").Gathering
_BEFORE = "# Page\n\nMidi.{}\n\n## Ensuite\n\nLe soir.\n"
_PIECES = st.lists(st.text("ab é\n😀.", min_size=1, max_size=6), min_size=1, max_size=8)


def _room(words: str) -> Any:
    kept = keeping.Kept("e", "page", "b", "", words, [room.first_state(words)], 0, {})
    return room.Room(kept, 100_000)


@settings(max_examples=60, deadline=None)
@given(_PIECES, st.data())
def test_any_order_of_the_ways_makes_one_text(pieces: list[str], data: Any) -> None:
    """Some updates are heard; the rest is handed over, saved by the form, and comes late."""
    here = _room(_BEFORE.format(""))
    doc: Doc[Text] = Doc()
    text = doc.get("text", type=Text)
    doc.apply_update(here.whole)
    at, updates, states = len(b"# Page\n\nMidi."), [], [doc.get_state()]
    for piece in pieces:
        text.insert(at, piece)
        at += len(piece.encode())
        updates.append(doc.get_update(states[-1]))
        states.append(doc.get_state())
    heard = data.draw(st.integers(0, len(updates)))
    for update in updates[:heard]:
        here.take(update, "awa")
    # What is not known to be on disk is handed over: at least what was not heard.
    known = data.draw(st.integers(0, heard))
    saved = f"{str(text).rstrip()}\n"
    here.take(doc.get_update(states[known]), "awa")
    update, _wanted = room.fork(
        here.whole, lambda mine: texts.joined(_BEFORE.format(""), mine, saved)
    )
    if update is not None:
        here.take_own(update)
    for late in data.draw(st.permutations(updates)):
        here.take(late, "awa")
    assert here.words == str(text)


def test_what_the_form_saved_and_the_line_brings_late_stands_once(
    running: Callable[..., Any], write: Callable[..., str], person: Callable[..., Person]
) -> None:
    write({"page.md": _BEFORE.format("")})
    awa = person("Awa")
    handing = part("offline_updates")

    async def scene() -> None:
        async with running() as world, writer(world.port, world.ticket(awa)) as one:
            at = len(b"# Page\n\nMidi.")
            await one.type(" Encore.", at=at)
            await one.all_kept()
            # The line hangs: what is typed goes by the form, and is handed over.
            states = [one.doc.get_state()]
            for words, place in ((" Sans", 8), ("-lui.", 13)):
                one.text.insert(at + place, words)
                states.append(one.doc.get_state())
            private = world.instance.private
            update = one.doc.get_update(states[0])
            assert handing.hand_over(private, "page", one.epoch, awa.id, update)
            reader = Reader(world.instance, awa)
            save(reader, "page", one.words, reader.head)
            await one.hear("merged")
            await one.update(one.doc.get_update(states[0]))
            await one.all_kept()
            await one.say(type="save")
            await one.hear("saved")
            assert one.words == world.text() == _BEFORE.format(" Encore. Sans-lui.")
            assert handing.handed(private, one.epoch) == []

    run(scene())


def test_who_may_write_hands_over_and_nobody_else(
    running: Callable[..., Any],
    client: FlaskClient,
    write: Callable[..., str],
    person: Callable[..., Person],
    log_in: Callable[[Person], FlaskClient],
) -> None:
    write({"page.md": _BEFORE.format(""), "autre.md": "# Autre\n"})
    awa, handing = person("Awa"), part("offline_updates")
    theirs = log_in(awa)
    known = token(theirs, "/-/edit/page")
    found: dict[str, Any] = {}

    async def scene() -> None:
        async with running() as world, writer(world.port, world.ticket(awa)) as one:
            one.text.insert(0, "x")
            found.update(epoch=one.epoch, update=one.doc.get_update(), world=world.instance)

    run(scene())
    epoch, update = found["epoch"], b64encode(found["update"]).decode()

    def hand(path: str = "page", by: FlaskClient = theirs, **said: Any) -> tuple[int, Any]:
        body = {"epoch": epoch, "update": update, **said}
        headers = {"X-CSRFToken": known}
        answer = by.post(f"/-/coediting/hand/{path}", json=body, headers=headers)
        return answer.status_code, answer.get_json(silent=True)

    assert hand() == (200, {"there": True})
    assert len(handing.handed(found["world"].private, epoch)) == 1
    assert hand("autre") == hand(epoch="no") == (200, {"there": False})
    assert hand(update="AAEC")[0] == hand(update="é")[0] == hand(update="A" * 3_000_000)[0] == 400
    assert hand("nulle-part")[0] == 404
    # Each has what those before had not brought: the newest are kept, and they are bounded.
    for _ in range(12):
        assert hand()[0] == 200
    rows = handing.handed(found["world"].private, epoch)
    assert [row.number for row in rows] == list(range(rows[0].number, rows[0].number + 8))
    handing.hand_over(found["world"].private, "page", epoch, awa.id, found["update"])
    assert handing.handed(found["world"].private, epoch)[0].number == rows[1].number
    assert hand(by=client)[0] in (400, 404)
    assert len(handing.handed(found["world"].private, epoch)) == 8


def test_what_one_person_hands_over_takes_so_much_room(
    instance: Any, person: Callable[..., Person]
) -> None:
    private, handing = instance.private, part("offline_updates")
    awa, max_ = person("Awa"), person("Max")
    rooms = [keeping.new_room(private, f"p{one}", "b", "c", "", b"") for one in range(3)]
    doc: Doc[Text] = Doc()
    doc.get("text", type=Text).insert(0, "a" * 1_500_000)
    update = doc.get_update()
    for by in (max_, awa):
        for one in rooms:
            assert handing.hand_over(private, one.path, one.epoch, by.id, update)
    kept = [[row.person for row in handing.handed(private, one.epoch)] for one in rooms]
    assert kept == [[], [max_.id, awa.id], [max_.id, awa.id]]
