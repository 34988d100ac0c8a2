"""`wiki check`: what is wrong with an instance, a sentence each; nothing where all is well."""

import unicodedata
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

from wiki.config.look import LOOK_FILE
from wiki.config.public import PUBLIC_FILE, is_public_file
from wiki.errors import StorageFailed
from wiki.files.bucket_owner import AnothersBucket, CopysBucket
from wiki.files.object_store import ObjectDamaged, ObjectLost, ObjectStore
from wiki.files.pointer import Pointer
from wiki.instance import Instance
from wiki.mirroring.words import explain
from wiki.pages.paths import alike, is_servable, names_in, page_of
from wiki.parts.pointers import files_of_pointers, named_pointers
from wiki.people.mail.queue import count_mails, failed_mails
from wiki.people.mirrors import listed
from wiki.people.review.proposals import waiting_texts
from wiki.people.sisters import exchanges
from wiki.people.task_runs import failing_tasks
from wiki.projections.pagespan import head_of, text_of
from wiki.projections.tables.store import Tables
from wiki.projections.upkeep import doubled_identities
from wiki.reading import Reader
from wiki.repository.process import GitFailed

#: faults of one kind that are named one by one
_NAMED = 50
#: a mail that waits so long says that nobody sends, or that the server does not take it
_MAIL_WAITS = timedelta(hours=1)
_LOST = "lost, git cannot give it"
_BROKEN = "hidden from all but administrators, its front matter cannot be read"


class _Told:
    """The faults by kind, so that one thing gone wrong a thousand times stays short."""

    def __init__(self) -> None:
        self._found: dict[str, set[str]] = {}

    def one(self, kind: str, words: str) -> Iterator[str]:
        """The fault as a line, the first time, unless there were many of its kind."""
        found = self._found.setdefault(kind, set())
        if words not in found:
            found.add(words)
            if len(found) <= _NAMED:
                yield f"{kind}: {words}"

    def more(self) -> Iterator[str]:
        """A line for each kind of which some were not named."""
        for kind, found in self._found.items():
            if len(found) > _NAMED:
                yield f"{kind}: {len(found) - _NAMED} more"


def faults(
    instance: Instance, tell_lenient: Callable[[str], object] = lambda _file: None
) -> Iterator[str]:
    """The faults of repository, derived stores and private database; reads everything, slow.

    ``tell_lenient`` is told each page whose head is read line by line: no fault, but better mended.
    What cannot be looked at because of a fault is told, and the rest is looked at all the same.
    """
    told = _Told()
    sound = True
    for fault in instance.repository.check():
        sound = False
        yield fault
    rows = instance.private.check()
    yield from rows
    if rows:
        yield (
            "the private rows: `wiki check --mend --accept rows --from BACKUP` takes them from a "
            "backup; what was written since is lost, and the damaged file is kept beside"
        )
    looks: tuple[tuple[str, Callable[[], Iterator[str]]], ...] = (
        ("the settings", partial(_settings, instance)),
        ("what is worked out from git", partial(_indexes, instance, sound)),
        ("the files of the repository", partial(_files, instance, told, tell_lenient)),
        ("the names in the repository", partial(_strangers, instance, told)),
        ("the identities of items", partial(_identities, instance, told)),
        ("mails and tasks", partial(_background, instance, told)),
        ("the mirrors", partial(_mirrors, instance)),
        ("the sisters", partial(_sisters, instance)),
        ("large files", partial(_objects, instance, told)),
        ("the proposals", partial(_proposals, instance, told)),
    )
    for name, look in looks:
        try:
            yield from look()
        except (GitFailed, StorageFailed):
            yield f"{name} cannot be looked at before the faults above are mended"
    yield from told.more()


def _indexes(instance: Instance, sound: bool) -> Iterator[str]:
    """Derived stores that are lost, or that stay behind; those that are lost are made again.

    Where git is not ``sound``, they can only be mended after it.
    """
    projections = instance.projections
    # First: whoever looks for damage makes the file that is not there.
    lost = {name for name in projections if projections.missing(name)}
    for store in {id(part.store): part.store for part in projections.parts(projections)}.values():
        if isinstance(store, Tables) and store.discard_damaged():
            yield "what is worked out from git was damaged, and is made again"
    for name in projections:
        if not projections.catch_up(name):
            then = f"run `wiki reindex --only {name}`" if sound else "git has to be mended first"
            yield f"{name} could not be brought up to date: {then}"
        elif name in lost:
            yield f"{name} was missing; it has been made again"


def _settings(instance: Instance) -> Iterator[str]:
    """What administrators chose and cannot be used; the wiki goes on without it."""
    instance.in_force.follow()
    for name, why in sorted(instance.in_force.chosen.faults.items()):
        yield f"setting {name!r}: {why}" if name else f"{PUBLIC_FILE} cannot be used: {why}"
    for name, why in sorted(instance.in_force.look.faults.items()):
        yield f"{LOOK_FILE}, {name or 'all of it'}, cannot be used: {why}"


