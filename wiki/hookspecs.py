"""The hooks: every place where a plugin cuts in, each a noun that says what comes back.

From a text to a page::

    text saved by a person
      │   complete_page      adds identities, nothing else
      ▼
    content.git ──▶ Page ──▶ Document           the one reading: tokens, ::: folded
                               │   check_page         problems, for those who may edit
                               │   page_facts ──▶ catalogue: state, maturity …
                               ▼
                            tokens ──▶ HTML ◀── block_views     block → data → template
                               ▼
                           the gate             one list, no plugin widens it
                               ▼
                        templates/pages/view.html ◀── page_asides     panels beside the page
                               ▲   page_tools · section_actions      its menu, its chapters
                        templates/pages/edit.html ◀── editor_parts    panels of the editor

Hooks take plain values and give plain values back. A plugin that raises costs its own part of the
page: it is logged, and a small notice stands in its place.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    import click
    from flask import Blueprint
    from pydantic import BaseModel

    from wiki.composing import Letter
    from wiki.config import Settings
    from wiki.documents.book import Book, BookPart
    from wiki.instance import Instance
    from wiki.pages.document import Document, Heading
    from wiki.pages.facts import Fact, FactKey
    from wiki.pages.page import Page
    from wiki.pages.problems import Problem
    from wiki.projections.catalogue import ItemRow, PageRow
    from wiki.projections.table import TableProjection
    from wiki.reading.events import Event
    from wiki.rendering.pipeline import BlockView
    from wiki.supervising import EndAsked

PROJECT = "carrefour"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@dataclass(frozen=True)
class Aside:
    """A panel of a page: ``template`` with ``data``, in the ``place`` called head, side or foot.

    ``order`` sorts the panels of one place, lowest first. A head panel stands on every page of a
    space; the others on the page asked for.
    """

    template: str
    data: Mapping[str, Any]
    place: str = "side"
    order: int = 50


@dataclass(frozen=True)
class MenuItem:
    """A line of the site's menu: a translated ``label`` and where it leads.

    With an ``invitation``, in words such as “See who needs what”, it is a button of the home page
    too; ``kind`` gives that its colour: need, offer or "". What is ``personal`` is a tool of the
    reader's task, such as a queue: it stands in the menu under their name.
    """

    label: str
    url: str
    order: int = 50
    invitation: str = ""
    kind: str = ""
    personal: bool = False


@dataclass(frozen=True)
class PageTool:
    """A line of a page's small menu: a translated ``label``, where it leads, by GET.

    ``order`` sorts them, lowest first, between what one does with the page and its source.
    """

    label: str
    url: str
    icon: str
    order: int = 50


@dataclass(frozen=True)
class Binding:
    """A way to bind what belongs to a page into one document: ``name``, and a translated ``label``.

    ``pages()`` are those in it, that page first, as the reader may see them: the document is given
    to nobody who may not see them all. ``bind(pages, told)`` makes the book of them, and tells how
    many are done.
    """

    name: str
    label: str
    pages: "Callable[[], Sequence[Page]]"
    bind: "Callable[[Sequence[Page], Callable[[int], object]], Book]"


@dataclass(frozen=True)
class SectionAction:
    """What one can do with one chapter of a page: a translated ``label``, and where it leads.

    By GET; with ``sends``, a name and a value, a button posts these there, and ``now`` says that
    it is so already. What is ``told`` stands below the heading for all to see; the rest is in the
    chapter's menu, where ``order`` sorts it, lowest first.
    """

    label: str
    url: str
    icon: str
    order: int = 50
    sends: tuple[str, str] | None = None
    now: bool = False
    told: bool = False


@dataclass(frozen=True)
class Service:
    """A process beside the web workers: ``run(settings, asked)``, until ``asked`` says so.

    ``wiki serve`` starts it after them, again where it dies, and ends it with them. The wiki goes
    on without it.
    """

    name: str
    run: "Callable[[Settings, EndAsked], None]"
    #: how far it steps back for who reads pages; 0 where someone waits for each of its answers
    nice: int = 5


@dataclass(frozen=True)
class SpaceFact:
    """A line of a space's header: a translated ``label``, its ``words``, where they lead."""

    label: str
    words: str
    url: str = ""


