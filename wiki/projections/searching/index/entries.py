"""What can be found: a page is an entry, and so is each need and offer on it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple, TypeAlias

from wiki.pages.document import Document
from wiki.pages.markdown.items import Item
from wiki.pages.page import Page
from wiki.projections.analysis import forms, joined, plain_words, runs, stem
from wiki.projections.searching.index.schema import JOINED, NAME, STEMS, SYNONYM, TITLE, Posting
from wiki.projections.searching.plain_text import say_plainly
from wiki.projections.searching.stopwords import STOP_WORDS
from wiki.projections.searching.synonyms import THESAURUS, of_acronyms, of_thesaurus
from wiki.repository.span import Span

#: items of these blocks are entries of their own; the names are those of the content format
ITEM_KINDS = {"besoins": "need", "needs": "need", "offres": "offer", "offers": "offer"}
#: an ordinary page
PAGE = "page"
#: what an entry keeps of its text to show extracts from
SHOWN = 20_000
#: different words of an entry that are kept: a thick novel has fewer, and misspelt words of
#: questions are compared with all
MOST_FORMS = 20_000
#: items of a page that are entries of their own
MOST_ITEMS = 1_000
_SATURATION = 1.2
_LAST_PLACE = 0xFFFF


class Field(NamedTuple):
    """How much a word counts there, how far length matters (0 to 1), and a usual length.

    What stands beyond ``read`` characters is not read.
    """

    weight: float
    slope: float
    usual: int
    read: int


FIELDS = {
    "title": Field(5.0, 0.4, 4, 300),
    "names": Field(1.0, 0.0, 1, 2_000),
    "summary": Field(2.5, 0.5, 18, 2_000),
    "themes": Field(1.5, 0.3, 3, 2_000),
    "body": Field(1.0, 0.7, 250, 1_000_000),
}


class Card(NamedTuple):
    """What a result shows; extracts are cut from ``summary`` and ``text``, which are plain."""

    path: str
    title: str
    anchor: str
    lang: str
    summary: str
    text: str


class Entry(NamedTuple):
    """A page or an item, ready for the index."""

    kind: str
    group: str
    space: str | None
    card: Card
    words: list[Posting]
    roots: list[Posting]


#: a page, and the entries that it has from now on
Change: TypeAlias = tuple[str, Iterable[Entry]]
#: the pages that differ in a span
ChangesOf: TypeAlias = Callable[[Span], Iterable[Change]]


def entries(
    page: Page, group: str, space: str | None, item_kinds: Mapping[str, str] = ITEM_KINDS
) -> Iterator[Entry]:
    """The entries of ``page``: itself, then its items; ``group`` and ``space`` are the page's."""
    document = page.document
    title = page.title[: FIELDS["title"].read]
    summary = page.summary[: FIELDS["summary"].read]
    said = (say_plainly(text, page.lang) for text in (summary, document.words[:SHOWN]))
    card = Card(page.path, title, "", page.lang, *said)
    texts = {
        "title": title,
        "names": " ".join((page.path.rpartition("/")[2], *page.aliases)),
        "summary": summary,
        "themes": " ".join((*page.themes, page.territory)),
        "body": document.words,
    }
    entry = _entry(page.type or PAGE, group, space, card, texts)
    synonyms = dict(of_acronyms(document.words))
    if page.path == THESAURUS:
        synonyms.update(of_thesaurus(page.body))
    entry.roots.extend(Posting(SYNONYM + term, worth) for term, worth in synonyms.items())
    yield entry
    for kind, item in islice(_items(document, item_kinds), MOST_ITEMS):
        anchor = item.identity or f"{kind}-{item.line + 1}"
        words = item.plain[: FIELDS["summary"].read]
        said = (say_plainly(text, page.lang) for text in (title, item.nested[:SHOWN]))
        card = Card(page.path, words, anchor, page.lang, *said)
        texts = {
            "summary": words,
            "themes": " ".join((*item.keywords, *item.places)),
            "body": f"{title}\n{item.nested}",
        }
        yield _entry(kind, group, space, card, texts)


def _items(document: Document, item_kinds: Mapping[str, str]) -> Iterator[tuple[str, Item]]:
    """The items that are entries, and the kind of each."""
    for block in document.blocks:
        kind = item_kinds.get(block.name)
        if kind is not None and not block.args.strip():
            for item in block.items:
                yield kind, item


def _entry(kind: str, group: str, space: str | None, card: Card, texts: Mapping[str, str]) -> Entry:
    texts = {name: text[: FIELDS[name].read] for name, text in texts.items()}
    exact, stems = weigh(texts, card.lang)
    words = plain_words(texts.get("title", ""))
    names, title = set(words), "".join(words)
    roots = stems + [Posting(NAME + form, 1.0) for form in names]
    for source in ("title", "names"):
        roots += [
            Posting(JOINED + form, _saturated(FIELDS[source].weight))
            for form in joined(plain_words(texts.get(source, "")))
        ]
    if title:
        roots.append(Posting(TITLE + title[:200], 1.0))
    return Entry(kind, group, space, card, exact, _merged(roots))


def weigh(texts: Mapping[str, str], lang: str) -> tuple[list[Posting], list[Posting]]:
    """The exact words of the fields with weights and places, and the stems with weights.

    Stop words count in titles alone: there they may be all there is.
    """
    stop_words = STOP_WORDS[lang]
    exact: dict[str, float] = {}
    places: dict[str, list[int]] = {}
    known: set[str] = set()
    start = 0
    for name, field in FIELDS.items():
        counts: dict[str, int] = {}
        ignored = stop_words if name != "title" else ()
        place = start
        for place, run in enumerate(runs(texts.get(name, "")), start):
            for form in forms(run):
                if form not in ignored and (form in known or len(known) < MOST_FORMS):
                    known.add(form)
                    counts[form] = counts.get(form, 0) + 1
                    if place <= _LAST_PLACE:
                        places.setdefault(form, []).append(place)
        long = sum(counts.values()) / field.usual
        scale = field.weight / max(0.5, 1 - field.slope + field.slope * long)
        for form, count in counts.items():
            exact[form] = exact.get(form, 0.0) + scale * count
        # A gap between fields: no phrase runs from one into the next.
        start = place + 10
    stems: dict[str, float] = {}
    letter = STEMS[lang]
    for form, counted in exact.items():
        if form not in stop_words:
            root = letter + stem(form, lang)
            stems[root] = stems.get(root, 0.0) + counted
    return (
        [Posting(form, _saturated(n), tuple(places.get(form, ()))) for form, n in exact.items()],
        [Posting(root, _saturated(n)) for root, n in stems.items()],
    )


def _saturated(count: float) -> float:
    return count / (count + _SATURATION)


def _merged(postings: Iterable[Posting]) -> list[Posting]:
    best: dict[str, Posting] = {}
    for posting in postings:
        if posting.term not in best or best[posting.term].weight < posting.weight:
            best[posting.term] = posting
    return list(best.values())
