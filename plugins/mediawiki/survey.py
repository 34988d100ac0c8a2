"""The first reading of an export: its titles and templates, which all texts are read against."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from wiki.api.errors import BadRequest
from wiki.api.imports import Stage
from wiki.api.paths import slug
from wiki.api.translation import gettext as _

from .archives import open_dump
from .dump import Revision, Site, Upload, read_dump
from .files import files_beside
from .titles import TEMPLATE, Known, Titles
from .wikitext.pages import redirected
from .wikitext.reader import read_wikitext

#: characters of the texts of all templates
_TEMPLATES = 50_000_000


@dataclass
class Survey:
    """What there is: ``site`` is what its states are told apart from those of others by."""

    titles: Titles
    site: str
    states: int = 0
    texts: int = 0
    _room: int = _TEMPLATES
    _template: tuple[Revision, Known] | None = None
    _twice: set[str] = field(default_factory=set)

    def take(self, found: Revision | Upload, stage: Stage) -> None:
        """Notes what is read; a title that is there already is a loss."""
        page = found.page
        if isinstance(found, Upload):
            if found.content is not None:
                self.titles.add_file(found.name)
            return
        self.states += 1
        known = self.titles.add(page.title, page.namespace, page.id, page.redirect)
        if known is None:
            if page.id not in self._twice:
                self._twice.add(page.id)
                stage.loss(_("Two pages of one title: the first is kept"), page.title)
            return
        known.last = found.id
        if found.text is None:
            return
        self.texts += 1
        known.redirect = page.redirect or redirected(found.text)
        if page.namespace == TEMPLATE and found.model == "wikitext":
            if self._template is not None and self._template[1] is not known:
                self.keep_template()
            self._template = (found, known)

    def keep_template(self) -> None:
        """Keeps the newest text of the template that was read last."""
        if self._template is None:
            return
        revision = self._template[0]
        text = revision.text or ""
        if len(text) <= self._room:
            self._room -= len(text)
            self.titles.add_template(revision.page.title, read_wikitext(text))


def survey(path: Path, stage: Stage) -> Survey:
    """Reads ``path`` once, and gives each of its pages and files a place. Raises BadRequest."""
    known: Survey | None = None
    with open_dump(path) as file:
        for found in read_dump(file):
            if isinstance(found, Site):
                site = urlsplit(found.base).netloc or slug(found.name) or "mediawiki"
                titles = Titles(found.name, found.base, found.namespaces, stage.places)
                known = Survey(titles, site)
            elif known is not None:
                known.take(found, stage)
    if known is None or not known.texts:
        words = _(
            "There is no text of any page in this export. Export the pages themselves, and not a"
            " list of them."
        )
        raise BadRequest(words)
    known.keep_template()
    for name, _content in files_beside(path):
        known.titles.add_file(name)
    known.titles.settle()
    return known
