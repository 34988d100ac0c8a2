"""Pages and pieces of them as safe HTML, what is wrong in them, and how facts are said."""

from dataclasses import replace
from functools import partial

from markupsafe import Markup

from wiki.pages.document import read_document
from wiki.pages.empty_chapters import empty_chapters
from wiki.pages.markdown.walk import Heading
from wiki.pages.page import Page
from wiki.pages.paths import ancestors
from wiki.pages.problems import Problem
from wiki.pages.urls import page_url
from wiki.people.membership import group_names
from wiki.plugins import call_hook
from wiki.reading.bodies import kept_body
from wiki.reading.dialect import dialect_of, find_picture
from wiki.reading.lists import get_row
from wiki.reading.reader import Reader
from wiki.reading.references import reference_problems
from wiki.rendering.context import RenderContext, Rendered, Resolved
from wiki.rendering.pipeline import render, render_block, render_inline
from wiki.translation import language, lazy

_FACET_WORDS = {
    "type": lazy("Kind"),
    "theme": lazy("Theme"),
    "territory": lazy("Territory"),
    "presented": lazy("Presented"),
    "keyword": lazy("Keyword"),
    "place": lazy("Place"),
    "skill": lazy("Skill"),
    "role": lazy("Role"),
    "kind": lazy("Kind"),
}


def render_body(reader: Reader, page: Page, *, editing: bool = False) -> Rendered:
    """The safe HTML of a page; ``editing`` shows its problems beside their places.

    A page of a kind began as chapters to be written: those still empty show with it alone.
    """
    context = page_context(reader, page, editing=editing)
    return kept_body(reader.instance.cache, page, context, reader.audience)


def page_context(reader: Reader, page: Page, *, editing: bool = False) -> RenderContext:
    """What ``page`` is rendered for."""
    instance = reader.instance
    # One of its own: what this reader has asked before would not be noted again.
    ask = Reader(instance, reader.person, audience=reader.audience)
    return RenderContext(
        path=page.path,
        lang=page.lang,
        views=instance.views,
        ask=ask,
        resolve=partial(_leads, ask),
        turned=lambda: dialect_of(ask).turned,
        picture=partial(find_picture, ask, page.file),
        may_edit=editing,
        own=not reader.teams.isdisjoint((page.path, *ancestors(page.path))),
        today=reader.today,
        max_html=instance.settings.max_html,
        seconds=instance.settings.render_time,
        templates=instance.templates,
        file=page.file,
        skips_empty=_is_of_a_kind(reader, page),
    )


def render_alone(reader: Reader, page: Page) -> Rendered:
    """The safe HTML of a page of which nothing can be asked: wiki links lead where they say."""
    instance = reader.instance
    context = RenderContext(
        path=page.path,
        lang=page.lang,
        views=instance.views,
        today=reader.today,
        max_html=instance.settings.max_html,
        seconds=instance.settings.render_time,
        templates=instance.templates,
        file=page.file,
    )
    return render(page.document, context)


def find_empty_chapters(reader: Reader, page: Page) -> list[Heading]:
    """The chapters of the page that nobody is shown but who may edit it."""
    if not _is_of_a_kind(reader, page):
        return []
    empty = frozenset(empty_chapters(page.document.tokens))
    return [one for one in page.document.headings if one.anchor in empty]


def list_problems(reader: Reader, page: Page) -> list[Problem]:
    """What is wrong beyond the grammar of a page, for those who may edit it."""
    hook = reader.instance.plugins.hook.check_page
    owner = reader.catalogue.identity_owner
    groups = group_names(reader.instance.private)
    found = reference_problems(page, reader.links, reader.audience, groups)
    return found + [one for group in call_hook(hook, page=page, owner=owner) for one in group]


def render_line(reader: Reader, markdown: str, path: str) -> Markup:
    """One line's words, such as an item's on a board, as safe HTML; ``path`` is its page."""
    return Markup(render_inline(markdown, _context(reader, path)))  # noqa: S704 - the gate's own


def render_passage(reader: Reader, markdown: str, path: str) -> Markup:
    """A few lines, such as what stands below an item, as safe HTML; no block is shown."""
    made = render(read_document(markdown), _context(reader, path))
    return Markup(made.html)  # noqa: S704 - likewise


def render_named_block(reader: Reader, name: str, args: str = "", path: str = "") -> Markup:
    """The block ``::: name args`` as its plugin shows it to this reader; "" if none has it.

    ``path``: the page that it stands on, where it stands on one.
    """
    context = replace(
        _context(reader, path), views=reader.instance.views, ask=reader, today=reader.today
    )
    return Markup(render_block(name, args, context))  # noqa: S704 - likewise


def get_fact_label(reader: Reader, key: str) -> str:
    """What the key of a fact is called."""
    known = reader.instance.fact_keys.get(key)
    return str(known.label if known else _FACET_WORDS.get(key, key))


def get_fact_words(reader: Reader, key: str, value: str) -> str:
    """A fact's value in words; the value itself where no plugin says it better."""
    known = reader.instance.fact_keys.get(key)
    if not value or known is None or known.words is None:
        return value
    return str(known.words.get(value, value))


def get_fact_page(reader: Reader, key: str, value: str) -> dict[str, str]:
    """The page that says what the word for a value means: its ``url``, its sentence.

    Both are "" where there is none that the reader may see.
    """
    asked = ("fact pages", key, language())
    if asked not in reader.memory:
        # A page that says one value says others: those of all of them are asked for at once.
        reader.memory[asked] = _fact_pages(reader, key)
    found: dict[str, dict[str, str]] = reader.memory[asked]
    return found.get(value) or {"url": "", "title": ""}


def _fact_pages(reader: Reader, key: str) -> dict[str, dict[str, str]]:
    known = reader.instance.fact_keys.get(key)
    paths = [path for group in known.pages.values() for path in group] if known else []
    if known is None or not paths:
        return {}
    now, default = language(), reader.instance.settings.lang
    rows = reader.catalogue.pages(paths, reader.audience)
    rows.sort(key=lambda row: (row.lang or default) != now)
    first = {
        value: next((row for row in rows if row.path in group), None)
        for value, group in known.pages.items()
    }
    return {
        value: {"url": page_url(row.path), "title": row.summary}
        for value, row in first.items()
        if row is not None
    }


def _context(reader: Reader, path: str) -> RenderContext:
    """What a few words on the page at ``path`` are rendered for; they hold no blocks."""
    return RenderContext(
        path=path,
        lang=language(),
        resolve=partial(_leads, reader),
        turned=lambda: dialect_of(reader).turned,
        templates=reader.instance.templates,
    )


def _is_of_a_kind(reader: Reader, page: Page) -> bool:
    """Whether the page is of a kind, or one of the pages of a project."""
    row = None if page.type else get_row(reader, page.path)
    space = get_row(reader, row.space) if row and row.space else None
    return bool(page.type) or (space is not None and space.type == "project")


def _leads(reader: Reader, target: str) -> Resolved | None:
    """As ``resolve_target``, with the title that a link without words of its own is given."""
    found = reader.links.find_page(target, reader.audience)
    if found is None and dialect_of(reader).by_name:
        found = reader.links.find_page(target, reader.audience, by_name=True)
    return Resolved(found.path, found.title) if found else None
