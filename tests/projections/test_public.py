"""The public history: whatever was done, only what everyone may see is ever in it."""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wiki.pages.access import PUBLIC, access
from wiki.pages.paths import ancestors
from wiki.projections.base import Projections
from wiki.projections.pagespan import head_of, levels
from wiki.projections.public import Public
from wiki.projections.publishing.openness import levels as pages_of
from wiki.projections.publishing.openness import node_of
from wiki.projections.publishing.publisher import MASKED, NEUTRAL, masked
from wiki.repository.commit import commit
from wiki.repository.importing import _process
from wiki.repository.objects import READ_MESSAGE, Author, decode
from wiki.repository.process import run
from wiki.repository.repository import Repository
from wiki.testing import ended_by

from .histories import Step, changes_of, steps

MEMBERS = "---\nvisibility: members\n---\n"
Write = Callable[..., str]


class Wiki:
    """A repository with its public history, brought up to date after each commit."""

    def __init__(self, folder: Path) -> None:
        self.repository = Repository.create(folder / "content.git", folder / "lock")
        self.public = Public()
        self.projections = Projections(self.repository, folder / "index", [self.public])
        self.folder = folder

    def write(
        self,
        files: dict[str, str | None],
        message: str = "un pas",
        mail: str = "main@people.invalid",
        name: str = "Une main",
        follow: bool = True,
    ) -> str:
        changes = {file: None if text is None else text.encode() for file, text in files.items()}
        head = self.repository.head()
        done = commit(self.repository, head, changes, Author(name, mail), message)
        if follow:
            assert self.projections.catch_up("public")
        return done

    def git(self, *arguments: str, public: "Public | None" = None) -> list[str]:
        folder = (public or self.public).folder
        assert folder is not None
        return run(folder, *arguments)[1].decode().splitlines()

    def head(self) -> str:
        (line,) = self.git("for-each-ref") or [""]
        return line.split(" ")[0]

    def log(self) -> list[str]:
        return self.git("log", "--format=%s") if self.head() else []

    def files(self) -> set[str]:
        return set(self.git("ls-tree", "-r", "--name-only", "main")) if self.head() else set()

    def objects(self) -> set[str]:
        """The blobs that anyone could ask for, reachable or not."""
        lines = self.git("cat-file", "--batch-all-objects", "--batch-check")
        return {line.split(" ")[0] for line in lines if " blob " in line}

    def rebuilt(self) -> str:
        """The head of the public history, made in one go."""
        other = Public()
        projections = Projections(self.repository, self.folder / "other", [other])
        projections.rebuild("public")
        return "".join(self.git("for-each-ref", public=other))

    def close(self) -> None:
        self.projections.close()
        self.repository.close()


@pytest.fixture
def wiki(tmp_path: Path) -> Iterator[Wiki]:
    made = Wiki(tmp_path)
    yield made
    made.close()


def test_a_public_wiki_has_one_history(wiki: Wiki) -> None:
    wiki.write({"index.md": "# Accueil\n"}, mail="someone@example.org")
    head = wiki.write({"a.md": "# A\n", "a/x.png": "png"})
    assert wiki.head() == head
    assert wiki.log() == ["un pas", "un pas"]


def test_it_is_the_same_up_to_the_first_restricted_page(wiki: Wiki) -> None:
    same = wiki.write({"index.md": "# Accueil\n"})
    wiki.write({"s.md": f"{MEMBERS}# S\n", "s/x.png": "png"}, "canari seul")
    assert wiki.head() == same
    wiki.write({"s.md": f"{MEMBERS}# S2\n", "a.md": "# A\n"}, "canari des deux")
    wiki.write({"a.md": "# A2\n"}, "ouvert")
    assert wiki.log() == ["ouvert", NEUTRAL, "un pas"]
    assert wiki.files() == {"index.md", "a.md"}
    assert wiki.git("rev-parse", "main~2") == [same]


