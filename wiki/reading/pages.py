"""Pages as they stand and as they stood, what leads to them, and the pages around them."""

from collections.abc import Collection, Iterator, Sequence

from wiki.errors import NotFound
from wiki.pages.page import Page
from wiki.pages.paths import ROOT, alike, ancestors, files_of, names_in, title_from_path
from wiki.projections.links import Name
from wiki.projections.pagespan import levels, pages_below
from wiki.projections.upkeep import pages_naming
from wiki.reading.dialect import dialect_of
from wiki.reading.reader import Reader
from wiki.repository.objects import decode, is_hash
from wiki.translation import gettext as _


def get_page(reader: Reader, path: str) -> Page:
    """The page as it stands. Raises NotFound, or NotAllowed (which reads the same)."""
    page = find_page(reader, path)
    if page is None:
        raise NotFound(_("There is no page here."))
    return page


def find_page(reader: Reader, path: str) -> Page | None:
    """The page as it stands; None where there is none for this reader."""
    page = read_version(reader, path, reader.commit)
    return page if page is not None and reader.may_read(path) else None


def get_page_at(reader: Reader, path: str, commit: str) -> Page:
    """The page as it stood at ``commit``, a full hash. Raises NotFound.

    Shown to who could read it then and may now: what was restricted stays so after the page
    has been opened, and what is restricted now was not less so before.
    """
    page = find_page_at(reader, path, commit)
    if page is None:
        raise NotFound(_("There is no such version of this page."))
    return page


def find_page_at(reader: Reader, path: str, commit: str) -> Page | None:
    """As ``get_page_at``; None where there is no such version for this reader."""
    if not is_hash(commit) or not reader.changes.knows(commit):
        return None
    page = read_version(reader, path, commit)
    if page is None or not (reader.may_read(path, commit) and reader.may_read(path)):
        return None
    return page


def page_exists(reader: Reader, path: str) -> bool:
    """Whether there is a page at ``path`` that the reader may know of."""
    return is_taken(reader, path) and reader.may_read(path)


def is_taken(reader: Reader, path: str) -> bool:
    """Whether there is a page at ``path``, whoever may see it: a name can be given once."""
    return levels(reader.instance.repository, reader.commit).head(path) is not None


def find_twin(reader: Reader, file: str) -> str | None:
    """What stands, whoever sees it, under a name taken for one that is new with ``file``.

    A file, or a folder; None where all new names are told apart from others everywhere.
    """
    repository = reader.instance.repository
    new: dict[str, dict[str, set[str]]] = {}
    for name in names_in(file):
        if repository.stands(name, reader.commit) is None and not is_taken(reader, name):
            above, _slash, last = name.rpartition("/")
            new.setdefault(above, {}).setdefault(alike(last), set()).add(last)
    for above, wanted in new.items():
        for other in repository.names(above, reader.commit):
            folded, page = alike(other), other.removesuffix(".md")
            # Of twenty thousand names in one folder hardly one is looked at again.
            if other not in wanted.get(folded, (other,)) or (
                page != other and page not in wanted.get(folded[:-3], (page,))
            ):
                return f"{above}/{other}" if above else other
    return None


def is_free(reader: Reader, path: str) -> bool:
    """Whether a new page can be made at ``path``: its name is told apart everywhere."""
    return not is_taken(reader, path) and find_twin(reader, files_of(path)[0]) is None


def read_version(reader: Reader, path: str, commit: str) -> Page | None:
    """The page as ``commit`` has it, whoever may read it; None where it has none."""
    for file in files_of(path):
        if (blob := reader.instance.repository.read(file, commit)) is not None:
            return Page(path, file, decode(blob.data), commit, blob.id)
    return None


def list_crumbs(reader: Reader, path: str) -> list[Name]:
    """The pages above that exist for the reader, the root first."""
    above = ancestors(path)
    titles = reader.catalogue.titles(above, reader.audience)
    return [Name(name, titles[name]) for name in above if name in titles]


def get_title(reader: Reader, path: str) -> str:
    """The title of the page at ``path``; made from the path where it is not known."""
    return get_titles(reader, [path])[path]


def get_titles(reader: Reader, paths: Collection[str]) -> dict[str, str]:
    """As ``get_title``, of each of ``paths``."""
    known = reader.catalogue.titles(list(paths), reader.audience)
    return {path: known.get(path) or title_from_path(path) for path in paths}


def resolve_target(reader: Reader, target: str) -> str | None:
    """The page that ``[[target]]`` leads to, by path or title; None where none is known."""
    found = reader.links.resolve(target, reader.audience)
    if found is None and dialect_of(reader).by_name:
        return reader.links.resolve(target, reader.audience, by_name=True)
    return found


def find_redirect(reader: Reader, path: str) -> str | None:
    """Where the page that was at ``path``, or the space that it was in, has moved."""
    for name in (path, *reversed(ancestors(path))):
        if name == ROOT:
            break
        if (found := reader.links.redirect(name, reader.audience)) is not None:
            return found + path[len(name) :]
    return None


def list_backlinks(reader: Reader, path: str, after: str = "", limit: int = 50) -> list[Name]:
    """The pages that link to this one."""
    by_name = dialect_of(reader).by_name
    return reader.links.backlinks(path, reader.audience, after, limit, by_name=by_name)


def iterate_subtree(reader: Reader, path: str) -> Iterator[Page]:
    """The page at ``path`` and those below it that the reader may see."""
    if (page := find_page(reader, path)) is not None:
        yield page
    for name in list_paths_below(reader, path):
        if (page := find_page(reader, name)) is not None:
            yield page


def list_paths_below(reader: Reader, path: str) -> list[str]:
    """The pages below ``path``, whoever may see them."""
    return [
        name for name, _file, _id in pages_below(reader.instance.repository, path, reader.commit)
    ]


def list_linking_pages(reader: Reader, path: str) -> Sequence[str]:
    """The pages with a link to ``path`` or below it, whoever may see them."""
    return sorted({*reader.links.sources(path), *pages_naming(reader.catalogue, path)})
