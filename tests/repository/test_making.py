"""New repositories: empty ones, copies of others, and what is refused."""

from collections.abc import Callable
from pathlib import Path

import pytest

from wiki.config import load_settings
from wiki.errors import AlreadyExists, BadRequest, StorageFailed
from wiki.parts.creation import found
from wiki.repository.commit import commit
from wiki.repository.objects import EMPTY, LONGEST_COMMIT, READ_MESSAGE, Author
from wiki.repository.remote.bundle import bundle
from wiki.repository.repository import Repository

Save = Callable[..., str]
Git = Callable[..., str]


def test_create_refuses_a_folder_with_something_in_it(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("keep")
    with pytest.raises(AlreadyExists):
        Repository.create(tmp_path, tmp_path / "lock")
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_open_refuses_what_is_no_repository_of_ours(
    tmp_path: Path, git_at: Callable[[Path], Git]
) -> None:
    (tmp_path / "sha256.git").mkdir()
    git_at(tmp_path / "sha256.git")("init", "--bare", "--object-format=sha256", ".")
    git_at(tmp_path)("init", "worktree")
    for name in ("nowhere", ".", "sha256.git", "worktree", "worktree/.git"):
        with pytest.raises(StorageFailed):
            Repository.open(tmp_path / name, tmp_path / "lock")


def test_what_git_keeps_to_is_written_into_the_repository(repository: Repository, git: Git) -> None:
    assert git("config", "core.fsync") == "loose-object,pack,pack-metadata,reference"
    assert git("config", "core.logAllRefUpdates") == "always"
    assert git("config", "gc.auto") == "0"
    assert git("symbolic-ref", "HEAD") == "refs/heads/main"


def test_a_copy_has_the_history_and_one_branch(
    tmp_path: Path, git_at: Callable[[Path], Git], author: Author
) -> None:
    source = tmp_path / "a source with 'quotes'"
    source.mkdir()
    git = git_at(source)
    git("init", "--initial-branch=trunk", ".")
    (source / "Été à la ferme.md").write_text("# Été")
    git("add", ".")
    git("commit", "-m", "un")
    git("tag", "v1")
    git("branch", "other")
    git("commit", "--allow-empty", "-m", "deux")
    copy = Repository.clone_from(str(source), tmp_path / "content.git", tmp_path / "lock")
    head = copy.head()
    assert head == git("rev-parse", "trunk")
    assert [file for file, _id in copy.files(head)] == ["Été à la ferme.md"]
    assert copy.commit_info(head).message == "deux"
    inside = git_at(copy.folder)
    assert inside("for-each-ref", "--format=%(refname)") == "refs/heads/main"
    assert inside("symbolic-ref", "HEAD") == "refs/heads/main"
    assert "remote" not in (copy.folder / "config").read_text()
    assert commit(copy, head, {"index.md": b"x"}, author, "trois") == copy.head()
    copy.close()


def test_copies_of_odd_sources(tmp_path: Path, git_at: Callable[[Path], Git]) -> None:
    for name in ("empty", "detached", "headless"):
        (tmp_path / name).mkdir()
        git_at(tmp_path / name)("init", "--initial-branch=main", ".")
    for name in ("detached", "headless"):
        git_at(tmp_path / name)("commit", "--allow-empty", "-m", name)
    git_at(tmp_path / "detached")("checkout", "--detach")
    git_at(tmp_path / "headless")("branch", "-m", "only")
    git_at(tmp_path / "headless")("symbolic-ref", "HEAD", "refs/heads/nowhere")
    for name in ("empty", "detached", "headless"):
        copy = Repository.clone_from(
            str(tmp_path / name), tmp_path / f"{name}.git", tmp_path / "lock"
        )
        head = copy.head()
        assert head == EMPTY if name == "empty" else copy.commit_info(head).message == name
        copy.close()


def test_a_history_with_an_endless_message_is_no_seed(
    tmp_path: Path, git_at: Callable[[Path], Git]
) -> None:
    source = tmp_path / "source"
    source.mkdir()
    git = git_at(source)
    git("init", "--initial-branch=main", ".")
    git("commit", "--allow-empty", "-F", "-", given=b"un\n")
    made = load_settings(tmp_path / "one", environ={})
    found(made, str(source))
    git("commit", "--allow-empty", "-F", "-", given=b"x" * (LONGEST_COMMIT + 1))
    refused = load_settings(tmp_path / "two", environ={})
    with pytest.raises(BadRequest, match=git("rev-parse", "HEAD")[:8]):
        found(refused, str(source))
    assert not (tmp_path / "two").exists()
    # What an instance holds already goes into its backup, and comes back.
    copy = Repository.clone_from(str(source), tmp_path / "content.git", tmp_path / "lock")
    assert len(copy.commit_info(copy.head()).message) == READ_MESSAGE
    copy.close()


@pytest.mark.parametrize(
    "source",
    [
        "ext::sh -c 'touch /tmp/pwned'",
        "--upload-pack=touch /tmp/pwned",
        "-u",
        "file:///etc",
        "http://example.org/x.git",
        "ssh://-oProxyCommand=touch/x",
        "git://",
        "nowhere",
        "",
        "https://\n/x",
    ],
)
def test_an_unsafe_source_is_refused(tmp_path: Path, source: str) -> None:
    if source == "":
        source = str(tmp_path / "missing")
    with pytest.raises(BadRequest):
        Repository.clone_from(source, tmp_path / "content.git", tmp_path / "lock")
    assert not (tmp_path / "content.git").exists()


def test_a_bundle_is_a_whole_copy(repository: Repository, save: Save, tmp_path: Path) -> None:
    assert bundle(repository, tmp_path / "b") == EMPTY
    assert not (tmp_path / "b").exists()
    save({"index.md": b"un"})
    head = save({"index.md": b"deux"})
    assert bundle(repository, tmp_path / "b") == head
    copy = Repository.clone_from(str(tmp_path / "b"), tmp_path / "copy.git", tmp_path / "lock2")
    assert copy.head() == head
    assert copy.check() == []
    copy.close()
    (tmp_path / "b").write_bytes(b"no bundle")
    with pytest.raises(BadRequest):
        Repository.clone_from(str(tmp_path / "b"), tmp_path / "other.git", tmp_path / "lock2")


def test_a_source_that_is_no_repository_is_told(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    with pytest.raises(BadRequest) as told:
        Repository.clone_from(str(tmp_path / "source"), tmp_path / "c.git", tmp_path / "lock")
    assert told.value.words
    assert not (tmp_path / "c.git").exists()


def test_what_the_surroundings_say_to_git_is_not_heard(
    repository: Repository, save: Save, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = save({"index.md": b"un"})
    config = tmp_path / "config"
    config.write_text("[core]\n\tfsync = none\n[alias]\n\tfast-import = !touch pwned\n")
    for name, value in {
        "GIT_DIR": str(tmp_path / "elsewhere"),
        "GIT_OBJECT_DIRECTORY": str(tmp_path / "objects"),
        "GIT_INDEX_FILE": str(tmp_path / "index"),
        "GIT_CONFIG_GLOBAL": str(config),
        "GIT_CONFIG_PARAMETERS": "'core.bare=false'",
        "GIT_NAMESPACE": "evil",
        "GIT_TRACE": str(tmp_path / "trace"),
        "GIT_EXEC_PATH": str(tmp_path),
        "HOME": str(tmp_path),
    }.items():
        monkeypatch.setenv(name, value)
    (tmp_path / ".gitconfig").write_text(config.read_text())
    other = Repository.open(repository.folder, tmp_path / "lock")
    blob = other.read("index.md", head)
    assert blob is not None
    assert blob.data == b"un"
    second = save({"index.md": b"deux"})
    assert other.is_ancestor(head, second)
    assert other.check() == []
    other.close()
    assert not list(tmp_path.glob("trace"))


def test_a_replaced_object_is_not_believed(repository: Repository, save: Save, git: Git) -> None:
    head = save({"index.md": b"true"})
    forged = git("hash-object", "-w", "--stdin", given=b"forged")
    git("replace", git("rev-parse", "main:index.md"), forged)
    blob = repository.read("index.md", head)
    assert blob is not None
    assert blob.data == b"true"