def test_addresses_are_masked_where_commits_are_written_anew(wiki: Wiki) -> None:
    wiki.write({"s.md": f"{MEMBERS}# S\n"})
    wiki.write({"a.md": "# A\n"}, "pour bob@example.org", "ada@example.org", "ada@example.org")
    wiki.write({"a.md": "# B\n"}, "pour x7@people.invalid", "x7@people.invalid")
    assert wiki.git("log", "--format=%an %ae %ce %s") == [
        "Une main x7@people.invalid x7@people.invalid pour x7@people.invalid",
        f"{MASKED} {MASKED} {MASKED} pour {MASKED}",
    ]
    assert masked("a <b@c.fr>, d") == f"a <{MASKED}>, d"


@given(st.text("a1.-@<>, :é\n", max_size=40))
def test_addresses_are_masked_wherever_they_begin(text: str) -> None:
    """The same as looking for one at each letter, which costs a long run its square."""
    each = re.compile(r"[^\s<>@\"'(),;:]+@[^\s<>@\"'(),;:]+")
    assert masked(text) == each.sub(MASKED, text)


@pytest.mark.parametrize(("message", "name"), [(40_000, 0), (5_000_000, 0), (0, 200_000)])
def test_endless_words_cost_what_they_are_long(wiki: Wiki, message: int, name: int) -> None:
    """A commit that stands there from before such words were refused."""
    wiki.write({"s.md": f"{MEMBERS}# S\n"})
    head = wiki.write({"a.md": "# A\n"}, follow=False)
    folder = wiki.repository.folder
    raw = run(folder, "cat-file", "commit", head)[1].decode()
    raw = raw.replace("un pas", "x" * message or "un").replace("Une main", "y" * name or "Une")
    made = run(folder, *["hash-object", "-t", "commit", "-w", "--stdin"], given=raw.encode())[1]
    run(folder, "update-ref", "refs/heads/main", made.decode().strip())
    assert ended_by(lambda: wiki.projections.rebuild("public")) == 0
    (said,) = wiki.git("log", "--format=%an %s")
    assert len(said) <= READ_MESSAGE


def test_a_page_that_opens_starts_on_that_day(wiki: Wiki) -> None:
    wiki.write({"s.md": f"{MEMBERS}avant", "s/f.md": "fille"})
    before = wiki.objects()
    wiki.write({"s.md": "après"}, "canari")
    assert wiki.log() == [NEUTRAL]
    assert wiki.files() == {"s.md", "s/f.md"}
    assert len(wiki.objects() - before) == 2


@pytest.mark.parametrize("moved", [False, True])
def test_a_page_that_closes_goes_with_its_past(wiki: Wiki, moved: bool) -> None:
    wiki.write({"index.md": "# Accueil\n"})
    wiki.write({"p.md": "# P\n\nun texte assez long pour être reconnu\n", "p/x.png": "png"})
    name = "q" if moved else "p"
    if moved:
        text = "# P\n\nun texte assez long pour être reconnu\n"
        wiki.write({"p.md": None, "p/x.png": None, "q.md": text, "q/x.png": "png"})
    old = wiki.public.folder
    wiki.write({f"{name}.md": f"{MEMBERS}# P\n\nun texte assez long pour être reconnu\n"})
    assert old is not None
    assert not old.exists()
    assert wiki.files() == {"index.md"}
    assert len(wiki.objects()) == 1


def test_what_opened_and_closed_between_two_clones_was_never_there(wiki: Wiki) -> None:
    wiki.write({"index.md": "# Accueil\n"})
    wiki.write({"p.md": "# P\n"}, follow=False)
    wiki.write({"p.md": "# P2\n"}, follow=False)
    wiki.write({"p.md": f"{MEMBERS}# P3\n"})
    assert len(wiki.objects()) == 1


