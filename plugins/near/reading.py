"""What texts mean: vectors of all that is kept, read in the background, and how near one is.

An encoder takes a second to wake up and tens of megabytes: whoever answers readers wakes it when a
first text is asked about. Where there is none, words alone are compared.
"""

from collections.abc import Sequence
from typing import cast

from wiki.api.meaning import Vectors, encoders, text_digest
from wiki.api.plugin import Instance
from wiki.api.reading import Reader

from .projection import Place, Seen, Shelf
from .texts import telling

TASK = "near"
#: cosine below which two texts have nothing to do with each other
_FAR = 0.30
#: the same for few telling words: whatever they are, some short title is a little like them
_FAR_FROM_FEW, _FEW = 0.40, 4
#: digits of a cosine
_DIGITS = 4


def shelf_of(instance: Instance) -> Shelf:
    """The texts, brought up to date."""
    return cast(Shelf, instance.projections["near"])


def shelf_for(reader: Reader) -> Shelf:
    """Likewise, for questions that name the reader's audience."""
    return cast(Shelf, reader.projection("near"))


def store_of(instance: Instance) -> Vectors | None:
    """The vectors of the quickest encoder that the setting allows; None where it has none."""
    settings = instance.settings
    found = [one for one in encoders(settings.encoder) if one.quick]
    return Vectors(found[0], settings.instance / "index" / "near") if found else None


def read_new(instance: Instance) -> None:
    """The task: reads what is new, and lets go of what is gone."""
    store = store_of(instance)
    if store is None:
        return
    said = shelf_of(instance).said()
    store.add(store.missing(said))
    store.compact(said.keys())


def by_meaning(
    instance: Instance, asked: str, among: Sequence[Seen], limit: int
) -> list[tuple[Place, float]]:
    """Those ``among`` that mean most what ``asked`` does, with their cosines, the best first."""
    store = store_of(instance) if asked and among else None
    if store is None:
        return []
    import numpy as np

    rows = store.of([one.digest for one in among])
    # Who asks about a text that they see need not have it read again; a hidden one is not known.
    digest = text_digest(asked)
    own = next((at for at, one in enumerate(among) if one.digest == digest), None)
    known = own is not None and rows[own].any()
    vector = rows[own] if known else store.encoder.encode([asked])[0]
    # Further digits differ from processor to processor, and would order equals.
    cosines = np.round(rows @ vector, _DIGITS)
    best = np.argsort(-cosines, kind="stable")[:limit]
    least = _FAR if len(telling(asked)) >= _FEW else _FAR_FROM_FEW
    return [(among[at].place, float(cosines[at])) for at in best if cosines[at] >= least]
