"""git holds fewer than half of a worker's threads, and gives each place back."""

import io
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Semaphore
from typing import IO, TYPE_CHECKING, cast

import pytest

from wiki.jobs.head_watch import Lane, watching
from wiki.jobs.maintenance import PUBLISH
from wiki.jobs.runner import Runner
from wiki.people.accounts import add_person
from wiki.people.accounts.access_tokens import issue
from wiki.repository.remote.protocol import packet
from wiki.web.git.responses import refusing

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from wiki.instance import Instance

REFS = "/wiki.git/info/refs?service=git-upload-pack"
KIND = "application/x-git-upload-pack-request"
ASKED = packet(b"command=ls-refs\n") + packet(b"object-format=sha1") + b"0001" + b"0000"


def test_who_finds_no_place_comes_back(
    app: "Flask", client: "FlaskClient", write: Callable[..., str]
) -> None:
    write({"index.md": "# Accueil\n"})
    places = app.extensions["carrefour-git"]
    taken = 0
    while places.acquire(blocking=False):
        taken += 1
    assert taken == 3
    refused = client.get(REFS)
    assert refused.status_code == 503
    assert refused.mimetype == "text/plain"
    assert refused.headers["Retry-After"] == "60"
    assert "réessayez" in refused.get_data(as_text=True)
    places.release()
    for _ in range(3):
        headers = {"Git-Protocol": "version=2"}
        with client.post(
            "/wiki.git/git-upload-pack", data=ASKED, content_type=KIND, headers=headers
        ) as answer:
            assert b"refs/heads/main" in answer.data
            assert answer.headers["Cache-Control"].startswith("no-cache")
        assert client.get(REFS).status_code == 200


def test_the_address_says_what_it_is_for(client: "FlaskClient") -> None:
    for path in ("/wiki.git", "/wiki.git/"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "git clone http" in answer.get_data(as_text=True)


@pytest.mark.parametrize("service", ["git-upload-pack", "git-receive-pack"])
@pytest.mark.parametrize("base", ["/wiki.git", "/standard.git", "/-/git/all.git"])
def test_what_no_git_has_sent_is_refused_in_words(
    client: "FlaskClient", write: Callable[..., str], base: str, service: str
) -> None:
    """git shows nothing but plain text."""
    write({"index.md": "# Accueil\n"})
    answer = client.post(f"{base}/{service}", data=b"0000", content_type="text/plain")
    assert 400 <= answer.status_code < 500
    assert answer.mimetype == "text/plain"
    assert "<" not in answer.get_data(as_text=True)


def test_a_full_disk_is_told_in_a_sentence(
    instance: "Instance", client: "FlaskClient", monkeypatch: pytest.MonkeyPatch
) -> None:
    database = instance.private
    admin = add_person(database, email="ada@example.org", name="Ada", role="admin")
    secret = issue(database, admin.id, name="git", scopes=["git"], days=1)
    monkeypatch.setattr(tempfile, "tempdir", "/proc/full")
    answer = client.post(
        "/-/git/all.git/git-receive-pack",
        data=b"0000",
        content_type="application/x-git-receive-pack-request",
        auth=("x", secret),
    )
    assert answer.status_code == 503
    assert "Rien de cet envoi n’a été pris" in answer.get_data(as_text=True)


def test_the_public_history_follows_saves(instance: "Instance", write: Callable[..., str]) -> None:
    runner, made = Runner(instance), Semaphore(0)
    assert runner.tasks[PUBLISH].follows

    def run(name: str) -> None:
        assert runner.run(name)
        made.release()

    with watching([Lane([PUBLISH], instance.repository.head)], run, runner.stopped):
        for text in ("# Accueil\n", "# Accueil\n\nplus\n"):
            write({"index.md": text})
            while instance.projections.behind("public"):
                assert made.acquire(timeout=60)


class _Endless(io.RawIOBase):
    """What someone sends who stops, and does not hang up."""

    def __init__(self) -> None:
        self.asked = Event()
        self.over = Event()

    def read(self, _size: int = -1) -> bytes:
        self.asked.set()
        self.over.wait(60)
        return b""


def test_of_those_who_stop_sending_one_keeps_us_waiting() -> None:
    first, second = _Endless(), _Endless()
    words = refusing("trop", cast(IO[bytes], first))
    assert b"trop" in next(words)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(list, words)
        assert first.asked.wait(60)
        assert b"trop" in b"".join(refusing("trop", cast(IO[bytes], second)))
        assert not second.asked.is_set()
        assert not waiting.done()
        first.over.set()
        assert b"unpack too large" in b"".join(waiting.result(60))