def test_moving_below_a_closed_page_closes(wiki: Wiki) -> None:
    wiki.write({"s.md": f"{MEMBERS}# S\n", "p.md": "# P\n\nun texte assez long pour cela\n"})
    wiki.write({"p.md": None, "s/p.md": "# P\n\nun texte assez long pour cela\n"})
    assert not wiki.objects()


def test_links_submodules_and_dangerous_names_are_left_out(wiki: Wiki) -> None:
    same = wiki.write({"index.md": "# Accueil\n"})
    folder = wiki.repository.folder
    blob = run(folder, "hash-object", "-w", "--stdin", given=b"index.md")[1].decode().strip()
    listed = run(folder, "ls-tree", same)[1]
    listed += f"120000 blob {blob}\tlien\n160000 commit {same}\tmodule\n".encode()
    tree = run(folder, "mktree", given=listed)[1].decode().strip()
    who = {
        f"GIT_{role}_{key}": "x@y.invalid"
        for role in ("AUTHOR", "COMMITTER")
        for key in ("NAME", "EMAIL")
    }
    made = run(folder, "commit-tree", tree, "-p", same, "-m", "x", variables=who)[1]
    run(folder, "update-ref", "refs/heads/main", made.decode().strip())
    assert wiki.projections.catch_up("public")
    assert wiki.head() == same
    wiki.write({"a.md": "# A\n"})
    assert wiki.files() == {"index.md", "a.md"}


def test_a_side_branch_does_not_bring_back_what_was_closed(wiki: Wiki) -> None:
    first = wiki.write({"index.md": "# Accueil\n", "p.md": "# P public\n"})
    closed = wiki.write({"p.md": f"{MEMBERS}# P fermée\n"})
    folder = wiki.repository.folder
    side = _on(folder, first, "libre.md", "# Libre\n")
    tree = run(folder, "merge-tree", "--write-tree", closed, side)[1].decode().split("\n")[0]
    merge = _commit(folder, tree, closed, side)
    run(folder, "update-ref", "refs/heads/main", merge)
    assert wiki.projections.catch_up("public")
    assert wiki.files() == {"index.md", "libre.md"}
    assert len(wiki.objects()) == 2
    assert wiki.rebuilt().split(" ")[0] == wiki.head()


def _on(folder: Path, parent: str, file: str, text: str) -> str:
    blob = run(folder, "hash-object", "-w", "--stdin", given=text.encode())[1].decode().strip()
    listed = run(folder, "ls-tree", parent)[1] + f"100644 blob {blob}\t{file}\n".encode()
    return _commit(folder, run(folder, "mktree", given=listed)[1].decode().strip(), parent)


def _commit(folder: Path, tree: str, *parents: str) -> str:
    who = {
        f"GIT_{role}_{key}": "x@y.invalid"
        for role in ("AUTHOR", "COMMITTER")
        for key in ("NAME", "EMAIL")
    }
    said = [word for parent in parents for word in ("-p", parent)]
    made = run(folder, "commit-tree", tree, *said, "-m", "x", variables=who)
    return made[1].decode().strip()


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)
@given(steps, st.integers(0, 255))
def test_nothing_restricted_is_ever_in_it(history: list[Step], asked: int) -> None:
    """Whether someone clones after a step, each bit of ``asked`` says."""
    with TemporaryDirectory() as name:
        wiki = Wiki(Path(name))
        present: dict[str, str] = {}
        commits: list[str] = []
        try:
            for step in history:
                if not (changed := changes_of(step, present)):
                    continue
                for file, text in changed.items():
                    if text is None:
                        del present[file]
                    else:
                        present[file] = text
                follow = bool(asked >> len(commits) & 1)
                commits.append(wiki.write(changed, follow=follow))
            if not commits:
                return
            assert wiki.projections.catch_up("public")
            assert wiki.files() == {
                file for file, _blob in _shown(wiki.repository, commits[-1]).items()
            }
            assert wiki.objects() <= _allowed(wiki.repository, commits)
            assert wiki.rebuilt().split(" ")[0] == wiki.head()
        finally:
            wiki.close()


