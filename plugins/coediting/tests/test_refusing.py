"""Who and what is not let in, and that the others do not notice."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from itsdangerous import TimestampSigner
from pycrdt import Array, Doc, Map, Text
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin

from wiki.errors import NotFound, StorageFailed
from wiki.instance import Instance
from wiki.people.access.groups import add_member, make_group, remove_member
from wiki.people.accounts import set_disabled
from wiki.people.accounts.sessions import close_session, open_session
from wiki.people.drafts import read_draft
from wiki.people.person import Person
from wiki.testing import token
from wiki.testing.obstacles import lists_failing

from .clients import ADDRESS, block, join, part, run, until, writer
from .conftest import QUICK

tickets = part("tickets")
PAGE = "# Une page\n\nPremier.\n"
TEAM = "---\nteam: [[[personnes/awa]]]\neditors: team\n---\n\n# À nous\n"


def foreign(change: Callable[["Doc[Any]"], object]) -> bytes:
    """An update of a document that holds other things than one text."""
    doc: Doc[Any] = Doc()
    change(doc)
    return doc.get_update()


def _embedded(doc: "Doc[Any]") -> None:
    doc.get("text", type=Text).insert_embed(0, {"image": "x"})


def _formatted(doc: "Doc[Any]") -> None:
    doc.get("text", type=Text).insert(0, "gras", {"bold": True})


def _keyed(doc: "Doc[Any]") -> None:
    doc.get("text", type=Map)["x"] = "y"


BAD = {
    "nothing": b"",
    "noise": bytes(range(256)),
    "no clients": b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
    "another text": foreign(lambda doc: doc.get("other", type=Text).insert(0, "x")),
    "a list": foreign(lambda doc: doc.get("text", type=Array).append(1)),
    "a map": foreign(_keyed),
    "something embedded": foreign(_embedded),
    "a format": foreign(_formatted),
}


@pytest.mark.parametrize("said", ["NaN", "1e999", "[-Infinity]", "{"])
def test_where_somebody_is_goes_to_the_others_as_json_alone(said: str) -> None:
    """What only Python reads would break the scripts of all who are there."""
    awareness, varints = part("live.awareness"), part("varints")
    words = varints.block(f'{{"cursor": {said}}}'.encode())
    with pytest.raises(varints.Malformed):
        awareness.read_states(b"\1\7\1" + words)


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_what_is_no_plain_text_ends_its_connection_alone(bad: bytes) -> None:
    updates, varints = part("updates"), part("varints")
    with pytest.raises(varints.Malformed):
        updates.read_update(bad)


def test_a_malformed_update_leaves_the_room_as_it_was(
    running: Callable[..., Any], write: Callable[..., str], person: Callable[..., Any]
) -> None:
    write({"page.md": PAGE})
    awa, marc = person("Awa"), person("Marc")

    async def scene() -> None:
        async with running() as world, writer(world.port, world.ticket(awa)) as one:
            for bad in (BAD["noise"], BAD["a map"]):
                async with writer(world.port, world.ticket(marc)) as other:
                    await other.update(bad)
                    assert await other.closed() == 4400
                    assert other.messages("error")
            for message in (b"\x07\x01x", b"\x00\x05" + block(b"x"), b"\x01" + block(b"\x01")):
                async with writer(world.port, world.ticket(marc)) as other:
                    await other.connection.send(message)
                    assert await other.closed() == 4400
            await one.type("Toujours là.")
            await one.all_kept()
            assert next(iter(world.live.rooms.gatherings.values())).room.words == one.words

    run(scene())


def test_a_paste_of_five_megabytes_is_too_long_and_one_of_a_book_as_well(
    running: Callable[..., Any], write: Callable[..., str], person: Callable[..., Any]
) -> None:
    write({"page.md": PAGE})
    awa, marc = person("Awa"), person("Marc")

    async def scene() -> None:
        async with running() as world, writer(world.port, world.ticket(marc)) as other:
            async with writer(world.port, world.ticket(awa)) as one:
                await one.type("x" * 5_000_000)
                assert await one.closed() == 4413
                assert "trop long" in one.messages("error")[0]["words"]
            async with writer(world.port, world.ticket(awa)) as one:
                await one.type("é" * 250_000)
                await one.type("é" * 200_000)
                await one.all_kept()
                await one.type("é" * 100_000)
                assert await one.closed() == 4413
                assert one.messages("error")
            await other.until(lambda: len(other.words) == len(PAGE) + 450_000)
            # All of it exchanged for as much is not too long.
            before = other.doc.get_state()
            with other.doc.transaction():
                del other.text[0 : len(other.text)]
                other.text.insert(0, "y" * 900_000)
            await other.update(other.doc.get_update(before))
            await other.all_kept()

    run(scene())


def test_an_update_whose_beginnings_are_not_here_is_asked_for_whole(
    running: Callable[..., Any], write: Callable[..., str], person: Callable[..., Any]
) -> None:
    write({"page.md": PAGE})
    awa = person("Awa")

    async def scene() -> None:
        async with running() as world, writer(world.port, world.ticket(awa)) as one:
            one.text.insert(0, "Jamais envoyé. ")
            await one.type("Envoyé.")
            await one.until(lambda: one.kept >= one.sent)
            assert next(iter(world.live.rooms.gatherings.values())).room.words == one.words

    run(scene())


def test_tickets_are_good_once_for_a_minute_by_the_server_s_clock(
    running: Callable[..., Any],
    write: Callable[..., str],
    person: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write({"page.md": PAGE})
    awa = person("Awa")

    async def scene() -> None:
        async with running() as world:
            good = world.ticket(awa)
            async with writer(world.port, good):
                pass
            forged = good[:-6] + ("AAAAAA" if good[-6:] != "AAAAAA" else "BBBBBB")
            monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: 1_000_000)
            old = world.ticket(awa)
            monkeypatch.undo()
            for bad in (good, forged, old, "", None, 5, "é", "x" * 9_000):
                other = await join(world.port, bad)  # type: ignore[arg-type]
                assert await other.closed() == 4401
            for origin in ("https://ailleurs.example", ""):
                with pytest.raises(InvalidStatus):
                    url = f"ws://127.0.0.1:{world.port}{ADDRESS}"
                    await connect(url, origin=Origin(origin))

    run(scene())


def test_who_has_shown_no_ticket_fills_no_memory(running: Callable[..., Any]) -> None:
    async def scene() -> None:
        async with running() as world:
            origin = Origin(f"http://127.0.0.1:{world.port}")
            url = f"ws://127.0.0.1:{world.port}{ADDRESS}"
            async with connect(url, origin=origin) as connection:
                await connection.send("x" * 100_000)
                await connection.wait_closed()
                assert connection.close_code == 1009

    run(scene())


def test_rights_that_go_end_the_connection_and_nothing_more_is_taken(
    running: Callable[..., Any], write: Callable[..., str], person: Callable[..., Any]
) -> None:
    write({"page.md": PAGE, "nous.md": TEAM})
    awa, marc, ines = person("Awa", page="personnes/awa"), person("Marc"), person("Inès")

    async def scene() -> None:
        async with running() as world:
            private = world.instance.private
            cookie = open_session(private, marc.id)
            async with (
                writer(world.port, world.ticket(marc, cookie=cookie)) as out,
                writer(world.port, world.ticket(ines)) as blocked,
                writer(world.port, world.ticket(awa)) as one,
            ):
                close_session(private, cookie)
                assert (await out.hear("rights"))["words"]
                assert await out.closed() == 4403
                set_disabled(private, ines.id, True, by="test")
                assert await blocked.closed() == 4403
                late = await join(world.port, world.ticket(ines))
                assert await late.closed() == 4403
                # The page becomes its team's while someone else writes in it.
                async with writer(world.port, world.ticket(marc)) as other:
                    await other.type("Avant.")
                    await other.all_kept()
                    write({"page.md": TEAM})
                    assert await other.closed() == 4403
                await one.until(lambda: "Avant." in one.words and "À nous" in one.words)
                barred = await join(world.port, world.ticket(marc))
                assert await barred.closed() == 4403

    run(scene())


@pytest.mark.parametrize("ends", ["commit", "row"])
def test_nothing_is_sent_or_taken_after_what_ends_someone(
    running: Callable[..., Any], write: Callable[..., str], person: Callable[..., Any], ends: str
) -> None:
    """Though nobody looks at who is there: it is asked before each word."""
    write({"page.md": PAGE})
    awa, marc, ines = person("Awa", page="personnes/awa"), person("Marc"), person("Inès")

    async def scene() -> None:
        async with (
            running(pace=replace(QUICK, look=3_600)) as world,
            writer(world.port, world.ticket(awa)) as one,
            writer(world.port, world.ticket(marc)) as other,
            writer(world.port, world.ticket(ines)) as still,
        ):
            await other.type("Avant.")
            await still.until(lambda: "Avant." in still.words)
            if ends == "commit":
                write({"page.md": TEAM})
            else:
                for each in (marc, ines):
                    set_disabled(world.instance.private, each.id, True, by="test")
            await other.type("Après.")
            assert await other.closed() == 4403
            await one.type("Entre nous.")
            assert await still.closed() == 4403
            await one.all_kept()
            assert "Après." not in one.words and "Entre nous." not in still.words

    run(scene())


def test_who_leaves_a_group_writes_no_more(
    running: Callable[..., Any], write: Callable[..., str], person: Callable[..., Any]
) -> None:
    """Nothing of it stands in git, nor in the account."""
    write({"page.md": '---\nteam: ["groupe:cercle"]\neditors: team\n---\n# Page\n'})
    marc, ines = person("Marc"), person("Inès", "admin")

    async def scene() -> None:
        async with running() as world:
            private = world.instance.private
            make_group(private, "Cercle", open=False, by=ines)
            add_member(private, "cercle", marc.id, by=ines.id)
            async with writer(world.port, world.ticket(marc)) as one:
                await one.type("Avant.")
                await one.all_kept()
                remove_member(private, "cercle", marc.id, by=ines.id)
                assert await one.closed() == 4403

    run(scene())


def test_what_nobody_may_save_any_more_is_a_draft_of_who_wrote_it(
    running: Callable[..., Any], write: Callable[..., str], person: Callable[..., Any]
) -> None:
    write({"page.md": PAGE})
    awa, marc = person("Awa", page="personnes/awa"), person("Marc")

    async def scene() -> None:
        async with running() as world:
            async with writer(world.port, world.ticket(marc)) as other:
                await other.type("De Marc.")
                await other.all_kept()
                set_disabled(world.instance.private, marc.id, True, by="test")
                await other.closed()
            await until(lambda: not world.live.rooms.gatherings)
            assert world.text() == PAGE
            draft = read_draft(world.instance.private, marc.id, "page")
            assert draft is not None and draft.text == PAGE + "De Marc."
            async with writer(world.port, world.ticket(awa)) as one:
                assert one.words == PAGE

    run(scene())


def test_the_lines_on_rights_need_the_right_of_who_changed_them(
    running: Callable[..., Any], write: Callable[..., str], person: Callable[..., Any]
) -> None:
    open_page = TEAM.replace("editors: team", "editors: members")
    write({"page.md": open_page})
    awa, marc, ines = person("Awa", page="personnes/awa"), person("Marc"), person("Inès")

    async def scene() -> None:
        async with (
            running() as world,
            writer(world.port, world.ticket(awa)) as one,
            writer(world.port, world.ticket(marc)) as two,
        ):
            at = open_page.index("members")
            await two.type("pas", at=at)
            await one.until(lambda: "pasmembers" in one.words)
            await one.type("Un long texte de la maîtresse de maison.")
            await one.all_kept()
            await two.say(type="save")
            refused = await two.hear("refused")
            assert refused["why"] == "rights" and refused["asked"]
            assert "Tout le reste est enregistré" in refused["words"]
            # The others' text is saved, and the line is as it was, for all of them.
            assert (await one.hear("saved"))["commit"]
            await one.until(lambda: "pasmembers" not in one.words)
            await two.until(lambda: two.words == one.words)
            assert not one.messages("refused")
            assert world.text() == one.words + "\n"
            assert world.text().startswith(open_page.rstrip()) and "maîtresse" in world.text()
            # A head that cannot be read holds nobody up either.
            await two.erase(one.words.index("team:") + 4, 1)
            await two.type("Et encore.")
            await one.until(lambda: "Et encore." in one.words)
            await one.say(type="save")
            assert (await one.hear("saved"))["asked"]
            assert "team: [" in world.text() and "Et encore." in world.text()
            # Who is gone by then finds the line in a draft.
            async with writer(world.port, world.ticket(ines)) as gone:
                await gone.type("non", at=at)
                await gone.all_kept()
            await one.until(lambda: "nonmembers" in one.words)
            await one.say(type="save")
            assert (await one.hear("saved"))["asked"]
            await one.until(lambda: "nonmembers" not in one.words)
            draft = read_draft(world.instance.private, ines.id, "page")
            assert draft is not None and "nonmembers" in draft.text
            # Who may change them does, while others write below.
            await two.type("Encore.")
            await two.all_kept()
            with one.doc.transaction():
                before = one.doc.get_state()
                del one.text[at : at + 7]
                one.text.insert(at, "team")
            await one.update(one.doc.get_update(before))
            await one.all_kept()
            await one.say(type="save")
            await one.hear("saved")
            assert "editors: team" in world.text() and "Encore." in world.text()
            assert await two.closed() == 4403

    run(scene())


def test_the_web_gives_tickets_to_those_who_may_write(
    write: Callable[..., str],
    person: Callable[..., Any],
    log_in: Callable[[Person], FlaskClient],
    client: FlaskClient,
    instance: Any,
) -> None:
    write({"page.md": PAGE, "nous.md": TEAM})
    awa, marc = person("Awa", page="personnes/awa"), person("Marc")
    asked = "/-/coediting/ticket/"
    browser = log_in(marc)
    form = {"csrf_token": token(browser, "/-/edit/page")}
    answer = browser.post(asked + "page", data=form)
    assert answer.status_code == 200 and answer.json is not None
    assert answer.json["url"].startswith("ws://localhost:8081/-/coediting/live")
    assert answer.headers["Cache-Control"] == "private, no-store"
    read = tickets.read_ticket(instance.secret, answer.json["ticket"])
    assert (read.person, read.path) == (marc.id, "page")
    assert browser.post(asked + "page").status_code == 400
    for path, status in (("nous", 403), ("nulle-part", 404)):
        refused = browser.post(asked + path, data=form)
        assert refused.status_code == status and refused.json["error"]  # type: ignore[index]
        assert browser.get(f"/-/coediting/here/{path}").status_code == 404
    assert browser.get("/-/coediting/here/page").json == {"people": []}
    assert client.get("/-/coediting/here/page").status_code == 404
    there = "connect-src 'self' ws://localhost:8081;"
    assert there in browser.get("/-/edit/page").headers["Content-Security-Policy"]
    assert there not in browser.get("/page").headers["Content-Security-Policy"]
    assert log_in(awa).get("/-/coediting/here/nous").status_code == 200


def test_a_page_whose_beginning_is_not_known_yet_is_not_gone(
    instance: Instance, write: Callable[..., str]
) -> None:
    commits, permissions = part("live.commits"), part("live.permissions")
    write({"page.md": "# Page\n"})
    kept = commits.open_room(instance, "page")
    # Nothing can be brought up to date: what is new is waited for.
    with lists_failing(instance):
        write({"page.md": "# Page\n\nPlus.\n", "neuf.md": "# Neuf\n"})
        with pytest.raises(StorageFailed):
            commits.open_room(instance, "neuf")
        stand = permissions.Stand("e", "neuf", kept.birth, "")
        with pytest.raises(StorageFailed):
            permissions.otherwise(instance, [stand])
    with pytest.raises(NotFound):
        commits.open_room(instance, "nulle-part")
