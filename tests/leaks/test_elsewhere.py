"""Ways out that are no route: the public history, object by object, mails, and messages."""

import importlib
import subprocess
import threading
import zipfile
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

import pytest

from wiki.digests import run
from wiki.exports.forms import FORMS, write_export
from wiki.exports.target import archive_at
from wiki.mail_dispatch import deliver
from wiki.people.follow.by_mail import ask_to_follow, confirm_following
from wiki.people.follow.subscriptions import watch
from wiki.people.person import Person
from wiki.people.targets import Target, read_target
from wiki.projections.public import Public
from wiki.projections.publishing.standard import Standard
from wiki.reading import Reader
from wiki.repository.objects import EMPTY

from .canaries import canaries, canary, forbidden
from .world import KINDS, World, secret_paths

#: who is written to → the kinds of secrets that are theirs
_MAY = {"outsider": {"members"}, "other": {"members", "other"}, "guest": {"members", "guest"}}


@pytest.fixture
def world(copied: Callable[..., World]) -> World:
    return copied("all")


def test_no_object_of_the_public_history_tells(world: World) -> None:
    """What a clone of /wiki.git could hold: every object that is there, reachable or not."""
    public = cast(Public, world.instance.projections["public"])
    assert not world.instance.projections.behind("public")
    folder = public.folder
    assert folder is not None
    every = ["git", "-C", str(folder), "cat-file", "--batch-all-objects", "--batch"]
    told = subprocess.run(every, capture_output=True, check=True).stdout.decode("utf-8", "replace")
    assert "LoRa" in told
    assert canaries(told) == set()
    for hidden in {*world.hidden_commits, *world.hidden_blobs}:
        assert hidden not in told


def test_no_object_of_the_pages_in_standard_markdown_tells(world: World) -> None:
    """The same of /standard.git, which is made of the other alone."""
    public = cast(Public, world.instance.projections["public"]).folder
    assert public is not None
    standard = Standard(world.instance.settings.instance / "index", "https://wiki.example.org")
    assert standard.make(public)
    folder = standard.folder(public)
    assert folder is not None and standard.is_current(public)
    every = ["git", "-C", str(folder), "cat-file", "--batch-all-objects", "--batch"]
    told = subprocess.run(every, capture_output=True, check=True).stdout.decode("utf-8", "replace")
    assert "LoRa" in told
    assert canaries(told) == set()


def test_no_export_tells(world: World, tmp_path: Path) -> None:
    """The site in every form, for a visitor and for members, each file of it."""
    readers: dict[str, Person | None] = {"visitor": None}
    readers |= {name: world.people[name] for name in _MAY}
    for name, person in readers.items():
        for form in FORMS:
            file = tmp_path / f"{name}-{form}.zip"
            with archive_at(file) as target:
                write_export(Reader(world.instance, person), form, target)
            with zipfile.ZipFile(file) as archive:
                for inside in archive.namelist():
                    said = inside + archive.read(inside).decode("utf-8", "replace")
                    told = forbidden(canaries(said), _MAY.get(name, ()))
                    assert told == set(), (name, form, inside)


def test_no_mail_tells(world: World) -> None:
    """Everyone follows everything; a digest is written a week later, with the secrets changed."""
    instance, private = world.instance, world.instance.private
    head = instance.repository.head()
    targets = [
        *(Target("page", path) for path, _head in KINDS.values()),
        *(Target("page", path) for path in ("index", "ouverte", "projets/jardin")),
        *(Target(kind, "agriculture") for kind in ("theme", "keyword")),
        read_target("search", "q=agriculture"),
    ]
    for name in _MAY:
        for target in targets:
            watch(private, world.people[name].id, target, head=head)
    for target in targets:
        asked = ask_to_follow(
            private,
            instance.settings,
            email="visiteuse@example.org",
            lang="fr",
            target=target,
            address="x",
        )
        assert confirm_following(private, asked.token, rhythm="day", head=head)
    changed = {
        f"{path}/index.md": f"---\n{head}---\n{canary(kind, 'new')}\n"
        for kind, (path, head) in KINDS.items()
    }
    world.save({**changed, "ouverte.md": "# Ouverte\n\nDu neuf.\n"}, canary("mixed", "message"))
    now = private.now
    private.now = lambda: now() + timedelta(days=8)
    run(instance)
    deliver(instance)
    mails = [
        message_from_bytes(file.read_bytes(), policy=default)
        for file in (instance.settings.instance / "outbox").glob("*.eml")
    ]
    seen = set()
    for mail in mails:
        assert isinstance(mail, EmailMessage)
        to = str(mail["To"])
        name = next((one for one in _MAY if canary(one, "address") in to), to)
        if name not in _MAY and "visiteuse" not in to:
            continue  # to someone of the secret
        seen.add(name)
        bodies = [part.get_content() for part in mail.walk() if not part.is_multipart()]
        said = "\n".join([*map(str, mail.values()), *map(str, bodies)])
        words = canaries(said) - {canary(name, "address")}
        # What they follow by its path is called by that path.
        words = {word for word in words if not word.endswith("path")}
        assert forbidden(words, _MAY.get(name, ())) == set(), (to, said[:2000])
    assert len(seen) == 4, seen


