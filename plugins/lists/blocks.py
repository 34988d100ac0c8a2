"""The list blocks and the counts: a query, asked for the reader, laid out as cards."""

from dataclasses import replace

from wiki.api.meaning import fold
from wiki.api.pages import Problem
from wiki.api.pages.blocks import Block, BlockContext, BlockView
from wiki.api.reading import Reader, find_page, resolve_target
from wiki.api.reading.rows import Listing, PageRow, Selection, count_rows, find_rows

from .cards import cards_of
from .model import KIND_BY_BLOCK, LABELS, Wanted, catalogue_url, read_wanted

_NO_KIND = "“{name}” cannot be counted: write projects, people, events, dossiers or organisations."
_TWO_WORDS = "Write the word for one, then the word for many: {example}."
#: pages that a text leads to and that a list of the others leaves out
_NAMED = 500
_EXAMPLE = "{{nombre projets | projet | projets}}"


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
            meant = _meant(wanted, context, reader)
            found = find_rows(reader, meant, wanted.sort, wanted.limit)
            if found.more:
                found = replace(found, total=count_rows(reader, meant))
        return context.template(
            "lists/block.html",
            kind=kind,
            label=str(LABELS[kind]),
            cards=cards_of(reader, found.rows),
            total=found.total,
            url=catalogue_url(kind, wanted.selection, keys),
        )

    return show


def show_count(block: Block, context: BlockContext) -> str:
    """The number in ``{{nombre projets theme:iot}}``; the words as written where it is unclear.

    ``{{nombre projets theme:iot | projet | projets}}`` says the word too, as the number wants it.
    """
    asked, *forms = (part.strip() for part in block.args.split("|"))
    name, _space, args = asked.partition(" ")
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
    if forms and (len(forms) != 2 or not all(forms)):
        context.problem(Problem(block.line, "count-words", _TWO_WORDS, {"example": _EXAMPLE}))
        return block.source
    if wanted.nothing:
        return block.source
    number = count_rows(reader, _meant(wanted, context, reader))
    return f"{number}\u00a0{_worded(number, forms, context.lang)}" if forms else str(number)


def _meant(wanted: Wanted, context: BlockContext, reader: Reader) -> Selection:
    """What is looked for: for ``others``, all but the pages that the text of the page leads to."""
    page = find_page(reader, context.path) if wanted.others and context.path else None
    if page is None:
        return wanted.selection
    names = {link.target for link in page.document.links if link.kind == "wiki"}
    led = {
        path
        for name in sorted(names)[:_NAMED]
        if (path := resolve_target(reader, name)) is not None
    }
    return replace(wanted.selection, but=tuple(sorted(led)))


def _worded(number: int, forms: list[str], lang: str) -> str:
    one, many = forms
    # None is none of one in French, and none of many in English.
    return one if number == 1 or (number == 0 and lang == "fr") else many
