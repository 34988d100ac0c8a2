"""What was done to pages: by whom, when, and what changed."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property

from wiki.errors import NotAllowed
from wiki.pages.page import Page
from wiki.pages.paths import ROOT
from wiki.people.erasure import erased_ids
from wiki.projections.changes import Change, Contributor, Times
from wiki.reading.names import Names
from wiki.reading.pages import Pages
from wiki.repository.difference import Hunk, word_diff
from wiki.repository.objects import BlameLine
from wiki.translation import gettext as _


class Story(Pages):
    """The past of pages, as far as the person may know it."""

    @cached_property
    def names(self) -> Names:
        """What those who wrote are called, at this moment."""
        return Names(erased_ids(self.instance.private))

    def history(
        self, path: str, before: int | None = None, limit: int = 50, upto: str | None = None
    ) -> list[Change]:
        """What was done to the page, newest first; with ``upto``, up to that commit."""
        return self._shown(self.changes.history(path, self.audience, before, limit, upto))

    def recent(self, before: int | None = None, limit: int = 50, below: str = ROOT) -> list[Change]:
        """What was done to the pages at and below ``below``, newest first."""
        return self._shown(self.changes.recent(self.audience, before, limit, below))

    def written_by(self, mail: str, before: int | None = None, limit: int = 50) -> list[Change]:
        """What was done to pages under that alias, newest first."""
        return self._shown(self.changes.written_by(mail, self.audience, before, limit))

    def contributors(self, path: str, limit: int = 20) -> list[Contributor]:
        """Who wrote the page, by the names that they chose."""
        found = self.changes.contributors(path, self.audience, limit)
        return [replace(one, name=self.names.author(one.name, one.mail)) for one in found]

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
        author = self.names.author
        return [replace(one, author_name=author(one.author_name, one.author_mail)) for one in lines]

    def _shown(self, changes: Iterable[Change]) -> list[Change]:
        """Changes as they may be told; git keeps what was written."""
        names = self.names
        return [
            replace(
                one,
                author=names.author(one.author, one.mail),
                message=names.message(one.message),
            )
            for one in changes
        ]
