"""What others have committed, judged without a client: rights of someone who may not do all."""

import fcntl
import os
import select
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import pytest

from wiki.editing.receiving import check_incoming, judge_push
from wiki.errors import EditConflict, Forbidden
from wiki.instance import Instance
from wiki.people.person import Person
from wiki.reading import Reader
from wiki.repository.importing import Stream, _process
from wiki.repository.objects import Author
from wiki.repository.process import run
from wiki.repository.rawlog import raw_commits
from wiki.repository.remote.push import Joined, Update, objects_in, overlaid
from wiki.translation import use_language

Files = dict[str, str | None]
PROJECT = "---\ntype: project\nteam: [personnes/ada]\n---\n# Projet\n"
ADA = "---\ntype: person\n---\n# Ada\n"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with use_language("en"):
        yield


@pytest.fixture
def start(write: Callable[..., str]) -> str:
    return write(
        {
            "index.md": "# Accueil\n",
            "libre.md": "# Libre\n",
            "projet.md": PROJECT,
            "projet/plan.md": "# Plan\n",
            "ferme.md": "---\nvisibility: team\nteam: [personnes/ada]\n---\n# Fermée\n",
            "personnes/ada.md": ADA,
        }
    )


@pytest.fixture
def bring(instance: Instance, start: str) -> Iterator[Callable[..., str]]:
    """``bring(by, *commits)``: commits on the head, under another name; the id of the last."""

    def bring(by: Person, *commits: Files) -> str:
        with _process(instance.repository, "refs/imports/test", start) as stream:
            for number, files in enumerate(commits):
                _write(stream, by, files, number)
        _status, said = run(instance.repository.folder, "rev-parse", "refs/imports/test")
        return said.decode().strip()

    yield bring
    run(instance.repository.folder, "update-ref", "-d", "refs/imports/test")


def _write(stream: Stream, by: Person, files: Files, number: int) -> None:
    changes = {name: text.encode() if text is not None else None for name, text in files.items()}
    author = Author(by.name, by.alias)
    stream.commit(changes, author, f"pas {number}", datetime(2027, 3, 1, tzinfo=UTC))


ALLOWED: dict[str, list[Files]] = {
    "a free page": [{"libre.md": "# Libre\n\nplus\n"}],
    "a new page": [{"neuve.md": "# Neuve\n"}],
    "a file": [{"libre/x.txt": "un\n"}],
    "gone again": [{"libre.md": None}],
    "two commits": [{"neuve.md": "# Neuve\n"}, {"neuve.md": "# Neuve\n\nplus\n"}],
}
REFUSED: dict[str, list[Files]] = {
    "a page of a team": [{"projet.md": PROJECT + "\nplus\n"}],
    "a page below it": [{"projet/plan.md": "# Plan\n\nplus\n"}],
    "a file at it": [{"projet/x.txt": "un\n"}],
    "a page that is not shown": [{"ferme.md": "# Ouverte\n"}],
    "a page below that": [{"ferme/x.md": "# X\n"}],
    "rights of a free page": [{"libre.md": "---\nvisibility: members\n---\n# Libre\n"}],
    "a team for oneself": [{"projet.md": PROJECT.replace("ada", "mem")}],
    "by way of the page above": [{"index.md": "---\neditors: anyone\n---\n# Accueil\n"}],
    "a head that cannot be read": [{"libre.md": "---\nvisibility: [\n---\n"}],
    "deleting a team's page": [{"projet.md": None, "projet/plan.md": None}],
    "deleting, then writing anew": [{"projet.md": None}, {"projet.md": "# À moi\n"}],
    "at first, though not at last": [{"projet.md": "# Pris\n"}, {"projet.md": PROJECT}],
    "the home page": [{"index.md": None}],
    "moving a team's page": [{"projet.md": None, "ailleurs.md": PROJECT}],
}


@pytest.mark.parametrize("commits", ALLOWED.values(), ids=ALLOWED)
def test_a_member_brings_what_they_could_save(
    instance: Instance,
    start: str,
    bring: Callable[..., str],
    person: Callable[..., Person],
    commits: list[Files],
) -> None:
    mem = person("Mem")
    new = bring(mem, *commits)
    assert check_incoming(Reader(instance, mem), instance.repository, start, new) == []


@pytest.mark.parametrize("commits", REFUSED.values(), ids=REFUSED)
def test_a_member_does_not_bring_what_they_could_not(
    instance: Instance,
    start: str,
    bring: Callable[..., str],
    person: Callable[..., Person],
    commits: list[Files],
) -> None:
    mem = person("Mem")
    new = bring(mem, *commits)
    with pytest.raises(Forbidden, match=r"^Commit [0-9a-f]{8}, \S+: "):
        check_incoming(Reader(instance, mem), instance.repository, start, new)


def test_a_team_brings_its_own(
    instance: Instance, start: str, bring: Callable[..., str], person: Callable[..., Person]
) -> None:
    ada = person("Ada", page="personnes/ada")
    new = bring(ada, {"projet.md": PROJECT.replace("team:", "visibility: members\nteam:")})
    assert check_incoming(Reader(instance, ada), instance.repository, start, new) == []


def test_a_mirror_brings_what_others_have_signed(
    instance: Instance, start: str, bring: Callable[..., str], person: Callable[..., Person]
) -> None:
    admin, other = person("Admin", role="admin"), person("Autre")
    new = bring(other, {"libre.md": "# Libre\n\nplus\n"})
    reader = Reader(instance, admin)
    with pytest.raises(Forbidden, match="another account"):
        check_incoming(reader, instance.repository, start, new)
    assert check_incoming(reader, instance.repository, start, new, signed=False) == []


