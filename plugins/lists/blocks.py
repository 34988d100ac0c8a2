"""The list blocks and the counts: a query, asked for the reader, laid out as cards."""

from wiki.api import (
    Block,
    BlockContext,
    BlockView,
    Listing,
    PageRow,
    Problem,
    Reader,
    action_url,
    fold,
)

from .cards import cards_of
from .model import KIND_BY_BLOCK, LABELS, read_wanted

_NO_KIND = "“{name}” cannot be counted: write projects, people, events, dossiers or organisations."


def view_of(kind: str) -> BlockView:
    """The view of the block that lists pages of type ``kind``."""

    def show(block: Block, context: BlockContext) -> str:
        reader: Reader | None = context.ask
        if reader is None:
            return context.content(block)
        keys = reader.instance.fact_keys.values()
        wanted = read_wanted(kind, block.args, keys, context.today, block.line)
        for problem in wanted.problems:
            context.problem(problem)
        found: Listing[PageRow] = Listing((), 0)
        if not wanted.nothing:
            found = reader.find(wanted.selection, wanted.sort, wanted.limit)
        return context.template(
            "lists/block.html",
            kind=kind,
            label=str(LABELS[kind]),
            cards=cards_of(reader, found.rows),
            total=found.total,
            url=action_url(_address(kind)),
        )

    return show


def show_count(block: Block, context: BlockContext) -> str:
    """The number in ``{{nombre projets theme:iot}}``; the words as written where it is unclear."""
    name, _space, args = block.args.strip().partition(" ")
    kind = KIND_BY_BLOCK.get(fold(name))
    reader: Reader | None = context.ask
    if reader is None:
        return block.source
    if kind is None:
        context.problem(Problem(block.line, "unknown-count", _NO_KIND, {"name": name}))
        return block.source
    keys = reader.instance.fact_keys.values()
    wanted = read_wanted(kind, args, keys, context.today, block.line)
    for problem in wanted.problems:
        context.problem(problem)
    if wanted.nothing:
        return block.source
    return str(reader.count(wanted.selection))


def _address(kind: str) -> str:
    return {"person": "people"}.get(kind, f"{kind}s")