@dataclass(frozen=True)
class NextStep:
    """A thing that a project's team could do next: ``label`` is a translated invitation.

    ``order`` sorts them, lowest first; three are shown.
    """

    label: str
    url: str
    icon: str = "pencil"
    order: int = 50


@dataclass(frozen=True)
class ItemAction:
    """A button of one need or offer: a translated ``label`` and where it leads, by GET.

    ``kind`` is its look: need, offer, outline, or "" for the one thing to do; ``order`` sorts them.
    """

    label: str
    url: str
    kind: str = ""
    order: int = 50


@dataclass(frozen=True)
class BlockHelp:
    """What the editor and the help page say of a block: names, one sentence, an example."""

    names: tuple[str, ...]
    sentence: str
    example: str


@dataclass(frozen=True)
class Task:
    """Work of the background: ``run(instance)`` at the latest ``every`` so often, or when woken.

    It may be killed anywhere and run twice: what it does is kept in rows, and doing it again does
    nothing. ``name`` begins with the plugin's; without ``every`` it only runs when it is woken.
    One that ``follows`` is run by the process of tasks when it starts, and within a moment of every
    change of the pages.
    """

    name: str
    run: "Callable[[Instance], object]"
    every: timedelta | None = None
    follows: bool = False


@dataclass(frozen=True)
class Fit:
    """Something that fits: its page, its ``identity`` ("" for a person page), why in words."""

    path: str
    identity: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class ApiList:
    """A list of the JSON API at ``/-/api/v1`` + ``path``, such as ``/needs``; given in parts.

    ``query`` and ``row`` are models of pydantic: what may be asked, and what one row holds.
    ``answer(reader, asked, after, limit)`` gives some rows, each a mapping, and the place of the
    last one (words and numbers), or None where nothing follows; ``after`` is such a place.
    """

    room: str
    path: str
    summary: str
    query: "type[BaseModel]"
    row: "type[BaseModel]"
    answer: Callable[[Any, Any, Any, int], "tuple[Sequence[Any], tuple[str | int, ...] | None]"]


@dataclass(frozen=True)
class ApiItem:
    """One thing of the JSON API at ``path/<id>``: ``answer(reader, id)``, or it raises NotFound."""

    room: str
    path: str
    summary: str
    row: "type[BaseModel]"
    answer: Callable[[Any, str], Any]


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


@dataclass(frozen=True)
class EventStep:
    """How far something of an event is, for those who prepare it: ``label`` leads to ``url``.

    ``words`` say how far, such as “41 of 60 places”; ``done``: nothing is left to do about it now.
    ``order`` sorts them as an evening goes: 10 before it is announced, 50 that day, 90 afterwards.
    """

    label: str
    url: str
    words: str = ""
    done: bool = False
    order: int = 50


@dataclass(frozen=True)
class Announcement:
    """A change that is told to more people than those who follow its page: once, as the others.

    ``commit`` made it, of the page ``path``: digests tell it to who follows a theme or the
    territory of that page, or one of the pages ``about``. ``words()`` gives, in the language in
    force, a sentence, and what it names: title, address and a sentence of each.
    """

    path: str
    commit: str
    about: tuple[str, ...]
    words: Callable[[], tuple[str, Sequence[tuple[str, str, str]]]]


@hookspec
def block_views() -> "Mapping[str, BlockView]":
    """Views by block name: ``view(block, context) -> html``; French and English names alike."""


@hookspec
def block_help() -> Sequence[BlockHelp]:
    """The blocks that a writer may use, with an example of each."""


@hookspec
def projections() -> "Sequence[TableProjection]":
    """Projections of the plugin's own, kept up to date like those of the core."""


@hookspec
def blueprints() -> "Sequence[Blueprint]":
    """Flask blueprints, joined under ``/-/``."""


@hookspec
def api_routes(facets: Sequence[str]) -> "Sequence[ApiList | ApiItem]":
    """What the plugin gives to the JSON API; ``facets`` are the keys of facts that narrow spaces.

    Asked when the API is first used: import pydantic, which takes its time, no sooner.
    """


