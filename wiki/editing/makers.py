"""Who makes a project, a dossier, an event or a series is in its team, by whatever form."""

from collections.abc import Iterator
from contextlib import contextmanager

from wiki.editing.rights import someone
from wiki.editing.templates import PLACES, NewSpace, free_path, pages_of
from wiki.pages.head.changes import edit_head
from wiki.pages.page import Page
from wiki.pages.words import slug
from wiki.people.accounts import people_by_page, set_page
from wiki.people.person import Person
from wiki.reading import Reader
from wiki.reading.pages import is_taken
from wiki.repository.commit import Change

#: whose maker is put in its team
WITH_TEAM = ("project", "dossier", "event", "carrefour")


def maker_page(reader: Reader, changes: dict[str, Change]) -> str:
    """The path of the asking person's own page; one is put into ``changes`` if they have none."""
    return page_for(reader, someone(reader), changes)


def page_for(reader: Reader, person: Person, changes: dict[str, Change]) -> str:
    """The path of ``person``'s page; one is put into ``changes`` if they have none.

    ``person`` as their account is under the lock: see ``Reader.renewed``.
    """
    if person.page is not None and is_taken(reader, person.page):
        return person.page
    path = free_path(reader, PLACES["person"][0], person.name, person.page)
    for page in pages_of(reader, NewSpace("person", person.name), person.name, path):
        changes[page.file] = page.text.encode()
    return path


def with_maker(reader: Reader, page: Page, changes: dict[str, Change]) -> tuple[Page, str | None]:
    """A new ``page`` with its maker in its team where it names none, and the maker's page.

    That is the page itself where they have none yet and it bears their name; None where there is
    nothing to join. Raises BadField where the head cannot be changed.
    """
    if _bears_their_name(reader, page):
        return page, page.path
    if page.type not in WITH_TEAM or page.head.get("team"):
        return page, None
    maker = maker_page(reader, changes)
    text = edit_head(page.text, {"team": [f"[[{maker}]]"]})
    return Page(page.path, page.file, text), maker


def becomes_own(reader: Reader, page: Page) -> bool:
    """Whether the new person page is its maker's own: they have none yet.

    An administrator makes pages for others: theirs is the one that bears their name.
    """
    person = someone(reader)
    if page.type != "person" or (person.page is not None and is_taken(reader, person.page)):
        return False
    return person.role != "admin" or slug(page.title) == slug(person.name)


def _bears_their_name(reader: Reader, page: Page) -> bool:
    """Whether the new page can be its maker's own: to bear a name must not give a team's rights."""
    if slug(page.title) != slug(someone(reader).name) or not becomes_own(reader, page):
        return False
    theirs = people_by_page(reader.instance.private, [page.path])
    return not theirs and not reader.catalogue.is_named(page.path)


@contextmanager
def joined(reader: Reader, person: Person, path: str | None) -> Iterator[None]:
    """Joins ``person``'s account to the page ``path`` around the commit that makes it.

    The account comes first, against the rule that git does: one that names a page which is not
    there is given that page the next time, whereas a page without its account is nobody's. So
    nothing is lost where the process ends between the two. A commit that fails leaves the account
    as it was. Raises BadField where the page is another account's.
    """
    private, before, by = reader.instance.private, person.page, someone(reader).id
    if path is None or before == path:
        yield
        return
    set_page(private, person.id, path, by=by)
    try:
        yield
    except BaseException:
        if not is_taken(reader.renewed(), path):
            set_page(private, person.id, before, by=by)
        raise
