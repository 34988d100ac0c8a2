"""The disk of a node that saves writes while the host of the shared repository is asked."""

import errno
import multiprocessing
import os
import resource
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from wiki.errors import StorageFailed, Unconfirmed
from wiki.repository.commit import commit
from wiki.repository.objects import BRANCH, Author
from wiki.repository.remote.addresses import Remote
from wiki.repository.repository import Repository

Node = Callable[[str], Repository]
AUTHOR = Author("Une porteuse", "k7x2@people.invalid")
#: takes a push once the node's disk has it, and where it is about to be
_HOOK = """#!/bin/sh
read old new ref
for n in $(seq 300); do
    if grep -qs "$new" "{branch}.lock"; then exit 0; fi
    sleep 0.1
done
exit 1
"""


def save(repository: Repository, text: bytes) -> str:
    return commit(repository, repository.head(), {"index.md": text}, AUTHOR, "dit")


def head(folder: Path) -> str:
    words = ("git", "-C", str(folder), "rev-parse", "--verify", "--quiet", BRANCH)
    return subprocess.run(words, check=False, capture_output=True, text=True).stdout.strip()


@pytest.mark.parametrize("shared", ["http"], indirect=True)  # one in a folder asks no hook
def test_the_disk_does_not_wait_for_the_host(node: Node, shared: tuple[Path, Remote]) -> None:
    a = node("a")
    hook = shared[0] / "hooks/pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(_HOOK.format(branch=a.folder / BRANCH))
    hook.chmod(0o755)
    saved = save(a, b"un")
    assert head(shared[0]) == a.head() == saved
    assert a.check() == []


@pytest.mark.parametrize("shared", ["http"], indirect=True)  # one in a folder is on the same disk
def test_a_full_disk_is_found_before_the_host_is_asked(
    node: Node, shared: tuple[Path, Remote]
) -> None:
    a = node("a")
    first = save(a, b"un")
    child = multiprocessing.get_context("fork").Process(target=_save_on_full, args=(a,))
    child.start()
    child.join(60)
    assert child.exitcode == 0
    assert head(shared[0]) == a.head() == first
    assert not list((a.folder / "objects/pack").glob("tmp_*"))
    assert save(a, b"deux") == head(shared[0])


def _save_on_full(repository: Repository) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
    try:
        save(repository, os.urandom(500))
    except Unconfirmed:
        os._exit(1)
    except StorageFailed:
        os._exit(0)
    os._exit(2)


def test_what_the_host_took_and_the_disk_did_not_is_not_lost(
    node: Node, shared: tuple[Path, Remote], monkeypatch: pytest.MonkeyPatch
) -> None:
    a = node("a")
    first = save(a, b"un")

    def fail(_file: int) -> None:
        raise OSError(errno.EIO, "it fails")

    with monkeypatch.context() as failing:
        failing.setattr(os, "fsync", fail)
        with pytest.raises(Unconfirmed):
            save(a, b"deux")
    second = head(shared[0])
    assert a.head() == first != second
    assert a.shared is not None and a.shared.arrive()
    assert a.head() == second and a.check() == []
    found = a.read("index.md", second)
    assert found is not None and found.data == b"deux"
