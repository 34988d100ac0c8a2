"""Writes the site as files: each page laid out for its reader, then what leads to them."""

import logging
from collections.abc import Sequence
from functools import partial
from typing import Any

from markupsafe import Markup

from wiki.errors import StorageFailed
from wiki.exports.contents import (
    Contents,
    PageFile,
    Progress,
    Report,
    contents_of,
    read_attachments,
    read_pages,
)
from wiki.exports.site.body import as_files
from wiki.exports.site.facts import present_facts
from wiki.exports.site.lists import PageList, by_letter, menu_lines, page_lists, shown_pages
from wiki.exports.site.look import Look, look_of
from wiki.exports.site.places import PAGE, Places, address, may_run
from wiki.exports.site.search import SearchIndex
from wiki.exports.target import Target
from wiki.files.vectors import check_svg
from wiki.jinja import day, day_of
from wiki.pages.page import Page
from wiki.pages.paths import ROOT, ancestors, owner_of, parent
from wiki.pages.urls import page_url
from wiki.reading import Reader
from wiki.reading.history import get_times, list_contributors
from wiki.reading.html import render_body
from wiki.reading.page_text import text_of
from wiki.reading.pages import list_backlinks
from wiki.repository.objects import decode
from wiki.translation import gettext as _
from wiki.translation import text_direction

#: what a page shows of what lies around it
_AROUND = 40
#: problems for which a page is not shown whole
_CUT = frozenset({"cut", "too-heavy"})
_log = logging.getLogger(__name__)


def write_site(reader: Reader, target: Target, report: Report, progress: Progress) -> None:
    """The site that ``reader`` may read, as files that a browser opens without a server."""
    try:
        look = look_of(reader)
    except FileNotFoundError as error:
        raise StorageFailed(str(error)) from None
    site = _Site(reader, target, report, look, contents_of(reader))
    site.write_files()
    site.write_pages(progress)
    site.write_lists()


