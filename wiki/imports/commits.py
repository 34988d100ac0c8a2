"""A stage as commits: all states in the order of time, through one ``git fast-import``.

What is here already stays: states that an earlier run brought, pages that people changed since or
that stood here before. The branch moves once, at the end.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from wiki.imports.earlier import find_earlier
from wiki.imports.heads import Heads
from wiki.imports.inventory import Entry, Loss, Staged
from wiki.imports.source import ImportProgress
from wiki.pages.paths import alike, page_of
from wiki.repository.importing import author_of, stream_commits, trailer
from wiki.repository.repository import Repository
from wiki.repository.writes.branch import HeadMoved
from wiki.translation import gettext as _

#: characters of a message that names states: git's own bound is a little above
_LONGEST_MESSAGE = 8_000
#: bytes of files that become one commit
_LARGEST_COMMIT = 20_000_000


@dataclass
class Outcome:
    """What an import did: ``losses`` are what only showed as it was written."""

    pages: int = 0
    revisions: int = 0
    files: int = 0
    #: states that were here already
    known: int = 0
    losses: list[Loss] = field(default_factory=list)
    #: the newest commit before, and after
    since: str = ""
    until: str = ""


def write_stage(
    repository: Repository, staged: Staged, source: str, label: str, progress: ImportProgress
) -> Outcome:
    """Imports what is new on the stage; ``label`` is the program's name, for messages.

    Raises StorageFailed: then nothing has happened.
    """
    try:
        return _write(repository, staged, source, label, progress)
    except HeadMoved:
        # Somebody saved meanwhile: the second time they wait.
        with repository.lock():
            return _write(repository, staged, source, label, progress)


def _write(
    repository: Repository, staged: Staged, source: str, label: str, progress: ImportProgress
) -> Outcome:
    head = repository.head()
    plan = _plan(repository, head, staged, source)
    done, total, now = 0, len(plan.wanted), datetime.now(UTC)
    heads = Heads(staged)
    outcome = plan.outcome
    outcome.since = outcome.until = head
    if not total:
        return outcome
    message = _("Imported from {source}").format(source=label)
    pages = set()
    with stream_commits(repository, head) as commits:
        for group in _groups(staged, plan.wanted, source):
            files = {}
            for entry in group:
                data = staged.content(entry)
                if entry.path:
                    data = heads.headed(entry, data)
                    pages.add(entry.path)
                    outcome.revisions += 1
                else:
                    outcome.files += 1
                files[plan.files.get(entry.place, entry.file)] = data
            first = group[0]
            said = "\n".join(trailer(source, key) for entry in group for key in entry.keys)
            commits.commit(
                files,
                author_of(first.author),
                f"{first.message or message}\n\n{said}",
                first.when or now,
            )
            done += len(group)
            progress(done, total)
    outcome.pages = len(pages)
    outcome.losses += heads.losses
    outcome.until = repository.head()
    return outcome


@dataclass
class _Plan:
    """The numbers of the states to write, and the files of pages that stand here already."""

    outcome: Outcome
    wanted: set[int]
    files: dict[str, str]


def _plan(repository: Repository, head: str, staged: Staged, source: str) -> _Plan:
    places = dict(staged.last_ids())
    earlier = find_earlier(repository, head, source, places)
    files: dict[str, str] = {}
    blobs: dict[str, str] = {}
    names: dict[str, str] = {}
    for file, blob in repository.files(head):
        place = page_of(file) or file
        names[alike(place)] = place
        if place in places:
            files.setdefault(place, file)
            blobs.setdefault(place, blob)
    # Of each place the states after the last one that is here: none goes back in time.
    wanted: dict[str, list[int]] = {place: [] for place in places}
    known: set[str] = set()
    outcome = Outcome()
    onto = staged.onto()
    for id, place, key in staged.states():
        if key in earlier.keys:
            outcome.known += 1
            known.add(place)
            wanted[place].clear()
        else:
            wanted[place].append(id)
    for place in [place for place, ids in wanted.items() if ids]:
        if place in onto and onto[place] == blobs.get(place):
            continue  # it changes just what stands there
        if why := _in_the_way(place, files, names, known, earlier.untouched):
            outcome.losses.append(Loss(why, place, ""))
            del wanted[place]
    return _Plan(outcome, {id for ids in wanted.values() for id in ids}, files)


def _in_the_way(
    place: str, files: dict[str, str], names: dict[str, str], known: set[str], untouched: set[str]
) -> str:
    """Why the new states of a page or a file are left out, in words; "" where they are not."""
    if place in files:
        if place in untouched:
            return ""
        if place in known:
            return _("Changed here since it was imported: left as it is")
        return _("There was something at this address already: left as it is")
    if place in known:
        return _("Moved or deleted here since it was imported: left out")
    if alike(place) in names:
        return _("There was something at this address already: left as it is")
    return ""


def _groups(staged: Staged, wanted: set[int], source: str) -> Iterator[list[Entry]]:
    """The states to write, those together that are by one author, of one time, of other files."""
    group: list[Entry] = []
    places: set[str] = set()
    length = size = 0
    for entry in staged.entries():
        if entry.id not in wanted:
            continue
        one = sum(len(trailer(source, key)) + 1 for key in entry.keys)
        first = group[0] if group else entry
        if group and (
            (first.author, first.time, first.message) != (entry.author, entry.time, entry.message)
            or entry.place in places
            or length + one > _LONGEST_MESSAGE - len(first.message)
            or size + entry.size > _LARGEST_COMMIT
        ):
            yield group
            group, places, length, size = [], set(), 0, 0
        group.append(entry)
        places.add(entry.place)
        length += one
        size += entry.size
    if group:
        yield group
