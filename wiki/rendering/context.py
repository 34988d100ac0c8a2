"""What rendering is given and gives back: values that name all that an answer depends on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from wiki.pages.document import Block, Heading
from wiki.pages.problems import Problem

if TYPE_CHECKING:
    from jinja2 import Environment

    from wiki.rendering.views import ViewContext

#: how deep a block may show blocks that show blocks
MAX_DEPTH = 3
#: blocks and counts of one page that are shown by their views; the rest stand as they are
MAX_VIEWS = 300


class BlockView(Protocol):
    """What a plugin registers for a block's name: block → HTML, trusted no more than anything.

    A count inside a sentence, ``{{count projects theme:iot}}``, is a block too: its view is
    registered as ``inline:count`` and gives words, not paragraphs.
    """

    def __call__(self, block: Block, context: "ViewContext", /) -> str:
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
    places. ``file`` is where the text lies in the repository: relative links start there.
    """

    path: str = ""
    lang: str = "fr"
    views: Mapping[str, BlockView] = field(default_factory=dict)
    ask: Any = None
    resolve: Callable[[str], Resolved | None] | None = None
    may_edit: bool = False
    today: date | None = None
    max_html: int = 5_000_000
    templates: "Environment | None" = None
    file: str = ""


@dataclass(frozen=True)
class Rendered:
    """The body of a page as safe HTML.

    ``toc`` has the headings, ``anchor`` being the id that each has in the HTML. ``depends`` says
    what else than the text was asked: ``head`` (a projection), ``day`` (the date). ``lasting`` is
    False where the same text may be rendered in full another time: such a result is not kept.
    """

    html: str
    toc: tuple[Heading, ...] = ()
    problems: tuple[Problem, ...] = ()
    depends: frozenset[str] = frozenset()
    lasting: bool = True
