"""What git has lost is a fault that is said, never a page that is not there."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from wiki.app import create_app
from wiki.instance import close_instance
from wiki.people.accounts import find_person
from wiki.testing.browsers import signed_in

from .conftest import opened


def git(folder: Path, *words: str, given: bytes = b"") -> str:
    command = ["git", "-C", str(folder / "content.git"), *words]
    done = subprocess.run(command, check=True, capture_output=True, input=given)
    return done.stdout.decode().strip()


def unpack(folder: Path) -> None:
    """Each object is a file of its own."""
    packs = folder / "content.git/objects/pack"
    for pack in sorted(packs.glob("*.pack")):
        data = pack.read_bytes()
        for part in packs.glob(f"{pack.stem}.*"):
            part.unlink()
        git(folder, "unpack-objects", "-q", given=data)


def object_file(folder: Path, revision: str) -> Path:
    id = git(folder, "rev-parse", revision)
    return folder / "content.git/objects" / id[:2] / id[2:]


LOST = ("main:projets/lora/index.md", "main:projets/lora", "main^{tree}", "main", "main~1")


@pytest.mark.parametrize("revision", LOST)
@pytest.mark.parametrize("how", ["gone", "empty", "cut", "other"])
def test_it_is_said_and_comes_back_from_a_backup(
    sound: Path, run: Run, tmp_path: Path, revision: str, how: str
) -> None:
    unpack(sound)
    file = object_file(sound, revision)
    data = file.read_bytes()
    file.chmod(0o600)
    if how == "gone":
        file.unlink()
    else:
        file.write_bytes({"empty": b"", "cut": data[:-9], "other": data[:3] + b"\0" * 40}[how])
    told = run("check")
    assert told.exit_code == 1
    assert "`wiki check --mend`" in told.output and "git: " in told.output
    assert run("check", "--mend", "--from", str(tmp_path / "backup.tar")).exit_code == 0
    assert run("check").output == ""


def test_a_page_whose_text_is_lost_is_no_page_to_be_written_over(sound: Path) -> None:
    unpack(sound)
    object_file(sound, "main:projets/lora/index.md").unlink()
    instance = opened(sound)
    app = create_app(instance)
    person = find_person(instance.private, "awa@example.org")
    assert person is not None
    browser = signed_in(app, instance, person)
    for address in ("/projets/lora", "/projets/lora.md", "/-/edit/projets/lora"):
        told = browser.get(address)
        assert told.status_code == 503, address
        assert "<textarea" not in told.get_data(as_text=True)
    assert browser.get("/-/api/v1/pages/projets/lora").status_code == 503
    assert browser.get("/lien").status_code == 200
    assert browser.get("/pas-la").status_code == 404
    close_instance(instance)


def test_what_no_branch_names_is_not_thrown_away(sound: Path, run: Run, tmp_path: Path) -> None:
    """The branch is lost with its log, and an object: all others are still there after it."""
    unpack(sound)
    head = git(sound, "rev-parse", "main")
    lost = object_file(sound, "main:projets/lora/index.md")
    git(sound, "repack", "-q", "-a", "-d")
    unpack(sound)
    lost.unlink()
    git(sound, "update-ref", "-d", "refs/heads/main")
    shutil.rmtree(sound / "content.git/logs")
    done = run("check", "--mend", "--from", str(tmp_path / "backup.tar"))
    assert done.exit_code == 0, done.output
    assert git(sound, "rev-parse", "main") == head
    assert run("check").output == ""
