"""The whole server, two days behind and four hundred ahead: nothing lost, twice, or shut for good.

What must hold of rows and of a clock that is moved by hand stands where the rows are
(``tests/people``, ``tests/digests``, ``tests/test_tasks.py``).
"""

import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from tests.cli.conftest import Run
from tests.test_sending import Inbox, inbox, server
from wiki.instance import Instance, close_instance
from wiki.mail_dispatch import send_mail
from wiki.people import mirrors
from wiki.people.accounts import find_person
from wiki.people.accounts.directory import set_password, set_role
from wiki.people.mail.queue import count_mails, failed_mails
from wiki.people.mail.values import Mail
from wiki.people.person import at_machine

from .clocks import Browser, WrongServer, library
from .conftest import opened
from .test_processes import eventually

__all__ = ["inbox", "server"]
pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]

PASSWORD = "une longue phrase de passe"
RIGHT, BEHIND, AHEAD = timedelta(), timedelta(days=-2), timedelta(days=400)
_NUMBERS = count()


def put(
    instance: Instance, key: str, due: timedelta = timedelta(), until: timedelta | None = None
) -> None:
    """A mail that waits until ``due``, from now, and no longer than ``until``."""
    now = instance.private.now()
    words = Mail(key, "bea@example.org", f"Sujet {key}", "Des mots.", due=now + due)
    if until is not None:
        words = replace(words, until=now + until)
    assert send_mail(instance, words)


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """A repository elsewhere, to which ours is copied."""
    folder = tmp_path / "there.git"
    subprocess.run(["git", "init", "-q", "--bare", str(folder)], check=True)
    return folder


@pytest.fixture
def waiting(sound: Path, there: Path, server: Controller) -> Path:
    """An instance in which mails wait and a mirror is due, and Awa has a password."""
    library()
    (sound / "wiki.toml").write_text(
        f'smtp_host = "127.0.0.1"\nsmtp_port = {server.port}\nsmtp_starttls = false\n', "utf-8"
    )
    instance = opened(sound)
    person = find_person(instance.private, "awa@example.org")
    assert person is not None
    set_role(instance.private, person.id, "admin", by=at_machine(person.id))
    set_password(instance.private, person.id, PASSWORD)
    put(instance, "now")
    put(instance, "soon", due=timedelta(hours=1))
    put(instance, "later", due=timedelta(days=3))
    put(instance, "useless", due=timedelta(hours=1), until=timedelta(hours=2))
    mirrors.add(instance.private, "copie", str(there), direction="push")
    close_instance(instance)
    return sound


@pytest.fixture
def serving(waiting: Path) -> Iterator[Callable[[timedelta], WrongServer]]:
    """``serving(by)``: the server with that clock, in place of the one before."""
    running: list[WrongServer] = []

    def serve(by: timedelta) -> WrongServer:
        for one in running:
            one.stop()
        running[:] = [WrongServer(waiting, by)]
        return running[0]

    yield serve
    for one in running:
        one.stop()


def test_a_clock_that_was_wrong_costs_nothing(
    waiting: Path,
    there: Path,
    serving: Callable[[timedelta], WrongServer],
    inbox: Inbox,
    run: Run,
) -> None:
    words: list[str] = []
    kept = Browser()

    def work(by: timedelta) -> None:
        """Somebody logs in, saves, and reads that, as does a visitor; who was in may be again."""
        port = serving(by).port
        for browser in (Browser(), kept):
            typed = {"email": "awa@example.org", "password": PASSWORD}
            if browser is not kept or "Awa" not in browser.ask(port, "/-/account")[1]:
                assert browser.send(port, "/-/login", **typed) == 303
            words.append(f"mot-{next(_NUMBERS)}-fin")
            text = "\n\n".join(["# Un lien", *words])
            assert browser.send(port, "/-/edit/lien", text=text) == 303
            for reader in (browser, Browser()):
                status, shown = reader.ask(port, "/lien")
                assert (status, [one in shown for one in words]) == (200, [True] * len(words))
        eventually(lambda: _head(there) == _head(waiting / "content.git"))

    work(RIGHT)
    eventually(lambda: _subjects(inbox) == {"Sujet now": 1})
    work(BEHIND)
    work(RIGHT)
    work(AHEAD)
    eventually(
        lambda: _subjects(inbox) == dict.fromkeys(("Sujet now", "Sujet soon", "Sujet later"), 1)
    )
    _put_ahead(waiting)
    work(RIGHT)
    eventually(lambda: _subjects(inbox)["Sujet ahead"] == 1)
    serving(RIGHT).stop()
    instance = opened(waiting)
    assert [one.key for one in failed_mails(instance.private)] == ["useless"], "it said until when"
    assert count_mails(instance.private).waiting == 0
    (mirror,) = mirrors.listed(instance.private)
    assert mirror.state == mirrors.IN_STEP
    close_instance(instance)
    assert set(_subjects(inbox).values()) == {1}
    log = ["log", "-p", "--format=", "main", "--", "lien.md"]
    added = Counter(
        line[1:] for line in _git(waiting / "content.git", *log).splitlines() if line[:5] == "+mot-"
    )
    assert added == dict.fromkeys(words, 1)
    told = run("check").output.splitlines()
    assert [one for one in told if "useless" not in one and "Sujet useless" not in one] == []


def _put_ahead(folder: Path) -> None:
    """A mail of a moment in which the clock was ahead, that nobody sent then."""
    instance = opened(folder)
    now = instance.private.now
    instance.private.now = lambda: now() + AHEAD
    put(instance, "ahead")
    close_instance(instance)


def _subjects(inbox: Inbox) -> Counter[str]:
    """The mails of this test, as the server took them: the wiki tells of log-ins, too."""
    found = (str(one["Subject"]) for one in inbox.taken)
    return Counter(one for one in found if one.startswith("Sujet"))


def _head(folder: Path) -> str:
    return _git(folder, "rev-parse", "refs/heads/main").strip()


def _git(folder: Path, *words: str) -> str:
    command = ["git", "-C", str(folder), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout
