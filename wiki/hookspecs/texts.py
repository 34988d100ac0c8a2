"""From a text to what stands in its place: identities, problems, facts, blocks."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wiki.hookspecs.marks import hookspec
from wiki.hookspecs.services import service

if TYPE_CHECKING:
    from wiki.pages.document import Document
    from wiki.pages.head.facts import Fact, FactKey
    from wiki.pages.markdown.item_forms import ItemForm
    from wiki.pages.markdown.items import Item
    from wiki.pages.page import Page
    from wiki.pages.problems import Problem
    from wiki.rendering.context import BlockView


@service
def complete_page(page: "Page", owner: Callable[[str], str | None]) -> str | None:
    """The text of ``page`` with identities added, or None where none is missing.

    ``owner(identity)`` is the path of the page that had an identity first, or None.
    """
    return None


@hookspec
def check_page(page: "Page", owner: Callable[[str], str | None]) -> "Sequence[Problem]":
    """What is wrong in the text of ``page``, for those who may edit it.

    ``owner`` as in ``complete_page``. What the grammar already says is wrong need not be repeated.
    """


@hookspec
def page_facts(document: "Document") -> "Iterable[Fact]":
    """Dated values that the catalogue keeps, such as ``state`` and ``maturity``."""


@hookspec
def fact_keys() -> "Sequence[FactKey]":
    """The keys of this plugin's facts, with their names, values and words."""


@dataclass(frozen=True)
class BlockHelp:
    """What the editor and the help page say of a block: names, one sentence, an example.

    ``form``: how one of its items is added and changed without a sign of Markdown.
    """

    names: tuple[str, ...]
    sentence: str
    example: str
    form: "ItemForm | None" = None


@hookspec
def block_views() -> "Mapping[str, BlockView]":
    """Views by block name: ``view(block, context) -> html``; French and English names alike."""


@hookspec
def block_help() -> Sequence[BlockHelp]:
    """The blocks that a writer may use, with an example of each."""


@dataclass(frozen=True)
class ItemChange:
    """What became of one item: None ``before`` where it came, ``after`` where it went.

    ``all_before`` are the items that the page's blocks of that kind had together.
    """

    before: "Item | None"
    after: "Item | None"
    all_before: "Sequence[Item]" = ()


@dataclass(frozen=True)
class ItemWords:
    """What a history says when so many items of the blocks ``names`` were added, changed, removed.

    Each gives what follows “Awa” in English and “Awa a” in French: “added a need”, “ajouté un
    besoin”. ``turned`` has the words for those that a change brought to a state, by the sign in
    their box: “found an answer to a need” for ``x``. Where that is one item alone, ``one`` says
    which and how: “added a need: a room in Rennes”; "" leaves it to the count. Items that are
    ``identified`` get identities by ``complete_page``, and are told in digests one by one.
    """

    names: tuple[str, ...]
    added: Callable[[int], str]
    changed: Callable[[int], str]
    removed: Callable[[int], str]
    turned: Mapping[str, Callable[[int], str]] = field(default_factory=dict)
    identified: bool = False
    one: Callable[[ItemChange], str] | None = None


@hookspec
def item_words() -> Sequence[ItemWords]:
    """The blocks whose items a page's history tells one by one; others belong to their chapter."""
