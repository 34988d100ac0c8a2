"""Places of backups: the same four questions, at real ones; full, gone, foreign."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.faults.disks import Disk
from wiki.backups.targets.selection import targets_of
from wiki.backups.targets.target import Target, TargetFailed
from wiki.config import load_settings

NAMES = [f"carrefour-aaaaaaaa-2026010{day}T000000Z.tar.gz" for day in (1, 2)]
_FULL = """
import sys
from pathlib import Path
from secrets import token_hex
from wiki.backups.targets.folder import Folder
from wiki.backups.targets.target import TargetFailed
place, file, name = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
target = Folder(place, beside=False)
for act in (lambda: target.check(file.stat().st_size), lambda: target.put(file, name)):
    try:
        act()
    except TargetFailed as error:
        print("refused:", error.words)
print(sorted(path.name for path in place.iterdir()))
"""


def _of_folder(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "place").mkdir()
    return {"backup_folder": str(tmp_path / "place")}


def _of_restic(tmp_path: Path) -> dict[str, str]:
    place = _begun(["restic", "init", "-q", "-r"], tmp_path, RESTIC_PASSWORD="phrase")
    return {"backup_restic": place, "backup_passphrase": "phrase"}


def _of_borg(tmp_path: Path) -> dict[str, str]:
    command = ["borg", "init", "-e", "repokey-blake2"]
    base = str(tmp_path / "base")
    place = _begun(command, tmp_path, BORG_PASSPHRASE="phrase", BORG_BASE_DIR=base)
    return {"backup_borg": place, "backup_passphrase": "phrase"}


def _begun(command: list[str], tmp_path: Path, **variables: str) -> str:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    place = str(tmp_path / "place")
    subprocess.run([*command, place], check=True, env={**os.environ, **variables})
    return place


KINDS: dict[str, Callable[[Path], dict[str, str]]] = {
    "folder": _of_folder,
    "s3": lambda _tmp_path: {},
    "restic": _of_restic,
    "borg": _of_borg,
}


SLOW = ("restic", "borg")


@pytest.fixture(
    params=[
        pytest.param(kind, marks=[pytest.mark.faults] if kind in SLOW else []) for kind in KINDS
    ]
)
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Target:
    instance = tmp_path / "instance"
    instance.mkdir()
    plain = load_settings(instance, environ={}, backup_folder="")
    given = KINDS[request.param](tmp_path)
    if request.param == "s3":
        bucket = request.getfixturevalue("bucket")
        names = ("", "_endpoint", "_region", "_key", "_secret")
        given = {f"backup_s3{name}": bucket[f"object_store{name}"] for name in names}
    (made,) = targets_of(replace(plain, **dict[str, Any](given)))
    return made


def test_what_is_put_is_there_and_comes_back(target: Target, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(words := os.urandom(300_000))
    target.check(300_000)
    before = set(target.names())
    for name in NAMES:
        target.put(tmp_path / "file", name)
    assert set(target.names()) - before == set(NAMES)
    target.fetch(NAMES[0], tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == words
    target.remove([NAMES[0]])
    assert set(target.names()) - before == {NAMES[1]}
    target.remove([])
    with pytest.raises(TargetFailed):
        target.fetch(NAMES[0], tmp_path / "gone")


@pytest.mark.parametrize(
    "given",
    [
        {"backup_folder": "/nowhere/at/all"},
        {"backup_s3": "s3://copies", "backup_s3_endpoint": "http://127.0.0.1:9"}
        | {"backup_s3_region": "us-east-1", "backup_s3_key": "k", "backup_s3_secret": "s"},
        {"backup_restic": "/nowhere/at/all", "backup_passphrase": "phrase"},
        {"backup_borg": "/nowhere/at/all", "backup_passphrase": "phrase"},
    ],
    ids=list(KINDS),
)
def test_a_place_that_is_gone_is_said_by_name(given: dict[str, str], tmp_path: Path) -> None:
    """Programs that are not installed are said, too."""
    plain = load_settings(tmp_path, environ={}, backup_folder="")
    (made,) = targets_of(replace(plain, **dict[str, Any](given)))
    with pytest.raises(TargetFailed) as refused:
        made.check(1)
    assert made.label in refused.value.words or made.label.split()[0] in refused.value.words


def test_a_folder_whose_disk_is_not_mounted_is_not_taken_for_it(tmp_path: Path) -> None:
    (place := tmp_path / "place").mkdir()
    settings = load_settings(tmp_path, environ={}, backup_folder=str(place))
    (made,) = targets_of(settings)
    made.check(1)
    made.known = True
    made.check(1)
    shutil.rmtree(place)
    place.mkdir()  # where it is mounted otherwise
    with pytest.raises(TargetFailed, match=r"carrefour\.backups"):
        made.check(1)
    assert list(place.iterdir()) == []


def test_a_folder_that_is_full_keeps_nothing_unfinished(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(os.urandom(3_000_000))
    disk = Disk(tmp_path / "disk", "size=1m")
    code = [sys.executable, "-c", _FULL, str(disk.place), str(tmp_path / "file"), NAMES[0]]
    try:
        said = disk.run(*code).splitlines()
    finally:
        disk.end()
    assert [line.split(":")[0] for line in said[:2]] == ["refused", "refused"]
    assert said[2] == "[]"
