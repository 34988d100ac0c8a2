"""A damaged repository, put right as far as copies go: objects, and the branch."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from wiki.disk.places import clear_file
from wiki.errors import BadRequest, StorageFailed
from wiki.repository.creation import clone, inspect, write_settings
from wiki.repository.marks import mark_begun
from wiki.repository.objects import BRANCH, EMPTY, is_hash, object_hash
from wiki.repository.process import GitFailed, end, run, start
from wiki.repository.writes.pack import Pack
from wiki.repository.writes.salvage import (
    READ_ALL,
    copy_histories,
    is_commit,
    lay_aside,
    restore_pack,
    succeeds,
)

#: times that objects are looked for: one that is back may name others that are missing; and those
#: after which a commit that is missing is fetched with all that it comes after
_ROUNDS, _FEW = 50, 3
#: words in the settings of a repository that is of another kind than ours
_OTHER_KINDS = ("objectformat", "refstorage")
#: files of git's that hide commits, or that no bare repository has
LEFTOVERS = ("shallow", "info/grafts", "index")
#: what is worked out from commits
GRAPHS = ("objects/info/commit-graph", "objects/info/commit-graphs")
#: bytes of a line of the branch's log, at most
_LINE = 4096
_LOST = re.compile(r"^(?:missing (?:blob|tree|commit|tag)|error: (?:packed )?)\s*([0-9a-f]{40})")
_POINTER = re.compile(r"invalid sha1 pointer ([0-9a-f]{40})|broken link .* ([0-9a-f]{40})$")


def fsck(folder: Path) -> list[str]:
    """What git finds wrong with the repository, in its own lines; every object is read."""
    child = start(
        folder,
        ("fsck", "--full", "--no-dangling", "--no-progress"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        said, _none = child.communicate(timeout=READ_ALL)
    except BaseException:
        end(child)
        raise
    lines = [line for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
    if child.returncode and not lines:
        return [f"git fsck ended with {child.returncode}"]
    # A repository without a commit is told too, and is well.
    return lines if child.returncode else []


def lost_objects(lines: Sequence[str]) -> set[str]:
    """The objects that git said were missing or damaged."""
    found = {match[1] for line in lines if (match := _LOST.match(line))}
    for line in lines:
        if match := _POINTER.search(line):
            found.add(match[1] or match[2])
    return found


def restore_objects(folder: Path, sources: Sequence[Path]) -> list[str]:
    """Puts back what git misses at ``folder`` and one of ``sources`` has; the objects' ids.

    To be called by the holder of the queue. What is damaged is laid aside in ``damaged/`` first: it
    would stand in the way.
    """
    for path in sorted((folder / "objects/pack").glob("*.pack")):
        restore_pack(folder, path)
    restored: list[str] = []
    for turn in range(_ROUNDS):
        _lay_aside_empty(folder)
        wanted = lost_objects(fsck(folder)) - set(restored)
        if turn >= _FEW:
            restored += copy_histories(sources, folder, wanted)
        pack = Pack()
        for id in sorted(wanted):
            if found := _object(sources, id):
                pack.add(*found)
        if not pack.objects:
            break
        for id in pack.objects:
            lay_aside(folder, folder / "objects" / id[:2] / id[2:])
        with pack.written(folder):
            restored += pack.objects
    return restored


def lay_leftovers_aside(folder: Path) -> list[str]:
    """Lays aside what makes git show another history than it holds, or fail; their names."""
    found = [name for name in LEFTOVERS if (folder / name).is_file()]
    if not succeeds(folder, "commit-graph", "verify"):
        found += [name for name in GRAPHS if (folder / name).exists()]
    for name in found:
        lay_aside(folder, folder / name)
    return found


def restore_settings(folder: Path) -> bool:
    """Writes the settings of the repository anew where git cannot use it; whether it did.

    Not those of a repository of another kind. What was there is laid aside. Raises OSError.
    """
    head, config = folder / "HEAD", folder / "config"
    try:
        inspect(folder)
        if head.read_text("ascii", "replace").strip() == f"ref: {BRANCH}":
            return False
    except (OSError, StorageFailed):
        pass
    with suppress(OSError):
        if any(word in config.read_text("utf-8", "replace").lower() for word in _OTHER_KINDS):
            return False
    for path in (head, config):
        lay_aside(folder, path)
    write_settings(folder)
    return True


def find_forgotten(folder: Path) -> str:
    """The commit that the branch was at last by its log, where it stands at an older one; or "".

    So where a copy of its file from before was put in its place. One step is none: whoever moves it
    writes the log first, and may be killed between.
    """
    head = _named(folder)
    try:
        with (folder / "logs" / BRANCH).open("rb") as log:
            log.seek(max(log.seek(0, os.SEEK_END) - _LINE, 0))
            last = log.read().decode("utf-8", "replace").rstrip("\n").rpartition("\n")[2]
    except OSError:
        return ""
    before, newest = (*last.split(" ", 2), "", "")[:2]
    if head in (before, newest) or not is_hash(head) or not is_hash(newest):
        return ""
    return newest if is_below(folder, head, newest) else ""


def is_below(folder: Path, before: str, later: str) -> bool:
    """Whether ``later`` is ``before``, or comes after it."""
    with suppress(GitFailed):
        return run(folder, "merge-base", "--is-ancestor", before, later, accept=(0, 1))[0] == 0
    return False


def find_lost(folder: Path) -> str:
    """The commit that the branch was at last, by its log or its file, and git has not; or ""."""
    newest = next(iter((*_logged(folder), _named(folder))), "")
    return newest if is_hash(newest) and newest != EMPTY and not is_commit(folder, newest) else ""


def find_newest(folder: Path, known: Sequence[str]) -> str:
    """The newest commit that is there, where the branch is lost or names nothing; "" for none.

    By the branch's log; without one by all commits that there are. ``known`` are commits that were
    the newest once, as others have noted.
    """
    logged = [id for id in _logged(folder) if is_commit(folder, id)][:1]
    found = ""
    for id in (*(logged or _tips(folder)), *known):
        if is_hash(id) and is_commit(folder, id) and (not found or is_below(folder, found, id)):
            found = id
    return found


def move_branch(folder: Path, commit: str) -> None:
    """Points the branch, which is lost or stands elsewhere, to ``commit``.

    To be called by the holder of the queue. A log that names a commit that is given up is laid
    aside: git would miss it.
    """
    lay_aside(folder, folder / BRANCH)
    if find_lost(folder):
        lay_aside(folder, folder / "logs/HEAD")
        lay_aside(folder, folder / "logs" / BRANCH)
    run(folder, "update-ref", "-m", "found again", BRANCH, commit)
    mark_begun(folder)


@contextmanager
def repositories_of(place: str) -> Iterator[Path]:
    """A folder with the repository at ``place``: a folder, a bundle or an address.

    Raises BadRequest.
    """
    if (Path(place) / "HEAD").is_file() and (Path(place) / "objects").is_dir():
        yield Path(place).absolute()
        return
    if (Path(place) / ".git" / "HEAD").is_file():
        yield Path(place, ".git").absolute()
        return
    with TemporaryDirectory(prefix="wiki-mend-") as temporary:
        folder = Path(temporary) / "copy.git"
        clone(place, folder)
        yield folder


def _object(sources: Sequence[Path], id: str) -> tuple[str, bytes] | None:
    for source in sources:
        with suppress(GitFailed):
            kind = run(source, "cat-file", "-t", id)[1].decode("ascii").strip()
            data = run(source, "cat-file", kind, id, timeout=READ_ALL)[1]
            if object_hash(kind, data) == id:
                return kind, data
    return None


def _named(folder: Path) -> str:
    """What the file of the branch says."""
    with suppress(OSError):
        return (folder / BRANCH).read_text("ascii", "replace").strip()
    return ""


def _logged(folder: Path) -> list[str]:
    """The commits that the branch has named, the latest first."""
    found: list[str] = []
    for name in (BRANCH, "HEAD"):
        with suppress(OSError):
            lines = (folder / "logs" / name).read_text("utf-8", "replace").splitlines()
            found += [words[1] for line in reversed(lines) if len(words := line.split(" ", 2)) > 1]
    return [id for id in found if is_hash(id) and id.strip("0")]


def _tips(folder: Path) -> list[str]:
    """Of all commits the one that none comes after, the latest of several."""
    with suppress(GitFailed):
        kinds = ("cat-file", "--batch-all-objects", "--batch-check=%(objecttype) %(objectname)")
        lines = run(folder, *kinds, timeout=READ_ALL)[1].decode("ascii").splitlines()
        commits = "".join(f"{line[7:]}\n" for line in lines if line.startswith("commit "))
        if commits:
            words = ("rev-list", "--topo-order", "--max-count=1", "--ignore-missing", "--stdin")
            return run(folder, *words, given=commits.encode())[1].decode("ascii").split()
    return []


def _lay_aside_empty(folder: Path) -> None:
    """Loose objects without a byte, as a power failure leaves them."""
    for path in (folder / "objects").glob("??/*"):
        with suppress(OSError):
            if path.stat().st_size == 0:
                path.unlink()


def copy_repository(place: str, folder: Path) -> None:
    """Makes ``folder``, which is not there or damaged, from ``place``; the old one is laid aside.

    Raises BadRequest where ``place`` cannot be read.
    """
    with repositories_of(place) as source:
        if not run(source, "for-each-ref")[1].strip():
            raise BadRequest(f"{place} holds no page")
        clear_file(folder)
        if folder.exists():
            if any(folder.iterdir()):
                aside = folder.with_name(f"{folder.name}.damaged")
                shutil.rmtree(aside, ignore_errors=True)
                folder.rename(aside)
            else:
                folder.rmdir()
        clone(str(source), folder)
    mark_begun(folder)
