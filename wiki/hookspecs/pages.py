"""Around a page: panels, its menu, its chapters, the header of its space; and its editor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wiki.hookspecs.marks import hookspec
from wiki.hookspecs.services import service

if TYPE_CHECKING:
    from wiki.pages.markdown.walk import Heading
    from wiki.pages.page import Page
    from wiki.projections.catalogue import PageRow
    from wiki.reading import Reader


@dataclass(frozen=True)
class PageContext:
    """A page that is shown, as every hook around it is told of it; made once a request.

    ``row`` is None for a page that the catalogue does not have, ``space`` (the space that it is in)
    outside any. ``may_edit`` (not an old version) and ``may_propose`` are the rights of the
    ``reader``, who answers all else, of one commit; ``reader.person`` is as ``page_asides`` says.
    ``spent`` holds the seconds that each plugin has taken for this page.
    """

    page: "Page"
    row: "PageRow | None"
    space: "PageRow | None"
    may_edit: bool
    may_propose: bool
    reader: "Reader"
    spent: dict[str, float] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Aside:
    """A panel of a page: ``template`` with ``data``, in the ``place`` act, head, side or foot.

    ``act`` is for what one came to do there: a button or two below the title, before all else; on
    the home page it is what the site is asked for first, such as its next evening. ``order`` sorts
    the panels of one place, lowest first. A head panel stands on every page of a space; the others
    on the page asked for. ``keys`` of the page's head are shown by it: its foot leaves them out.
    ``by_link``: also for a visitor to whom a link shows a page that is not public.
    """

    template: str
    data: Mapping[str, object]
    place: str = "side"
    order: int = 50
    keys: tuple[str, ...] = ()
    by_link: bool = False


@hookspec
def page_asides(context: PageContext) -> Sequence[Aside]:
    """Panels that stand around the page for the reader.

    The page is kept for all with the same rights: ``reader.person`` is someone with these rights
    whose ``id``, ``email`` and ``page`` raise an error. What is one person's own goes on a page of
    the plugin's.
    """


#: from here on a line of the menu is one that few ask for
SELDOM = 30


@dataclass(frozen=True)
class PageTool:
    """A line of a page's small menu: a translated ``label``, where it leads, by GET.

    ``order`` sorts them, lowest first, between what one does with the page and its source; from
    ``SELDOM`` on they stand folded at its end. ``by_link`` as an ``Aside`` has it.
    """

    label: str
    url: str
    icon: str
    order: int = 50
    by_link: bool = False


@hookspec
def page_tools(context: PageContext) -> Sequence[PageTool]:
    """Lines of the small menu of the page, to take it along; kept as ``page_asides`` says."""


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


@hookspec
def section_actions(
    context: PageContext, headings: "Sequence[Heading]"
) -> Mapping[str, Sequence[SectionAction]]:
    """What one can do with the chapters under ``headings``, by the anchors of these.

    Kept as ``page_asides`` says.
    """


@dataclass(frozen=True)
class SpaceFact:
    """A line of a space's header: a translated ``label``, its ``words``, where they lead."""

    label: str
    words: str
    url: str = ""


@hookspec
def space_facts(reader: "Reader", space: "PageRow") -> Sequence[SpaceFact]:
    """What the header of a space says of it beside its state, place and team; on all its pages.

    It is asked once for all of them, and kept as ``page_asides`` says.
    """


@service
def folders_apart() -> Sequence[str]:
    """Names of folders right below a space whose pages the plugin shows by itself.

    They are no tabs of the space: editions of a dossier, for one, which become many.
    """
    return ()


@dataclass(frozen=True)
class NextStep:
    """A thing that a project's team could do next: ``label`` is a translated invitation.

    ``order`` sorts them, lowest first; three are shown.
    """

    label: str
    url: str
    icon: str = "pencil"
    order: int = 50


@hookspec
def next_steps(context: PageContext) -> Sequence[NextStep]:
    """What the reader, who is on the team of this project, could do next for it."""


@hookspec
def editor_parts(path: str, reader: "Reader") -> Sequence[Aside]:
    """Panels of the editor of the page at ``path``, in its ``head`` or at its ``foot``.

    Their templates may bring scripts; ``form.editor`` is the editor's surface, from its event
    ``editor:ready`` on. The editor is one person's own, and is kept for nobody else.
    """
