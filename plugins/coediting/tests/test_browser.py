"""People who write in one page at the same time, each in a real browser, at `wiki serve`.

With WIKI_SCREENSHOTS set to a folder, their windows are photographed, by day and by night.
"""

import os
import re
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.journeys.browsing import PHONE, Site, Watched
from tests.journeys.conftest import browsers
from wiki.instance import Instance
from wiki.people.accounts import add_person
from wiki.repository.commit import commit
from wiki.repository.objects import Author
from wiki.testing import ForkServer, Server

from .clients import part
from .test_killed import listener

if TYPE_CHECKING:
    from flask import Flask

TEXT = "---\ntitle: Un essai\n---\n\nLe matin.\n\n## Budget\n\nMidi.\n\n## Calendrier\n\nLe soir.\n"
#: what a browser says of a line that the test has cut
_CUT = ("WebSocket connection", "net::ERR_INTERNET_DISCONNECTED", "net::ERR_FAILED")
#: milliseconds that a busy machine may take for anything
_PATIENCE = 60_000
Desk = Callable[..., Watched]


class World:
    """A running wiki whose people write together, opened beside its server."""

    def __init__(self, instance: Instance, server: Server) -> None:
        self.site = Site(server.url, instance)
        self.port = server.live_port

    def git(self, *words: str) -> str:
        command = ["git", "-C", str(self.site.folder / "content.git"), *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def kill(self) -> None:
        """Kills the live process as a power cut would."""
        os.kill(_answers(self.port), signal.SIGKILL)

    def suspend(self) -> int:
        """Has the live process hang while it holds no lock that others wait for; its id."""
        process, site = _answers(self.port), self.site
        tables = sqlite3.connect(
            site.folder / "index" / "tables.db", isolation_level=None, timeout=30
        )
        private = site.instance.private
        with site.instance.repository.lock(), private.session() as session, closing(tables):
            session.connection()  # a session takes the lock with its first statement
            tables.execute("BEGIN IMMEDIATE")
            os.kill(process, signal.SIGSTOP)
        return process

    def write(self, path: str, text: str) -> None:
        """A page that says so, saved by nobody here."""
        repository, author = self.site.instance.repository, Author("Une main", "m@people.invalid")
        with repository.lock():
            changes = {f"{path}.md": text.encode()}
            commit(repository, repository.head(), changes, author, "à la main")

    def forget_room(self, path: str) -> None:
        """The shared text of the page is no more, as after a month without anybody."""
        keeping, private = part("store"), self.site.instance.private
        keeping.forget(private, keeping.room_at(private, path).epoch)


@pytest.fixture(scope="module")
def world(shared_wiki: "tuple[Instance, Flask]", fork_server: ForkServer) -> Iterator[World]:
    instance, _app = shared_wiki
    for name, role in (("awa", "member"), ("marc", "member"), ("anne", "admin")):
        email = f"{name}@example.org"
        add_person(instance.private, email=email, name=name.capitalize(), role=role)
    server = Server(fork_server, instance.settings.instance, live=True)
    eventually(lambda: _listens(server.live_port))
    yield World(instance, server)
    server.stop()


@pytest.fixture
def desk(chromium: Any, world: World) -> Iterator[Desk]:
    """``desk(name, path, size)``: the editor of someone, who has joined the others."""
    opened: list[Watched] = []
    with browsers(chromium, world.site) as browse:

        def desk(
            name: str, path: str, size: Any = None, query: str = "", *, as_text: bool = False
        ) -> Watched:
            writer = browse(size).log_in(name)
            if as_text:
                writer.page.add_init_script("localStorage.setItem('editor-text', 'yes')")
            opened.append(writer)
            writer.page.set_default_timeout(_PATIENCE)
            writer.goto(f"/-/edit/{path}{query}")
            writer.page.wait_for_selector("form[data-live=yes]")
            return writer

        try:
            yield desk
        finally:
            for one in opened:
                one.faults[:] = [
                    said for said in one.faults if not any(cut in said for cut in _CUT)
                ]


def text_of(writer: Watched) -> str:
    return str(writer.page.input_value("textarea[name=text]"))


def type_after(writer: Watched, words: str, written: str) -> None:
    """Puts the cursor behind ``words``, as the editor itself does, and types."""
    if writer.page.locator(".cm-content").count():
        writer.page.evaluate(
            "words => { const form = document.querySelector('form[data-editor]');"
            " const { view } = form.editor.surface;"
            " const at = view.state.doc.toString().indexOf(words) + words.length;"
            " view.dispatch({ selection: { anchor: at } }); view.focus(); }",
            words,
        )
    else:
        area = writer.page.locator("textarea.edit-area:visible")
        area.focus()
        area.evaluate(
            "(area, words) => { const at = area.value.indexOf(words) + words.length;"
            " area.setSelectionRange(at, at); }",
            words,
        )
    writer.page.keyboard.type(written)


def paste(writer: Watched, word: str, times: int) -> None:
    """Puts so much above the text at once."""
    writer.page.evaluate(
        "([word, times]) => document.querySelector('form[data-editor]').editor"
        ".surface.replace(0, 0, word.repeat(times))",
        [word, times],
    )


def agree(*writers: Watched, on: str, seconds: float = _PATIENCE / 1000) -> str:
    """Waits until all of them show one text that has all of these words; the text."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        texts = {text_of(one) for one in writers}
        if len(texts) == 1 and all(word in next(iter(texts)) for word in on.split()):
            return texts.pop()
        writers[0].page.wait_for_timeout(30)
    raise AssertionError([text_of(one) for one in writers])


def eventually(so: Callable[[], object]) -> None:
    """Waits until it is so."""
    deadline = time.monotonic() + _PATIENCE / 1000
    while not so():
        assert time.monotonic() < deadline
        time.sleep(0.03)


def press_until(writer: Watched, key: str, words: str) -> None:
    """Presses until the text has ``words``: what is typed slowly is taken back in several parts."""
    eventually(lambda: words in text_of(writer) or writer.page.keyboard.press(key))


def save(writer: Watched, url: str) -> None:
    writer.page.click("form[data-editor] button[type=submit]:not([name])")
    writer.page.wait_for_url(writer.site.url + url)


def keep(name: str, **writers: Watched) -> None:
    """Their windows, by day and by night."""
    folder = os.environ.get("WIKI_SCREENSHOTS", "")
    for who, one in writers.items() if folder else ():
        for light in ("dark", "light"):
            one.page.emulate_media(color_scheme=light)
            file = f"{folder}/together-{name}-{who}-{light}.png"
            one.page.screenshot(path=file, animations="disabled")


def test_they_type_are_seen_outlive_a_crash_and_make_one_commit(world: World, desk: Desk) -> None:
    world.write("essai", TEXT)
    awa, marc = desk("awa", "essai"), desk("marc", "essai")
    type_after(awa, "Le matin.", " Awa-écrit 😀.")
    type_after(marc, "Midi.", " Marc-aussi.")
    agree(awa, marc, on="Awa-écrit Marc-aussi.")
    expect(awa.page.locator(".live-row button")).to_have_text(re.compile("Marc.*Budget"))
    expect(awa.page.locator(".live-people [role=status]")).to_have_text("Marc écrit ici aussi")
    expect(awa.page.locator(".live-mark")).to_have_text("M")
    expect(marc.page.locator(".live-caret")).to_have_count(1)
    expect(awa.page.locator("[data-saved]")).to_have_text("Gardé")
    assert awa.wide() <= 0
    keep("typing", awa=awa, marc=marc)
    # One takes back what is one's own.
    press_until(awa, "Control+z", "Le matin.\n")
    assert "Awa" not in agree(awa, marc, on="Marc-aussi.")
    press_until(awa, "Control+y", " Awa-écrit 😀.\n")
    agree(awa, marc, on="Awa-écrit Marc-aussi.")
    world.kill()
    type_after(awa, "Le soir.", " Sans-personne.")
    type_after(marc, "Marc-aussi.", " Lui-non-plus.")
    text = agree(awa, marc, on="Awa-écrit Sans-personne. Lui-non-plus.")
    assert text.count("Sans-personne") == text.count("Lui-non-plus") == 1
    awa.page.fill("[name=message]", "une visite")
    save(awa, "/essai")
    assert world.git("show", "HEAD:essai.md") == text
    told = world.git("log", "-1", "--format=%an %s %(trailers:key=Co-authored-by,valueonly)")
    assert re.match(r"(Awa une visite Marc|Marc une visite Awa) <", told)
    # What someone else types on is told to who reads, beside the heading.
    type_after(marc, "Lui-non-plus.", " Encore.")
    # The page asks again within a quarter of a minute, and whenever one comes back to it.
    for mark in (".live-here", ".live-writes"):
        eventually(partial(_comes_back_to, awa, mark, "Marc écrit ici"))
    keep("read", awa=awa)


def test_what_is_too_long_leaves_the_text_and_nothing_else_does(world: World, desk: Desk) -> None:
    world.write("long", f"{TEXT}\n{'mot ' * 249_000}\n")
    awa, marc = desk("awa", "long"), desk("marc", "long")
    # A paste that the browser lets go, and the live process refuses: one goes on typing.
    type_after(awa, "Le matin.", " Awa-avant.")
    paste(awa, "trop ", 3_000)
    type_after(awa, "Awa-avant.", " Awa-après.")
    type_after(marc, "Midi.", " Marc-aussi.")
    expect(awa.page.locator(".live-told button")).to_have_text("Copier mon texte")
    text = agree(awa, marc, on="Awa-avant. Awa-après. Marc-aussi.")
    assert text.startswith(
        TEXT.replace("Le matin.", "Le matin. Awa-avant. Awa-après.").replace(
            "Midi.", "Midi. Marc-aussi."
        )
    )
    assert text.count("trop") == 0
    # What took no part in it is typed on.
    type_after(awa, "Awa-après.", " Awa-encore.")
    agree(awa, marc, on="Awa-encore.")


def test_a_phone_and_a_line_that_breaks(world: World, desk: Desk) -> None:
    world.write("seche", TEXT)
    awa, marc = desk("awa", "seche", PHONE), desk("marc", "seche")
    type_after(awa, "Midi.", " Au-téléphone.")
    type_after(marc, "Le matin.", " Au-bureau.")
    agree(awa, marc, on="Au-téléphone. Au-bureau.")
    assert awa.wide() <= 0
    keep("phone", awa=awa)
    press_until(awa, "Control+z", "Midi.\n")
    assert "Au-téléphone" not in agree(awa, marc, on="Au-bureau.")
    awa.page.context.set_offline(True)
    type_after(awa, "Midi.", " Hors-ligne.")
    type_after(marc, "Le soir.", " Pendant-ce-temps.")
    expect(awa.page.locator("[data-saved]")).to_have_text(re.compile("^Hors ligne"))
    keep("offline", awa=awa)
    awa.page.context.set_offline(False)
    agree(awa, marc, on="Hors-ligne. Pendant-ce-temps.")
    # And over a reload: the words stayed on the device, and join as they were.
    awa.page.context.set_offline(True)
    type_after(awa, "Hors-ligne.", " Puis-rechargé.")
    expect(awa.page.locator("[data-saved]")).to_have_text(re.compile("^Hors ligne"))
    kept_here = "Object.keys(localStorage).some((key) => key.startsWith('live:'))"
    eventually(lambda: awa.page.evaluate(kept_here))
    awa.page.context.set_offline(False)
    with suppress(Exception):
        awa.page.reload()
    awa.page.wait_for_selector("form[data-live=yes]")
    assert agree(awa, marc, on="Puis-rechargé.").count("Hors-ligne.") == 1


def test_a_shared_text_that_was_begun_anew_is_joined_once(world: World, desk: Desk) -> None:
    world.write("ere", TEXT)
    # On a phone, in the plain area of who prefers the text.
    awa, marc = desk("awa", "ere"), desk("marc", "ere", PHONE, as_text=True)
    type_after(awa, "Midi.", " Avant.")
    agree(awa, marc, on="Avant.")
    for one in (awa, marc):
        expect(one.page.locator("[data-saved]")).to_have_text("Gardé")
        one.page.context.set_offline(True)
    type_after(awa, "Avant.", " Hors-ligne.")
    type_after(marc, "Le matin.", " Au-téléphone.")
    # Everybody has left: a commit, which others go on from; then the room is forgotten.
    eventually(lambda: "Avant." in world.git("show", "HEAD:ere.md"))
    world.kill()
    world.forget_room("ere")
    world.write("ere", world.git("show", "HEAD:ere.md").replace("soir.", "soir. D’ailleurs."))
    for one in (awa, marc):
        one.page.context.set_offline(False)
    wanted = TEXT.replace("Midi.", "Midi. Avant. Hors-ligne.")
    wanted = wanted.replace("Le matin.", "Le matin. Au-téléphone.")
    wanted = wanted.replace("Le soir.", "Le soir. D’ailleurs.")
    assert agree(awa, marc, on="Hors-ligne. Au-téléphone. D’ailleurs.") == wanted
    # It goes on as a text that both write in.
    type_after(marc, "Au-téléphone.", " Marc-encore.")
    type_after(awa, "Hors-ligne.", " Awa-encore.")
    text = agree(awa, marc, on="Marc-encore. Awa-encore.")
    save(awa, "/ere")
    assert world.git("show", "HEAD:ere.md") == text


def test_a_save_from_elsewhere_joins_and_rights_end(world: World, desk: Desk) -> None:
    world.write("droits", TEXT)
    marc = desk("marc", "droits")
    type_after(marc, "Midi.", " De-Marc.")
    expect(marc.page.locator("[data-saved]")).to_have_text("Gardé")
    world.write("droits", TEXT.replace("Le soir.", "Le soir. D’ailleurs."))
    agree(marc, on="De-Marc. D’ailleurs.")
    expect(marc.page.locator(".live-told")).to_have_text(re.compile("réunis ici"))
    keep("conflict", marc=marc)
    world.write("droits", f"---\neditors: team\n---\n\n{TEXT.split('---')[2].strip()}\n")
    type_after(marc, "De-Marc.", " Trop-tard.")
    expect(marc.page.locator(".live-told").last).to_have_text(re.compile("plus écrire"))
    expect(marc.page.locator("#text")).to_have_value(re.compile("Trop-tard"))
    keep("rights", marc=marc)


def test_a_chapter_too_much_at_once_and_no_live_process(world: World, desk: Desk) -> None:
    world.write("chapitre", TEXT)
    marc = desk("marc", "chapitre", query="?section=budget")
    expect(marc.page.locator("#text")).to_have_value(TEXT)
    # Of the page that stands in it, one sees that chapter, and reaches no other.
    expect(marc.page.locator("h1")).to_have_text(
        "Une partie de « Un essai »".replace("« ", "«\u00a0").replace(" »", "\u00a0»")
    )
    expect(marc.page.locator(".cm-content")).not_to_contain_text("soir")
    marc.page.keyboard.type(" Un-chapitre.")
    expect(marc.page.locator("#text")).to_have_value(re.compile("Midi. Un-chapitre.\n"))
    # On a phone as well; the page's head stays out of sight.
    awa = desk("awa", "chapitre", PHONE, query="?section=budget")
    assert agree(awa, marc, on="Un-chapitre.") == TEXT.replace("Midi.", "Midi. Un-chapitre.")
    expect(awa.page.locator(".cm-content")).not_to_contain_text("title:")
    awa.page.close()
    # More than a page may hold, while one types: it stays at hand, and leaves the text alone.
    paste(marc, "mot ", 300_000)
    type_after(marc, "Un-chapitre.", " Encore.")
    expect(marc.page.locator(".live-told button")).to_have_text("Copier mon texte")
    wanted = TEXT.replace("Midi.", "Midi. Un-chapitre. Encore.")
    expect(marc.page.locator("#text")).to_have_value(wanted)
    expect(marc.page.locator("[data-saved]")).to_have_text("Gardé")
    # The live process hangs: the form is sent as ever, with all that stands in it.
    process = world.suspend()
    try:
        marc.page.keyboard.type(" Sans-lui.")
        save(marc, "/chapitre")
    finally:
        os.kill(process, signal.SIGCONT)
    again = desk("marc", "chapitre")
    # And when it goes on, the words that were on their way to it stand there once.
    written = TEXT.replace("Midi.", "Midi. Un-chapitre. Encore. Sans-lui.")
    assert agree(again, on="Sans-lui.") == written
    save(again, "/chapitre")
    assert world.git("show", "HEAD:chapitre.md") == written
    # Who wrote a chapter is at that chapter then, and told that it is saved.
    again.goto("/-/edit/chapitre?section=budget")
    again.page.wait_for_selector("form[data-live=yes]")
    expect(again.page.locator(".cm-content")).not_to_contain_text("soir")
    again.page.keyboard.type(" Seul.")
    save(again, "/chapitre#h-budget")
    expect(again.page.locator("#h-budget")).to_be_in_viewport()
    expect(again.page.locator(".flashes")).to_contain_text("nregistré")
    wanted = written.replace("Sans-lui.", "Sans-lui. Seul.")
    assert world.git("show", "HEAD:chapitre.md") == wanted


def _comes_back_to(reader: Watched, mark: str, words: str) -> bool:
    """Whether the page says so at ``mark`` once one has looked elsewhere, and back."""
    reader.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    reader.page.wait_for_timeout(300)
    return bool(reader.page.locator(mark).all_inner_texts() == [words])


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def _answers(port: int) -> int:
    """The process that answers at ``port`` of loopback, once there is one."""
    eventually(lambda: listener(port) > 0)
    return listener(port)
