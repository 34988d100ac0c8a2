"""The dump: an XML that MediaWiki's importDump takes in, page by page, and the files beside it."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

from wiki.exports.contents import (
    Contents,
    Progress,
    Report,
    contents_of,
    read_attachments,
    read_pages,
)
from wiki.exports.mediawiki.titles import file_names, title_of, titles_for
from wiki.exports.mediawiki.wikitext import Around, plain, wikitext
from wiki.exports.target import Target
from wiki.pages.head.yaml_subset import Value
from wiki.pages.page import Page
from wiki.pages.paths import follow
from wiki.reading import Reader
from wiki.reading.dialect import find_picture
from wiki.reading.history import list_history
from wiki.reading.pages import find_page_at, resolve_target
from wiki.repository.objects import decode
from wiki.translation import gettext as _

_SCHEMA = "http://www.mediawiki.org/xml/export-0.10/"
#: what XML 1.0 has no way to say
_NEVER = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FILES = "files"
#: kinds of changes that left another text
_TEXTS = frozenset({"created", "edited", "moved", "restored"})
_ALL = 1_000_000
#: what the head says for the wiki alone
_NEVER_SHOWN = frozenset({"title", "visibility", "editors", "readers", "lang"})


def write_mediawiki(reader: Reader, target: Target, report: Report, progress: Progress) -> None:
    """``pages.xml`` with every page and its history, the files, and how to take them in."""
    dump = _Dump(reader, contents_of(reader))
    with target.opened("pages.xml") as out:
        out.write(dump.head().encode())
        for path, piece in dump.pages(progress):
            out.write(_NEVER.sub("", piece).encode("utf-8", "replace"))
            report.pages += bool(path)
        out.write(b"</mediawiki>\n")
    for one, pieces in read_attachments(reader, dump.contents.attachments, report):
        target.add_pieces(f"{_FILES}/{dump.files[one.file]}", pieces)
        report.attachments += 1
    target.add("README.txt", _read_me(report).encode())


class _Dump:
    def __init__(self, reader: Reader, contents: Contents) -> None:
        self._reader = reader
        self.contents = contents
        titles = reader.catalogue.titles([one.path for one in contents.pages], reader.audience)
        self._titles = titles_for({one.path: titles.get(one.path, "") for one in contents.pages})
        self.files = file_names([one.file for one in contents.attachments])
        self._revision = 0

    def head(self) -> str:
        """What stands above the pages."""
        settings = self._reader.instance.settings
        return (
            f'<mediawiki xmlns="{_SCHEMA}" version="0.10" xml:lang={quoteattr(settings.lang)}>\n'
            f"<siteinfo><sitename>{escape(settings.site_name)}</sitename>"
            f"<base>{escape(settings.public_url)}</base><generator>Carrefour</generator>"
            "<case>first-letter</case></siteinfo>\n"
        )

    def pages(self, progress: Progress) -> Iterator[tuple[str, str]]:
        """Each page in pieces, a revision at a time; with its path as it begins."""
        for number, (one, data) in enumerate(
            read_pages(self._reader, self.contents.pages, progress), 1
        ):
            today = Page(one.path, one.file, decode(data), self._reader.commit, one.blob)
            title = escape(self._titles[one.path])
            yield one.path, f"<page><title>{title}</title><ns>0</ns><id>{number}</id>\n"
            parent = 0
            for piece in self._revisions(today):
                above = f"<parentid>{parent}</parentid>" if parent else ""
                parent = self._revision
                yield "", piece.replace("<parent/>", above)
            yield "", "</page>\n"

    def _revisions(self, today: Page) -> Iterator[str]:
        changes = list_history(self._reader, today.path, limit=_ALL)
        last = ""
        for one in reversed(changes):
            if one.kind not in _TEXTS:
                continue
            page = find_page_at(self._reader, one.path, one.commit)
            if page is not None:
                last = page.text
                yield self._written(page, one.author, one.when, one.message)
        if last != today.text or not changes:
            # What this reader may not know of the past: the text of today alone.
            when = changes[0].when if changes else datetime.now(UTC)
            yield self._written(today, "", when, "")

    def _written(self, page: Page, author: str, when: datetime, message: str) -> str:
        self._revision += 1
        name = title_of(author.replace("/", "-").replace("@", " ")) or "?"
        text = self._text(page)
        comment = f"<comment>{escape(message)}</comment>" if message else ""
        return (
            f"<revision><id>{self._revision}</id><parent/>"
            f"<timestamp>{when.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</timestamp>"
            f"<contributor><username>{escape(name)}</username></contributor>{comment}"
            "<model>wikitext</model><format>text/x-wiki</format>"
            f'<text xml:space="preserve" bytes="{len(text.encode("utf-8", "replace"))}">'
            f"{escape(text)}</text></revision>\n"
        )

    def _text(self, page: Page) -> str:
        headings = {one.anchor: one.text for one in page.document.headings}

        def link(href: str) -> str | None:
            address, _hash, anchor = href.partition("#")
            if not address:
                return f"#{headings.get(anchor, anchor)}" if anchor else None
            to = follow(page.file, address)
            if to is None:
                return None
            if to in self.files:
                return f"Media:{self.files[to]}"
            return self._titles.get(to)

        def wiki(target: str, anchor: str) -> str | None:
            if not target:
                return f"#{anchor}" if anchor else None
            path = resolve_target(self._reader, target)
            title = self._titles.get(path) if path else None
            return f"{title}#{anchor}" if title and anchor else title

        def picture(src: str) -> str | None:
            file = follow(page.file, src)
            if file not in self.files:
                file = find_picture(self._reader, page.file, src)
            return self.files.get(file) if file else None

        text = wikitext(page.document, Around(link, wiki, picture), page.title)
        return _facts(page) + text


def _facts(page: Page) -> str:
    """What the head of the page says, as a table."""
    keys = [key for key in page.head if key.casefold() not in _NEVER_SHOWN]
    if not keys:
        return ""
    rows = [f"! {plain(key)}\n| {plain(_words(page.head[key]))}" for key in keys]
    return '{| class="wikitable"\n' + "\n|-\n".join(rows) + "\n|}\n\n"


def _words(value: Value) -> str:
    if isinstance(value, str) or value is None:
        return " ".join((value or "").split())
    if isinstance(value, tuple):
        return ", ".join(_words(one) for one in value)
    return "; ".join(f"{key}: {_words(one)}" for key, one in value.items())


def _read_me(report: Report) -> str:
    lines = [
        _("To take it in, in the folder of MediaWiki (the extension Cite shows the notes):"),
        "php maintenance/run.php importDump --username-prefix=import pages.xml",
        f"php maintenance/run.php importImages {_FILES}",
        "php maintenance/run.php rebuildrecentchanges",
        _(
            "Authors are names, their mail addresses are not in it. Lists that the wiki works out"
            " by itself are comments in the text."
        ),
        *report.lines(),
    ]
    return "\n".join([*lines, ""])