def _shown(repository: Repository, commit: str) -> dict[str, str]:
    """The files of a commit that everyone may see, by the wiki's own policy."""
    return {
        file: blob
        for file, blob in repository.files(commit)
        if all(_open(repository, commit, node) for node in pages_of(file))
        and not (file.endswith(".md") and _closes(repository, blob))
    }


def _closes(repository: Repository, blob: str) -> bool:
    return access("x", [("x", head_of(decode(repository.read_blob(blob))))]).group != PUBLIC


def _open(repository: Repository, commit: str, path: str) -> bool:
    at = levels(repository, commit)
    heads = [(name, at.head(name)) for name in (*ancestors(path), path)]
    return access(path, [pair for pair in heads if pair[1] is not None]).group == PUBLIC


def _allowed(repository: Repository, commits: list[str]) -> set[str]:
    """Blobs that were shown and, at their place, have been ever since."""
    allowed: set[str] = set()
    closed: set[str] = set()
    for one in reversed(commits):
        shown = _shown(repository, one)
        allowed.update(
            blob for file, blob in shown.items() if not closed.intersection(pages_of(file))
        )
        for file, _blob in repository.files(one):
            if not _open(repository, one, node_of(file)):
                closed.add(node_of(file))
            closed.update(path for path in pages_of(file) if not _open(repository, one, path))
    return allowed


def test_it_is_made_again_where_it_was_lost(wiki: Wiki) -> None:
    head = wiki.write({"index.md": "# Accueil\n"})
    shutil.rmtree(wiki.folder / "index")
    assert wiki.projections.missing("public")
    assert wiki.projections.catch_up("public")
    assert wiki.head() == head
    (wiki.folder / "index" / "public-mort").mkdir()
    wiki.projections.rebuild("public")
    assert [one.name for one in (wiki.folder / "index").glob("public-*")] == [
        (wiki.folder / "index" / "public.git").resolve().name
    ]


def test_it_is_a_repository_that_git_finds_nothing_wrong_with(wiki: Wiki) -> None:
    wiki.write({"index.md": "# Accueil\n", "s.md": f"{MEMBERS}# S\n"})
    wiki.write({"a.md": "# A\n"})
    folder = wiki.public.folder
    assert folder is not None
    assert not (folder / "objects/info/alternates").exists()
    checked = subprocess.run(
        ["git", f"--git-dir={folder}", "fsck", "--strict"], capture_output=True, check=False
    )
    assert (checked.returncode, checked.stdout) == (0, b"")


def _merged(wiki: Wiki, on: str, side: str) -> str:
    """A merge of ``side`` onto the branch, which is at ``on``; the public history follows."""
    folder = wiki.repository.folder
    tree = run(folder, "merge-tree", "--write-tree", on, side)[1].decode().split("\n")[0]
    merge = _commit(folder, tree, on, side)
    run(folder, "update-ref", "refs/heads/main", merge)
    assert wiki.projections.catch_up("public")
    return merge


def test_a_merge_into_a_public_wiki_is_copied_as_it_is(wiki: Wiki) -> None:
    first = wiki.write({"index.md": "# Accueil\n"})
    wiki.write({"a.md": "# A\n"})
    second = wiki.write({"b.md": "# B\n"})
    made = wiki.public.folder
    side = _on(wiki.repository.folder, first, "libre.md", "# Libre\n")
    merge = _merged(wiki, second, side)
    assert wiki.head() == merge
    assert wiki.public.folder == made
    assert wiki.git("rev-list", "--count", "main") == ["5"]
    assert wiki.rebuilt().split(" ")[0] == merge


def test_a_merge_that_brings_something_restricted_is_not_copied(wiki: Wiki) -> None:
    first = wiki.write({"index.md": "# Accueil\n"})
    second = wiki.write({"a.md": "# A\n"})
    side = _on(wiki.repository.folder, first, "s.md", f"{MEMBERS}# S canari\n")
    _merged(wiki, second, side)
    assert wiki.files() == {"index.md", "a.md"}
    assert len(wiki.objects()) == 2
    assert wiki.rebuilt().split(" ")[0] == wiki.head()


