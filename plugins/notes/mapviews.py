"""A page as a mind map: to look at, print and walk through, and as a file for programs."""

from flask import Blueprint
from werkzeug.wrappers import Response

from wiki.api.documents import FREEMIND, as_freemind
from wiki.api.paths import action_url, normalise, page_url, slug
from wiki.api.reading import Reader, get_page
from wiki.api.web import current_reader, render_page
from wiki.api.web.downloads import attachment

from .tree import Node, flat, tree_of

bp = Blueprint("notes_map", __name__)

#: nodes that are drawn; the file has all
MOST = 1500
#: no screen has room for more levels
_DEEPEST = 12


@bp.get("/notes/map/<path:path>")
def drawn(path: str) -> Response:
    """The page as a map. Raises NotFound."""
    reader = current_reader()
    page = get_page(reader, normalise(path))
    root = tree_of(reader, page)
    count = root.count()
    return render_page(
        "notes/map.html",
        page={"label": page.title, "url": page_url(page.path)},
        lang=page.lang,
        root=_shown(reader, root),
        count=count,
        cut=MOST if count > MOST else 0,
        file=action_url("notes", f"{page.path}.mm"),
        noindex=True,
    )


@bp.get("/notes/<path:path>.mm")
def file(path: str) -> Response:
    """The same as a file of FreeMind. Raises NotFound."""
    reader = current_reader()
    page = get_page(reader, normalise(path))
    name = slug(page.title)[:80] or "notes"
    return attachment(as_freemind(tree_of(reader, page)), FREEMIND, f"{name}.mm")


def _shown(reader: Reader, root: Node) -> dict[str, object]:
    """The first nodes, as the template wants them: each level a list of the one above."""
    base = reader.instance.settings.public_url
    above: list[list[dict[str, object]]] = [[]]
    for number, (depth, node) in enumerate(flat(root)):
        if number >= MOST:
            break
        level = min(depth, _DEEPEST)
        children: list[dict[str, object]] = []
        above[level].append(
            {
                "text": node.text,
                "url": node.url.removeprefix(base),
                "kind": node.kind,
                "state": node.state,
                "notes": node.notes,
                "children": children,
            }
        )
        del above[level + 1 :]
        above.append(children)
    return above[0][0]