def test_no_message_to_a_program_tells(world: World) -> None:
    """Everything since the first commit, and each secret by name, to who is told of the site."""
    instance = world.instance
    vars(instance.settings)["webhook_hosts"] = "127.0.0.1"
    part = partial(_part, "webhooks")
    store, happenings = part("store"), part("happenings")
    got: list[str] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(204)
            self.end_headers()

    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}/"
        for form in ("standard", "slack"):
            wish = {"form": form, "address": url, "host": "127.0.0.1", "scope": "site"}
            wish |= dict.fromkeys(("name", "token", "room", "word", "path"), "")
            kinds = tuple(happenings.KIND_WORDS)
            hook = store.add_hook(
                instance, world.people["admin"].id, store.Wish(**wish, kinds=kinds)
            )
            with instance.private.session() as session:
                seen = session.get(part("models").SeenRow, 1)
                assert seen is not None
                seen.head = EMPTY
                for path in secret_paths():
                    for what in ("page.changed", "project.step", "event.announced"):
                        one = happenings.Happening(what, path, path)
                        store.put_message(session, hook, one, instance.private.now())
                for kind in KINDS:
                    one = happenings.Happening("need.opened", "x", "x", f"b-{kind:0<8}"[:10])
                    store.put_message(session, hook, one, instance.private.now())
        part("observer").run(instance)
        for _turn in range(10):
            part("delivery").run(instance)
        server.shutdown()
        thread.join()
    assert any("LoRa" in one for one in got)
    for one in got:
        assert canaries(one) == set(), one


def _part(plugin: str, name: str) -> Any:
    return importlib.import_module(f"wiki_plugins.{plugin}.{name}")


def test_no_post_of_the_fediverse_tells(world: World) -> None:
    """All that there is, and each secret by its row, to who follows everything."""
    instance = world.instance
    vars(instance.settings)["fediverse_hosts"] = "127.0.0.1"
    part = partial(_part, "fediverse")
    got: list[str] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(202)
            self.end_headers()

    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        inbox = f"http://127.0.0.1:{server.server_port}/inbox"
        models, queue = part("models"), part("queue")
        with instance.private.session() as session:
            for name in ("carrefour", "agriculture", "secrete"):
                row = {"uri": f"{inbox}#me", "follow": inbox, "inbox": inbox, "host": "127.0.0.1"}
                row["actor"] = name
                session.add(models.FollowerRow(**row, since=instance.private.now()))
            for post in ("d" * 16, *("e" * 15 + digit for digit in "123")):
                for what in (queue.CREATE, queue.UPDATE, queue.SHARE):
                    actor = "agriculture" if what == queue.SHARE else "carrefour"
                    queue.put(instance, session, [inbox], actor, what, post)
            site: Any = session.get(models.SiteRow, 1)
            site.head = world.hidden_commits[0]
        part("outbox.delivery").run(instance)
        part("outbox.observer").run(instance)
        part("outbox.delivery").run(instance)
        server.shutdown()
        thread.join()
    assert any("LoRa" in one for one in got) and any('"Delete"' in one for one in got)
    for one in got:
        words = {word for word in canaries(one) if not word.endswith("path")}
        assert words == set(), one
