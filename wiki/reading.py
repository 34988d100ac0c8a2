"""The door out: whatever a person sees of the wiki, they see through a Reader.

A Reader is one person (or a visitor) at one moment. It holds their audience, and every answer it
gives has passed the one policy with it: pages, old versions, files, lists, search, counts. What a
reader may not know of is answered exactly like what does not exist.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from typing import cast

from markupsafe import Markup

from wiki.errors import NotAllowed, NotFound
from wiki.instance import Instance
from wiki.pages.access import Access, access
from wiki.pages.document import read_document
from wiki.pages.masking import masked
from wiki.pages.page import Page
from wiki.pages.paths import ROOT, ancestors, files_of, folder_of, owner_of, title_from_path
from wiki.pages.problems import Problem
from wiki.people import policy
from wiki.people.person import Person
from wiki.plugins import answers
from wiki.projections.catalogue import (
    Catalogue,
    Count,
    ItemRow,
    ItemSelection,
    Listing,
    PageRow,
    Selection,
    select,
)
from wiki.projections.changes import Change, Changes, Contributor, Times
from wiki.projections.links import Links, Name
from wiki.projections.pagespan import levels, pages_below
from wiki.projections.search import SearchProjection
from wiki.projections.searching.results import SearchRequest, SearchResults, Suggestion
from wiki.references import reference_problems
from wiki.rendering.context import RenderContext, Rendered, Resolved
from wiki.rendering.pipeline import render, render_block, render_inline
from wiki.repository.difference import Hunk, word_diff
from wiki.repository.objects import BlameLine, Blob, Entry, decode, is_hash
from wiki.translation import gettext as _
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


class Reader:
    """What ``person`` (None: a visitor) may see of ``instance``, as of ``head``.

    ``audience`` is for commands that act for nobody, such as an import: then it is given.
    """

    def __init__(
        self,
        instance: Instance,
        person: Person | None = None,
        *,
        audience: frozenset[str] | None = None,
    ) -> None:
        self.instance = instance
        self.person = person
        self.head = instance.repository.head()
        self._given = audience

    def renewed(self) -> "Reader":
        """The same person at this moment: for the door in, once it holds the lock."""
        return Reader(self.instance, self.person, audience=self._given)

    # ── who ──────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def audience(self) -> frozenset[str]:
        """The groups that the person is in."""
        if self._given is not None:
            return self._given
        if self.person is None:
            return policy.VISITOR
        teams = self.catalogue.teams_of(self.person.page) if self.person.page else ()
        return policy.audience(self.person, teams)

    @cached_property
    def today(self) -> date:
        """The day that it is on the site."""
        return datetime.now(self.instance.settings.zone).date()

    def access(self, path: str) -> Access:
        """Who the page is for, or would be for if it existed; says nothing of its existence."""
        return self._access(path, self.head)

    def inherited(self, path: str) -> Access:
        """What a page at ``path`` that says nothing itself inherits."""
        return access(path, levels(self.instance.repository, self.head).above(path))

    def may_edit(self, path: str) -> bool:
        """Whether what the person writes at ``path`` is saved at once."""
        if self.person is None:
            return False
        return policy.may_edit(self.person, self.audience, self.access(path), path)

    def may_change_rights(self, path: str) -> bool:
        """Whether the person may change who reads and edits the page, or move it elsewhere."""
        if self.person is None:
            return False
        return policy.may_change_rights(self.person, self.audience, self.access(path), path)

    def _access(self, path: str, commit: str) -> Access:
        at = levels(self.instance.repository, commit)
        head = at.head(path)
        above = at.above(path)
        return access(path, [*above, (path, head)] if head is not None else above)

    def _may_read(self, path: str, commit: str) -> bool:
        return policy.may_read(self.audience, self._access(path, commit), path)

    # ── pages ────────────────────────────────────────────────────────────────────────────────────

    def page(self, path: str) -> Page:
        """The page as it stands. Raises NotFound, or NotAllowed (which reads the same)."""
        page = self.page_here(path)
        if page is None:
            raise NotFound(_("There is no page here."))
        return page

    def page_here(self, path: str) -> Page | None:
        """The page as it stands; None where there is none for this reader."""
        page = self._read(path, self.head)
        return page if page is not None and self._may_read(path, self.head) else None

    def page_at(self, path: str, commit: str) -> Page:
        """The page as it stood at ``commit``, a full hash. Raises NotFound.

        Shown to who could read it then and may now: what was restricted stays so after the page
        has been opened, and what is restricted now was not less so before.
        """
        page = self.page_then(path, commit)
        if page is None:
            raise NotFound(_("There is no such version of this page."))
        return page

    def page_then(self, path: str, commit: str) -> Page | None:
        """As ``page_at``; None where there is no such version for this reader."""
        if not is_hash(commit) or not self.changes.knows(commit):
            return None
        page = self._read(path, commit)
        if page is None or not (self._may_read(path, commit) and self._may_read(path, self.head)):
            return None
        return page

    def exists(self, path: str) -> bool:
        """Whether there is a page at ``path`` that the reader may know of."""
        return self.taken(path) and self._may_read(path, self.head)

    def taken(self, path: str) -> bool:
        """Whether there is a page at ``path``, whoever may see it: a name can be given once."""
        return levels(self.instance.repository, self.head).head(path) is not None

    def _read(self, path: str, commit: str) -> Page | None:
        for file in files_of(path):
            if (blob := self.instance.repository.read(file, commit)) is not None:
                return Page(path, file, decode(blob.data), commit, blob.id)
        return None

    def body(self, page: Page, *, editing: bool = False) -> Rendered:
        """The safe HTML of a page; ``editing`` shows its problems beside their places."""
        instance = self.instance
        context = RenderContext(
            path=page.path,
            lang=page.lang,
            views=instance.views,
            ask=self,
            resolve=self._leads,
            may_edit=editing,
            today=self.today,
            max_html=instance.settings.max_html,
            seconds=instance.settings.render_time,
            templates=instance.templates,
            file=page.file,
        )
        return instance.bodies.render(page, context, head=self.head, audience=self.audience)

    def problems(self, page: Page) -> list[Problem]:
        """What is wrong beyond the grammar of a page, for those who may edit it."""
        hook = self.instance.plugins.hook.check_page
        owner = self.catalogue.identity_owner
        found = reference_problems(page, self.links, self.audience)
        return found + [one for group in answers(hook, page=page, owner=owner) for one in group]

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

    def block(self, name: str, args: str = "") -> Markup:
        """The block ``::: name args`` as its plugin shows it to this reader; "" if none has it."""
        context = RenderContext(
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

    # ── around a page ────────────────────────────────────────────────────────────────────────────

    def crumbs(self, path: str) -> list[Name]:
        """The pages above that exist for the reader, the root first."""
        above = ancestors(path)
        titles = self.catalogue.titles(above, self.audience)
        return [Name(name, titles[name]) for name in above if name in titles]

    def title(self, path: str) -> str:
        """The title of the page at ``path``; made from the path where it is not known."""
        return self.catalogue.titles([path], self.audience).get(path) or title_from_path(path)

    def resolve(self, target: str) -> str | None:
        """The page that ``[[target]]`` leads to, by path or title; None where none is known."""
        return self.links.resolve(target, self.audience)

    def _leads(self, target: str) -> Resolved | None:
        """As ``resolve``, with the title that a link without words of its own is given."""
        path = self.resolve(target)
        return Resolved(path, self.title(path)) if path else None

    def redirect(self, path: str) -> str | None:
        """Where the page that was at ``path``, or the space that it was in, has moved."""
        for name in (path, *reversed(ancestors(path))):
            if name == ROOT:
                break
            if (found := self.links.redirect(name, self.audience)) is not None:
                return found + path[len(name) :]
        return None

    def backlinks(self, path: str, after: str = "", limit: int = 50) -> list[Name]:
        """The pages that link to this one."""
        return self.links.backlinks(path, self.audience, after, limit)

    # ── files ────────────────────────────────────────────────────────────────────────────────────

    def file(self, file: str) -> Blob:
        """An attachment, for who may read the page that it lies at. Raises NotFound."""
        if not file.endswith(".md") and self._may_read(owner_of(file), self.head):
            blob = self.instance.repository.read(file, self.head)
            if blob is not None:
                return blob
        raise NotFound(_("There is no such file."))

    def files(self, path: str, after: str = "", limit: int = 100) -> list[Entry]:
        """The attachments of a page, by name from ``after`` on."""
        found: list[Entry] = []
        repository, folder = self.instance.repository, folder_of(path)
        while len(found) < limit and (
            entries := repository.entries(folder, self.head, after, limit)
        ):
            found += [one for one in entries if one.kind == "file" and not one.name.endswith(".md")]
            after = entries[-1].name
        return found[:limit]

    # ── story ────────────────────────────────────────────────────────────────────────────────────

    def history(
        self, path: str, before: int | None = None, limit: int = 50, upto: str | None = None
    ) -> list[Change]:
        """What was done to the page, newest first; with ``upto``, up to that commit."""
        return _shown(self.changes.history(path, self.audience, before, limit, upto))

    def recent(self, before: int | None = None, limit: int = 50, below: str = ROOT) -> list[Change]:
        """What was done to the pages at and below ``below``, newest first."""
        return _shown(self.changes.recent(self.audience, before, limit, below))

    def contributors(self, path: str, limit: int = 20) -> list[Contributor]:
        """Who wrote the page, by the names that they chose."""
        found = self.changes.contributors(path, self.audience, limit)
        return [replace(one, name=masked(one.name)) for one in found]

    def times(self, path: str) -> Times | None:
        """When the page was made and last changed."""
        return self.changes.times(path) if self.exists(path) else None

    def difference(self, older: Page | None, newer: Page) -> list[Hunk]:
        """What differs between two versions that this reader was given, word by word."""
        headings = newer.document.headings
        return word_diff(older.text if older else "", newer.text, headings)

    def blame(self, path: str) -> list[BlameLine]:
        """Who last touched each line; for those who may edit the page. Raises NotFound."""
        page = self.page(path)
        if not self.may_edit(path):
            raise NotAllowed(_("There is no page here."))
        lines = self.instance.repository.blame(page.file, self.head)
        return [replace(one, author_name=masked(one.author_name)) for one in lines]

    # ── search ───────────────────────────────────────────────────────────────────────────────────

    def search(
        self,
        query: str,
        filters: Mapping[str, tuple[str, ...]] | None = None,
        limit: int = 20,
        offset: int = 0,
    ) -> SearchResults:
        """What answers ``query``, narrowed by facet ``filters``."""
        request = SearchRequest(
            query,
            self.audience,
            language(),
            filters or {},
            limit=limit,
            offset=offset,
            today=self.today,
        )
        results = self.searching.search(request)
        # A damaged index is thrown away when it is read, and made again when it is asked for.
        return self.searching.search(request) if results.damaged else results

    def suggest(self, prefix: str, limit: int = 8) -> tuple[Suggestion, ...]:
        """Pages whose titles begin so."""
        return self.searching.suggest(prefix, self.audience, limit)

    def ranking(self, query: str, kind: str = "", limit: int = 50) -> list[tuple[str, float]]:
        """Paths with strictly falling scores; with a ``kind`` of page, one a space."""
        return self.searching.ranked(query, self.audience, kind, limit)

    # ── lists ────────────────────────────────────────────────────────────────────────────────────

    def row(self, path: str) -> PageRow | None:
        """The page at ``path`` as lists show it, with the facts that hold today."""
        return self.catalogue.page(path, self.audience, self.today)

    def rows(self, paths: Sequence[str]) -> dict[str, PageRow]:
        """Those of ``paths`` that are pages for this reader."""
        return {row.path: row for row in self.catalogue.pages(paths, self.audience, self.today)}

    def find(
        self, selection: Selection, sort: str = "updated", limit: int = 20, offset: int = 0
    ) -> Listing[PageRow]:
        """Pages of the selection, with their facts; see ``Catalogue.find`` for the orders."""
        return self.catalogue.find(selection, self.audience, self.today, sort, limit, offset)

    def count(self, selection: Selection) -> int:
        """How many pages the selection has."""
        return self.catalogue.count(selection, self.audience, self.today)

    def facets(
        self, keys: Iterable[str], selection: Selection | None = None, limit: int = 30
    ) -> dict[str, list[Count]]:
        """For each key, its values among the pages that all other filters leave."""
        chosen = selection or select()
        return self.catalogue.facets(keys, chosen, self.audience, self.today, limit)

    @property
    def facet_keys(self) -> tuple[str, ...]:
        """The keys that searches can be narrowed by."""
        of_plugins = [key.key for key in self.instance.fact_keys.values() if key.facet]
        return ("type", "theme", "territory", *of_plugins, "presented")

    def items(
        self, selection: ItemSelection, sort: str = "new", limit: int = 20, offset: int = 0
    ) -> Listing[ItemRow]:
        """Items of the selection; see ``Catalogue.items`` for the orders."""
        return self.catalogue.items(selection, self.audience, self.today, sort, limit, offset)

    def item_facets(
        self, keys: Iterable[str], selection: ItemSelection, limit: int = 30
    ) -> dict[str, list[Count]]:
        """As ``facets``, of items."""
        return self.catalogue.item_facets(keys, selection, self.audience, self.today, limit)

    def item(self, identity: str) -> ItemRow | None:
        """The item of that identity, on the page that had it first."""
        return self.catalogue.item(identity, self.audience, self.today)

    def children(self, path: str, after: str | None = None, limit: int = 50) -> list[PageRow]:
        """The pages right below, by title."""
        return self.catalogue.children(path, self.audience, after, limit)

    def pages_of(self, space: str, limit: int = 100) -> list[PageRow]:
        """The pages of a space, its typed page first."""
        return self.catalogue.pages_of(space, self.audience, limit=limit)

    def paths(self, after: str = "", limit: int = 1000) -> list[str]:
        """The pages that the reader may see, by path from ``after`` on."""
        return self.catalogue.paths(self.audience, after, limit)

    def spaces_of_mine(self) -> list[PageRow]:
        """The spaces on whose team the person is, their own page left out."""
        mine = self.person.page if self.person else None
        if mine is None:
            return []
        teams = [path for path in self.catalogue.teams_of(mine) if path != mine]
        return self.catalogue.pages(teams, self.audience)

    def team(self, space: PageRow) -> list[PageRow]:
        """The person pages of a space's team that the reader may see."""
        return self.catalogue.pages(list(space.facts.get("team", ())), self.audience)

    # ── what is worked out from git, up to date ──────────────────────────────────────────────────

    @property
    def catalogue(self) -> Catalogue:
        """Typed pages, their facts, block items: each question takes an audience."""
        return cast(Catalogue, self.instance.projections["catalogue"])

    @property
    def links(self) -> Links:
        """Who points where."""
        return cast(Links, self.instance.projections["links"])

    @property
    def changes(self) -> Changes:
        """Who changed what, when."""
        return cast(Changes, self.instance.projections["changes"])

    @property
    def searching(self) -> SearchProjection:
        """Full text."""
        return cast(SearchProjection, self.instance.projections["search"])

    # ── for the door in ──────────────────────────────────────────────────────────────────────────

    def template_pages(self, path: str) -> Iterator[Page]:
        """The page at ``path`` and those below it that the reader may see."""
        if (page := self.page_here(path)) is not None:
            yield page
        for name in self.paths_below(path):
            if (page := self.page_here(name)) is not None:
                yield page

    def paths_below(self, path: str) -> list[str]:
        """The pages below ``path``, whoever may see them."""
        return [name for name, _file, _id in pages_below(self.instance.repository, path, self.head)]

    def files_below(self, path: str) -> list[str]:
        """Every file in the folder of ``path`` and its folders, whoever may see it."""
        found: list[str] = []
        folders = [folder_of(path)]
        while folders:
            folder, after = folders.pop(), ""
            while entries := self.instance.repository.entries(folder, self.head, after, 1000):
                for entry in entries:
                    name = f"{folder}/{entry.name}"
                    (folders if entry.kind == "folder" else found).append(name)
                after = entries[-1].name
        return found

    def has_folder(self, path: str) -> bool:
        """Whether anything lies below ``path``."""
        stands = self.instance.repository.stands(folder_of(path), self.head)
        return stands is not None and stands[0] == "tree"

    def linking_to(self, path: str) -> Sequence[str]:
        """The pages with a link to ``path`` or below it, whoever may see them."""
        return sorted({*self.links.sources(path), *self.catalogue.naming(path)})


def _shown(changes: Iterable[Change]) -> list[Change]:
    """Changes as they may be told: git keeps what was written, pages show no mail address."""
    return [replace(one, author=masked(one.author), message=masked(one.message)) for one in changes]
