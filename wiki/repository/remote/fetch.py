"""What a remote holds, fetched apart from everything: to be checked, merged, then taken or not.

::

    remote ──fetch──▶ a repository apart ──merge──▶ a commit with both parents, still apart
                             │  its objects: ours, and what came
                             └──take──▶ content.git: the branch moves under the writers' lock

Nothing of it is in ``content.git`` before it was checked (``wiki.editing.receiving``), and whatever
is killed on the way leaves the branch where it was.
"""

import resource
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from wiki.disk.durable import sync_folder
from wiki.repository.commits import read_time
from wiki.repository.objects import BRANCH, EMPTY, Author, decode_name
from wiki.repository.process import GitFailed, end, run, start
from wiki.repository.rawlog import NOTHING
from wiki.repository.remote.addresses import MOVE_TIME, Remote, RemoteFailed
from wiki.repository.remote.copy import copy_commits
from wiki.repository.remote.push import LEFT_TO_THE_CHECK
from wiki.repository.repository import Repository
from wiki.repository.writes.branch import HeadMoved
from wiki.repository.writes.times import time_after

#: where what is set aside is kept; neither clones nor pushes are told of it
ASIDE = "refs/aside"
_MERGE_TIME = 120.0
#: seconds between two looks whether to leave off
_BEAT = 0.5
_SETTINGS = {
    "fetch.fsckObjects": "true",
    "fetch.unpackLimit": "1",
    "maintenance.auto": "false",
    "merge.directoryRenames": "false",
    **{f"fetch.fsck.{name}": "ignore" for name in LEFT_TO_THE_CHECK},
}


@dataclass(frozen=True)
class Apart:
    """A repository beside ours that holds ours and ``theirs``, the branch of a remote."""

    folder: Path
    theirs: str

    @property
    def objects(self) -> Path:
        """Where what came lies, and what was made of it."""
        return self.folder / "objects"

    def base(self, ours: str) -> str | None:
        """The newest commit that both sides have; None where they have nothing in common."""
        status, said = run(self.folder, "merge-base", ours, self.theirs, accept=(0, 1))
        return said.decode("ascii").split()[0] if status == 0 else None

    def contains(self, old: str, new: str) -> bool:
        """Whether ``new`` has all that ``old`` has; an ``old`` that is not here is in nothing."""
        if old == EMPTY:
            return True
        status, _said = run(
            self.folder, "merge-base", "--is-ancestor", old, new, accept=(0, 1, 128)
        )
        return status == 0

    def apart_by(self, ours: str) -> tuple[int, int]:
        """How many commits we have and they have not, and the reverse."""
        if ours == EMPTY:
            _status, said = run(self.folder, "rev-list", "--count", self.theirs)
            return 0, int(said)
        sides = f"{ours}...{self.theirs}"
        _status, said = run(self.folder, "rev-list", "--count", "--left-right", sides)
        ahead, behind = said.split()
        return int(ahead), int(behind)

    def same_files(self, ours: str) -> bool:
        """Whether both sides hold the same files, however they came to them."""
        said = [run(self.folder, "rev-parse", f"{one}^{{tree}}")[1] for one in (ours, self.theirs)]
        return said[0] == said[1]

    def merge(self, ours: str, author: Author, message: str) -> "Merged":
        """Both sides as one commit, by git's own merge; or the files that both changed."""
        status, said = run(
            self.folder,
            *("merge-tree", "--write-tree", "--name-only", "--no-messages", "-z"),
            *(ours, self.theirs),
            accept=(0, 1),
            timeout=_MERGE_TIME,
            settings=_SETTINGS,
        )
        tree, *files = [decode_name(part) for part in said.split(b"\0") if part]
        if status:
            return Merged(None, tuple(sorted(set(files))))
        words = ("log", "--no-walk", "--format=%at +0000", "--end-of-options")
        _status, said = run(self.folder, *words, ours, self.theirs)
        parents = map(read_time, said.decode("ascii").splitlines())
        when = f"{int(time_after(*parents).timestamp())} +0000"
        who = {
            f"GIT_{role}_{key}": value
            for role in ("AUTHOR", "COMMITTER")
            for key, value in (("NAME", author.name), ("EMAIL", author.mail), ("DATE", when))
        }
        _status, made = run(
            self.folder,
            *("commit-tree", tree, "-p", ours, "-p", self.theirs, "-F", "-"),
            given=message.encode(),
            variables=who,
        )
        return Merged(made.decode("ascii").strip(), ())


@dataclass(frozen=True)
class Merged:
    """The merge ``commit``, or None and the ``files`` in conflict."""

    commit: str | None
    files: tuple[str, ...]