def test_a_merge_does_not_undo_what_others_did(
    instance: Instance, start: str, person: Callable[..., Person]
) -> None:
    """``git merge -s ours`` names no file, and yet takes a team's change back."""
    mem = person("Mem")
    folder = instance.repository.folder
    ours = _commit(folder, {"libre.md": "# Libre\n\nmien\n"}, [start], mem)
    head = _commit(folder, {"projet.md": PROJECT + "\nplus\n"}, [start], mem)
    run(folder, "update-ref", "refs/heads/main", head)
    _status, said = run(folder, "rev-parse", f"{ours}^{{tree}}")
    merge = _commit(folder, {}, [head, ours], mem, tree=said.decode().strip())
    with pytest.raises(Forbidden, match=r"projet\.md"):
        check_incoming(Reader(instance, mem), instance.repository, head, merge)


def _commit(
    folder: Path, files: dict[str, str], parents: list[str], by: Person, tree: str = ""
) -> str:
    if not tree:
        _status, listed = run(folder, "ls-tree", parents[0])
        lines = [
            line for line in listed.splitlines() if line.partition(b"\t")[2].decode() not in files
        ]
        for name, text in files.items():
            _status, id = run(folder, "hash-object", "-w", "--stdin", given=text.encode())
            lines.append(b"100644 blob %s\t%s" % (id.strip(), name.encode()))
        _status, made = run(folder, "mktree", given=b"\n".join(lines) + b"\n")
        tree = made.decode().strip()
    who = {
        f"GIT_{role}_{key}": value
        for role in ("AUTHOR", "COMMITTER")
        for key, value in (("NAME", by.name), ("EMAIL", by.alias))
    }
    said = [word for parent in parents for word in ("-p", parent)]
    _status, id = run(folder, "commit-tree", tree, *said, "-m", "un pas", variables=who)
    return id.decode().strip()


@pytest.mark.parametrize("page", ["autre.md", "libre.md"])
def test_a_save_meanwhile_is_never_lost(
    instance: Instance,
    start: str,
    bring: Callable[..., str],
    person: Callable[..., Person],
    write: Callable[..., str],
    tmp_path: Path,
    page: str,
) -> None:
    """Checked while someone holds the lock and saves: joined, or refused for the same page."""
    admin = person("Admin", role="admin")
    update = Update("refs/heads/main", start, bring(admin, {"libre.md": "# Poussée\n"}))
    reader, apart = Reader(instance, admin), tmp_path / "objects"
    (apart / "pack").mkdir(parents=True)
    told: list[type] = []

    def push() -> None:
        try:
            with ExitStack() as stack:
                judge_push(reader, [update], apart, stack)
        except (EditConflict, Joined) as error:
            told.append(type(error))

    with instance.repository.lock():
        pushing = Thread(target=push)
        pushing.start()
        saved = write({page: "# Enregistrée\n"})
    pushing.join(60)
    head = instance.repository.head()
    if page == "libre.md":
        assert (told, head) == ([EditConflict], saved)
    else:
        assert told == [Joined]
        assert instance.repository.commit_info(head).parents == (saved, update.new)
        said = run(instance.repository.folder, "reflog", "main")[1].decode()
        assert f"push by {admin.id}" in said.splitlines()[0]


def test_a_push_that_is_good_holds_the_lock_until_the_branch_has_moved(
    instance: Instance,
    start: str,
    bring: Callable[..., str],
    person: Callable[..., Person],
    tmp_path: Path,
) -> None:
    admin = person("Admin", role="admin")
    update = Update("refs/heads/main", start, bring(admin, {"libre.md": "# Poussée\n"}))
    apart = tmp_path / "objects"
    (apart / "pack").mkdir(parents=True)
    with ExitStack() as stack:
        assert judge_push(Reader(instance, admin), [update], apart, stack) == ""
        with (instance.settings.instance / "lock").open("rb") as queue:
            with pytest.raises(BlockingIOError):
                fcntl.flock(queue, fcntl.LOCK_EX | fcntl.LOCK_NB)
            stack.close()
            fcntl.flock(queue, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_what_a_push_brought_is_read_beside_what_there_is(
    instance: Instance, write: Callable[..., str], tmp_path: Path
) -> None:
    head = write({"a.md": "# A\n"})
    apart = tmp_path / "objects"
    (apart / "pack").mkdir(parents=True)
    assert list(objects_in(apart)) == []
    with overlaid(instance.repository, apart, head) as there:
        assert there.head() == head
        assert there.read("a.md", head) is not None
        assert [
            one.id
            for one in raw_commits(
                there,
                "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
                head,
                merges="combined",
                moves=False,
            )
        ] == [head]


_WORKER = """
import sys
from pathlib import Path
from wiki.repository.process import start
child = start(Path(sys.argv[1]), ("cat-file", "--batch"), with_us=True, stdin=0)
print(child.pid, flush=True)
child.wait()
"""


def test_git_ends_with_the_worker_that_started_it(instance: Instance) -> None:
    """Killed so that nothing of ours can run any more; what git reads stays open."""
    reading, writing = os.pipe()
    command = [sys.executable, "-c", _WORKER, str(instance.repository.folder)]
    with subprocess.Popen(command, stdin=reading, stdout=subprocess.PIPE) as worker:
        os.close(reading)
        assert worker.stdout is not None
        watched = os.pidfd_open(int(worker.stdout.readline()))
        # It is git by now: it answers.
        os.write(writing, b"HEAD:nothing\n")
        assert b"missing" in worker.stdout.readline()
        worker.kill()
    ended, _, _ = select.select([watched], [], [], 10)
    os.close(watched)
    os.close(writing)
    assert ended
