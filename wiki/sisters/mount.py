"""The copy of a sister, put below its name in the repository of copies, as one commit.

::

    index/sisters/content.git   <name>/index.md, <name>/projets/…    the texts, links led below
    index/sisters/sources/      <name>.json    which file of theirs each was made from

A text that has not changed there is not read again. The commit's parent is what stood before, so
that projections take in what differs; what is not shown any more is thrown away (``upkeep.py``).
"""

import json
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from time import thread_time

from wiki.cache.topics import own
from wiki.disk.durable import write_file
from wiki.errors import BadField, BadRequest
from wiki.instance import Instance
from wiki.pages.document import Document, read_document
from wiki.pages.links import root_links
from wiki.parts.sister_copies import Copies
from wiki.repository.importstream import commit_object
from wiki.repository.objects import EMPTY, Author, decode
from wiki.repository.remote.copy import copy_objects
from wiki.repository.repository import Repository
from wiki.repository.writes.group import write
from wiki.repository.writes.pack import Pack
from wiki.sisters.tree import Source, is_below
from wiki.translation import gettext as _

#: what every answer notes that shows something of a sister's, or would if there were any
TOPIC = "sisters"
#: files that are taken over in one step, and bytes of pages, unless it is one: as much as is read
#: once for all that is worked out of it, and others come in between
_AT_ONCE, _BYTES = 50, 150_000
#: seconds of computing that one sister's turn may cost, with all that is worked out of its texts
_SECONDS = 180.0


@dataclass(frozen=True)
class _Made:
    """The files of a sister's as they stand here, name → blob, and what each was made from."""

    tree: str
    files: Mapping[str, str]
    sources: Mapping[str, str]


def mount(instance: Instance, name: str, title: str, origin: Repository, source: Source) -> None:
    """Shows ``source``, files in the repository ``origin``, as the copy of the sister ``name``.

    What is there no more goes at once. Much that is new comes in steps, each a commit: of a short
    span each page is read once for all that is worked out of it, of a long one for each. Raises
    BadRequest for texts that cost more to read than one sister may.
    """
    copies, until = instance.copies.make(), thread_time() + _SECONDS
    while True:
        with copies.repository.lock():
            before, pack = _made(copies, name), Pack()
            if before.files.keys() - source.files.keys():
                gone_file(instance.copies.folder).touch()
            readings: list[Document] = []
            new = [file for file, id in source.files.items() if before.sources.get(file) != id]
            now = _step(new, source)
            gone = before.files.keys() - source.files.keys()
            files = {file: id for file, id in before.files.items() if file not in {*gone, *now}}
            taken = {file: source.files[file] for file in now}
            files |= _taken(copies, name, origin, taken, pack, until, readings)
            tree = _tree(files, pack)
            _put(instance, copies, name, tree, Author(title, f"{name}@sisters.invalid"), pack)
            # What waits stands as it did.
            late = {file: before.sources.get(file, "") for file in new[len(now) :]}
            _keep(copies, name, _Made(tree, files, {**source.files, **late}))
            # Before another sister's step makes the span longer.
            catch_up(copies)
        if not late:
            return


def _step(new: Sequence[str], source: Source) -> Sequence[str]:
    """The first of the files ``new``: as many as are taken over at once."""
    first = new[:_AT_ONCE]
    sizes = accumulate(source.sizes[file] if file.endswith(".md") else 0 for file in first)
    fitting = sum(size <= _BYTES for size in sizes)
    return new[: max(fitting, 1)]


def hide(instance: Instance, name: str, blocked: Collection[str]) -> int:
    """Takes ``blocked`` pages out of the copy of the sister ``name``, with all below; how many
    pages are left. Nothing but the copy is asked, whatever the sister has sent since."""
    copies = instance.copies.find()
    if copies is None:
        return 0
    with copies.repository.lock():
        made = _made(copies, name)
        files = {file: id for file, id in made.files.items() if not is_below(file, blocked)}
        pack = Pack()
        tree = _tree(files, pack)
        gone_file(copies.repository.folder.parent).touch()
        _put(instance, copies, name, tree, Author(name, f"{name}@sisters.invalid"), pack)
        _keep(copies, name, _Made(tree, files, {file: made.sources[file] for file in files}))
    catch_up(copies)
    return sum(file.endswith(".md") for file in files)


def unmount(instance: Instance, name: str) -> None:
    """Takes the copy of the sister ``name`` away, if there is one."""
    copies = instance.copies.find()
    if copies is None:
        return
    with copies.repository.lock():
        gone_file(copies.repository.folder.parent).touch()
        _put(instance, copies, name, EMPTY, Author(name, f"{name}@sisters.invalid"), Pack())
        _source_file(copies, name).unlink(missing_ok=True)
    catch_up(copies)


