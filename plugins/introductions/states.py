"""An introduction as a value, and what each event makes of it (pure).

::

    confirm ──▶ asked ──yes of both places──▶ connected         addresses cross, once
                  │ no: nobody is told                │
                  │ silence: one reminder             │ one of the two goes, or is reported
                  ▼                                   ▼
                 rests ◀───────────────────────────────

Two places meet: ``a``, who brings something, and ``b``, who looks after the page. At a place
several may be asked (a team); the first yes is the place's. A no is kept and told to nobody: the
others see what they would have seen had there been no answer.
"""

from dataclasses import dataclass, replace

WAITING, YES, NO = "", "yes", "no"
PLACES = ("a", "b")

#: what someone sees of an introduction they are asked about
CONFIRM, ASKED, WAITS, DECLINED, TAKEN, CONNECTED, RESTS = (
    "confirm",
    "asked",
    "waits",
    "declined",
    "taken",
    "connected",
    "rests",
)


@dataclass(frozen=True)
class Invitee:
    """Someone who is asked, at which place, and what they said."""

    id: str
    place: str
    answer: str = WAITING


@dataclass(frozen=True)
class Talk:
    """An introduction. ``met`` are the two who said yes; ``over``: it rests, for good."""

    people: tuple[Invitee, ...]
    confirmed: bool = True
    reminded: bool = False
    met: tuple[str, str] | None = None
    over: bool = False

    def find(self, who: str) -> Invitee | None:
        """The one of that id, if they are asked here."""
        return next((one for one in self.people if one.id == who), None)

    def said_yes(self, place: str) -> Invitee | None:
        """Who said yes at a place."""
        return next((one for one in self.people if one.place == place and one.answer == YES), None)

    def hopeless(self, place: str) -> bool:
        """Whether nobody is left at a place who could still say yes."""
        return all(one.answer == NO for one in self.people if one.place == place)


@dataclass(frozen=True)
class Event:
    """Something happens: confirm, yes, no, erase, report (``who``); remind, expire, withdraw, tend.

    ``tend`` looks whether someone has gone meanwhile, as rows go with an account.
    """

    kind: str
    who: str = ""


@dataclass(frozen=True)
class Effect:
    """Somebody is to be written to: ask, remind, rest; or ``cross``: both learn the other's."""

    kind: str
    who: str = ""


Step = tuple[Talk, tuple[Effect, ...]]


def step(talk: Talk, event: Event) -> Step:
    """What ``event`` makes of ``talk``, and whom it has written to; what cannot be changes nothing.

    Doing it twice does it once.
    """
    if event.kind == "erase":
        return _erase(talk, event.who)
    if talk.over:
        return talk, ()
    match event.kind:
        case "confirm":
            return _confirm(talk, event.who)
        case "yes":
            return _yes(talk, event.who)
        case "no":
            return _no(talk, event.who)
        case "remind":
            return _remind(talk)
        case "expire" | "withdraw":
            return (talk, ()) if talk.met else _rest(talk)
        case "tend":
            return _tend(talk)
        case "report":
            return (replace(talk, over=True), ()) if talk.find(event.who) else (talk, ())
    return talk, ()


def view(talk: Talk, who: str) -> str:
    """What the one asked sees; never what the other place said before both said yes."""
    mine = talk.find(who)
    if mine is None or talk.over or _broken(talk):
        return RESTS
    if not talk.confirmed:
        return CONFIRM if mine.place == "a" else RESTS
    if talk.met:
        return CONNECTED if who in talk.met else TAKEN
    if mine.answer == NO:
        return DECLINED
    if mine.answer == YES:
        return WAITS
    return TAKEN if talk.said_yes(mine.place) else ASKED


def view_of_proposer(talk: Talk) -> str:
    """What a third person who proposed it sees: not who said no, nor that it was a no."""
    if talk.met:
        return CONNECTED
    return RESTS if talk.over or any(talk.hopeless(place) for place in PLACES) else ASKED


def reveals(talk: Talk, viewer: str, subject: str) -> bool:
    """Whether ``viewer`` may learn how to reach ``subject``: both said yes, and it goes on."""
    return talk.met is not None and not talk.over and {viewer, subject} == set(talk.met)


def _confirm(talk: Talk, who: str) -> Step:
    mine = talk.find(who)
    if talk.confirmed or mine is None or mine.place != "a":
        return talk, ()
    talk = replace(_answered(talk, who, YES), confirmed=True)
    return talk, tuple(Effect("ask", one.id) for one in talk.people if one.answer == WAITING)


def _yes(talk: Talk, who: str) -> Step:
    mine = talk.find(who)
    if not talk.confirmed or talk.met or mine is None or mine.answer != WAITING:
        return talk, ()
    if talk.said_yes(mine.place):
        return talk, ()
    talk = _answered(talk, who, YES)
    first, second = (talk.said_yes(place) for place in PLACES)
    if first is None or second is None:
        return talk, ()
    return replace(talk, met=(first.id, second.id)), (Effect("cross"),)


def _no(talk: Talk, who: str) -> Step:
    mine = talk.find(who)
    if not talk.confirmed or talk.met or mine is None:
        return talk, ()
    return _answered(talk, who, NO), ()


def _erase(talk: Talk, who: str) -> Step:
    if talk.find(who) is None:
        return talk, ()
    left = replace(talk, people=tuple(one for one in talk.people if one.id != who))
    return (left, ()) if left.over else _tend(left)


def _tend(talk: Talk) -> Step:
    """Where someone it needs is gone, it rests; the other learns that, and not why."""
    if not _broken(talk):
        return talk, ()
    if talk.met is None:
        return _rest(talk)
    left = (one for one in talk.met if talk.find(one))
    return replace(talk, over=True), tuple(Effect("rest", one) for one in left)


def _broken(talk: Talk) -> bool:
    if talk.met:
        return any(talk.find(one) is None for one in talk.met)
    return any(all(one.place != place for one in talk.people) for place in PLACES)


def _remind(talk: Talk) -> Step:
    if talk.reminded or talk.met or not talk.confirmed:
        return talk, ()
    talk = replace(talk, reminded=True)
    if any(talk.hopeless(place) for place in PLACES):
        return talk, ()
    waiting = (one for one in talk.people if one.answer == WAITING)
    return talk, tuple(Effect("remind", one.id) for one in waiting if not talk.said_yes(one.place))


def _rest(talk: Talk) -> Step:
    told = [one.id for one in talk.people if one.answer == YES and talk.confirmed]
    return replace(talk, over=True), tuple(Effect("rest", one) for one in told)


def _answered(talk: Talk, who: str, answer: str) -> Talk:
    people = (replace(one, answer=answer) if one.id == who else one for one in talk.people)
    return replace(talk, people=tuple(people))
