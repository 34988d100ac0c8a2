"""Backups that are made by themselves: when, how many, for whom; and what a fault costs."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.backups.conftest import pass_by
from wiki.backups import maker
from wiki.backups.archive import unpack
from wiki.backups.encryption import decrypt, make_key
from wiki.backups.names import parse_name
from wiki.backups.restore import read_backup
from wiki.backups.state import list_places, troubles
from wiki.config import load_settings
from wiki.errors import BadRequest, StorageFailed
from wiki.instance import close_instance, open_instance
from wiki.people.accounts import list_people
from wiki.people.backup_runs import BACKUP, ask, last_good, list_runs

if TYPE_CHECKING:
    from wiki.instance import Instance

_KILLED = """
import os, sys
from pathlib import Path
from wiki.backups import maker
from wiki.backups.targets.folder import Folder
from wiki.config import load_settings
from wiki.instance import open_instance
settings = load_settings(Path(sys.argv[1]), environ={}, backup_folder=sys.argv[2])
Folder.put = lambda *_: os.kill(os.getpid(), 9)
maker.run(open_instance(settings))
"""


def kept(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if parse_name(path.name))


def left(instance: "Instance") -> list[str]:
    """What work has left in the instance's folder."""
    return [path.name for path in instance.settings.instance.glob(".[bt]*-*")]


def test_what_is_written_is_counted_and_comes_back(wiki: "Instance", tmp_path: Path) -> None:
    """Whatever database holds the rows: into an SQLite file."""
    ask(wiki.private, BACKUP)
    assert maker.is_due(wiki)
    maker.run(wiki)
    assert not maker.is_due(wiki)
    run = last_good(wiki.private, BACKUP)
    assert run is not None and left(wiki) == []
    file = Path(wiki.settings.backup_folder) / run.name
    assert (file.stat().st_mode & 0o777, file.stat().st_size) == (0o600, run.size)
    manifest = unpack(file, tmp_path / "parts")
    assert manifest is not None
    counts = manifest.counts
    assert (counts.pages, counts.files, counts.commits) == (4, 1, 3)
    assert (counts.accounts, counts.proposals) == (1, 1)
    assert manifest.head == wiki.repository.head()

    there = load_settings(tmp_path / "there", environ={})
    read_backup(there, file)
    other = open_instance(there)
    try:
        assert other.repository.head() == manifest.head
        assert list_people(other.private) == list_people(wiki.private)
        assert other.proposed.held() == wiki.proposed.held()
        assert other.private.check() == [] and other.repository.check() == []
    finally:
        close_instance(other)


def test_one_is_made_each_day_at_its_hour_and_old_ones_go(small: "Instance", outside: Path) -> None:
    (outside / "ours").write_text("something else")
    stranger = "carrefour-ffffffff-20200101T000000Z.tar.gz"
    (outside / stranger).write_text("another wiki's")
    assert not maker.is_due(small)  # it has just been founded
    for _day in range(10):
        pass_by(small, timedelta(days=1))
        assert maker.is_due(small)
        maker.run(small)
        assert not maker.is_due(small)
        pass_by(small, timedelta(minutes=1))
        assert not maker.is_due(small)
    names = [run.name for run in list_runs(small.private, BACKUP)]
    # All were made within a second or so: of one day the newest stays, and what others put there.
    assert kept(outside) == sorted({stranger, names[0]})
    assert (outside / "ours").exists()


def test_beside_the_wiki_days_alone_are_kept(small: "Instance") -> None:
    instance = replace(small, settings=replace(small.settings, backup_folder="backups"))
    ask(instance.private, BACKUP)
    maker.run(instance)
    folder = instance.settings.instance / "backups"
    assert len(kept(folder)) == 1 and folder.stat().st_mode & 0o777 == 0o700
    (place,) = list_places(instance)
    assert place.target.is_beside and place.last is not None
    # Somebody who tidies up does not end them.
    shutil.rmtree(folder)
    ask(instance.private, BACKUP)
    maker.run(instance)
    assert len(kept(folder)) == 1


