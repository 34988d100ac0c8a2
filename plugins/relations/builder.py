"""The graph that one reader may see: of their own rows, links and needs, and of nothing else.

Worked out once for all who see alike, and kept until the next commit or the next day.
"""

from collections.abc import Iterator, Sequence
from threading import Lock

from cachetools import LRUCache, cached

from wiki.api.meaning import fold
from wiki.api.paths import action_url, page_url, slug
from wiki.api.reading import Reader
from wiki.api.reading.item_rows import ItemRow, find_items, select_items
from wiki.api.reading.rows import PageRow, find_rows, get_rows, select

from .graph import Graph, Node, joined

#: pages and needs in one graph, each; who has more sees those that changed last, and is told
MOST_PAGES, MOST_NEEDS = 10_000, 4_000
#: types of pages that are nodes
PAGES = ("project", "person", "dossier", "event", "carrefour", "organisation")
_NEEDS = ("besoins", "needs")
#: facts that are nodes themselves
_WORDS = ("theme", "territory")
#: facts whose values are pages
_LEADING = ("team", "presented", "programme")
#: letters of a need that stand beside its dot
_LABEL = 80
#: graphs kept in one process
_KEPT = 6


def graph_key(reader: Reader) -> tuple[object, ...]:
    """What a graph depends on: whose wiki, which commit, who sees, which day."""
    folder = reader.instance.settings.instance
    return (folder, reader.head, reader.audience, reader.today)


def node_key(kind: str, name: str) -> str:
    """The key of a node: of a page by its path, a need by its identity, a word by its slug."""
    return f"{kind}:{name}"


@cached(LRUCache(_KEPT), key=graph_key, lock=Lock())
def graph_of(reader: Reader) -> Graph:
    """All that ``reader`` may see of the network."""
    pages = find_rows(reader, select(types=PAGES), sort="updated", limit=MOST_PAGES)
    wanted = select_items(blocks=_NEEDS, states=(" ",))
    needs = find_items(reader, wanted, sort="new", limit=MOST_NEEDS)
    own = [item for item in needs.rows if item.identity]
    by_path = {row.path: row for row in pages.rows}
    nodes = [_page_node(row) for row in pages.rows]
    nodes += [_need_node(item, by_path.get(item.space or "")) for item in own]
    nodes += _word_nodes(pages.rows)
    cut = pages.total > len(pages.rows) or needs.total > len(needs.rows)
    return joined(nodes, _said(reader, by_path, own), cut)


def _page_node(row: PageRow) -> Node:
    return Node(
        node_key(row.type, row.path),
        row.type,
        row.title,
        page_url(row.path),
        tuple(_slug(word) for word in row.facts.get("theme", ())),
        tuple(_slug(word) for word in row.facts.get("territory", ())),
    )


def _need_node(item: ItemRow, space: PageRow | None) -> Node:
    words = item.plain if len(item.plain) <= _LABEL else item.plain[: _LABEL - 1].rstrip() + "…"
    facts = space.facts if space else {}
    places = item.places or facts.get("territory", ())
    return Node(
        node_key("need", item.identity or ""),
        "need",
        words,
        action_url("needs", item.identity or ""),
        tuple(_slug(word) for word in facts.get("theme", ())),
        tuple(_slug(word) for word in places),
    )


def _word_nodes(rows: Sequence[PageRow]) -> Iterator[Node]:
    """Themes and territories, each spelt as it was met first."""
    met: dict[tuple[str, str], str] = {}
    for row in rows:
        for kind in _WORDS:
            for word in row.facts.get(kind, ()):
                met.setdefault((kind, _slug(word)), word)
    for (kind, name), word in sorted(met.items()):
        if kind == "theme":
            url = action_url("themes", name)
            yield Node(node_key(kind, name), kind, word, url, themes=(name,))
        else:
            url = action_url("projects", query={"territory": name})
            yield Node(node_key(kind, name), kind, word, url, territories=(name,))


def _said(
    reader: Reader, pages: dict[str, PageRow], needs: Sequence[ItemRow]
) -> Iterator[tuple[str, str, str]]:
    def key(path: str) -> str:
        row = pages.get(path)
        return node_key(row.type, path) if row else ""

    for row in pages.values():
        mine = node_key(row.type, row.path)
        for word in _WORDS:
            for value in row.facts.get(word, ()):
                yield mine, node_key(word, _slug(value)), word
        for tie in _LEADING:
            for path in row.facts.get(tie, ()):
                yield mine, key(path), tie
    for item in needs:
        yield key(item.space or item.path), node_key("need", item.identity or ""), "needs"
    # A page below a space speaks for it, and stands for it where it is spoken of.
    spaces = {path: path for path in pages}
    links = reader.links.pairs(reader.audience)
    others = sorted({path for pair in links for path in pair if path not in spaces})
    for start in range(0, len(others), 500):
        for path, row in get_rows(reader, others[start : start + 500]).items():
            spaces[path] = row.space or ""
    for source, target in links:
        yield key(spaces.get(source, "")), key(spaces.get(target, "")), "link"


def _slug(word: str) -> str:
    """As facts are compared (``slug``, or folded where nothing of a word is left by it)."""
    return slug(word) or fold(word).strip()
