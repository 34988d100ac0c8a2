"""Objects of the bucket that no commit names any more: laid aside, and deleted some days later.

A save puts its object there before its commit, so what is new is left alone. Whoever asks for what
is laid aside still finds it, and it is put back where a commit names it after all: deleted is only
what nothing has named all the time.
"""

from dataclasses import dataclass
from datetime import timedelta

from wiki.errors import StorageFailed
from wiki.files.object_store import ObjectStore
from wiki.instance import Instance
from wiki.parts.pointers import named_pointers
from wiki.repository.process import GitFailed
from wiki.translation import gettext as _

TASK = "object-sweep"
#: for which what is new may still be waiting for its commit
_NEW = timedelta(days=1)


@dataclass
class Swept:
    """What became of objects that no commit names, or names again; and how many are named."""

    named: int = 0
    aside: int = 0
    back: int = 0
    deleted: int = 0


def is_due(instance: Instance) -> bool:
    """Whether there is a bucket."""
    return isinstance(instance.objects, ObjectStore)


def run(instance: Instance) -> None:
    """Sweeps once. Raises StorageFailed."""
    if isinstance(instance.objects, ObjectStore):
        sweep(instance, instance.objects)


def sweep(instance: Instance, store: ObjectStore, *, at_once: bool = False) -> Swept:
    """Looks at each object; ``at_once``: what no commit names goes for good, where nobody writes.

    Nothing is touched where what commits name is not known for sure. Raises StorageFailed.
    """
    repository, now, done = instance.repository, instance.private.now(), Swept()
    late = timedelta(0) if at_once else timedelta(days=instance.settings.object_store_days)
    store.claim()
    # Listed first: what a save puts there later is not looked at.
    objects = list(store.objects())
    if repository.shared is not None:
        repository.shared.arrive()
    try:
        named = {pointer.oid for pointer in named_pointers(repository)}
    except GitFailed as error:
        raise StorageFailed(_("The pages’ history cannot be read: nothing was deleted.")) from error
    gone: list[str] = []
    for one in objects:
        oid, age = one.pointer.oid, now - one.when
        if one.sent_by:  # and it is named, or no push came
            if at_once or age >= _NEW:
                store.remove(oid, one.sent_by)
        elif oid in named:
            done.named += 1
            if one.aside:
                store.put_back(oid)
                done.back += 1
        elif one.aside and age >= late:
            store.remove(oid)
            done.deleted += 1
        elif not one.aside and (at_once or age >= _NEW):
            store.lay_aside(oid)
            done.aside += 1
            gone.append(oid)
    for oid in gone if at_once else ():
        store.remove(oid)
    done.deleted += len(gone) if at_once else 0
    return done