@contextmanager
def fetched(
    repository: Repository, remote: Remote, known: Sequence[str], limit: int
) -> Iterator[Apart]:
    """The branch ``main`` of ``remote``, beside what ``repository`` has.

    ``known`` are commits of ours: what they reach is not sent again. Raises RemoteFailed; also for
    a pack of more than ``limit`` bytes, which is cut off there.
    """
    with TemporaryDirectory(prefix="mirror-") as name:
        folder = Path(name)
        (folder / "refs/heads").mkdir(parents=True)
        (folder / "objects/info").mkdir(parents=True)
        (folder / "objects/pack").mkdir()
        (folder / "HEAD").write_text(f"ref: {BRANCH}\n", "ascii")
        (folder / "config").write_text("[core]\n\tbare = true\n", "ascii")
        (folder / "objects/info/alternates").write_text(f"{repository.folder / 'objects'}\n")
        for number, commit in enumerate(one for one in known if repository.has(one)):
            if commit != EMPTY:
                (folder / f"refs/known{number}").write_text(f"{commit}\n", "ascii")
        fetch_within(folder, remote, limit)
        yield Apart(folder, (folder / BRANCH).read_text("ascii").strip())


def fetch_within(
    folder: Path,
    remote: Remote,
    limit: int,
    *,
    ref: str = BRANCH,
    seconds: float = MOVE_TIME,
    memory: int = 0,
    is_stopped: Callable[[], bool] = lambda: False,
    depth: int = 0,
) -> None:
    """Fetches ``ref`` of ``remote`` as the branch of ``folder``, in one pack within the bounds.

    ``depth``: so many commits of its history alone; 0: all.
    Raises RemoteFailed, where ``too_large`` says that it was cut off.
    """
    words = ("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules")
    child = start(
        folder,
        (
            *(*words, *((f"--depth={depth}",) if depth else ())),
            *remote.served_by("upload-pack"),
            *("--end-of-options", remote.url, f"+{ref}:{BRANCH}"),
        ),
        memory=memory,
        settings={**remote.settings(), **_SETTINGS},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd="/",
    )
    # git bounds what it receives by a push, not by a fetch; its children inherit this.
    resource.prlimit(child.pid, resource.RLIMIT_FSIZE, (limit, limit))
    try:
        said = _said(child, seconds, is_stopped)
    finally:
        end(child)
        if child.stderr is not None:
            child.stderr.close()
    if child.returncode:
        text = said.decode("utf-8", "replace").strip()
        if any((folder / "objects/pack").glob("tmp_pack_*")) or "signal 25" in text:
            text = f"fatal: it sends more than {limit} bytes (max_push)"
            raise RemoteFailed(GitFailed(child.returncode, text), too_large=True)
        raise RemoteFailed(GitFailed(child.returncode, text))


def _said(child: subprocess.Popen[bytes], seconds: float, is_stopped: Callable[[], bool]) -> bytes:
    """What git wrote until it ended. Raises RemoteFailed where it does not, or is not to."""
    until = time.monotonic() + seconds
    while True:
        try:
            _out, said = child.communicate(timeout=min(_BEAT, seconds))
            return said
        except subprocess.TimeoutExpired:
            if is_stopped() or time.monotonic() > until:
                raise RemoteFailed(GitFailed(-9, f"no answer in {seconds:g} s")) from None


def take(repository: Repository, apart: Apart, new: str, onto: str, reason: str) -> None:
    """Moves the branch from ``onto`` to ``new``, which holds it and lies in ``apart``.

    Raises HeadMoved where someone has saved meanwhile, and HostFailed where nodes share a
    repository that does not take it; nothing has moved then.
    """
    known = None if onto == EMPTY else onto
    copy_commits(apart.folder, repository.folder, [new], known)
    with repository.lock():
        if (head := repository.head()) != onto:
            raise HeadMoved(head)
        if repository.shared is not None:
            repository.shared.give(repository.folder, onto, new)
        with repository.write_lock.writing():
            run(
                repository.folder,
                *("update-ref", "-m", reason, BRANCH, new, NOTHING if onto == EMPTY else onto),
                pass_fds=[repository.write_lock.file],
                cwd="/",
            )
            sync_folder((repository.folder / BRANCH).parent)


def set_aside(repository: Repository, apart: Apart, name: str, known: str | None) -> str:
    """Keeps ``theirs`` under a name that no clone shows; returns the name.

    ``known`` is what both sides have.
    """
    ref = f"{ASIDE}/{name}/{apart.theirs[:12]}"
    if not repository.has(apart.theirs):
        copy_commits(apart.folder, repository.folder, [apart.theirs], known)
    run(repository.folder, "update-ref", ref, apart.theirs)
    return ref


def aside_of(repository: Repository, name: str) -> dict[str, str]:
    """What was set aside of the mirror ``name``: ref → commit, the oldest first."""
    _status, said = run(
        repository.folder,
        *("for-each-ref", "--sort=committerdate", "--format=%(refname) %(objectname)"),
        f"{ASIDE}/{name}/",
    )
    lines = [line.partition(" ") for line in said.decode().splitlines()]
    return {ref: commit for ref, _blank, commit in lines}
