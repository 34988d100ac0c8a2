"""A part that is lost, cut off or another wiki's is said by name, and never taken for a new one."""

import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.people.conftest import own_database
from wiki.app import create_app
from wiki.config import load_settings
from wiki.disk.sqlite import empty_log
from wiki.errors import StorageFailed
from wiki.instance import close_instance
from wiki.people.accounts import find_person
from wiki.people.review import proposals
from wiki.people.store.database import Database
from wiki.repository.commit import blob_hash
from wiki.repository.objects import Author

from .conftest import empty, opened
from .corruptions import cut, page_at_the_end, page_in_the_middle, random_bytes

Damage = Callable[[Path], object]


def git(folder: Path, *words: str) -> str:
    command = ["git", "-C", str(folder / "content.git"), *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def foreign(folder: Path, part: str) -> None:
    """``part`` is that of another instance."""
    from wiki.parts.creation import found

    other = load_settings(folder.with_name("other"), environ={})
    found(other)
    there = folder / part
    if there.is_dir():
        shutil.rmtree(there)
        shutil.copytree(other.instance / part, there)
    else:
        shutil.copyfile(other.instance / part, there)


#: what breaks, what is said to it, and what mends it beside ``check --mend``
DAMAGES: dict[str, tuple[Damage, str, tuple[str, ...]]] = {
    "branch": (lambda at: (at / "content.git/refs/heads/main").unlink(), "newest", ()),
    "branch deleted": (lambda at: git(at, "update-ref", "-d", "refs/heads/main"), "newest", ()),
    "branch cut": (
        lambda at: (at / "content.git/refs/heads/main").write_bytes(b""),
        "newest",
        (),
    ),
    "pages": (lambda at: shutil.rmtree(at / "content.git"), "content.git", ("BACKUP",)),
    "pages not mounted": (lambda at: empty(at / "content.git"), "content.git", ("BACKUP",)),
    "foreign pages": (lambda at: foreign(at, "content.git"), "another instance", ("BACKUP",)),
    "rows": (lambda at: (at / "private.db").unlink(), "private.db", ("BACKUP",)),
    "rows emptied": (lambda at: (at / "private.db").write_bytes(b""), "empty", ("BACKUP",)),
    "rows overwritten": (
        lambda at: (at / "private.db").write_bytes(b"\0" * 8192),
        "cannot be read",
        ("BACKUP",),
    ),
    "foreign rows": (lambda at: foreign(at, "private.db"), "another wiki", ("BACKUP",)),
    "key": (lambda at: (at / "secret").unlink(), "signing key", ("BACKUP",)),
    "key emptied": (lambda at: (at / "secret").write_bytes(b""), "signing key", ("BACKUP",)),
    "key cut": (lambda at: (at / "secret").write_bytes(b"1234567"), "signing key", ("BACKUP",)),
    "foreign key": (lambda at: foreign(at, "secret"), "another one", ("BACKUP",)),
    "key for good": (lambda at: (at / "secret").unlink(), "signing key", ("--accept", "secret")),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_it_is_said_by_name_and_mended(sound: Path, run: Run, tmp_path: Path, name: str) -> None:
    damage, words, mend = DAMAGES[name]
    head = git(sound, "rev-parse", "main")
    damage(sound)
    for command in (("check",), ("serve", "--port", "1"), ("user", "list"), ("search", "lora")):
        told = run(*command)
        assert told.exit_code == 1
        if command[0] != "serve":
            assert words in told.output, told.output
        assert "Made a new instance" not in told.output
    if mend:
        # By itself it takes nothing for its own, however often it is asked.
        for _turn in range(2):
            left = run("check", "--mend")
            assert left.exit_code == 1 and words in left.output, left.output
    backup = ("--from", str(tmp_path / "backup.tar"))
    mended = run("check", "--mend", *(backup if mend == ("BACKUP",) else mend))
    assert mended.exit_code == 0, mended.output
    assert run("check").output == ""
    assert git(sound, "rev-parse", "main") == head
    assert "awa@example.org" in run("user", "list").output
    assert run("search", "lora").output == "projets/lora\tLoRa\n"


def test_rows_that_are_gone_for_good_are_begun_anew_where_one_says_so(
    sound: Path, run: Run
) -> None:
    (sound / "private.db").unlink()
    assert run("check", "--mend").exit_code == 1
    assert not (sound / "private.db").exists()
    begun = run("check", "--mend", "--accept", "rows")
    assert begun.exit_code == 0 and "0 accounts" in begun.output, begun.output
    assert "awa" not in run("user", "list").output


def lose_newest(sound: Path) -> str:
    """The newest commit is gone, here and in what was worked out; others stand by themselves."""
    shutil.rmtree(sound / "index")
    packs = sound / "content.git/objects/pack"
    for pack in sorted(packs.glob("*.pack")):
        data = pack.read_bytes()
        for part in packs.glob(f"{pack.stem}.*"):
            part.unlink()
        command = ["git", "-C", str(sound / "content.git"), "unpack-objects", "-q"]
        subprocess.run(command, check=True, input=data)
    head = git(sound, "rev-parse", "main")
    (sound / "content.git/objects" / head[:2] / head[2:]).unlink()
    return head


#: what of the branch is gone besides
_ALSO: dict[str, tuple[str, ...]] = {
    "commit": (),
    "branch": ("refs/heads/main",),
    "log": ("logs/refs/heads/main", "logs/HEAD"),
}


@pytest.mark.parametrize("also", _ALSO)
def test_a_newest_version_that_is_lost_is_looked_for_before_the_branch_moves(
    sound: Path, run: Run, tmp_path: Path, also: str
) -> None:
    head = lose_newest(sound)
    for name in _ALSO[also]:
        (sound / "content.git" / name).unlink(missing_ok=True)
    copy = shutil.copytree(sound, sound.with_name("copy"))
    left = run("check", "--mend")
    assert left.exit_code == 1 and f"{head[:12]}, is nowhere here" in left.output, left.output
    found = run("check", "--mend", "--from", str(tmp_path / "backup.tar"))
    assert (found.exit_code, git(sound, "rev-parse", "main")) == (0, head), found.output
    assert run("check").output == ""
    # And where it is nowhere, one says so.
    shutil.rmtree(sound)
    copy.rename(sound)
    back = run("check", "--mend", "--accept", "content")
    assert back.exit_code == 0, back.output
    assert f"saved after it is lost: {head[:12]}" in back.output
    assert run("check").output == "" and git(sound, "rev-parse", "main") != head


def test_the_newest_version_is_found_without_branch_and_log(sound: Path, run: Run) -> None:
    head = git(sound, "rev-parse", "main")
    shutil.rmtree(sound / "content.git/logs")
    (sound / "content.git/refs/heads/main").unlink()
    shutil.rmtree(sound / "index")
    assert run("check", "--mend").exit_code == 0
    assert git(sound, "rev-parse", "main") == head


def test_a_wiki_of_a_version_that_marked_nothing_is_marked(sound: Path, run: Run) -> None:
    for file in ("identity", "content.git/instance", "content.git/begun"):
        (sound / file).unlink()
    close_instance(opened(sound))
    assert (sound / "identity").exists() and (sound / "content.git/begun").exists()
    assert run("check").output == ""


def test_an_identity_that_is_lost_is_not_made_of_two_wikis(sound: Path, run: Run) -> None:
    foreign(sound, "private.db")
    (sound / "identity").unlink()
    assert "two wikis" in run("check").output


def test_rows_of_nobody_are_taken_where_one_says_so(sound: Path, run: Run) -> None:
    (sound / "identity").unlink()
    with closing(sqlite3.connect(sound / "private.db", isolation_level=None)) as rows:
        rows.execute("DELETE FROM instance")
    assert "two wikis" in run("check", "--mend").output
    taken = run("check", "--mend", "--accept", "rows")
    assert taken.exit_code == 0 and "1 account" in taken.output


def test_a_copy_of_the_folder_is_a_place_to_take_all_parts_from(sound: Path, run: Run) -> None:
    instance = opened(sound)
    awa = find_person(instance.private, "awa@example.org")
    author, head = Author("Marc", "marc@people.invalid"), instance.repository.head()
    new = partial(instance.proposed.put, base=head, file="lien.md", author=author)

    def waits(text: str) -> proposals.Proposal:
        blob = blob_hash(text.encode())
        sent = proposals.Proposal("lien", "", text, "public", text, file="lien.md", blob=blob)
        return proposals.keep(instance.private, sent, partial(new, text=text))

    kept = [waits(f"# Un lien\n\n{number}\n") for number in range(2)]
    close_instance(instance)
    copy = shutil.copytree(sound, sound.with_name("copy"))
    # Of two that wait one is lost; the other was written anew since.
    lost, amended = (sound / "proposals.git/refs/proposals" / one.id for one in kept)
    instance = opened(sound)
    tip = new(kept[1].id, text="# Un lien\n\nautrement\n")
    proposals.hold_anew(
        instance.private, kept[1].id, "lien.md", tip, blob_hash(b"# Un lien\n\nautrement\n")
    )
    close_instance(instance)
    lost.unlink()
    assert kept[0].id in run("check").output
    done = run("check", "--mend", "--from", str(copy))
    assert (done.exit_code, lost.is_file()) == (0, True), done.output
    assert amended.read_text().strip() == tip, "what can be read stays as it is"
    amended.unlink()
    done = run("check", "--mend", "--from", str(copy))
    assert kept[1].id in done.output, "an older text is none of its writer's"
    for part in ("content.git", "proposals.git"):
        shutil.rmtree(sound / part)
    for part in ("private.db", "secret"):
        (sound / part).unlink()
    done = run("check", "--mend", "--from", str(copy))
    assert (done.exit_code, run("check").output) == (0, ""), done.output
    instance = opened(sound)
    assert find_person(instance.private, "awa@example.org") == awa
    assert instance.proposed.held().keys() == {one.id for one in kept}
    close_instance(instance)
    foreign(copy, "private.db")
    done = run("check", "--mend", "--from", str(copy))
    assert done.exit_code == 1 and "of another wiki" in done.output


def test_the_rows_of_another_wiki_are_no_place_for_a_new_one(tmp_path: Path, run: Run) -> None:
    from wiki.errors import AlreadyExists
    from wiki.parts.creation import found

    with own_database() as url:
        for name, fault in (("one", None), ("two", AlreadyExists)):
            settings = load_settings(tmp_path / name, environ={}, database_url=url)
            if fault is None:
                found(settings, empty=True)
            else:
                with pytest.raises(fault):
                    found(settings, empty=True)
                assert not (tmp_path / name).exists()
        with closing(Database(url, instance="another")) as rows, pytest.raises(StorageFailed):
            rows.read_identity()


def test_a_part_that_goes_while_the_wiki_runs_is_not_begun_anew(sound: Path) -> None:
    instance = opened(sound)
    browser = create_app(instance).test_client()
    assert browser.get("/projets/lora").status_code == 200
    (sound / "private.db").unlink()
    instance.private.close()
    with pytest.raises(StorageFailed):
        find_person(instance.private, "awa@example.org")
    assert not (sound / "private.db").exists()
    branch = sound / "content.git/refs/heads/main"
    kept = branch.read_bytes()
    branch.unlink()
    with pytest.raises(StorageFailed):
        instance.repository.head()
    branch.write_bytes(kept)
    shutil.rmtree(sound / "content.git")
    with pytest.raises(StorageFailed):
        instance.repository.head()
    close_instance(instance)


def test_settings_that_are_gone_come_back_before_the_rows_they_name(
    sound: Path, run: Run, tmp_path: Path
) -> None:
    (sound / "wiki.toml").write_text('site_name = "Ruches"\n')
    backup = str(tmp_path / "with-settings.tar")
    assert run("backup", backup).exit_code == 0
    copy = shutil.copytree(sound, sound.with_name("copy"))
    for place in (backup, str(copy)):
        (sound / "wiki.toml").unlink()
        done = run("check", "--mend", "--from", place)
        assert done.exit_code == 0 and f"wiki.toml: taken from {place}" in done.output
        assert "Ruches" in (sound / "wiki.toml").read_text()


def test_damaged_rows_are_told_with_what_mends_them(sound: Path, run: Run, tmp_path: Path) -> None:
    kept = (sound / "private.db").read_bytes()
    for damage in (page_at_the_end, page_in_the_middle, cut):
        damage(sound / "private.db")
        told = run("check")
        assert told.exit_code == 1 and "--from BACKUP" in told.output, told.output
        backup = str(tmp_path / "backup.tar")
        done = run("check", "--mend", "--accept", "rows", "--from", backup)
        assert done.exit_code == 0 and "1 account" in done.output, done.output
        (sound / "private.db").write_bytes(kept)


def test_a_file_of_lists_that_is_damaged_is_told_and_made_again(sound: Path, run: Run) -> None:
    # Rows that nothing reads as the wiki opens.
    file = sound / "index/tables.db"
    assert empty_log(file)
    with closing(sqlite3.connect(file)) as lists:
        asked = "SELECT max(pageno), max(pgsize) FROM dbstat WHERE name LIKE 'catalogue%'"
        page, size = lists.execute(f"{asked} AND pagetype = 'leaf'").fetchone()
    data = bytearray(file.read_bytes())
    data[(page - 1) * size : page * size] = random_bytes(size)
    file.write_bytes(data)
    assert "was damaged, and is made again" in run("check").output
    assert run("check").output == ""
