"""Backups that are tried: restored beside the wiki, counted, forgotten; what is wrong is said."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import inspect

from tests.backups.conftest import AUTHOR, pass_by
from wiki.backups import maker, trial
from wiki.backups.encryption import make_key
from wiki.backups.state import last_trial, troubles
from wiki.errors import StorageFailed
from wiki.people.backup_runs import BACKUP, TRIAL, ask, last_good
from wiki.repository.commit import commit

if TYPE_CHECKING:
    from wiki.instance import Instance


@pytest.fixture
def made(wiki: "Instance") -> "Instance":
    """With a backup."""
    ask(wiki.private, BACKUP)
    maker.run(wiki)
    return wiki


def backup_of(instance: "Instance") -> Path:
    run = last_good(instance.private, BACKUP)
    assert run is not None
    return Path(instance.settings.backup_folder) / run.name


def nothing_is_left(instance: "Instance") -> bool:
    if instance.private.path is None:
        schemas = inspect(instance.private.engine).get_schema_names()
        assert [name for name in schemas if name.startswith("carrefour")] == []
    return not list(instance.settings.instance.glob(".trial-*"))


def test_the_newest_is_restored_and_counted(made: "Instance") -> None:
    assert trial.is_due(made)  # none was tried yet
    before = made.private.count_rows()
    trial.run(made)
    assert not trial.is_due(made) and nothing_is_left(made)
    run = last_trial(made)
    assert run is not None and run.well and run.name == backup_of(made).name
    assert (run.said["pages"], run.said["commits"], run.said["proposals"]) == (4, 3, 1)
    assert run.said["rows"]["person"] == 1
    # The live rows are as they were, but for what was noted.
    assert made.private.count_rows() == {**before, "backup": before["backup"] + 1}
    assert list(troubles(made)) == []
    pass_by(made, timedelta(days=8))
    assert trial.is_due(made)


def test_damage_and_what_is_not_there_are_said(made: "Instance") -> None:
    file = backup_of(made)
    sound = file.read_bytes()
    damages: list[tuple[bytes | None, str]] = [
        (sound[:-20], "octets|bytes"),
        (b"no backup", "octets|bytes"),
        (None, "."),
    ]
    for content, words in damages:
        file.unlink(missing_ok=True)
        if content is not None:
            file.write_bytes(content)
        ask(made.private, TRIAL)
        with pytest.raises(StorageFailed, match=words):
            trial.run(made)
        assert nothing_is_left(made)
        run = last_trial(made)
        assert run is not None and not run.well and run.error
        assert len(list(troubles(made))) == 1
    # It is tried again the next day, not the next week.
    assert not trial.is_due(made)
    pass_by(made, timedelta(days=1))
    assert trial.is_due(made)


def test_what_is_far_less_than_the_wiki_is_said(small: "Instance") -> None:
    ask(small.private, BACKUP)
    maker.run(small)
    repository = small.repository
    files = {f"new/{number}.md": b"# Une page\n" for number in range(20)}
    commit(repository, repository.head(), files, AUTHOR, "Beaucoup")
    with pytest.raises(StorageFailed, match="24"):
        trial.run(small)


@pytest.mark.parametrize("has_key", [True, False])
def test_one_that_is_encrypted_is_tried(small: "Instance", tmp_path: Path, has_key: bool) -> None:
    pytest.importorskip("pyrage")
    secret, recipient = make_key()
    (tmp_path / "key").write_text(secret)
    settings = replace(small.settings, backup_recipients=recipient)
    if has_key:
        settings = replace(settings, backup_key=str(tmp_path / "key"))
    instance = replace(small, settings=settings)
    ask(instance.private, BACKUP)
    maker.run(instance)
    trial.run(instance)
    run = last_trial(instance)
    assert run is not None and run.well and run.said["opened"] is has_key
    assert run.said["pages"] == 4 and nothing_is_left(instance)


def test_what_a_killed_trial_left_goes(made: "Instance", found_wiki: Callable[..., None]) -> None:
    folder = made.settings.instance / ".trial-left"
    (folder / "work").mkdir(parents=True)
    (folder / "lock").touch()
    if made.private.path is None:
        with made.private.engine.begin() as connection:
            connection.exec_driver_sql("CREATE SCHEMA carrefour_trial_left")
    trial.run(made)
    assert nothing_is_left(made)
