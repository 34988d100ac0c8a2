"""Texts that wait, as refs beside the repository: held, replaced, forgotten, taken along."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from wiki.errors import StorageFailed
from wiki.repository.objects import EMPTY, Author
from wiki.repository.proposals import Proposed
from wiki.repository.repository import Repository

Git = Callable[[Path], Callable[..., str]]
SECRET = "canarizzz"


@pytest.fixture
def proposed(repository: Repository, tmp_path: Path) -> Iterator[Proposed]:
    made = Proposed(tmp_path / "proposals.git", repository)
    yield made
    made.close()


def age(folder: Path) -> None:
    """Makes everything in ``folder`` older than what is left alone."""
    for one in folder.rglob("*"):
        if one.is_file() and not one.is_symlink():
            os.utime(one, (0, 0))


def test_a_text_is_one_commit_on_what_its_writer_started_from(
    proposed: Proposed, save: Callable[..., str], author: Author, tmp_path: Path, git_at: Git
) -> None:
    base = save({"a/b.md": b"un\n", "c.md": b"autre\n"})
    tip = proposed.put("aa", base, "a/b.md", "deux\n", author, "plus juste")
    held = proposed.read("aa", "a/b.md")
    assert held is not None
    assert (held.before, held.text, held.commit.id) == ("un\n", "deux\n", tip)
    assert (held.commit.parents, held.commit.message) == ((base,), "plus juste")
    assert held.commit.author_name == author.name
    git = git_at(tmp_path / "proposals.git")
    assert git("ls-tree", "-r", "--name-only", "refs/proposals/aa").split() == ["a/b.md", "c.md"]
    # The objects of the content are borrowed, not copied.
    assert git("count-objects").split()[0] == "4"
    new = proposed.put("bb", base, "n.md", "neuf\n", author)
    assert proposed.held() == {"aa": tip, "bb": new}
    found = proposed.read("bb", "n.md")
    assert found is not None and found.before is None


def test_a_page_of_an_empty_wiki_and_a_text_without_a_base(
    proposed: Proposed, author: Author
) -> None:
    proposed.put("aa", EMPTY, "a.md", "un\n", author)
    proposed.put_apart("bb", "a.md", "avant\n", "après\n", author)
    proposed.put_apart("cc", "a.md", None, "après\n", author)
    texts = {id: proposed.read(id, "a.md") for id in ("aa", "bb", "cc", "dd")}
    assert [(one.before, one.text) if one else None for one in texts.values()] == [
        (None, "un\n"),
        ("avant\n", "après\n"),
        (None, "après\n"),
        None,
    ]


def test_what_is_replaced_or_dropped_is_gone_and_the_content_knows_of_none(
    proposed: Proposed,
    repository: Repository,
    save: Callable[..., str],
    author: Author,
    tmp_path: Path,
    git_at: Git,
) -> None:
    base = save({"a.md": b"un\n"})
    first = proposed.put("aa", base, "a.md", f"{SECRET}\n", author)
    kept = proposed.put("aa", base, "a.md", "deux\n", author)
    gone = proposed.put("bb", base, "a.md", "trois\n", author)
    assert first != kept
    git = git_at(tmp_path / "proposals.git")
    proposed.tidy({"aa": "a.md"})
    assert git("cat-file", "-t", first) == "commit", "young: its row may be in the making"
    assert set(proposed.held()) == {"aa", "bb"}
    age(tmp_path / "proposals.git")
    proposed.tidy({"aa": "a.md"})
    assert proposed.held() == {"aa": kept}
    for id in (first, gone):
        with pytest.raises(Exception, match="cat-file"):
            git("cat-file", "-t", id)
    proposed.drop("aa")
    proposed.drop("aa")
    assert proposed.read("aa", "a.md") is None
    assert not any(repository.has(id) for id in (first, kept, gone))
    assert git_at(repository.folder)("for-each-ref", "--format=%(refname)") == "refs/heads/main"


def test_a_text_outlives_the_commit_that_it_began_at(
    proposed: Proposed,
    repository: Repository,
    save: Callable[..., str],
    author: Author,
    tmp_path: Path,
    git_at: Git,
) -> None:
    base = save({"a.md": b"un\n"})
    proposed.put("aa", base, "a.md", "deux\n", author)
    git = git_at(repository.folder)
    git("update-ref", "-d", "refs/heads/main")
    (repository.folder / "begun").unlink()
    git("reflog", "expire", "--expire=now", "--all")
    git("repack", "-a", "-d")
    git("prune", "--expire=now")
    repository.close()
    proposed.close()
    assert not proposed.pack(tmp_path / "pack", proposed.held())
    age(tmp_path / "proposals.git")
    proposed.tidy({"aa": "a.md"})
    held = proposed.read("aa", "a.md")
    assert held is not None and (held.before, held.text) == (None, "deux\n")
    assert proposed.pack(tmp_path / "pack", proposed.held())


def test_it_is_taken_along_beside_the_content(
    proposed: Proposed,
    repository: Repository,
    save: Callable[..., str],
    author: Author,
    tmp_path: Path,
) -> None:
    pack = tmp_path / "pack"
    assert not proposed.pack(pack, proposed.held())
    proposed.tidy({})
    assert not (tmp_path / "proposals.git").exists(), "nothing is made before something waits"
    base = save({"a.md": b"un\n" * 1000})
    proposed.put("aa", base, "a.md", "deux\n", author)
    assert proposed.pack(pack, proposed.held()) and pack.stat().st_size < 1000
    there = tmp_path / "there"
    copy = Repository.clone_from(str(repository.folder), there / "content.git", there / "lock")
    other = Proposed(there / "proposals.git", copy)
    other.unpack(pack)
    assert other.held() == proposed.held()
    held = other.read("aa", "a.md")
    assert held is not None and held.before == "un\n" * 1000
    pack.write_bytes(b"aa\n\nno pack")
    with pytest.raises(StorageFailed):
        other.unpack(pack)
    other.close()
    copy.close()


def test_what_a_killed_git_left_does_not_stand_in_the_way(
    proposed: Proposed, save: Callable[..., str], author: Author, tmp_path: Path
) -> None:
    base = save({"a.md": b"un\n"})
    (tmp_path / "proposals.new").mkdir()
    (tmp_path / "proposals.new/half").touch()
    proposed.put("aa", base, "a.md", "deux\n", author)
    (tmp_path / "proposals.git/refs/proposals/aa.lock").touch()
    proposed.put("aa", base, "a.md", "trois\n", author)
    held = proposed.read("aa", "a.md")
    assert held is not None and held.text == "trois\n"
