"""Taking what a remote has: fetched apart, checked commit by commit, merged by git, then taken."""

import logging
from dataclasses import dataclass, replace

from wiki.editing.identities import stamp_identities
from wiki.editing.receiving import check_incoming
from wiki.editing.receiving.names import other_file
from wiki.editing.receiving.push import MAX_OBJECTS, large_commit
from wiki.errors import WikiError
from wiki.instance import Instance
from wiki.pages.access import ALL
from wiki.people.mirrors import CONFLICT, DIVERGED, IN_STEP, REFUSED, Mirror, Outcome
from wiki.people.person import Person
from wiki.reading import Reader
from wiki.repository.objects import EMPTY, LONGEST_COMMIT, WIKI_AUTHOR
from wiki.repository.remote.addresses import Remote
from wiki.repository.remote.fetch import Apart, fetched, set_aside, take
from wiki.repository.remote.push import objects_in, overlaid
from wiki.repository.span import Span
from wiki.translation import gettext as _
from wiki.translation import ngettext

#: what came is the operator's to bring: their remote, named by hand
_OPERATOR = Person(id="", email="", name="", role="admin")
#: Each commit holds its folders anew: with 5,000 pages in one, a thousand commits are 200 MB of
#: them, and a remote that was away for a week has as many.
_FOLDERS = 20
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Found:
    """What is to become of their branch: ``new`` for ours, or a state that says why not."""

    new: str | None = None
    state: str = IN_STEP
    said: str = ""


def pull(instance: Instance, mirror: Mirror, remote: Remote, theirs: str) -> Outcome:
    """Takes the commits of ``theirs``, the remote's branch, or sets them aside.

    Raises RemoteFailed, and HeadMoved where people save quicker than we merge: try again.
    """
    repository = instance.repository
    head = repository.head()
    if theirs == head or repository.is_ancestor(theirs, head):
        return Outcome(IN_STEP, head=head, theirs=theirs, taken=theirs)
    known = (head, mirror.taken, mirror.theirs)
    with fetched(repository, remote, known, instance.settings.max_push) as apart:
        found = _judged(instance, mirror, apart, head)
        if found.new is not None:
            take(repository, apart, found.new, head, f"mirror: {mirror.name}")
            _log.info("mirror %s: %s to %s", mirror.name, head, found.new)
        elif found.state in (DIVERGED, CONFLICT):
            set_aside(repository, apart, mirror.name, apart.base(head) if head != EMPTY else None)
        ahead, behind = apart.apart_by(head)
        theirs = apart.theirs
    if found.new is None:
        taken = theirs if found.state == IN_STEP else mirror.taken
        return Outcome(
            found.state, found.said, ahead, behind, head=head, theirs=theirs, taken=taken
        )
    repository.maintain()
    stamp_identities(instance)
    return Outcome(IN_STEP, head=repository.head(), theirs=theirs, taken=theirs)


def keep_aside(instance: Instance, mirror: Mirror, remote: Remote) -> Outcome:
    """Sets aside what the remote has and we have not, without taking it: it is only pushed to.

    What the check refuses is not even kept. Raises RemoteFailed.
    """
    repository = instance.repository
    head = repository.head()
    known = (head, mirror.theirs)
    with fetched(repository, remote, known, instance.settings.max_push) as apart:
        base = apart.base(head) if head != EMPTY else None
        said = _too_large(instance, apart)
        said = said or _refusal(instance, apart, base or EMPTY, apart.theirs)
        if not said:
            set_aside(repository, apart, mirror.name, base)
        ahead, behind = apart.apart_by(head)
        return Outcome(DIVERGED, said, ahead, behind, head=head, theirs=apart.theirs)


def _judged(instance: Instance, mirror: Mirror, apart: Apart, head: str) -> _Found:
    if said := _too_large(instance, apart):
        return _Found(state=REFUSED, said=said)
    if apart.contains(head, apart.theirs):
        return _checked(instance, apart, head, _Found(apart.theirs))
    base = apart.base(head)
    if base is None:
        words = _("It has nothing in common with the wiki: it is another history altogether.")
        return _checked(instance, apart, EMPTY, _Found(state=DIVERGED, said=words))
    if mirror.taken and not apart.contains(mirror.taken, apart.theirs):
        words = _("Its history was rewritten: commits that the wiki took from it are gone there.")
        return _checked(instance, apart, base, _Found(state=DIVERGED, said=words))
    if not mirror.pushes and apart.same_files(head):
        # Two wikis that take from each other would else merge each other's merges for ever.
        return _Found()
    merged = apart.merge(head, WIKI_AUTHOR, f"Fusion avec le miroir {mirror.name}")
    if merged.commit is None:
        found = _Found(state=CONFLICT, said=_files(merged.files))
        return _checked(instance, apart, base, found)
    if doubled := _doubled(instance, apart, head, merged.commit):
        found = _Found(state=CONFLICT, said=_files(doubled))
        return _checked(instance, apart, base, found)
    return _checked(instance, apart, head, _Found(merged.commit))


def _doubled(instance: Instance, apart: Apart, head: str, merge: str) -> tuple[str, ...]:
    """Files that came for pages which have another file here: git sees no conflict in that."""
    with overlaid(instance.repository, apart.objects, merge) as incoming:
        changes = [change for change in Span(incoming, head, merge).changes() if change.after]
        others = ((change.file, other_file(change.file)) for change in changes)
        return tuple(file for file, other in others if other and incoming.blob_id(other, merge))


def _checked(instance: Instance, apart: Apart, old: str, found: _Found) -> _Found:
    """``found``, unless what came may not be taken."""
    said = _refusal(instance, apart, old, found.new or apart.theirs)
    return replace(found, new=None, state=REFUSED, said=said) if said else found


def _refusal(instance: Instance, apart: Apart, old: str, new: str) -> str:
    """Why the commits that ``new`` has and ``old`` has not may not be taken; "" where they may."""
    reader = Reader(instance, _OPERATOR, audience=frozenset({ALL}))
    try:
        with overlaid(instance.repository, apart.objects, new) as incoming:
            # Its commits are other people's, so they may bear other people's names.
            check_incoming(reader, incoming, old, new, signed=False)
    except WikiError as error:
        return error.words
    return ""


def _too_large(instance: Instance, apart: Apart) -> str:
    """What is too large of all that came, asked of git before anything of it is unpacked."""
    settings = instance.settings
    largest = max(settings.max_page, settings.max_upload)
    whole = 2 * settings.max_push
    files = others = 0
    for count, (id, kind, size) in enumerate(objects_in(apart.objects), 1):
        files, others = (files + size, others) if kind == "blob" else (files, others + size)
        if kind == "blob" and size > largest:
            words = _("It holds a file of {size} bytes ({id}); {limit} are the most.")
            return words.format(size=size, id=id[:8], limit=largest)
        if kind == "commit" and size > LONGEST_COMMIT:
            return large_commit(id)
        if files > whole or others > whole * _FOLDERS or count > MAX_OBJECTS:
            words = _("It holds more than {objects} new objects, or {bytes} bytes unpacked.")
            return words.format(objects=MAX_OBJECTS, bytes=whole)
    return ""


def _files(files: tuple[str, ...]) -> str:
    named = ", ".join("".join(c if c.isprintable() else "?" for c in one) for one in files[:10])
    more = len(files) - 10
    if more > 0:
        words = ngettext("{files} and {count} other", "{files} and {count} others", more)
        return words.format(files=named, count=more)
    return named
