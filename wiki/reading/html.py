"""Pages and pieces of them as safe HTML, and what is wrong in them."""

from functools import cached_property

from markupsafe import Markup

from wiki.pages.document import Heading, read_document
from wiki.pages.empty_chapters import empty_chapters
from wiki.pages.page import Page
from wiki.pages.paths import ancestors
from wiki.pages.problems import Problem
from wiki.pages.urls import page_url
from wiki.people.store.generation import generation_file, read_generation
from wiki.plugins import call_hook
from wiki.reading.lists import Lists
from wiki.reading.pages import Pages
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


class Showing(Pages, Lists):
    """What the person is shown of a page, and how facts are said."""

    def body(self, page: Page, *, editing: bool = False) -> Rendered:
        """The safe HTML of a page; ``editing`` shows its problems beside their places.

        A page of a kind began as chapters to be written: those still empty show with it alone.
        """
        instance = self.instance
        context = RenderContext(
            path=page.path,
            lang=page.lang,
            views=instance.views,
            ask=self,
            resolve=self._leads,
            may_edit=editing,
            own=any(f"team:{one}" in self.audience for one in (page.path, *ancestors(page.path))),
            today=self.today,
            max_html=instance.settings.max_html,
            seconds=instance.settings.render_time,
            templates=instance.templates,
            file=page.file,
            skips_empty=self._is_of_a_kind(page),
        )
        return instance.bodies.render(
            page,
            context,
            head=self.head,
            audience=self.audience,
            generation=read_generation(generation_file(instance.settings.instance)),
        )

    def empty_chapters(self, page: Page) -> list[Heading]:
        """The chapters of the page that nobody is shown but who may edit it."""
        if not self._is_of_a_kind(page):
            return []
        empty = frozenset(empty_chapters(page.document.tokens))
        return [one for one in page.document.headings if one.anchor in empty]

    def problems(self, page: Page) -> list[Problem]:
        """What is wrong beyond the grammar of a page, for those who may edit it."""
        hook = self.instance.plugins.hook.check_page
        owner = self.catalogue.identity_owner
        found = reference_problems(page, self.links, self.audience)
        return found + [one for group in call_hook(hook, page=page, owner=owner) for one in group]

    def inline(self, markdown: str, path: str) -> Markup:
        """One line's words, such as an item's on a board, as safe HTML; ``path`` is its page."""
        context = RenderContext(
            path=path, lang=language(), resolve=self._leads, templates=self.instance.templates
        )
        return Markup(render_inline(markdown, context))  # noqa: S704 - the gate's own output

    def passage(self, markdown: str, path: str) -> Markup:
        """A few lines, such as what stands below an item, as safe HTML; no block is shown."""
        context = RenderContext(
            path=path, lang=language(), resolve=self._leads, templates=self.instance.templates
        )
        return Markup(render(read_document(markdown), context).html)  # noqa: S704 - likewise

    def block(self, name: str, args: str = "", path: str = "") -> Markup:
        """The block ``::: name args`` as its plugin shows it to this reader; "" if none has it.

        ``path``: the page that it stands on, where it stands on one.
        """
        context = RenderContext(
            path=path,
            lang=language(),
            views=self.instance.views,
            ask=self,
            resolve=self._leads,
            today=self.today,
            templates=self.instance.templates,
        )
        return Markup(render_block(name, args, context))  # noqa: S704 - the gate's own output

    def fact_label(self, key: str) -> str:
        """What the key of a fact is called."""
        known = self.instance.fact_keys.get(key)
        return str(known.label if known else _FACET_WORDS.get(key, key))

    def fact_words(self, key: str, value: str) -> str:
        """A fact's value in words; the value itself where no plugin says it better."""
        known = self.instance.fact_keys.get(key)
        if not value or known is None or known.words is None:
            return value
        return str(known.words.get(value, value))

    def fact_page(self, key: str, value: str) -> dict[str, str]:
        """The page that says what the word for a value means: its ``url``, its sentence.

        Both are "" where there is none that the reader may see.
        """
        asked = (key, value, language())
        if asked not in self._fact_pages:
            known = self.instance.fact_keys.get(key)
            paths = known.pages.get(value, ()) if known else ()
            rows = self.catalogue.pages(paths, self.audience) if paths else []
            rows.sort(key=lambda row: (row.lang or self.instance.settings.lang) != language())
            told = {"url": page_url(rows[0].path), "title": rows[0].summary} if rows else None
            self._fact_pages[asked] = told or {"url": "", "title": ""}
        return self._fact_pages[asked]

    @cached_property
    def _fact_pages(self) -> dict[tuple[str, str, str], dict[str, str]]:
        return {}

    def _is_of_a_kind(self, page: Page) -> bool:
        """Whether the page is of a kind, or one of the pages of a project."""
        row = None if page.type else self.row(page.path)
        space = self.row(row.space) if row and row.space else None
        return bool(page.type) or (space is not None and space.type == "project")

    def _leads(self, target: str) -> Resolved | None:
        """As ``resolve``, with the title that a link without words of its own is given."""
        path = self.resolve(target)
        return Resolved(path, self.title(path)) if path else None
