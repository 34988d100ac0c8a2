"""Who reads what comes: the rules of the site there, as those of pages here."""

from wiki.api.imports import Stage
from wiki.api.imports.records import headed
from wiki.api.translation import gettext as _

from .access import MEMBERS, PUBLIC, TEAM, Access, Right
from .site import Names

_STRICTNESS = (PUBLIC, MEMBERS, TEAM)


class Permissions:
    """``access`` are the rules, None where none came along; ``readers`` read it all then."""

    def __init__(self, names: Names, stage: Stage, access: Access | None, readers: str) -> None:
        self._names, self._stage = names, stage
        self._access, self._readers = access, readers
        #: the pages beside which files lie that not all may read
        self._closed: set[str] = set()
        self._restricted: dict[str, str] = {}

    def tell(self) -> None:
        """Says who reads it, where no rule does."""
        if self._access is None and self._readers != PUBLIC:
            what = {
                TEAM: _("The rules of access did not come along: administrators read it"),
                MEMBERS: _("The rules of access did not come along: all with an account read it"),
            }[self._readers]
            self._stage.loss(what, "conf/acl.auth.php")

    def is_closed(self, id: str) -> bool:
        """Whether who has an account could not edit the page."""
        return self._access is not None and not self._access.of_page(id).edited

    def restrict_page(self, id: str) -> None:
        """Closes a page that was not for all."""
        right = self._right(id)
        path = self._names.pages[id]
        if right.readers == PUBLIC:
            return
        self._restrict(path, right.readers)
        if right.who:
            what = _("A page for some alone: administrators read it until they name a team")
            self._stage.loss(what, id, ", ".join(right.who))

    def restrict_files(self, id: str) -> None:
        """Closes the page that a file lies beside, where the file was not for all.

        Where there is none, one is made that says so: a file is as open as the page it lies beside.
        """
        space = id.rpartition(":")[0]
        right = self._access.of_space(space) if self._access else Right(self._readers)
        path = self._names.file_space(space)
        if right.readers == PUBLIC or path in self._closed:
            return
        self._closed.add(path)
        if path not in self._names.pages.values():
            title = space.rpartition(":")[2].replace("_", " ").capitalize() or _("Files")
            text = headed("", title, (), {}, "")
            self._stage.revision(path, text, key=f"space:{space}", space=True)
        self._restrict(path, right.readers)

    def tell_closed(self) -> None:
        """Says which pages are more closed here, as what is above them is closed."""
        for id, path in self._names.pages.items():
            own = self._right(id).readers
            parts = path.split("/")
            above = ("/".join(parts[:length]) for length in range(1, len(parts) + 1))
            closed = [self._restricted[one] for one in above if one in self._restricted]
            if any(_STRICTNESS.index(one) > _STRICTNESS.index(own) for one in closed):
                what = _("A page more open than what is above it: it is closed as that is")
                self._stage.loss(what, id)

    def _right(self, id: str) -> Right:
        return self._access.of_page(id) if self._access else Right(self._readers)

    def _restrict(self, path: str, readers: str) -> None:
        self._stage.restrict(path, readers)
        before = self._restricted.get(path, PUBLIC)
        self._restricted[path] = max(before, readers, key=_STRICTNESS.index)
