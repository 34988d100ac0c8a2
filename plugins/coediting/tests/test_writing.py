"""Several people in one page: what each sees, what is kept, and the commits of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from wiki.editing.move import delete, move
from wiki.editing.save import save
from wiki.people.drafts import read_draft
from wiki.reading import Reader

from .clients import join, part, run, until, writer

Pace, keeping = part("live.server").Pace, part("store")

PAGE = "---\ntitle: Une page\n---\n\n# Une page\n\nPremier.\n"


def test_what_one_types_the_other_sees_and_one_commit_names_both(
    running: Callable[..., Any], write: Callable[..., str], person: Callable[..., Any]
) -> None:
    write({"page.md": PAGE})
    awa, marc = person("Awa"), person("Marc")

    async def scene() -> None:
        async with (
            running() as world,
            writer(world.port, world.ticket(awa)) as one,
            writer(world.port, world.ticket(marc)) as two,
        ):
            assert one.words == PAGE == two.words
            await one.type("Bonjour à tous, dit Awa. \U0001f600\n")
            await two.until(lambda: "Bonjour" in two.words)
            await two.type("Marc répond.\n")
            await one.until(lambda: "répond" in one.words)
            assert one.words == two.words
            await one.all_kept()
            await two.all_kept()
            await two.say(type="save", message="À deux")
            mine, other = await two.hear("saved"), await one.hear("saved")
            assert mine["asked"] and not other["asked"]
            assert mine["commit"] == world.instance.repository.head()
            assert mine["by"]["name"] == "Awa"
            assert world.text() == one.words
            assert world.message() == (f"À deux\n\nCo-authored-by: Marc <{marc.alias}>")
            await one.say(type="save", message="Rien")
            again = await one.hear("saved")
            assert again["asked"] and again["commit"] == mine["commit"]

    run(scene())


def test_a_text_over_several_tabs_is_one_persons(
    running: Callable[..., Any], write: Callable[..., str], person: Callable[..., Any]
) -> None:
    write({"page.md": PAGE})
    awa = person("Awa")

    async def scene() -> None:
        async with running() as world:
            async with (
                writer(world.port, world.ticket(awa)) as desk,
                writer(world.port, world.ticket(awa)) as phone,
            ):
                await desk.type("Au bureau. ")
                await phone.until(lambda: "bureau" in phone.words)
                await phone.type("En route. ")
                await desk.until(lambda: "route" in desk.words)
                await desk.all_kept()
                await phone.all_kept()
            await until(lambda: "En route." in world.text())
            assert world.text() == PAGE + "Au bureau. En route.\n"
            assert "Co-authored" not in world.message()
            await until(lambda: not world.live.rooms.gatherings)

    run(scene())


def test_a_room_is_left_though_something_was_saved_elsewhere_as_the_last_one_went(
    running: Callable[..., Any], write: Callable[..., str], person: Callable[..., Any]
) -> None:
    write({"page.md": PAGE})
    awa = person("Awa")

    async def scene() -> None:
        async with running() as world:
            rooms = world.live.rooms
            async with writer(world.port, world.ticket(awa)):
                (gathering,) = rooms.gatherings.values()
                await gathering.room.lock.acquire()  # as who joins what was saved elsewhere
            await until(lambda: gathering.is_empty)
            await rooms.leave(gathering)  # the last way by which its end came until then
            assert rooms.gatherings
            gathering.room.lock.release()
            await until(lambda: not rooms.gatherings)

    run(scene())


def test_a_pause_makes_a_commit_and_what_is_typed_meanwhile_stays(
    running: Callable[..., Any], write: Callable[..., str], person: Callable[..., Any]
) -> None:
    write({"page.md": PAGE})
    awa = person("Awa")

    async def scene() -> None:
        pace = Pace(keep=0.02, look=0.05, pause=0.3, longest=3_600, here=0.05, come=3_600)
        async with running(pace) as world, writer(world.port, world.ticket(awa)) as one:
            await one.type("Une phrase, puis une pause. ")
            said = await one.hear("saved")
            assert not said["asked"]
            assert world.text().endswith("une pause.\n")
            assert one.words.endswith("une pause. ")

    run(scene())


def test_items_get_their_identity_in_the_room_too(
    running: Callable[..., Any], write: Callable[..., str], person: Callable[..., Any]
) -> None:
    write({"page.md": PAGE})
    awa = person("Awa")

    async def scene() -> None:
        async with running() as world, writer(world.port, world.ticket(awa)) as one:
            await one.type("\n::: besoins\n- Un capteur\n\n:::\n")
            await one.say(type="save")
            await one.hear("saved")
            assert "{#b-" in world.text()
            await one.until(lambda: one.words == world.text())

    run(scene())


def test_what_is_saved_elsewhere_comes_in_and_nothing_is_lost(
    running: Callable[..., Any], write: Callable[..., str], person: Callable[..., Any]
) -> None:
    write({"page.md": "# P\n\nun\n\ndeux\n\ntrois\n"})
    awa, marc = person("Awa"), person("Marc")

    async def scene() -> None:
        async with running() as world, writer(world.port, world.ticket(awa)) as one:
            await one.type("X", at=0)  # an unfinished line of one's own
            await one.all_kept()
            reader = Reader(world.instance, marc)
            base = reader.head
            save(reader, "page", "# P\n\nun\n\ndeux\n\ntrois, par Marc\n", base)
            told = await one.hear("merged")
            assert told["who"] == "Marc"
            await one.until(lambda: "par Marc" in one.words)
            assert one.words == "X# P\n\nun\n\ndeux\n\ntrois, par Marc\n"
            # The same line, otherwise: both stay, ours first.
            reader = Reader(world.instance, marc)
            save(reader, "page", "# Autre\n\nun\n\ndeux\n\ntrois, par Marc\n", reader.head)
            await one.until(lambda: "Autre" in one.words)
            assert one.words.startswith("X# P\n# Autre\n\nun\n")
            await one.say(type="save")
            await one.hear("saved")
            assert world.text() == one.words

    run(scene())


def test_a_page_that_moves_takes_its_writers_along_and_one_that_goes_leaves_drafts(
    running: Callable[..., Any], write: Callable[..., str], person: Callable[..., Any]
) -> None:
    write({"page.md": PAGE})
    awa, marc = person("Awa"), person("Marc")

    async def scene() -> None:
        async with running() as world, writer(world.port, world.ticket(awa)) as one:
            await one.type("Avant. ")
            await one.all_kept()
            move(Reader(world.instance, marc), "page", "ailleurs")
            told = await one.hear("moved")
            assert (told["path"], told["url"]) == ("ailleurs", "/-/edit/ailleurs")
            await one.type("Après.")
            await one.say(type="save")
            await one.hear("saved")
            assert world.text("ailleurs").endswith("Avant. Après.\n")
            await one.type(" Gardé.")
            await one.all_kept()
            delete(Reader(world.instance, marc), "ailleurs")
            assert "brouillon" in (await one.hear("gone"))["words"]
            assert await one.closed() == 4404
            draft = read_draft(world.instance.private, awa.id, "ailleurs")
            assert draft is not None and draft.text.endswith("Après. Gardé.")
            assert read_draft(world.instance.private, marc.id, "ailleurs") is None

    run(scene())


def test_another_page_at_the_address_has_a_room_of_its_own(
    running: Callable[..., Any], write: Callable[..., str], person: Callable[..., Any]
) -> None:
    write({"page.md": PAGE})
    awa = person("Awa")

    async def scene() -> None:
        async with running() as world:
            async with writer(world.port, world.ticket(awa)) as one:
                first, doc = one.epoch, one.doc
            await until(lambda: not world.live.rooms.gatherings)
            write({"page.md": None})
            write({"page.md": "# Une autre page\n"})
            other = await join(world.port, world.ticket(awa), doc, first)
            said = await other.hear("joined")
            assert said["epoch"] != first and not said["same"]
            await other.close()

    run(scene())


def test_a_document_that_comes_back_goes_on_and_doubles_nothing(
    running: Callable[..., Any], write: Callable[..., str], person: Callable[..., Any]
) -> None:
    write({"page.md": PAGE})
    awa = person("Awa")

    async def scene() -> None:
        async with running() as world:
            async with writer(world.port, world.ticket(awa)) as one:
                await one.type("En ligne. ")
                await one.all_kept()
                doc, epoch = one.doc, one.epoch
            doc.get("text", type=type(one.text)).insert(0, "Hors ligne.\n")
            async with writer(world.port, world.ticket(awa), doc, epoch) as again:
                assert (await again.hear("joined"))["same"]
                await again.until(lambda: again.sent and again.kept == again.sent)
                await again.say(type="save")
                await again.hear("saved")
            assert world.text() == "Hors ligne.\n" + PAGE + "En ligne.\n"

    run(scene())


def test_who_is_here_and_where(
    running: Callable[..., Any], write: Callable[..., str], person: Callable[..., Any]
) -> None:
    write({"page.md": PAGE + "\n## Budget\n\nTexte.\n"})
    awa, marc = person("Awa"), person("Marc")

    async def scene() -> None:
        async with (
            running() as world,
            writer(world.port, world.ticket(awa)) as one,
            writer(world.port, world.ticket(marc)) as two,
        ):
            await one.aware(line=11, cursor=None, user={"name": "Une autre"}, more="x")
            await two.until(lambda: two.others)
            (said,) = two.others.values()
            me = (await one.hear("joined"))["me"]
            assert said["user"]["name"] == "Awa" and said["user"]["me"] == me
            assert set(said) == {"cursor", "line", "user"}
            # Nobody speaks for another's document.
            await two.aware(one.doc.client_id, line=1)
            await two.aware(line=1)
            await one.until(lambda: len(one.others) == 1)
            assert [one["user"]["name"] for one in one.others.values()] == ["Marc"]

            def told() -> dict[str, str]:
                found = keeping.here(world.instance.private, "page", timedelta(minutes=1))
                return {here.person: here.chapter for here in found}

            await until(lambda: told() == {awa.id: "budget", marc.id: ""})
            await one.close()
            await two.until(lambda: two.others[one.doc.client_id] is None)
            await until(lambda: told() == {marc.id: ""})

    run(scene())
