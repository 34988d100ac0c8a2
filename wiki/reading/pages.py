"""Pages as they stand and as they stood, and the files and pages around them."""

from collections.abc import Iterator, Sequence

from wiki.errors import NotFound
from wiki.pages.page import Page
from wiki.pages.paths import (
    ROOT,
    alike,
    ancestors,
    files_of,
    folder_of,
    names_in,
    owner_of,
    title_from_path,
)
from wiki.projections.links import Name
from wiki.projections.pagespan import levels, pages_below
from wiki.reading.who import Who
from wiki.repository.objects import Blob, Entry, decode, is_hash
from wiki.translation import gettext as _


class Pages(Who):
    """The pages and files that the person may see; the last ones are for the door in."""

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

    def twin(self, file: str) -> str | None:
        """What stands, whoever sees it, under a name taken for one that is new with ``file``.

        A file, or a folder; None where all new names are told apart from others everywhere.
        """
        repository = self.instance.repository
        new: dict[str, dict[str, set[str]]] = {}
        for name in names_in(file):
            if repository.stands(name, self.head) is None and not self.taken(name):
                above, _slash, last = name.rpartition("/")
                new.setdefault(above, {}).setdefault(alike(last), set()).add(last)
        for above, wanted in new.items():
            for other in repository.names(above, self.head):
                folded, page = alike(other), other.removesuffix(".md")
                # Of twenty thousand names in one folder hardly one is looked at again.
                if other not in wanted.get(folded, (other,)) or (
                    page != other and page not in wanted.get(folded[:-3], (page,))
                ):
                    return f"{above}/{other}" if above else other
        return None

    def is_free(self, path: str) -> bool:
        """Whether a new page can be made at ``path``: its name is told apart everywhere."""
        return not self.taken(path) and self.twin(files_of(path)[0]) is None

    def _read(self, path: str, commit: str) -> Page | None:
        for file in files_of(path):
            if (blob := self.instance.repository.read(file, commit)) is not None:
                return Page(path, file, decode(blob.data), commit, blob.id)
        return None

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

    def file(self, file: str) -> Blob:
        """An attachment, for who may read the page that it lies at. Raises NotFound."""
        if not file.endswith(".md") and self._may_read(owner_of(file), self.head):
            blob = self.instance.repository.read(file, self.head)
            if blob is not None:
                return blob
        raise NotFound(_("There is no such file."))

    def file_id(self, file: str) -> str:
        """The hash of the bytes of ``file``, without reading them. Raises as it."""
        if not file.endswith(".md") and self._may_read(owner_of(file), self.head):
            blob = self.instance.repository.blob_id(file, self.head)
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