def _files(instance: Instance, told: _Told, tell_lenient: Callable[[str], object]) -> Iterator[str]:
    """Files that nobody is served, and names that are not told apart everywhere."""
    repository = instance.repository
    pages: set[str] = set()
    names: dict[str, str] = {}
    for file, blob in repository.files(repository.head()):
        yield from _clashes(file, names, told)
        if is_public_file(file):
            continue
        if not is_servable(file):
            yield from told.one("not served, its name is not safe", repr(file))
        elif (path := page_of(file)) is not None:
            if path in pages:
                yield from told.one(f"two files for one page, {path}.md wins", repr(file))
            pages.add(path)
            try:
                head = head_of(text_of(repository, blob))
            except StorageFailed:
                yield from told.one(_LOST, repr(file))
                continue
            if head.broken:
                yield from told.one(_BROKEN, repr(file))
            elif head.lenient:
                tell_lenient(file)


def _clashes(file: str, names: dict[str, str], told: _Told) -> Iterator[str]:
    """Names of files or folders that a Mac or Windows takes for one; ``names`` by what they see."""
    for name in names_in(file):
        first = names.setdefault(alike(name), name)
        if first == name:
            continue
        if unicodedata.normalize("NFC", name) == unicodedata.normalize("NFC", first):
            kind = "two names that differ in how their accents are encoded"
        else:
            kind = "two names that differ in capitals alone, one file on many machines"
        yield from told.one(kind, f"{first!a} and {name!a}")
        return


def _objects(instance: Instance, told: _Told) -> Iterator[str]:
    """Files that git points to and the bucket has not got, or has otherwise; each is read."""
    repository, store = instance.repository, instance.objects
    files: dict[Pointer, str] = {}
    for file, _blob, pointer in files_of_pointers(repository, repository.head()):
        files.setdefault(pointer, file)
    named = sorted(named_pointers(repository))
    if store is None:
        if named:
            yield f"{len(named)} large files are in a bucket: set object_store, or restore them"
        return
    try:
        try:
            if isinstance(store, ObjectStore):
                store.check_owner()
        except CopysBucket as error:
            yield error.fault
        for pointer in named:
            where = repr(files[pointer]) if pointer in files else "in the history alone"
            try:
                store.verify(pointer)
            except ObjectLost:
                yield from told.one("lost, the bucket has it not", f"{where}, {pointer.oid}")
            except ObjectDamaged:
                yield from told.one("damaged in the bucket", f"{where}, {pointer.oid}")
    except AnothersBucket as error:
        yield error.fault
    except StorageFailed:
        yield "the bucket of large files does not answer: their bytes were not looked at"


def _strangers(instance: Instance, told: _Told) -> Iterator[str]:
    for file, kind in instance.repository.irregular(instance.repository.head()):
        yield from told.one(f"not served, it is a {kind}", repr(file))


def _identities(instance: Instance, told: _Told) -> Iterator[str]:
    catalogue = Reader(instance).catalogue
    after = ""
    while found := doubled_identities(catalogue, after):
        for identity, pages in found:
            yield from told.one("identity on several pages", f"{identity}: {', '.join(pages)}")
        after = found[-1][0]


def _background(instance: Instance, told: _Told) -> Iterator[str]:
    """Mails that were given up or wait for long, and tasks that keep failing."""
    private = instance.private
    for mail in failed_mails(private, _NAMED + 1):
        words = f"{mail.to}, {mail.subject!r}, after {mail.attempts} tries: {mail.error}"
        yield from told.one("mail not sent, given up", words)
    counts = count_mails(private)
    if counts.oldest and private.now() - counts.oldest > _MAIL_WAITS:
        since = f"{counts.oldest:%Y-%m-%d %H:%M} UTC"
        yield f"{counts.waiting} mails wait to be sent, the first since {since}"
    # One that failed once, as by a kill, is tried again soon.
    for run in (one for one in failing_tasks(private) if one.failures > 1):
        yield f"the task {run.name} failed {run.failures} times in a row: {run.error}"


def _sisters(instance: Instance) -> Iterator[str]:
    """Sister Carrefours that are not taken, and what git says of their copies."""
    for name, how in exchanges.listed(instance.private).items():
        if how.state == exchanges.REFUSED:
            yield f"sister {name}: {how.said}"
    if (copies := instance.copies.find()) is not None:
        # Their past is cut off, by intention.
        for fault in (one for one in copies.repository.check() if "shallow" not in one):
            yield f"copies of sisters (delete index/sisters, they are made again): {fault}"


def _mirrors(instance: Instance) -> Iterator[str]:
    """Repositories elsewhere that need someone; what one can do is told by `wiki mirror list`."""
    for mirror in listed(instance.private):
        if mirror.in_trouble:
            explained = explain(instance, mirror)
            yield " ".join((f"mirror {mirror.name}: {explained.state}.", *explained.sentences))


def _proposals(instance: Instance, told: _Told) -> Iterator[str]:
    """Proposals that wait and whose text cannot be read: nobody can answer them but with a no."""
    for id in instance.proposed.lost(waiting_texts(instance.private)):
        yield from told.one("a proposal without its text", id)