@hookspec
def page_asides(page: "Page", reader: Any) -> Sequence[Aside]:
    """Panels that stand around ``page`` for the reader (a ``wiki.reading.Reader``).

    The page is kept for all with the same rights: ``reader.person`` is someone with these rights
    who has no name, address or page. What is one person's own goes on a page of the plugin's.
    """


@hookspec
def folders_apart() -> Sequence[str]:
    """Names of folders right below a space whose pages the plugin shows by itself.

    They are no tabs of the space: editions of a dossier, for one, which become many.
    """


@hookspec
def own_keys(page: "Page") -> Sequence[str]:
    """Keys of the head of ``page`` that the plugin shows itself: its foot leaves them out."""


@hookspec
def page_tools(page: "Page", reader: Any) -> Sequence[PageTool]:
    """Lines of the small menu of ``page``, to take it along; kept as ``page_asides`` says."""


@hookspec
def bindings(path: str, reader: Any) -> Sequence[Binding]:
    """Documents that can be made of the page at ``path`` and of what it shows, for the reader.

    They are choices of the page's export, and are made as other documents are: in the background,
    for who asked. Asked there and then, without a request too.
    """


@hookspec
def book_parts(pages: "Sequence[Page]", reader: Any) -> "Sequence[BookPart]":
    """Chapters that stand after the ``pages`` of a booklet, such as where they all are on a map.

    Links to these pages lead to their chapters.
    """


@hookspec
def drawing_at(address: str, reader: Any) -> str | None:
    """The SVG that the plugin draws at an ``address`` of its own, path and query, as the reader
    may see it; None for any other. Documents take it along where a page shows it."""


@hookspec
def section_actions(page: "Page", heading: "Heading", reader: Any) -> Sequence[SectionAction]:
    """What one can do with the chapter under ``heading``; kept as ``page_asides`` says."""


@hookspec
def editor_parts(path: str, reader: Any) -> Sequence[Aside]:
    """Panels of the editor of the page at ``path``, in its ``head`` or at its ``foot``.

    Their templates may bring scripts; ``form.editor`` is the editor's surface, from its event
    ``editor:ready`` on. The editor is one person's own, and is kept for nobody else.
    """


@hookspec
def item_actions(item: "ItemRow", reader: Any) -> Sequence[ItemAction]:
    """Buttons of the need or offer ``item``: on its page, on boards, in blocks and panels.

    Asked for each item of a list, so it asks nothing itself. Pages are kept as ``page_asides``
    says: what leads to a page of one's own is decided there, at that address.
    """


@hookspec
def item_asides(item: "ItemRow", reader: Any) -> Sequence[Aside]:
    """Panels on the page of the need or offer ``item``; ``reader.person`` is who asks.

    A panel that shows what not every visitor may see is given to a ``reader`` with a person only:
    what visitors get is kept for all of them.
    """


@hookspec
def milestones(instance: "Instance") -> Iterable[tuple[str, str, date]]:
    """What happened with needs in private: identity, ``answer`` or ``introduction``, the day.

    Only figures over many are made of it; who took part is never said.
    """


@hookspec
def attendances(instance: "Instance", event: str) -> "Sequence[Attendance]":
    """Who comes to the event at that path, or was there: for work in the background, not shown."""


@hookspec
def introductions(instance: "Instance", asked: IntroductionAsked) -> str:
    """Asks the other side, and has addresses cross once both have said yes: "" where that began.

    Else why not, in translated words for who asks. The same again, while it is under way, is no
    fault; where the other has asked the same of them, both have said yes.
    """


@hookspec
def event_steps(event: "Event", reader: Any) -> Sequence[EventStep]:
    """How far the plugin's part of ``event`` is; the reader is one of those who prepare it."""


@hookspec
def announcements(reader: Any) -> Sequence[Announcement]:
    """What was announced lately, as this reader may know it: asked once for all who see alike."""


@hookspec
def entrusted(instance: "Instance") -> Iterable[str]:
    """The paths of spaces that their teams have entrusted to the programme team, as of now.

    Whoever has the role ``programme`` is in the team of each. Asked again with each commit and each
    private write: ``show_anew`` after yours lets kept pages follow.
    """