class _Site:
    def __init__(
        self, reader: Reader, target: Target, report: Report, look: Look, contents: Contents
    ) -> None:
        self._reader, self._target, self._report = reader, target, report
        self._contents, self._look = contents, look
        settings = reader.instance.settings
        self._site = settings.public_url
        self._zone = settings.zone
        self._places = Places(contents, settings.public_url)
        self._shown = {
            path: one for path, one in shown_pages(reader).items() if path in self._places.pages
        }
        self._lists = page_lists(self._shown, self._places)
        self._index = SearchIndex()
        self._children: dict[str, list[str]] = {}
        for path in self._shown:
            # What lies at the top is in the menu: the first page is read as it is.
            if (above := parent(path)) not in (None, ROOT):
                self._children.setdefault(str(above), []).append(path)
        self._beside: dict[str, list[tuple[str, str]]] = {}
        self._common = {
            "site_name": settings.site_name,
            "own": self._places.own,
            "look": look,
            "icons": look.icons,
            "home": self._places.pages.get(ROOT, self._lists[-1].name),
            "note": _("{site}, as of {day}.").format(
                site=settings.site_name, day=day(reader.today)
            ),
        }

    def write_files(self) -> None:
        """What lies beside pages, and the site's own files; then their names are known."""
        found = read_attachments(self._reader, self._contents.attachments, self._report)
        for one, pieces in found:
            runs = may_run(one.file)
            if one.file.lower().endswith((".svg", ".svgz")):
                pieces = [b"".join(pieces)]
                runs = runs or not check_svg(pieces[0], "svg")
            name = self._places.keep(one, runs=runs)
            self._target.add_pieces(name, pieces)
            self._report.attachments += 1
            self._beside.setdefault(owner_of(one.file), []).append(
                (one.file.rpartition("/")[2], name)
            )
        for name, data in self._look.files.items():
            self._target.add(f"{self._places.own}/{name}", data)
        self._common["menu"] = menu_lines(self._reader, self._places, self._lists)

    def write_pages(self, progress: Progress) -> None:
        """Every page."""
        for one, data in read_pages(self._reader, self._contents.pages, progress):
            page = Page(one.path, one.file, decode(data), self._reader.commit, one.blob)
            self._target.add(self._places.pages[one.path], self._page(one, page).encode())
            self._report.pages += 1

    def write_lists(self) -> None:
        """The lists, and the search; a first page where the wiki has none for this reader."""
        for one in self._lists:
            self._target.add(one.name, self._list(one).encode())
        own = self._places.own
        search = self._filled("exports/search.html", f"{own}/search{PAGE}", "")
        self._target.add(f"{own}/search{PAGE}", search.encode())
        with self._target.opened(f"{own}/search-index.js") as file:
            for piece in self._index.script():
                file.write(piece)
        if ROOT not in self._places.pages:
            first = self._places.names.reserve(f"index{PAGE}")
            self._target.add(first, self._list(self._lists[-1], first).encode())
        self._report.renamed += self._places.names.renamed

    def _page(self, one: PageFile, page: Page) -> str:
        name = self._places.pages[one.path]
        up = self._places.up(name)
        html, toc, source = self._body(page, up)
        links = partial(self._links, up)
        backlinks = [to.path for to in list_backlinks(self._reader, page.path, limit=_AROUND)]
        times = get_times(self._reader, page.path)
        crumbs = links(ancestors(page.path))
        above = " / ".join(link["label"] for link in crumbs)
        self._index.add(name, page.title, above, page.summary, page.document.words)
        return self._filled(
            "exports/page.html",
            name,
            page_url(page.path),
            page={
                "title": page.title,
                "summary": page.summary,
                "tongue": page.tongue,
                "direction": text_direction(page.tongue),
            },
            crumbs=crumbs,
            facts=present_facts(self._reader, page, partial(self._link, up)),
            html=html,
            toc=toc,
            source=source,
            children=links(self._children.get(page.path, ())[:_AROUND]),
            backlinks=links(backlinks),
            files=[
                {"label": label, "url": address(file, up)}
                for label, file in self._beside.get(page.path, ())
            ],
            contributors=[who.name for who in list_contributors(self._reader, page.path, 10)],
            edited=times.updated if times else None,
        )

    def _body(self, page: Page, up: str) -> tuple[Any, Sequence[Any], str]:
        """HTML, headings, and the text where it could not be laid out, which is reported."""
        try:
            body = render_body(self._reader, page)
            text = text_of(page, body)
            html = as_files(str(text["html"]), partial(self._to, up), self._day)
        except Exception:
            _log.exception("the page %s could not be laid out for an export", page.path)
            self._report.problem(
                page.path, _("This page could not be laid out: its text is given.")
            )
            return "", (), page.text
        if wrong := [one for one in body.problems if one.kind in _CUT]:
            self._report.problem(page.path, wrong[0].words)
            return _clean(html), text["toc"], page.text
        return _clean(html), text["toc"], ""

    def _list(self, one: PageList, name: str = "") -> str:
        name = name or one.name
        groups = by_letter(one, self._shown, self._places, self._places.up(name))
        return self._filled("exports/list.html", name, "", title=one.label, groups=groups)

    def _filled(self, template: str, name: str, live: str, **values: Any) -> str:
        filled = self._reader.instance.templates.get_template(template)
        return filled.render(
            **self._common,
            **values,
            up=self._places.up(name),
            here=name,
            live=self._site + live if live else "",
        )

    def _to(self, up: str, url: str) -> str | None:
        name = self._places.name_of(url)
        return None if name is None else address(name, up, url.partition("#")[2])

    def _link(self, up: str, path: str) -> dict[str, str] | None:
        if (one := self._shown.get(path)) is None:
            return None
        return {"label": one.title, "url": address(self._places.pages[path], up)}

    def _links(self, up: str, paths: Sequence[str]) -> list[dict[str, str]]:
        return [link for path in paths if (link := self._link(up, path)) is not None]

    def _day(self, moment: str) -> str:
        return day_of(moment, self._zone)


def _clean(html: str) -> Markup:
    return Markup(html)  # noqa: S704 - the gate's own output, with links of ours
