"""The background's part: reads what is new, and works out what fits what.

::

    a save ──▶ texts (projection.py) ──▶ vectors (wiki/meaning) ──▶ pairs ──▶ panels, queue, API

What is new is compared with all of the other side; everything is compared again where much is new.
Killed anywhere, it begins with whatever is not marked as done. Only one worker of the tasks holds
an engine, and ends where nothing is to be compared for a while; those that answer readers hold
neither encoders nor matrices.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import cast

from wiki.api.errors import NotFound
from wiki.api.jobs import wake
from wiki.api.meaning import Vectors, encoders
from wiki.api.pages import ALL
from wiki.api.plugin import Instance
from wiki.api.reading import Reader, get_page
from wiki.api.tables import invalidate_pages

from .engine import Engine
from .funding import Funding, funding_of
from .projection import KEPT, PAIRS, THESAURUS, Kept, Pair, Shelf
from .skills.recognition import glosses
from .suggestions import suggestions
from .texts import NEED, PERSON, Text
from .thesaurus import Thesaurus, read_thesaurus
from .trades import known_trades

TASK, FOLLOWING = "matching", "matching.following"
#: new texts that a slow encoder reads before anything is answered; more of them are read later
MOST_SLOW = 2_000
#: the part that is new beyond which everything is compared again
_MUCH = 0.05
_FEW = 50
_AT_ONCE = 256
#: texts that a slow encoder reads in a minute in which nothing else is to be done
_AT_LEISURE = 512
#: needs that a new offer is put beside
_MOST_NEEDS = 200
#: seconds after which spreads and rarities are measured anew
_RENEWED = 86_400.0
_states: dict[Path, "_State"] = {}
_lock = Lock()


@dataclass
class _State:
    """What the process of tasks holds between two looks: all that was compared."""

    thesaurus: Thesaurus
    engine: Engine
    kept: dict[int, Kept]
    begun: float = field(default_factory=monotonic)


def shelf_of(instance: Instance) -> Shelf:
    """The texts and pairs, brought up to date."""
    return cast(Shelf, instance.projections["matching"])


def shelf_for(reader: Reader) -> Shelf:
    """Likewise, for questions that name the reader's audience."""
    return cast(Shelf, reader.projection("matching"))


def thesaurus_of(reader: Reader) -> Thesaurus:
    """The thesaurus as the reader sees it; an empty one where there is none."""
    try:
        return read_thesaurus(get_page(reader, THESAURUS).body)
    except NotFound:
        return Thesaurus()


def stores(instance: Instance) -> list[Vectors]:
    """The vectors that the setting asks for, beside the other things that git can bring back."""
    found = encoders(instance.settings.encoder)
    return [instance.vectors.at("matching", encoder) for encoder in found]


def ready(found: Sequence[Vectors], texts: dict[bytes, str]) -> list[Vectors]:
    """Those of ``found`` that have all of ``texts``, after reading what can be read at once."""
    usable = []
    for one in found:
        missing = one.missing(texts)
        if one.encoder.quick or len(missing) <= MOST_SLOW or len(found) == 1:
            one.add(missing)
            usable.append(one)
        one.note_behind(one not in usable)
    return usable


def look(instance: Instance) -> None:
    """Asks the background for what is not compared yet; cheap where everything is."""
    if shelf_of(instance).pending():
        wake(instance.settings, TASK, here=True)


def is_needed(instance: Instance) -> bool:
    """Whether there is something to do, without reading a page."""
    shelf = cast(Shelf, instance.projections.part("matching"))
    return (
        shelf.reflects() != instance.repository.head()
        or shelf.pending()
        or any(one.behind for one in stores(instance))
    )


def pair_all(instance: Instance) -> None:
    """The task: compares what is new, and lets pages show it."""
    with _lock:
        if not shelf_of(instance).pending():
            _read_more(instance)
            return
        _pair(instance)
    invalidate_pages(instance, PAIRS)


def _read_more(instance: Instance) -> None:
    """Reads some of the texts that a slow encoder was spared; before the last all is compared."""
    behind = next((one for one in stores(instance) if one.behind), None)
    if behind is None:
        return
    shelf = shelf_of(instance)
    texts = _readable([one.text for one in shelf.texts(frozenset((ALL,)))])
    missing = list(behind.missing(texts).items())
    if len(missing) > _AT_LEISURE:
        behind.add(dict(missing[:_AT_LEISURE]))
        return
    _states.pop(instance.settings.instance, None)
    shelf.compare_again()


