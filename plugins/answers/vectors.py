"""The vectors of passages: which there are, and those that are read when nobody waits."""

from collections.abc import Sequence
from typing import cast

from wiki.api.meaning import Vectors, encoders
from wiki.api.plugin import Instance
from wiki.api.reading import Reader
from wiki.api.tables import invalidate_pages

from .projection import Shelf, unpacked
from .subjects import AGREE, SUBJECTS

TASK, FOLLOWING = "answers", "answers.new"
#: the topic of what has been read by meaning
VECTORS = "answers vectors"
#: passages that a slow encoder reads in a run of the task: some minutes, with its rests
_AT_LEISURE = 1_000
#: passages of which this many are unpacked at once
_AT_ONCE = 4_096


def shelf_of(instance: Instance) -> Shelf:
    """The passages, brought up to date."""
    return cast(Shelf, instance.projections["answers"])


def shelf_for(reader: Reader) -> Shelf:
    """Likewise, for questions that name the reader's audience."""
    return cast(Shelf, reader.projection("answers"))


def stores_of(instance: Instance) -> Sequence[Vectors]:
    """The vectors of each encoder that the setting allows, the quick one first."""
    setting = instance.settings.encoder
    found = [
        instance.vectors.at("answers", reading, coarse=True, asking=asking)
        for asking, reading in zip(encoders(setting), encoders(setting, passages=True), strict=True)
    ]
    return sorted(found, key=lambda one: not one.encoder.quick)


def is_needed(instance: Instance) -> bool:
    """Whether a slow encoder has passages to read, without reading one."""
    return any(store.behind for store in stores_of(instance))


def read_new(instance: Instance) -> None:
    """The task: reads what is new, some at a time where that is slow; lets go of what is gone.

    First the subjects of elsewhere, which are few.
    """
    stores = stores_of(instance)
    if not stores:
        return
    packed = shelf_of(instance).packed()
    read, subjects = False, SUBJECTS if len(stores) >= AGREE else {}
    for store in stores:
        missing = list(store.missing({**subjects, **packed}))
        most = len(missing) if store.encoder.quick or len(stores) == 1 else _AT_LEISURE
        store.note_behind(len(missing) > most)
        for start in range(0, min(len(missing), most), _AT_ONCE):
            part = missing[start : min(start + _AT_ONCE, most)]
            store.add({key: SUBJECTS.get(key) or unpacked(*packed[key]).said for key in part})
            read = True
        store.compact(packed.keys() | subjects.keys())
    if read:
        invalidate_pages(instance, VECTORS)
