"""New pages, filled in from the templates that the wiki keeps among its pages."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from string import Template

from wiki.errors import BadField
from wiki.pages.head.changes import edit_head
from wiki.pages.head.frontmatter import read_head
from wiki.pages.hints import without_hints
from wiki.pages.page import Page
from wiki.pages.paths import files_of, join, new_name
from wiki.pages.words import keyword
from wiki.people.accounts import people_by_page
from wiki.reading import Reader
from wiki.reading.files import has_folder
from wiki.reading.pages import is_free, iterate_subtree
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


_TITLE_LENGTH = 200
#: what the pages below a template say of rights is not copied: they have those of their space
_NO_RIGHTS: dict[str, None] = {"team": None, "editors": None}


@dataclass(frozen=True)
class NewSpace:
    """What the form asks: everything but the title may be empty.

    ``at`` is its path, as ``space_path`` found it; ``visibility`` what its head says of that;
    ``opening(path)`` stands before the text of the template; ``files`` lie beside it, checked.
    ``template``: the page to begin from, with those below it, where that is not the one of the
    type; ``words`` fill it in too, ``maker_words`` those that need the path of its maker's page;
    ``head`` are more keys of the first page (None: taken out); ``team`` who is on it beside its
    maker. ``templates``: names of pages below that are templates again, and keep their hints.
    """

    type: str
    title: str
    summary: str = ""
    themes: Sequence[str] = ()
    territory: str = ""
    above: str = ""
    at: str = ""
    visibility: str = ""
    opening: Callable[[str], str] | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)
    template: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    maker_words: Callable[[str], Mapping[str, str]] | None = None
    head: Mapping[str, object] = field(default_factory=dict)
    team: Sequence[str] = ()
    templates: Collection[str] = ()


def checked_title(new: NewSpace) -> str:
    """Its title on one line. Raises BadField where it has none, or is of no kind that there is."""
    if new.type not in PLACES:
        raise BadField("type", _("Choose what you want to make."))
    title = one_line(new.title)
    if not title or len(title.encode()) > _TITLE_LENGTH:
        raise BadField("title", _("Give it a title of at most 200 characters."))
    return title


def free_path(reader: Reader, folder: str, title: str, own: str | None = None) -> str:
    """Where a page called ``title`` can be made: nothing stands there, nor below.

    Nor where a team names someone whose page is gone, or not there yet, or an account is joined to
    a page that is: whoever is joined to a page there is in that team, and to bear a name, which
    everyone chooses, must not give its rights. ``own``: the page, deleted or not made yet, of whom
    it is for; it is their own again.
    """

    def taken(name: str) -> bool:
        path = join(folder, name)
        if has_folder(reader, path) or not is_free(reader, path):
            return True
        if path == own:
            return False
        joined = people_by_page(reader.instance.private, [path])
        return bool(joined or reader.catalogue.is_named(path))

    return join(folder, new_name(title, taken))


def pages_of(
    reader: Reader, new: NewSpace, title: str, path: str, maker: str | None = None
) -> Iterator[Page]:
    """The pages of the template filled in, the root page first; ``maker`` is in its team."""
    template = new.template or PLACES[new.type][1]
    themes = [word for one in new.themes if (word := keyword(one))]
    words = {
        "title": title,
        "summary": one_line(new.summary),
        "themes": ", ".join(themes),
        "territory": one_line(new.territory),
        "today": reader.today.isoformat(),
        **new.words,
        **(new.maker_words(maker) if new.maker_words and maker else {}),
    }
    found = list(iterate_subtree(reader, template))
    root = next((page for page in found if page.path == template), None)
    several = len(found) > 1 or new.type == "project"
    text = Template(_hintless(root.text) if root else f"# {title}\n").safe_substitute(words)
    if new.opening is not None:
        body = read_head(text).body
        text = f"{text.removesuffix(body)}\n{new.opening(path).strip()}\n\n{body.lstrip()}"
    head = {
        "type": new.type or None,
        "title": title,
        "summary": words["summary"] or None,
        "themes": themes or None,
        "territory": words["territory"] or None,
        "team": [f"[[{one}]]" for one in dict.fromkeys([maker, *new.team]) if one] or None,
        "visibility": new.visibility or None,
        **new.head,
    }
    file = files_of(path)[1 if several else 0]
    yield Page(path, file, edit_head(text, head))
    for page in found:
        if page is not root:
            below = path + page.path.removeprefix(template)
            again = page.path.rpartition("/")[2] in new.templates
            text = page.text if again else _hintless(page.text)
            # Whoever wrote the template is given no rights over what others make of it.
            filled = edit_head(Template(text).safe_substitute(words), _NO_RIGHTS)
            yield Page(below, below + page.file.removeprefix(page.path), filled)


def _hintless(text: str) -> str:
    """The text of a template as a page begins with it."""
    body = read_head(text).body
    return text.removesuffix(body) + without_hints(body)


def one_line(text: str) -> str:
    """A field of one line: whatever white space was typed or pasted is one space."""
    return " ".join(text.split())
