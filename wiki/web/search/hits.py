"""Results by kind, or in one list where an order was chosen; facets; what was looked for too."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from markupsafe import Markup

from wiki.errors import NotFound
from wiki.pages.paths import ROOT, ancestors
from wiki.pages.urls import page_url
from wiki.projections.searching.results import Hit, SearchResults
from wiki.projections.searching.synonyms import THESAURUS, written_terms
from wiki.reading import Reader
from wiki.reading.html import get_fact_label, get_fact_page, get_fact_words
from wiki.reading.lists import get_rows, list_facet_keys
from wiki.reading.pages import get_page
from wiki.translation import gettext as _
from wiki.translation import lazy
from wiki.web.search.lists import facet_links
from wiki.web.search.query import Asked

T = TypeVar("T")

#: of each kind, where all kinds are shown
OF_A_KIND = 5
_FACET_VALUES = 12
#: terms of the thesaurus that are named beside the question
_ALSO = 5

KIND_WORDS = {
    "project": lazy("Projects"),
    "need": lazy("Needs"),
    "offer": lazy("Offers"),
    "person": lazy("People"),
    "event": lazy("Events"),
    "dossier": lazy("Dossiers"),
    "organisation": lazy("Organisations"),
    "carrefour": lazy("Carrefours"),
    "page": lazy("Pages"),
    "help": lazy("Help"),
}
#: the page that explains the wiki, and what lies below it
_HELP = "aide"


def groups(reader: Reader, asked: Asked, results: SearchResults) -> list[dict[str, Any]]:
    """The hits as ``search/results.html`` wants them."""
    rows = get_rows(reader, [hit.path for hit in results.hits])
    where = places(reader, results.hits)

    def group(label: str, hits: Sequence[Hit], total: int, url: str = "") -> dict[str, Any]:
        shown = [_hit(reader, hit, rows, where) for hit in hits]
        return {"label": label, "total": total, "url": url, "hits": shown}

    if asked.order and results.hits:
        return [group(_("All answers"), results.hits, results.total)]
    counts = {one.slug: one.count for one in results.facets.get("type", ())}
    # Help is pages too: what is counted of a kind is both.
    counts["help"] = sum(map(is_help, results.hits))
    one_kind = bool(asked.chosen.get("type"))
    return [
        group(kind_word(kind), hits, counts.get(kind, len(hits)))
        if one_kind
        else group(
            kind_word(kind),
            hits[:OF_A_KIND],
            counts.get(kind, len(hits)),
            _all_of(asked, kind),
        )
        for kind, hits in by_kind(results.hits)
    ]


def _all_of(asked: Asked, kind: str) -> str:
    """The address of all answers of a kind."""
    kinds = ("page" if kind == "help" else kind,)
    return Asked(asked.query, {**asked.chosen, "type": kinds}, exact=asked.exact).url()


def title_of(hit: Hit) -> Markup:
    """The title, with the words that answer marked."""
    return Markup(hit.title_html)  # noqa: S704 - escaped where it is made


def kind_word(kind: str) -> str:
    """What results of a kind are called."""
    return str(KIND_WORDS.get(kind, kind))


def by_kind(hits: Iterable[Hit]) -> list[tuple[str, list[Hit]]]:
    """The kind of the best answer first, then always in the same order: pages, then help, last."""
    kinds: dict[str, list[Hit]] = {}
    for hit in hits:
        kinds.setdefault("help" if is_help(hit) else hit.kind, []).append(hit)
    best = next((kind for kind in kinds if kind not in ("page", "help")), "")
    order = [best, *KIND_WORDS]
    return sorted(kinds.items(), key=lambda one: order.index(one[0]) if one[0] in order else 99)


def is_help(hit: Hit) -> bool:
    """Whether a page tells how to use the wiki, rather than what is in it."""
    return hit.path == _HELP or hit.path.startswith(f"{_HELP}/")


def places(reader: Reader, hits: Iterable[Hit]) -> dict[str, str]:
    """By path of a hit, the titles of the pages above it, the root left out."""
    above = {hit.path: [one for one in ancestors(hit.path) if one != ROOT] for hit in hits}
    names = sorted({one for group in above.values() for one in group})
    titles = reader.catalogue.titles(names, reader.audience) if names else {}
    return {
        path: " / ".join(titles[one] for one in group if one in titles)
        for path, group in above.items()
    }


def facets(reader: Reader, results: SearchResults) -> list[dict[str, Any]]:
    """The facets beside the results, each choice an address."""
    return facet_links(
        [
            (
                key,
                get_fact_label(reader, key),
                [
                    (one.slug, value_words(reader, key, one.slug, one.label), one.count)
                    for one in results.facets.get(key, ())[:_FACET_VALUES]
                ],
            )
            for key in list_facet_keys(reader)
        ]
    )


def value_words(reader: Reader, key: str, slug: str, label: str) -> str:
    """A value of a facet in the reader's language, else as people write it."""
    if key == "type":
        return kind_word(slug)
    known = reader.instance.fact_keys.get(key)
    return str(known.words.get(slug, label)) if known and known.words else label


def also(reader: Reader, folded: Sequence[str]) -> list[str]:
    """The terms that were looked for too, as the thesaurus writes them; a few of them."""
    if not folded:
        return []
    try:
        written = written_terms(get_page(reader, THESAURUS).body)
    except NotFound:
        return []
    return list(dict.fromkeys(written[words] for words in folded if words in written))[:_ALSO]


def _hit(
    reader: Reader, hit: Hit, rows: Mapping[str, Any], where: Mapping[str, str]
) -> dict[str, Any]:
    row = rows.get(hit.path)
    state = row.first("state") if row is not None else ""
    facts = [row.first("territory")] if row is not None else []
    return {
        "url": page_url(hit.path, hit.anchor),
        "title": title_of(hit),
        "extract": Markup(hit.snippet_html),  # noqa: S704 - escaped where it is made
        "path_words": where.get(hit.path, ""),
        "state": get_fact_words(reader, "state", state),
        "about_state": get_fact_page(reader, "state", state),
        "facts": [fact for fact in facts if fact],
        "item": None,
        "kind": hit.kind if hit.kind in ("need", "offer") else "",
        "kind_words": kind_word(hit.kind),
    }
