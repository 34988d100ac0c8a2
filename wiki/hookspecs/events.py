"""What there is of an event: who comes, how far it is, who would like to talk to whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wiki.hookspecs.marks import hookspec
from wiki.hookspecs.services import service

if TYPE_CHECKING:
    from wiki.instance import Instance
    from wiki.pages.head.moments import When
    from wiki.projections.catalogue import PageRow
    from wiki.reading import Reader


@dataclass(frozen=True)
class Attendance:
    """Someone who announced that they come to an event, or who was seen there: private.

    ``key`` names them among those of that event, for as long as their row stands; ``person`` is
    their account, if any, and ``email`` where they are written to either way. ``came``: seen there;
    None where nobody was counted. ``listed``: they chose to be on the list of who comes.
    """

    key: str
    name: str
    email: str
    person: str | None
    lang: str
    came: bool | None
    listed: bool


@service
def attendances(instance: "Instance", event: str) -> "Sequence[Attendance]":
    """Who comes to the event at that path, or was there: for work in the background, not shown."""
    return ()


@dataclass(frozen=True)
class Presenter:
    """An account that presents at an event: ``person`` is its id, ``project`` a title, private."""

    person: str
    project: str


@service
def presenters(instance: "Instance") -> "Mapping[str, Sequence[Presenter]]":
    """Who presents at events that come, by the path of the event, each person once an event.

    For work in the background: some of it may not be known to anybody else yet.
    """
    return {}


@dataclass(frozen=True)
class Event:
    """What a page of type ``event`` says of itself.

    ``when`` is None where its beginning is no date. ``programme`` are the paths of the projects
    shown, in order, as this reader may see them.
    """

    row: "PageRow"
    when: "When | None"
    place: str
    kind: str
    programme: tuple[str, ...]
    cancelled: bool

    @property
    def path(self) -> str:
        """Where its page is."""
        return self.row.path

    @property
    def title(self) -> str:
        """What its page is called."""
        return self.row.title

    def is_over(self, reader: "Reader") -> bool:
        """Whether its last day is behind us; not where nobody said when."""
        zone = reader.instance.settings.zone
        return self.when is not None and self.when.is_over(reader.today, zone)


@service
def event_marks(paths: "Sequence[str]", reader: "Reader") -> Mapping[str, str]:
    """A word about events beyond what their pages say, such as “full”, by path, where there is one.

    The reader may read all of them. What is shown of it is cached until it changes.
    """
    return {}


@dataclass(frozen=True)
class EventNote:
    """A sentence about what is to be looked at, and the address where that is done."""

    words: str
    url: str = ""


@dataclass(frozen=True)
class EventStep:
    """How far something of an event is, for those who prepare it: ``label`` leads to ``url``.

    ``words`` say how far, such as “41 of 60 places”; ``done``: nothing is left to do about it now.
    ``begun``: what has it begin was done. ``by_itself``: what is left of it happens by itself.
    ``order`` sorts them as an evening goes: 10 before it is announced, 50 that day, 90 afterwards.
    ``notes`` say what is to be looked at before one goes on.
    """

    label: str
    url: str
    words: str = ""
    done: bool = False
    order: int = 50
    notes: tuple[EventNote, ...] = ()
    begun: bool = False
    by_itself: bool = False


@hookspec
def event_steps(event: Event, reader: "Reader") -> Sequence[EventStep]:
    """How far the plugin's part of ``event`` is; the reader is one of those who prepare it."""


@dataclass(frozen=True)
class EventMove:
    """What becomes of something that has the date of an event when the event is moved.

    ``head``: keys of the event's page that change with it, where whoever moves it leaves it ticked
    (``wanted`` says whether it is from the beginning). ``stays``: it keeps the old date, and
    ``url`` leads to where that can be dealt with. All else follows by itself.
    """

    label: str
    words: str = ""
    url: str = ""
    head: Mapping[str, str] = field(default_factory=dict)
    wanted: bool = True
    stays: bool = False


@hookspec
def event_moves(event: Event, to: Event, reader: "Reader") -> Sequence[EventMove]:
    """What of the plugin has the date of ``event``; ``to`` is the event as it would be moved.

    The reader is one of those who prepare it.
    """


@dataclass(frozen=True)
class Party:
    """One of two who might meet: where they are written to is for the mails alone.

    ``person`` is their account, if any; ``lang`` the language that they read.
    """

    name: str
    email: str
    lang: str
    person: str | None = None


@dataclass(frozen=True)
class IntroductionAsked:
    """``sender``, whose address is known to be theirs, would like to talk to ``to``, in ``words``.

    ``to`` is someone, or the path of a project, whose team is then asked. ``about`` is the path of
    the page where they might have met; ``hidden``: the sender's address is never given. ``origin``
    is the network address that it comes from, for the limits.
    """

    sender: Party
    to: Party | str
    words: str
    about: str
    origin: str
    hidden: bool = False


@service
def introductions(instance: "Instance", asked: IntroductionAsked) -> str | None:
    """Asks the other side, and has addresses cross once both have said yes: "" where that began.

    Else why not, in translated words for who asks; None where nobody takes it on. The same again,
    while it is under way, is no fault; where the other has asked the same of them, both have said
    yes.
    """
    return None