def held_tree(copies: Copies, name: str) -> str:
    """What stands below the name at this moment; EMPTY where nothing does."""
    found = copies.repository.stands(name, copies.repository.head())
    return EMPTY if found is None else found[1]


def gone_file(folder: Path) -> Path:
    """The file in ``folder``, that of the copies, whose time is when something last went."""
    return folder / "gone"


def catch_up(copies: Copies) -> None:
    """Brings all that is worked out of the copies to what they are now: readers do not wait."""
    for part in copies.projections:
        copies.projections.catch_up(part)


def _put(
    instance: Instance, copies: Copies, name: str, tree: str, author: Author, pack: Pack
) -> None:
    """Has the folder ``name`` be ``tree``; for who holds the repository's lock."""
    repository = copies.repository
    head = repository.head()
    if held_tree(copies, name) == tree:
        return
    root = repository.tree_of(head)
    root.drop(name)
    if tree != EMPTY:
        root.put(name, "tree", tree)
    words = commit_object(root.save(pack.add), head, author, name, instance.private.now())
    versions = instance.private.versions
    announced = versions.announce(own((TOPIC,))) if versions is not None else 0
    try:
        write(repository, pack, head, pack.add("commit", words))
    finally:
        if versions is not None:
            versions.bump(own((TOPIC,)), announced=announced)


def _taken(
    copies: Copies,
    name: str,
    origin: Repository,
    new: Mapping[str, str],
    pack: Pack,
    until: float,
    readings: list[Document],
) -> dict[str, str]:
    """The files ``new`` as they stand here: pages go into ``pack``, all else is copied.

    What pages say goes into ``readings``: while they are held, none is read a second time.

    Raises BadRequest where that takes longer than ``until``, by the time of this thread.
    """
    files: dict[str, str] = {}
    as_they_are: set[str] = set()
    origin.read_ahead([id for file, id in new.items() if file.endswith(".md")])
    for file, id in new.items():
        if thread_time() > until:
            raise BadRequest(_("It holds more than this site takes from a sister."))
        if not file.endswith(".md"):
            files[file] = id
            as_they_are.add(id)
        elif (text := _led_below(decode(origin.read_blob(id)), file, name)) is not None:
            files[file] = pack.add("blob", text.encode())
            readings.append(read_document(text))
    if as_they_are:
        copy_objects(origin.folder, copies.repository.folder, as_they_are)
    return files


def _led_below(text: str, file: str, name: str) -> str | None:
    """A page as it stands below the sister's name; None where that cannot be said of it."""
    try:
        return root_links(text, file, name)
    except BadField:
        return None


def _tree(files: Mapping[str, str], pack: Pack) -> str:
    """The folder that ``files`` make, all new objects in ``pack``."""
    if not files:
        return EMPTY
    folders: dict[str, dict[str, tuple[bytes, str]]] = {"": {}}
    for file, id in files.items():
        above, _slash, last = file.rpartition("/")
        folders.setdefault(above, {})[last] = (b"100644", id)
        while above:
            above = above.rpartition("/")[0]
            folders.setdefault(above, {})
    # The deepest first: a folder's id is told by what is in it.
    for folder in sorted(folders, key=lambda one: one.count("/"), reverse=True):
        if folder:
            above, _slash, last = folder.rpartition("/")
            folders[above][last] = (b"40000", pack.add("tree", _tree_data(folders[folder])))
    return pack.add("tree", _tree_data(folders[""]))


def _tree_data(entries: Mapping[str, tuple[bytes, str]]) -> bytes:
    lines = {
        name.encode() + b"/" * (mode == b"40000"): b"%s %s\0%s"
        % (mode, name.encode(), bytes.fromhex(id))
        for name, (mode, id) in entries.items()
    }
    return b"".join(lines[name] for name in sorted(lines))


def _source_file(copies: Copies, name: str) -> Path:
    return copies.repository.folder.parent / "sources" / f"{name}.json"


def _made(copies: Copies, name: str) -> _Made:
    """What was made last; nothing where that is not what stands there."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        said = json.loads(_source_file(copies, name).read_text("utf-8"))
        if said["tree"] == held_tree(copies, name):
            return _Made(said["tree"], dict(said["files"]), dict(said["sources"]))
    return _Made(EMPTY, {}, {})


def _keep(copies: Copies, name: str, made: _Made) -> None:
    path = _source_file(copies, name)
    path.parent.mkdir(exist_ok=True)
    said = {"tree": made.tree, "files": made.files, "sources": made.sources}
    write_file(path, json.dumps(said).encode())
