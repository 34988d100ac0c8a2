"""An export of MediaWiki put on the stage: its titles first, then each state of each page.

The export is read twice, so that little of it is in memory: where a link leads, and what a template
says, is only known at its end.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from wiki.api.imports import ImportProgress, Source, Stage
from wiki.api.imports.dialects import Target
from wiki.api.imports.records import headed
from wiki.api.paths import file_url
from wiki.api.translation import gettext as _
from wiki.api.translation import lazy

from .archives import open_dump, read_piece
from .dump import Revision, Upload, read_dump
from .files import files_beside
from .survey import Survey, survey
from .titles import FILE, LEFT_OUT, TEMPLATE, Known
from .wikitext.pages import Converted, convert, redirected

_SIGN = re.compile(rb"<mediawiki[\s>]")
_LOOK = 4096
_SECTION = re.compile(r"/\*((?:(?!\*/|/\*).)*+)\*/\s*+")
_SYSOP = re.compile(r"(?:^|[:\s])(?:edit=)?sysop\b")


class MediaWiki(Source):
    """Reads an XML export, with all states of the pages or the newest of each."""

    label = "MediaWiki"

    hint = lazy(
        "In MediaWiki: Special:Export, with the full history, or dumpBackup.php. A ZIP may hold"
        " the export beside the folder images/."
    )

    def is_own(self, path: Path) -> bool:
        """See Source."""
        with open_dump(path) as file:
            return _SIGN.search(read_piece(file, _LOOK)) is not None

    def read(
        self, path: Path, stage: Stage, answers: Mapping[str, str], progress: ImportProgress
    ) -> None:
        """See Source."""
        _Staging(survey(path, stage), stage, progress).run(path)


class _Staging:
    """The second reading: each state becomes a text of ours."""

    def __init__(self, found: Survey, stage: Stage, progress: ImportProgress) -> None:
        self._survey, self._titles = found, found.titles
        self._stage, self._progress = stage, progress
        self._told: set[tuple[str, str]] = set()
        self._there: set[str] = set()

    def run(self, path: Path) -> None:
        """Puts pages, files and redirects on the stage. Raises BadRequest."""
        done = 0
        with open_dump(path) as file:
            for found in read_dump(file):
                if isinstance(found, Revision):
                    self._state(found)
                    done += 1
                    if not done % 50:
                        self._progress(done, self._survey.states)
                elif isinstance(found, Upload) and found.content is not None:
                    self._file(found.name, found.content, found)
        for name, content in files_beside(path):
            self._file(name, content(), None)
        for title, known in self._titles.pages.items():
            self._redirect(title, known)
        self._progress(done, self._survey.states)

    def _lose(self, what: str, where: str, detail: str = "") -> None:
        """Tells a loss once for each page."""
        if (what, where) not in self._told:
            self._told.add((what, where))
            self._stage.loss(what, where, detail)

    def _state(self, revision: Revision) -> None:
        page = revision.page
        known = self._titles.pages.get(self._titles.full(page.title))
        if known is None or str(known.id) != (page.id or "0"):
            return
        if self._left_out(revision, known):
            return
        text = revision.text or ""
        if known.redirect or redirected(text) is not None:
            if known.redirect and redirected(text) is None:
                self._lose(_("What a page said before it only led to another"), page.title)
            return
        title = self._titles.full(page.title)
        made = convert(text, self._titles, title)
        body = self._body(made, title)
        if page.namespace == FILE and not made.body.strip():
            return
        if revision.id == known.last:
            for loss in made.losses:
                self._stage.loss(loss.what, title, loss.detail, text)
        day = revision.when.date().isoformat() if revision.when else ""
        box = dict(made.box)
        whole = headed(
            body,
            made.title or _shown(title),
            made.categories,
            box,
            day,
            closed=bool(_SYSOP.search(page.restrictions)),
        )
        self._stage.revision(
            known.path,
            whole,
            key=f"{self._survey.site}/{revision.id or f'{page.id}-{revision.line}'}",
            author=_("A visitor") if revision.is_address else revision.author,
            when=revision.when,
            message=_SECTION.sub(lambda name: f"{name[1].strip()} : ", revision.comment)
            .removesuffix(" : ")
            .strip(),
        )

    def _left_out(self, revision: Revision, known: Known) -> bool:
        """Whether a state is none of a page here; then that is told."""
        page = revision.page
        if page.namespace in LEFT_OUT or page.namespace - 1 in LEFT_OUT:
            if page.namespace == TEMPLATE:
                self._lose(_("A template: what it says is in the pages that name it"), page.title)
            elif page.namespace in LEFT_OUT:
                self._lose(_("A page for the software alone"), page.title)
            return True
        if revision.model != "wikitext":
            self._lose(_("A page that is no wikitext"), page.title, revision.model)
            return True
        if revision.text is None:
            what = (
                _("A state that was hidden there")
                if revision.hidden
                else _("A state without its text")
            )
            self._stage.loss(what, page.title, revision.when.isoformat() if revision.when else "")
            return True
        return not known.path

    def _body(self, made: Converted, title: str) -> str:
        number, name = self._titles.parted(title)
        if number != FILE or name not in self._titles.files:
            return made.body
        file = Target("file", file_url(self._titles.file_place(name)), name)
        mark = "!" if file.is_picture else ""
        return f"{mark}[{name}]({file.to})\n\n{made.body}"

    def _file(self, name: str, content: bytes | Path, upload: Upload | None) -> None:
        place = self._titles.add_file(name)
        if place in self._there:
            return
        self._there.add(place)
        self._stage.file(
            place,
            content,
            key=f"{self._survey.site}/file:{name.replace(chr(95), chr(32))}",
            author=upload.author if upload else "",
            when=upload.when if upload else None,
            message=upload.comment if upload else "",
        )

    def _redirect(self, title: str, known: Known) -> None:
        if not known.redirect or not known.path:
            return
        to = self._titles.target(
            known.redirect if known.redirect.startswith(":") else f":{known.redirect}", title
        )
        if to.kind == "page" and to.to and to.to != known.path:
            self._stage.redirect(known.path, to.to)
        else:
            self._stage.loss(_("A page that leads elsewhere, or nowhere"), title, known.redirect)


def _shown(title: str) -> str:
    space, colon, name = title.partition(":")
    return f"{space} : {name.strip()}" if colon else title