@pytest.mark.parametrize("closes", ["main", "side"])
def test_a_branch_beside_a_closing_shows_nothing_of_it(wiki: Wiki, closes: str) -> None:
    """Both came at once, in whatever order git tells of them."""
    first = wiki.write({"index.md": "# Accueil\n"})
    folder = wiki.repository.folder
    texts = {"main": "# P canari\n", "side": "# P canari\n", closes: f"{MEMBERS}# P\n"}
    main = _on(folder, first, "p.md", texts["main"])
    side = _on(folder, first, "p.md", texts["side"])
    merge = _commit(folder, f"{main if closes == 'main' else side}^{{tree}}", main, side)
    run(folder, "update-ref", "refs/heads/main", merge)
    assert wiki.projections.catch_up("public")
    assert len(wiki.objects()) == 1
    assert wiki.rebuilt().split(" ")[0] == wiki.head()


@pytest.mark.parametrize("restricted", [False, True])
def test_many_hundreds_of_commits_at_once_are_followed(wiki: Wiki, restricted: bool) -> None:
    wiki.write({"index.md": "# Accueil\n", **({"s.md": f"{MEMBERS}# S\n"} if restricted else {})})
    made = wiki.public.folder
    head = wiki.repository.head()
    with _process(wiki.repository, "refs/heads/main", head) as stream:
        # What git is told of them, and what it answers, is longer than a pipe is.
        for number in range(600):
            files: dict[str, bytes | None] = {f"p{number % 50}.md": b"# P %d\n" % number}
            stream.commit(files, Author("x", "x@y.invalid"), "un pas", datetime.now(UTC))
    assert wiki.projections.catch_up("public")
    assert wiki.public.folder == made
    assert int(wiki.git("rev-list", "--count", "main")[0]) == 601


def test_what_takes_long_is_left_to_another_process(
    wiki: Wiki, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the old history is not given out meanwhile: it says itself that it is behind."""
    monkeypatch.setattr("wiki.projections.public._SHORT", 2)
    wiki.write({"index.md": "# Accueil\n", "p.md": "# P\n"})
    asked: list[bool] = []
    wiki.public.leave_making(lambda: asked.append(True))
    wiki.write({"a.md": "# A\n"})
    wiki.write({"p.md": f"{MEMBERS}# P\n"}, follow=False)
    assert not wiki.projections.catch_up("public")
    assert asked == [True]
    assert wiki.projections.behind("public")
    other = Public()
    assert Projections(wiki.repository, wiki.folder / "index", [other]).catch_up("public")
    assert not wiki.projections.behind("public")
    assert wiki.files() == {"index.md", "a.md"}


def test_many_commits_are_written_with_their_files_in_one_pack(wiki: Wiki) -> None:
    """And nothing that a delta was made against comes with them."""
    texts = [
        f"# P {number}\n" + "toujours les mêmes mots, ou presque\n" * 40 for number in range(60)
    ]
    wiki.write({"s.md": f"{MEMBERS}{texts[0]}", "p.md": texts[1]})
    for text in texts[2:]:
        wiki.write({"s.md": f"{MEMBERS}{text}", "p.md": text}, follow=False)
    run(wiki.repository.folder, "repack", "-adfq", "--window=50")
    assert wiki.projections.catch_up("public")
    followed = wiki.head()
    assert len(wiki.objects()) == len(texts) - 1
    assert wiki.rebuilt().split(" ")[0] == followed
    other = Public()
    Projections(wiki.repository, wiki.folder / "other", [other]).catch_up("public")
    assert other.folder is not None
    lines = run(other.folder, "cat-file", "--batch-all-objects", "--batch-check")[1].decode()
    assert lines.count(" blob ") == len(texts) - 1
