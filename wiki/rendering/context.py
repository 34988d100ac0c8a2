"""What rendering is given and gives back: values that name all that an answer depends on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from markupsafe import Markup

from wiki.pages.markdown.blocks import Block
from wiki.pages.markdown.walk import Heading
from wiki.pages.problems import Problem

if TYPE_CHECKING:
    from jinja2 import Environment

    from wiki.reading import Reader


class BlockContext(Protocol):
    """What a view is given beside its block: the page, and the ways to lay out what it shows.

    What it gives as HTML is laid out but not yet clean: it is meant to stand in what the view
    returns, which passes the gate as a whole.
    """

    @property
    def path(self) -> str:
        """The page that the block stands on; "" where there is none."""

    @property
    def lang(self) -> str:
        """The language of the page's text."""

    @property
    def may_edit(self) -> bool:
        """Whether the page is shown to someone who may edit it."""

    @property
    def own(self) -> bool:
        """Whether the page is of a space that who it is shown to is on the team of."""

    @property
    def headings(self) -> Sequence[Heading]:
        """Those of the page's text, in its order; a block's ``line`` says below which it stands."""

    @property
    def ask(self) -> "Reader | None":
        """Who answers questions about other pages, for the audience; None where nobody can.

        What is asked is noted: the page is laid out anew once that is otherwise.
        """

    @property
    def today(self) -> date:
        """The day; whoever looks at it makes the page depend on it."""

    def inline(self, markdown: str) -> Markup:
        """One paragraph's words, such as those of an item."""

    def body(self, markdown: str) -> Markup:
        """Paragraphs, lists and so on, such as what stands below an item."""

    def content(self, block: Block) -> Markup:
        """What stands in a block, as if it were no block."""

    def template(self, name: str, **data: Any) -> str:
        """A template filled in with ``data``; raises where the site has no templates."""

    def render_block(self, name: str, args: str = "") -> Markup:
        """The block ``::: name args`` as its own plugin shows it; "" if there is none such."""

    def problem(self, problem: Problem) -> None:
        """Tells those who may edit the page what is wrong in the block."""


class BlockView(Protocol):
    """What a plugin registers for a block's name: block → HTML, trusted no more than anything.

    A count inside a sentence, ``{{count projects theme:iot}}``, is a block too: its view is
    registered as ``inline:count projects``, the name and the first word folded (or, for whatever
    nobody else counts, ``inline:count``), is given all of the words as ``args`` and gives words
    back, not paragraphs.
    """

    def __call__(self, block: Block, context: BlockContext, /) -> str:
        """The block as HTML. What it raises is logged, and a notice stands in its place."""


@dataclass(frozen=True)
class Resolved:
    """Where a wiki link leads: the page's path, and its title where that is known."""

    path: str
    title: str = ""


@dataclass(frozen=True)
class RenderContext:
    """What a page is rendered for: an audience, never a person.

    ``views`` are found by folded block name. ``ask`` is given to views and answers for the
    audience; ``resolve`` says where a wiki link leads, None standing for nowhere (without it,
    links lead where they say). ``may_edit`` adds links to edit sections, and problems beside their
    places; ``own`` tells views that the audience is on the team of the page.
    ``turned`` says whether ``[[words|page]]`` is this wiki's way, ``picture`` which file the name
    of a picture in double brackets is, for the audience.
    ``file`` is where the text lies in the repository: relative links start there.
    ``skips_empty`` leaves out headings with nothing below them, but for who may edit the page.
    A ``str`` from ``resolve`` is a path. ``max_html`` is in characters; the page
    may take ``seconds`` of work, and as much again its gate.
    """

    path: str = ""
    lang: str = "fr"
    views: Mapping[str, BlockView] = field(default_factory=dict)
    ask: "Reader | None" = None
    resolve: Callable[[str], Resolved | str | None] | None = None
    turned: Callable[[], bool] | None = None
    picture: Callable[[str], str | None] | None = None
    may_edit: bool = False
    own: bool = False
    today: date | None = None
    max_html: int = 5_000_000
    seconds: float = 1.0
    templates: "Environment | None" = None
    file: str = ""
    skips_empty: bool = False


@dataclass(frozen=True)
class Rendered:
    """The body of a page as safe HTML.

    ``toc`` has the headings that are shown, ``anchor`` being the id that each has in the HTML.
    ``asked`` says whether anything was asked for the audience, such as where a link leads.
    ``lasting`` is False where the same text may be rendered in full another time: such a result is
    not kept, but for one that is ``hurried``, cut by the clock, where that happens again.
    """

    html: str
    toc: tuple[Heading, ...] = ()
    problems: tuple[Problem, ...] = ()
    asked: bool = False
    lasting: bool = True
    hurried: bool = False
