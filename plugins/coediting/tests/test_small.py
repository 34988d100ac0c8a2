"""All that a wiki does, with the profile for a small machine."""

import time
from collections.abc import Callable
from contextlib import suppress
from socket import create_connection
from urllib.request import urlopen

from wiki.config import load_settings
from wiki.instance import Instance
from wiki.mail_dispatch import send_mail
from wiki.people.accounts.sessions import open_session, session_key
from wiki.people.mail.values import Mail
from wiki.people.person import Person
from wiki.testing import Server

from .clients import join, part, run, until

write_ticket = part("tickets").write_ticket


def test_a_small_wiki_serves_saves_finds_joins_and_sends(
    instance: Instance,
    write: Callable[..., str],
    person: Callable[..., Person],
    serve: Callable[..., Server],
) -> None:
    write({"page.md": "# Une page\n\n"})
    folder = instance.settings.instance
    with (folder / "wiki.toml").open("a", encoding="utf-8") as toml:
        toml.write('profile = "small"\n')
    awa = person("Awa")
    server = serve(folder, live=True)

    def answer(path: str) -> str:
        with urlopen(server.url + path, timeout=60) as found:  # noqa: S310 - ours, on loopback
            text: str = found.read().decode()
        return text

    def shows(path: str, word: str) -> bool:
        deadline = time.monotonic() + 60
        while word not in answer(path):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True

    def listens() -> bool:
        with suppress(OSError), create_connection(("127.0.0.1", server.live_port)):
            return True
        return False

    async def write_together() -> None:
        key = session_key(open_session(instance.private, awa.id))
        ticket = write_ticket(instance.secret, awa.id, key, "page")
        await until(listens, 60)
        writer = await join(server.live_port, ticket)
        assert await writer.is_in()
        await writer.type("ornithorynque ")
        await writer.say(type="save")
        await writer.hear("saved")
        await writer.close()

    assert shows("/page", "Une page")
    run(write_together())
    assert shows("/page", "ornithorynque")
    assert shows("/-/search?q=ornithorynque", 'href="/page')
    send_mail(instance, Mail("une", "une@example.org", "Un sujet", "Un texte"))
    deadline = time.monotonic() + 60
    while not list((folder / "outbox").glob("*.eml")):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_profile_gives_way_to_what_is_given(instance: Instance) -> None:
    folder = instance.settings.instance
    (folder / "wiki.toml").write_text('profile = "small"\nthreads = 5\n', "utf-8")
    settings = load_settings(folder, {"WIKI_ENCODER": "use"})
    assert (settings.workers, settings.threads, settings.encoder) == (1, 5, "use")
    assert settings.task_workers == 1
    assert load_settings(folder, {"WIKI_PROFILE": ""}).workers == 0
