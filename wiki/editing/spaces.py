"""Makes a space from a template: a folder of pages, in one commit, with its maker in its team."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from string import Template

from wiki.editing.rights import author_of, check_may_edit, check_rights_kept, someone
from wiki.editing.saving import Saved, complete, tidy
from wiki.errors import BadField
from wiki.pages.frontmatter import edit_head
from wiki.pages.page import Page
from wiki.pages.paths import files_of, join, new_name
from wiki.people.accounts import set_page
from wiki.reading import Reader
from wiki.repository.writing import Change, commit
from wiki.translation import gettext as _

#: where spaces of a type are made, and where the wiki keeps their template
PLACES = {
    "project": ("projets", "modeles/projet"),
    "person": ("personnes", "modeles/personne"),
    "organisation": ("organisations", "modeles/organisation"),
    "event": ("evenements", "modeles/evenement"),
    "dossier": ("dossiers", "modeles/dossier"),
    "carrefour": ("carrefours", "modeles/carrefour"),
    "": ("", "modeles/page"),
}
#: whose maker is put in its team
_WITH_TEAM = ("project", "dossier", "event")
_TITLE_LENGTH = 200


@dataclass(frozen=True)
class NewSpace:
    """What the form asks: everything but the title may be empty."""

    type: str
    title: str
    summary: str = ""
    themes: Sequence[str] = ()
    territory: str = ""
    above: str = ""


def make_space(reader: Reader, new: NewSpace) -> Saved:
    """Makes the pages of a new space. Raises BadField, and what ``rights`` raises."""
    if new.type not in PLACES:
        raise BadField("type", _("Choose what you want to make."))
    title = " ".join(new.title.split())
    if not title or len(title.encode()) > _TITLE_LENGTH:
        raise BadField("title", _("Give it a title of at most 200 characters."))
    repository = reader.instance.repository
    with repository.lock():
        reader = reader.renewed()
        someone(reader)
        folder = new.above or PLACES[new.type][0] or "index"
        path = join(folder, new_name(title, lambda name: _in_use(reader, join(folder, name))))
        check_may_edit(reader, path)
        changes: dict[str, Change] = {}
        maker = _maker_page(reader, changes) if new.type in _WITH_TEAM else None
        for page in _pages(reader, new, title, path, maker):
            page = complete(reader, page)
            if page.path == path:
                check_rights_kept(reader, None, page)
            changes[page.file] = tidy(reader, page.text).encode()
        done = commit(
            repository,
            reader.head,
            changes,
            author_of(reader),
            _("Began “{title}”").format(title=title),
        )
    if maker is not None and reader.person is not None and reader.person.page != maker:
        set_page(reader.instance.private, reader.person.id, maker, by=reader.person.id)
    repository.maintain()
    return Saved(path, done)


def _in_use(reader: Reader, path: str) -> bool:
    """Whether a page stands there, or anything below: a new space takes nothing over."""
    return reader.taken(path) or reader.has_folder(path)


def _maker_page(reader: Reader, changes: dict[str, Change]) -> str:
    """The person page of who makes the space; one is made where they have none."""
    person = someone(reader)
    if person.page is not None and reader.taken(person.page):
        return person.page
    folder = PLACES["person"][0]
    path = join(folder, new_name(person.name, lambda name: _in_use(reader, join(folder, name))))
    for page in _pages(reader, NewSpace("person", person.name), person.name, path, None):
        changes[page.file] = page.text.encode()
    return path


def _pages(
    reader: Reader, new: NewSpace, title: str, path: str, maker: str | None
) -> Iterator[Page]:
    """The pages of the template filled in, the root page first."""
    template = PLACES[new.type][1]
    words = {
        "title": title,
        "summary": " ".join(new.summary.split()),
        "themes": ", ".join(new.themes),
        "territory": new.territory,
        "today": reader.today.isoformat(),
    }
    found = list(reader.template_pages(template))
    root = next((page for page in found if page.path == template), None)
    several = len(found) > 1 or new.type == "project"
    text = Template(root.text if root else f"# {title}\n").safe_substitute(words)
    head = {
        "type": new.type or None,
        "title": title,
        "summary": words["summary"] or None,
        "themes": list(new.themes) or None,
        "territory": new.territory.strip() or None,
        "team": [f"[[{maker}]]"] if maker else None,
        "visibility": None,
    }
    file = files_of(path)[1 if several else 0]
    yield Page(path, file, edit_head(text, head))
    for page in found:
        if page is not root:
            below = path + page.path.removeprefix(template)
            filled = Template(page.text).safe_substitute(words)
            yield Page(below, below + page.file.removeprefix(page.path), filled)