def test_a_place_that_fails_costs_the_others_nothing(small: "Instance", tmp_path: Path) -> None:
    settings = replace(small.settings, backup_restic="/nowhere", backup_passphrase="phrase")
    instance = replace(small, settings=settings)
    ask(instance.private, BACKUP)
    with pytest.raises(StorageFailed, match="restic"):
        maker.run(instance)
    assert len(kept(Path(settings.backup_folder))) == 1 and left(instance) == []
    (said,) = troubles(instance)
    assert "/nowhere" in said or "restic" in said
    pass_by(instance, timedelta(days=1))
    assert maker.is_due(instance)


def test_what_is_encrypted_is_read_by_its_key_alone(small: "Instance", tmp_path: Path) -> None:
    pytest.importorskip("pyrage")
    mine, recipient = make_key()
    other, also = make_key()
    for name, secret in (("mine", mine), ("other", other), ("stranger", make_key()[0])):
        (tmp_path / name).write_text(f"# a comment\n{secret}\n")
    settings = replace(small.settings, backup_recipients=f"{recipient}, {also}")
    instance = replace(small, settings=settings)
    ask(instance.private, BACKUP)
    maker.run(instance)
    (name,) = kept(Path(settings.backup_folder))
    sealed = Path(settings.backup_folder) / name
    assert name.endswith(".tar.gz.age") and b"awa@example.org" not in sealed.read_bytes()
    for key in ("mine", "other"):
        decrypt(sealed, tmp_path / "plain", tmp_path / key)
        assert unpack(tmp_path / "plain", tmp_path / f"parts-{key}") is not None
    with pytest.raises(BadRequest):
        decrypt(sealed, tmp_path / "plain", tmp_path / "stranger")
    damaged = bytearray(sealed.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    sealed.write_bytes(damaged)
    with pytest.raises(BadRequest):
        decrypt(sealed, tmp_path / "plain", tmp_path / "mine")
    with pytest.raises(StorageFailed, match="backup_recipients"):
        maker.run(_asked(replace(instance, settings=replace(settings, backup_recipients="age1"))))


def _asked(instance: "Instance") -> "Instance":
    ask(instance.private, BACKUP)
    return instance


def test_one_that_is_killed_leaves_nothing_that_the_next_does_not_clear(
    small: "Instance", outside: Path
) -> None:
    ask(small.private, BACKUP)
    words = [sys.executable, "-c", _KILLED, str(small.settings.instance), str(outside)]
    assert subprocess.run(words).returncode == -signal.SIGKILL
    assert len(left(small)) == 1 and kept(outside) == []
    assert last_good(small.private, BACKUP) is None
    ask(small.private, BACKUP)
    maker.run(small)
    assert left(small) == [] and len(kept(outside)) == 1


@pytest.mark.parametrize("content", [b"", b"no backup " * 500, b"\x1f\x8b\x08 cut"])
def test_a_foreign_file_is_refused_in_words(
    tmp_path: Path, content: bytes, typed_wiki: Callable[..., "subprocess.CompletedProcess[str]"]
) -> None:
    (tmp_path / "file").write_bytes(content)
    done = typed_wiki("restore", str(tmp_path / "file"))
    assert done.returncode == 1 and done.stderr.startswith("wiki: "), done.stderr
    assert "not a backup" in done.stderr and not (tmp_path / "typed").exists()


@pytest.fixture
def typed_wiki(tmp_path: Path) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    def typed(*words: str) -> "subprocess.CompletedProcess[str]":
        known = {name: value for name, value in os.environ.items() if name[:5] != "WIKI_"}
        known["WIKI_INSTANCE"] = str(tmp_path / "typed")
        command = [sys.executable, "-m", "wiki", *words]
        return subprocess.run(command, env=known, capture_output=True, text=True)

    return typed
