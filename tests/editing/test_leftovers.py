"""Pages that began as copies of their template lose its hints once, and no text of anyone's."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from wiki.editing.leftovers import TASK, clear_leftovers
from wiki.instance import Instance
from wiki.jobs.runner import run_due
from wiki.repository.objects import WIKI_AUTHOR

if TYPE_CHECKING:
    from flask.testing import FlaskClient

Write = Callable[..., str]
HINT = "*Racontez un moment.*"
TEMPLATE = f"## Une scène\n\n{HINT}\n\n## Budget\n\n"
HEAD = "---\ntype: project\n---\n"
#: what its author wrote, in italics of their own and as a sentence
OURS = "*Un matin, au four.*\n\nNous cherchons un four.\n"


def test_what_a_page_began_with_goes_and_nothing_else(instance: Instance, write: Write) -> None:
    before = {
        "modeles/projet/index.md": TEMPLATE,
        "modeles/projet/notes.md": "*Une ligne par idée.*\n\n## Idées\n",
        "projets/four/index.md": HEAD + TEMPLATE,
        "projets/four/notes.md": "*Une ligne par idée.*\n\n## Idées\n",
        "projets/pain.md": HEAD + "## Une scène\n\nDu pain.\n",
    }
    write(before)
    written = TEMPLATE.replace("## Budget", f"{OURS}\n## Budget")
    write({"projets/four/index.md": HEAD + written})
    # Later: a template says what stands in pages, and a page what its template says.
    later = "*Un matin, au four.*\n\nNous cherchons un four.\n"
    write({
        "modeles/projet/index.md": TEMPLATE + later,
        "projets/pain.md": HEAD + f"## Une scène\n\n{HINT}\n\nDu pain.\n",
    })  # fmt: skip
    assert clear_leftovers(instance) == 2
    repository = instance.repository
    head = repository.head()
    assert repository.commit_info(head).author_mail == WIKI_AUTHOR.mail

    def text(file: str) -> str:
        found = repository.read(file, head)
        assert found is not None
        return found.data.decode()

    assert text("projets/four/index.md") == HEAD + f"## Une scène\n\n{OURS}\n## Budget\n\n"
    assert text("projets/four/notes.md") == "## Idées\n"
    assert HINT in text("projets/pain.md"), "its writer wrote that later"
    assert text("modeles/projet/index.md") == TEMPLATE + later
    assert clear_leftovers(instance) == 0
    assert repository.head() == head


def test_what_is_public_shows_none_of_it(
    instance: Instance, write: Write, client: "FlaskClient"
) -> None:
    """Pages, prints, feeds, searches, the public history: they all say what stands in the text."""
    write({"modeles/projet/index.md": TEMPLATE, "projets/four.md": HEAD + TEMPLATE})
    doors = (
        "/projets/four",
        "/-/api/v1/pages/projets/four?include=html",
        "/-/search?q=Budget&type=project",
    )
    assert "Racontez" in client.get(doors[0]).get_data(as_text=True)
    assert run_due(instance)[TASK]
    for door in doors:
        assert "Racontez" not in client.get(door).get_data(as_text=True), door
    assert TASK not in run_due(instance), "once"
