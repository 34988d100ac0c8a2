"""What was done to pages: by whom, when, and what changed."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import cached_property

from wiki.errors import NotAllowed
from wiki.pages.paths import ROOT
from wiki.people.privacy.erasure import erased_ids
from wiki.people.pushes import brought_by
from wiki.projections.changes import Change, Contributor, Times
from wiki.reading.names import Names
from wiki.reading.pages import Pages
from wiki.repository.objects import BlameLine
from wiki.translation import gettext as _

#: a page has fewer changes
_ALL = 1_000_000


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

    def brought(self, commits: Collection[str]) -> dict[str, str]:
        """Those of ``commits`` that someone else than their author brought, with their name."""
        names = self.names
        return {
            commit: names.author(who.name, who.mail) if who.mail else names.former
            for commit, who in brought_by(self.instance.private, commits).items()
        }

    def times(self, path: str) -> Times | None:
        """When the page was made and last changed."""
        return self.changes.times(path) if self.exists(path) else None

    def blame(self, path: str) -> list[BlameLine]:
        """Who last touched each line; for those who may edit the page. Raises NotFound."""
        page = self.page(path)
        if not self.may_edit(path):
            raise NotAllowed(_("There is no page here."))
        lines = self.instance.repository.blame(page.file, self.head)
        author = self.names.author
        told = self._as_it_came_out(path, lines)
        return [replace(one, author_name=author(one.author_name, one.author_mail)) for one in told]

    def knows(self, commit: str) -> bool:
        """Whether ``commit``, a full hash, did something that the person may know of."""
        return self.changes.knows(commit, self.audience)

    def _as_it_came_out(self, path: str, lines: Sequence[BlameLine]) -> list[BlameLine]:
        """Lines as written by who first showed them, where they were written out of sight."""
        story = self.changes.history(path, self.audience, limit=_ALL)
        if not story:
            return []
        seen = {one.commit for one in story}
        shown = {one.commit for one in lines if one.commit not in seen}
        if not shown:
            return list(lines)
        seqs = self.changes.numbers(shown)
        first: dict[str, Change] = {}
        for commit in shown:
            after = [one for one in story if one.seq > seqs.get(commit, 0)]
            first[commit] = after[-1] if after else story[0]
        return [
            _shown_by(line, first[line.commit]) if line.commit in shown else line for line in lines
        ]

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


def _shown_by(line: BlameLine, change: Change) -> BlameLine:
    return replace(
        line,
        commit=change.commit,
        author_name=change.author,
        author_mail=change.mail,
        when=change.when,
    )
