"""Makes a space from a template: a folder of pages, in one commit, with its maker in its team."""

from wiki.editing.makers import WITH_TEAM, becomes_own, joined, maker_page
from wiki.editing.rights import author_of, check_may_edit, check_rights_kept, someone
from wiki.editing.save import Saved, forget_guests
from wiki.editing.saved_text import complete_identities, tidy
from wiki.editing.templates import PLACES, NewSpace, checked_title, free_path, pages_of
from wiki.editing.write_queue import write_turn
from wiki.errors import Forbidden
from wiki.pages.page import Page
from wiki.pages.paths import join
from wiki.pages.urls import action_url, page_url
from wiki.reading import Reader
from wiki.reading.files import has_folder
from wiki.reading.pages import is_free, is_taken
from wiki.repository.commit import Change, commit
from wiki.translation import gettext as _
from wiki.translation import lazy

#: why a page of that kind is not for everyone to make, and what there is to look at instead
_BY_TEAMS = {
    "event": (
        lazy(
            "Here events are announced by the team that prepares them. Choose one that is coming: "
            "you can propose a project to it, or put your name down."
        ),
        lazy("See the events"),
    ),
    "dossier": (
        lazy(
            "Here dossiers are begun by a team, which gathers what projects have told. Present your"
            " project, or say on a dossier what is missing in it."
        ),
        lazy("See the dossiers"),
    ),
}


def may_make(reader: Reader, type: str) -> bool:
    """Whether the person may begin a page of that type; a visitor, with the account to come."""
    return reader.may_begin(f"{PLACES[type][0] or 'index'}/nouveau")


def check_may_make(reader: Reader, type: str) -> None:
    """Raises Forbidden, with what to do instead, where the person may not begin such a page."""
    if may_make(reader, type):
        return
    if reader.person is not None and reader.person.role == "reader":
        raise Forbidden(_("This account only reads: ask an administrator for another one."))
    words, label = _BY_TEAMS.get(type, (lazy("Here a team makes pages of this kind."), None))
    ways = [(str(label), page_url(PLACES[type][0]))] if label else []
    if type != "project" and may_make(reader, "project"):
        ways.append((_("Present a project"), action_url("new", query={"type": "project"})))
    raise Forbidden(str(words), ways)


def make_space(reader: Reader, new: NewSpace) -> Saved:
    """Makes the pages of a new space. Raises BadField, and what ``rights`` raises.

    A person page becomes its maker's own if they have none.
    """
    title = checked_title(new)
    with write_turn(reader.instance):
        reader = reader.renewed()
        someone(reader)
        path = _place(reader, new, title)
        check_may_edit(reader, path)
        changes: dict[str, Change] = {}
        made: list[str] = []
        teamed = new.type in WITH_TEAM and not new.head.get("team")
        own = maker_page(reader, changes) if teamed else None
        for page in pages_of(reader, new, title, path, own):
            page = complete_identities(reader, Page(page.path, page.file, tidy(reader, page.text)))
            if page.path == path:
                check_rights_kept(reader, None, page)
                own = path if becomes_own(reader, page) else own
            changes[page.file] = page.text.encode()
            made.append(page.path)
        changes |= {join(path, name): data for name, data in new.files.items()}
        with joined(reader, someone(reader), own):
            done = commit(
                reader.instance.repository,
                reader.head,
                changes,
                author_of(reader),
                _("Began “{title}”").format(title=title),
            )
        for name in made:
            forget_guests(reader, name)
    return Saved(path, done)


def space_path(reader: Reader, new: NewSpace) -> str:
    """Where the new space can be made: for who holds the lock, and notes it before it is made.

    Raises BadField.
    """
    return _place(reader, new, checked_title(new))


def _place(reader: Reader, new: NewSpace, title: str) -> str:
    if new.at and is_free(reader, new.at) and not has_folder(reader, new.at):
        return new.at
    own = reader.person.page if reader.person else None
    return free_path(reader, new.above or PLACES[new.type][0] or "index", title, own)


def ensure_own_page(reader: Reader) -> str:
    """The path of the asking person's own page, made now if they have none.

    Raises what ``make_space`` does; two who ask at the same moment get the one page.
    """
    with write_turn(reader.instance):
        reader = reader.renewed()
        person = someone(reader)
        if person.page is not None and is_taken(reader, person.page):
            return person.page
        return make_space(reader, NewSpace("person", person.name)).path
