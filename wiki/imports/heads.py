"""What the wiki writes into the heads of imported pages: who reads them, and old addresses."""

from wiki.errors import BadField
from wiki.imports.inventory import Entry, Loss, Staged
from wiki.pages.access import MEMBERS, TEAM
from wiki.pages.head.changes import edit_head
from wiki.pages.head.frontmatter import read_head
from wiki.pages.head.rights_words import hiding_flags
from wiki.pages.page import ALIASES
from wiki.pages.paths import ancestors
from wiki.pages.words import fold
from wiki.translation import gettext as _


class Heads:
    """Completes the heads of the pages of one stage; what could not be written is in ``losses``."""

    def __init__(self, staged: Staged) -> None:
        self.losses: list[Loss] = []
        self._restrictions = staged.restrictions()
        last = dict(staged.last_ids())
        self._former: dict[int, list[str]] = {}
        for old, path in _followed(staged.redirects(), self.losses).items():
            if path in last and old not in last:
                self._former.setdefault(last[path], []).append(old)
            elif path not in last:
                self._lost(_("An old address that leads nowhere"), old, path)

    def headed(self, entry: Entry, data: bytes) -> bytes:
        """The text of a page with what is known of it beside its text."""
        flags = hiding_flags(read_head(data.decode()).head) if data.startswith(b"---") else ()
        said = self._restriction(entry.path)
        if said is not None or flags:
            data = self._restricted(data, *(said or (TEAM, ())))
        if entry.id in self._former:
            data = self._with_former(entry, data)
        return data

    def _restriction(self, path: str) -> tuple[str, tuple[str, ...]] | None:
        """The strictest of what was said of a page and of those above it.

        Each page says it itself: one above may come later, be left out, or stand here already.
        """
        found = None
        for above in (path, *ancestors(path)):
            said = self._restrictions.get(above)
            if said is not None and (found is None or (found[0], said[0]) == (MEMBERS, TEAM)):
                found = said
        return found

    def _restricted(self, data: bytes, visibility: str, readers: tuple[str, ...]) -> bytes:
        text = data.decode()
        head = read_head(text).head
        if head.broken:
            return data  # nobody but administrators reads it
        if visibility == MEMBERS and fold(head.text("visibility")) == TEAM:
            visibility = TEAM
        said: dict[str, object] = {"visibility": visibility}
        if readers:
            said["readers"] = [one if ":" in one else f"[[{one}]]" for one in readers]
        try:
            return edit_head(text, said).encode()
        except BadField:
            # What it said stays, as a text: who reads it is the wiki's to say.
            return edit_head(f"\n{text}", said).encode()

    def _with_former(self, entry: Entry, data: bytes) -> bytes:
        text = data.decode()
        there = list(read_head(text).head.links("aliases"))
        former = [one for one in self._former[entry.id] if one not in there]
        for one in (*there, *former)[ALIASES:]:
            self._lost(_("An old address beyond what a page can have"), one, entry.path)
        try:
            return edit_head(text, {"aliases": [*there, *former][:ALIASES]}).encode()
        except BadField:
            for one in former:
                self._lost(_("An old address that leads nowhere"), one, entry.path)
            return data

    def _lost(self, what: str, where: str, detail: str) -> None:
        self.losses.append(Loss(what, where, detail))


def _followed(redirects: dict[str, str], losses: list[Loss]) -> dict[str, str]:
    """Where each old address leads in the end; those that go in a circle are lost."""
    found = {}
    for old in redirects:
        path, passed = redirects[old], {old}
        while path in redirects and path not in passed:
            passed.add(path)
            path = redirects[path]
        if path in passed:
            losses.append(Loss(_("An old address that leads back to itself"), old, path))
        else:
            found[old] = path
    return found