def _pair(instance: Instance) -> None:
    """Compares what is not marked as done; the pairs of what is gone go."""
    shelf, reader = shelf_of(instance), Reader(instance, audience=frozenset((ALL,)))
    thesaurus = thesaurus_of(reader)
    state = _states.get(instance.settings.instance)
    if state is not None and (
        state.thesaurus.notions != thesaurus.notions or monotonic() - state.begun > _RENEWED
    ):
        state = None
    undone = shelf.undone()
    new = shelf.texts(reader.audience, besides=state.kept) if state else []
    renewed = state is None
    if state is None or len(new) > max(_FEW, _MUCH * len(state.kept)):
        kept = shelf.texts(reader.audience)
        state = _State(thesaurus, _engine(instance, kept, thesaurus), {k.number: k for k in kept})
        new = [one for one in kept if one.number in undone]
    elif new or state.kept.keys() - shelf.numbers():
        _take_in(instance, state, new, shelf.numbers())
    _states[instance.settings.instance] = state
    kept = list(state.kept.values())
    afresh = len(new) > max(_FEW, _MUCH * len(kept))
    funding = funding_of(reader, thesaurus)
    chosen = kept if afresh else new
    changed = _compared(state.engine, chosen, kept, funding, both=not afresh)
    living = {one.text.id for one in kept}
    shelf.keep(changed, living, undone, afresh=afresh)
    if afresh or renewed:
        # Of public texts alone, whoever edits the thesaurus.
        public = [one.text for one in kept if one.group == "public"]
        shelf.suggest(suggestions(public, thesaurus))


def _take_in(instance: Instance, state: _State, new: Sequence[Kept], living: set[int]) -> None:
    gone = [state.kept.pop(number) for number in state.kept.keys() - living]
    texts = _readable([one.text for one in new])
    for store in stores(instance):
        if store.encoder.name in state.engine.encoders:
            store.add(store.missing(texts))
    state.engine.add(
        [one.text for one in new if one.text.kind == NEED],
        [one.text for one in new if one.text.kind != NEED],
        [one.text.id for one in gone],
    )
    state.kept.update((one.number, one) for one in new)


def _engine(instance: Instance, kept: Sequence[Kept], thesaurus: Thesaurus) -> Engine:
    needs = [one.text for one in kept if one.text.kind == NEED]
    offers = [one.text for one in kept if one.text.kind != NEED]
    texts = _readable([*needs, *offers])
    usable = ready(stores(instance), texts)
    for store in usable:
        store.compact(texts.keys())
    return Engine(needs, offers, thesaurus, usable)


def _readable(texts: Sequence[Text]) -> dict[bytes, str]:
    """What encoders have to read of ``texts``: of people the skills of all instead; of needs what
    they seek besides."""
    found = {text.digest: text.said for text in texts if text.kind != PERSON}
    found |= {one.digest: one.said for one in (text.sought for text in texts if text.kind == NEED)}
    if any(text.kind == PERSON for text in texts):
        found |= glosses(known_trades())
    return found


def _compared(
    engine: Engine, chosen: Sequence[Kept], kept: Sequence[Kept], funding: Funding, *, both: bool
) -> dict[str, list[Pair]]:
    """The pairs of the chosen needs and, where ``both``, of the chosen offers, by their ids."""
    names = {one.text.id: one.group for one in kept}
    groups = engine.numbered(names)
    found: dict[str, list[Pair]] = {}
    place = {need.id: number for number, need in enumerate(engine.needs)}
    needs = [place[one.text.id] for one in chosen if one.text.kind == NEED]
    for start in range(0, len(needs), _AT_ONCE):
        some = needs[start : start + _AT_ONCE]
        for number, row in zip(some, engine.rows(some), strict=True):
            need = engine.needs[number]
            best = [] if funding.answers(need) else engine.best_of_each(row, groups, KEPT)
            found[need.id] = [
                Pair(need.id, one.id, one.score, engine.skill_of(need, one.id)) for one in best
            ]
    if both:
        columns = {offer.id: number for number, offer in enumerate(engine.offers)}
        for one in chosen:
            if one.text.kind != NEED:
                best = engine.best_needs(columns[one.text.id], _MOST_NEEDS)
                asked = {need.id: need for need in engine.needs if need.id in dict(best)}
                found[one.text.id] = [
                    Pair(need, one.text.id, score, engine.skill_of(asked[need], one.text.id))
                    for need, score in best
                    if not funding.answers(asked[need])
                ]
    return found
