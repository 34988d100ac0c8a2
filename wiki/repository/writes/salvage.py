"""What is taken out of damaged packs, and out of other repositories, an object at a time."""

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from wiki.errors import StorageFailed, TooLarge
from wiki.repository.process import GitFailed, run
from wiki.repository.reads.catfile import CatFile
from wiki.repository.writes.pack import Pack

#: seconds for reading every object
READ_ALL = 3600.0
#: bytes that are written at once
_TOGETHER = 50_000_000


def restore_pack(folder: Path, pack: Path) -> None:
    """Works out the index of a pack anew; of one that is damaged, keeps what can be read.

    What nothing names is kept too: the branch may be lost as well.
    """
    index, made = pack.with_suffix(".idx"), folder / "damaged" / f"{pack.stem}.new.idx"
    if index.exists() and succeeds(folder, "verify-pack", str(index)):
        return
    made.parent.mkdir(exist_ok=True)
    if succeeds(folder, "index-pack", "--no-rev-index", "-o", str(made), str(pack)):
        lay_aside(folder, index)
        made.replace(index)
        return
    made.unlink(missing_ok=True)
    _copy(folder, folder, _listed(folder, index))
    for path in pack.parent.glob(f"{pack.stem}.*"):
        lay_aside(folder, path)


def packs_without_index(folder: Path) -> list[Path]:
    """The packs that git does not read: their indexes are lost."""
    packs = (folder / "objects/pack").glob("*.pack")
    return [path for path in packs if not path.with_suffix(".idx").exists()]


def copy_histories(
    sources: Sequence[Path], folder: Path, wanted: Collection[str], but: Collection[str] = ()
) -> list[str]:
    """Copies the first of ``wanted`` that is a commit of a source with all that it reaches.

    Not what the commits of ``but`` reach, as far as the source has them. The ids of what was.
    """
    for id in sorted(wanted):
        for source in sources:
            if is_commit(source, id):
                with suppress(GitFailed):
                    held = (f"^{one}" for one in but if is_commit(source, one))
                    words = ("rev-list", "--objects", "--no-object-names", id, *held)
                    said = run(source, *words, timeout=READ_ALL)[1]
                    return _copy(source, folder, said.decode("ascii").split())
    return []


def is_commit(folder: Path, id: str) -> bool:
    """Whether the commit is there; files of it that are not are looked for once it is named."""
    try:
        return run(folder, "cat-file", "-t", id)[1].strip() == b"commit"
    except GitFailed:
        return False


def lay_aside(folder: Path, path: Path) -> None:
    """Moves ``path`` into ``damaged/``, if it is there."""
    if path.exists():
        (folder / "damaged").mkdir(exist_ok=True)
        path.rename(folder / "damaged" / f"{path.parent.name}{path.name}")


def succeeds(folder: Path, *words: str) -> bool:
    """Whether git does it."""
    try:
        run(folder, *words, timeout=READ_ALL)
    except GitFailed:
        return False
    return True


def _copy(source: Path, folder: Path, ids: Iterable[str]) -> list[str]:
    """Copies those objects that ``source`` can give, whatever is wrong with others."""
    objects, pack, size = CatFile(source), Pack(), 0
    copied: list[str] = []
    for id in ids:
        with suppress(StorageFailed, TooLarge):
            if found := objects.read(id):
                copied.append(pack.add(*found))
                size += len(found.data)
        if size > _TOGETHER:
            pack, size = _put(folder, pack), 0
    objects.close()
    _put(folder, pack)
    return copied


def _put(folder: Path, pack: Pack) -> Pack:
    """Writes the pack, if there is anything in it, and begins another."""
    if pack.objects:
        with pack.written(folder):
            pass
    return Pack()


def _listed(folder: Path, index: Path) -> list[str]:
    """The objects of a pack, by its index."""
    with suppress(GitFailed, OSError, IndexError):
        lines = run(folder, "show-index", given=index.read_bytes())[1].decode("ascii").splitlines()
        return [line.split(" ")[1] for line in lines]
    return []
