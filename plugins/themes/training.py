"""What the pages that a reader may see teach about themes."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from wiki.api.meaning import content_stems, encoders, text_digest
from wiki.api.pages import Page, read_document
from wiki.api.paths import slug
from wiki.api.reading import Reader, get_page
from wiki.api.reading.rows import PageRow, get_row, iterate_rows, select

from .classifier import Meaning
from .model import Text, Themes

#: pages whose themes are about what their text is about
_TYPES = ("project", "dossier", "event")


def learn(reader: Reader) -> Themes:
    """The themes of the pages that ``reader`` may see, each spelt as most of them do."""
    rows = list(_with_themes(reader))
    spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        for theme in row.facts["theme"]:
            spellings[slug(theme)][theme] += 1
    label = {key: _usual(found) for key, found in spellings.items()}
    texts = (
        (
            _text(name_of(row), get_page(reader, row.path)),
            [label[slug(t)] for t in row.facts["theme"]],
        )
        for row in rows
    )
    return Themes(texts, content_stems, _reading(reader))


def text_of_page(reader: Reader, path: str) -> Text:
    """The text of the page at ``path``; raises NotFound."""
    page = get_page(reader, path)
    row = get_row(reader, page.path)
    return _text(name_of(row) if row else page.path, page)


def text_of_record(name: str, title: str, summary: str, body: str) -> Text:
    """The text of a record that is perhaps no page of the wiki yet."""
    return Text(slug(name), title, summary, read_document(body).words)


def name_of(row: PageRow) -> str:
    """What a page is called where records are: the id that it was imported from, else its place."""
    return slug(row.source or row.path.removesuffix("/index").rpartition("/")[2])


def _reading(
    reader: Reader,
) -> Callable[[Mapping[str, tuple[str, ...]], Sequence[str]], Meaning] | None:
    """What makes the view of meaning, by the quickest encoder; None where the setting has none.

    Vectors are kept beside the other things that git can bring back.
    """
    instance = reader.instance
    found = sorted(encoders(instance.settings.encoder), key=lambda one: not one.quick)
    if not found:
        return None
    store = instance.vectors.at("themes", found[0])

    def meaning(known: Mapping[str, tuple[str, ...]], said: Sequence[str]) -> Meaning:
        keys = [text_digest(one) for one in said]
        store.add(store.missing(dict(zip(keys, said, strict=True))))
        store.compact(frozenset(keys))
        return Meaning(known, store.of(keys), store.encoder.encode)

    return meaning


def _with_themes(reader: Reader) -> Iterator[PageRow]:
    chosen = select(types=_TYPES, flags=["theme"])
    return (row for row in iterate_rows(reader, chosen, "title") if row.facts.get("theme"))


def _usual(spellings: Counter[str]) -> str:
    return min(spellings, key=lambda word: (-spellings[word], word))


def _text(name: str, page: Page) -> Text:
    return Text(name, page.title, page.summary, page.document.words)
