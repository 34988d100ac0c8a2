"""The pages that a new wiki begins with: the home page is named, the examples may go."""

from wiki.editing.move import delete_spaces
from wiki.editing.save import change_page
from wiki.editing.write_queue import write_turn
from wiki.errors import BadRequest
from wiki.pages.head.changes import edit_head
from wiki.pages.paths import ROOT
from wiki.people.audit import record_audit
from wiki.reading import Reader
from wiki.reading.history import list_recent_changes
from wiki.reading.pages import find_page, is_taken
from wiki.repository.objects import WIKI_AUTHOR
from wiki.resources import bundled
from wiki.translation import gettext as _

#: the examples of ``content/``, and the pages that links to them lead to without them
EXAMPLES = {
    "projets/lora-a-la-ferme": "projets",
    "personnes/une-agronome-de-plouha": "personnes",
    "evenements/carrefour-d-exemple": "evenements",
    "evenements/cafe-d-exemple": "evenements",
    "dossiers/des-capteurs-aux-champs": "dossiers",
}
#: changes that are looked at: a new wiki has as many as pages
_MOST = 1000


def may_empty(reader: Reader) -> bool:
    """Whether the examples are there, and nobody but the wiki itself has written yet."""
    if not any(is_taken(reader, path) for path in EXAMPLES):
        return False
    changes = list_recent_changes(reader, limit=_MOST)
    return len(changes) < _MOST and all(change.mail == WIKI_AUTHOR.mail for change in changes)


def name_home(reader: Reader) -> None:
    """Has the home page bear the name of the site, where nobody has touched it yet."""
    name, page = reader.instance.settings.site_name, find_page(reader, ROOT)
    seed = bundled("content") / "index.md"
    if page is not None and page.title != name and page.text.encode() == seed.read_bytes():
        words = _("Named the site")
        change_page(reader, ROOT, lambda now: edit_head(now.text, {"title": name}), words)


def take_out_examples(reader: Reader) -> None:
    """Takes them out, which their history can undo. Raises BadRequest once someone has written."""
    with write_turn(reader.instance, "links"):
        reader = reader.renewed()
        if not may_empty(reader):
            raise BadRequest(
                _(
                    "Someone has written here already, so all pages stay. Each example can be "
                    "deleted by hand, from its menu."
                )
            )
        instead = {path: to for path, to in EXAMPLES.items() if is_taken(reader, path)}
        delete_spaces(reader, instead, _("Took the example pages out"))
    if reader.person is not None:
        record_audit(reader.instance.private, reader.person.id, "emptied", "")
