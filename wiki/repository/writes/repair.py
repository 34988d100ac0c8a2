"""A damaged repository, put right as far as copies go: objects, and the branch."""

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from wiki.errors import BadRequest
from wiki.repository.creation import clone
from wiki.repository.marks import mark_begun
from wiki.repository.objects import BRANCH, EMPTY, is_hash, object_hash
from wiki.repository.process import GitFailed, end, run, start
from wiki.repository.writes.pack import Pack

#: seconds for reading every object
_READ_ALL = 3600.0
#: times that objects are looked for: one that is back may name others that are missing
_ROUNDS = 50
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
        said, _none = child.communicate(timeout=_READ_ALL)
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
    restored: list[str] = []
    for _round in range(_ROUNDS):
        _lay_aside_empty(folder)
        wanted = lost_objects(fsck(folder)) - set(restored)
        pack = Pack()
        for id in sorted(wanted):
            if found := _object(sources, id):
                pack.add(*found)
        if not pack.objects:
            break
        for id in pack.objects:
            _lay_aside(folder, folder / "objects" / id[:2] / id[2:])
        with pack.written(folder):
            restored += pack.objects
    if restored:
        # A damaged pack goes where each of its objects stands elsewhere too. What nothing names is
        # kept: the branch may be lost as well.
        with suppress(GitFailed):
            run(folder, "repack", "-a", "-d", "-k", "--quiet", timeout=_READ_ALL)
    return restored


def restore_branch(folder: Path, known: Sequence[str]) -> str:
    """Points the branch to the newest commit that is there; the commit, "" where there is none.

    To be called by the holder of the queue, where the branch is lost or names nothing. ``known``
    are commits that were the newest once, as others have noted; the branch's log knows some too.
    """
    candidates = [id for id in (*_logged(folder), *known) if is_hash(id) and id != EMPTY]
    there = [id for id in dict.fromkeys(candidates) if _is_commit(folder, id)]
    if not there:
        return ""
    newest = there[0]
    for id in there[1:]:
        with suppress(GitFailed):
            if run(folder, "merge-base", "--is-ancestor", newest, id, accept=(0, 1))[0] == 0:
                newest = id
    (folder / BRANCH).unlink(missing_ok=True)
    run(folder, "update-ref", "-m", "found again", BRANCH, newest)
    mark_begun(folder)
    return newest


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
            data = run(source, "cat-file", kind, id, timeout=_READ_ALL)[1]
            if object_hash(kind, data) == id:
                return kind, data
    return None


def _logged(folder: Path) -> list[str]:
    """The commits that the branch has named, the latest first."""
    found: list[str] = []
    for name in (BRANCH, "HEAD"):
        with suppress(OSError):
            lines = (folder / "logs" / name).read_text("utf-8", "replace").splitlines()
            found += [words[1] for line in reversed(lines) if len(words := line.split(" ", 2)) > 1]
    return found


def _is_commit(folder: Path, id: str) -> bool:
    """Whether the commit is there; files of it that are not are looked for once it is named."""
    try:
        return run(folder, "cat-file", "-t", id)[1].strip() == b"commit"
    except GitFailed:
        return False


def _lay_aside(folder: Path, path: Path) -> None:
    if path.is_file():
        (folder / "damaged").mkdir(exist_ok=True)
        path.rename(folder / "damaged" / f"{path.parent.name}{path.name}")


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
        if folder.exists():
            if any(folder.iterdir()):
                aside = folder.with_name(f"{folder.name}.damaged")
                shutil.rmtree(aside, ignore_errors=True)
                folder.rename(aside)
            else:
                folder.rmdir()
        clone(str(source), folder)
    mark_begun(folder)