@hookspec
def space_facts(space: "PageRow", reader: Any) -> Sequence[SpaceFact]:
    """What the header of a space says of it beside its state, place and team; on all its pages."""


@hookspec
def next_steps(page: "Page", reader: Any) -> Sequence[NextStep]:
    """What the reader, who is on the team of the project ``page``, could do next for it."""


@hookspec
def menu_items(reader: Any) -> Sequence[MenuItem]:
    """Lines of the site's menu."""


@hookspec
def catalogue_links(kind: str, reader: Any) -> Sequence[MenuItem]:
    """Links beside the title of the catalogue of pages of type ``kind``, such as its calendar."""


@hookspec
def beginnings() -> Mapping[str, str]:
    """Addresses of forms by the type of page that they begin: who asks for one is led there.

    ``title``, ``summary`` and ``themes`` are given in the address where they were asked with.
    """


@hookspec
def waiting(reader: Any) -> Sequence[Mapping[str, Any]]:
    """What waits for the reader's person: lines ``{"text", "url", "when"}``.

    With ``"personal": False`` it is what many could do: it stands in no digest. Asked without a
    request too.
    """


@hookspec
def check_page(page: "Page", owner: Callable[[str], str | None]) -> "Sequence[Problem]":
    """What is wrong in the text of ``page``, for those who may edit it.

    ``owner`` as in ``complete_page``. What the grammar already says is wrong need not be repeated.
    """


@hookspec
def complete_page(page: "Page", owner: Callable[[str], str | None]) -> str | None:
    """The text of ``page`` with identities added, or None where none is missing.

    ``owner(identity)`` is the path of the page that had an identity first, or None.
    """


@hookspec
def stamped_blocks() -> Sequence[str]:
    """The folded names of blocks whose items ``complete_page`` gives identities to."""


@hookspec
def page_facts(document: "Document") -> "Iterable[Fact]":
    """Dated values that the catalogue keeps, such as ``state`` and ``maturity``."""


@hookspec
def fact_keys() -> "Sequence[FactKey]":
    """The keys of this plugin's facts, with their names, values and words."""


@hookspec
def commands() -> "Sequence[click.Command]":
    """Subcommands of ``wiki``."""


@hookspec
def importers() -> Mapping[str, Callable[..., None]]:
    """What ``wiki import SOURCE`` calls: ``importer(instance, paths, progress)`` by source name."""


@hookspec
def tasks() -> Sequence[Task]:
    """Work that is done in the background, each so often."""


@hookspec
def services(settings: "Settings") -> Sequence[Service]:
    """Processes of the plugin's own that ``wiki serve`` keeps running."""


@hookspec
def mail_makers() -> "Mapping[str, Callable[[Instance, str, str], Letter | None]]":
    """Who makes the words of mails put with ``Late``, by name: ``maker(instance, about, lang)``.

    It is asked each time such a mail is sent, and not told to whom; None: nothing is sent.
    """


@hookspec
def fits(item: str, reader: Any, limit: int) -> Sequence[Fit]:
    """What fits the need or offer of that identity, or what fits a person page: best first.

    Only what the reader may see; no more than ``limit``, and nothing where nothing is good enough.
    """


@hookspec
def near(text: str, reader: Any, types: Sequence[str], limit: int) -> Sequence[Fit]:
    """What is near ``text``, in meaning and words, with why: best first, only what is good enough.

    ``text`` is a title, a line break, and the rest, or any words. ``types`` are those of search:
    page types, ``page``, ``need``, ``offer``; none means all but ``page``. Only what the reader may
    see, no more than ``limit``; nothing of ``text`` is kept. A page whose text is asked about is
    found too: leave it out yourself.
    """


@hookspec
def search_ways(query: str, reader: Any) -> Sequence[MenuItem]:
    """Other ways to look for what was typed, such as by what is near in meaning.

    Shown where no page has the words, or where they are as many as in a sentence.
    """


@hookspec
def fitting_themes(text: str, reader: Any, limit: int) -> Sequence[str]:
    """Themes that fit ``text``, as others have written them: best first, no more than ``limit``.

    Asked while someone writes: it answers at once, from what the reader may see. ``text`` is as
    in ``near``.
    """
