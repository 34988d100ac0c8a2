"""What is kept of pages, needs and offers to compare a text with: rows that git can bring back."""

import json
import zlib
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import ClassVar, NamedTuple

from sqlalchemy import Column, LargeBinary, MetaData, Table, bindparam, delete, insert, select

from wiki.api.meaning import Having, Postings, having, posting_table
from wiki.api.projections import (
    Progress,
    Rows,
    TableProjection,
    Watch,
    index,
    integers,
    names,
    pick_columns,
    progress_steps,
    replace_surrogates,
    seen_by,
    texts,
    unindexed,
    visible,
)
from wiki.api.reading.history import Span, page_changes

from .texts import Text, texts_of, weighed

#: audiences whose lists of texts are kept until the next commit
_KEPT = 4
#: raised when other words of a text count
_EDITION = "2"
#: the topic of all texts, and with a kind behind it of those of one kind
_WORDS = "near:words"
#: a place on the wiki: the path of a page, and the identity of a need or offer on it, or ""
Place = tuple[str, str]

TABLES = MetaData()
WORD = posting_table("near_word", TABLES)
TEXT = Table(
    "near_text",
    TABLES,
    *integers("number", primary_key=True),
    *names("path kind group_"),
    *texts("id title themes"),
    *(Column(name, LargeBinary, nullable=False) for name in ("said", "digest")),
    index("near_text_path", "path id"),
    sqlite_autoincrement=True,
)
#: what is compared to know whether a text is the same
_SAME = ("id", "kind", "group_", "title", "said", "themes")
_PATH = TEXT.c.path == bindparam("path")
_SEEN = visible(unindexed(TEXT.c.group_), TEXT.c.path)
_OF_PAGE = select(TEXT.c.number, *pick_columns(TEXT, " ".join(_SAME))).where(_PATH)
_INSERT = insert(TEXT).returning(TEXT.c.number)
_DELETE = delete(TEXT).where(TEXT.c.number == bindparam("number"))
_OF_PLACE = select(*pick_columns(TEXT, "path id kind title said themes")).where(
    _PATH, TEXT.c.id == bindparam("id"), _SEEN
)
_OF_KINDS = (
    select(*pick_columns(TEXT, "number path id digest"))
    .where(TEXT.c.kind.in_(bindparam("kinds")), _SEEN)
    .order_by(TEXT.c.number)
)


class Seen(NamedTuple):
    """A text that somebody may see: its number, its place, the digest of what is read."""

    number: int
    place: Place
    digest: bytes


class Kept(NamedTuple):
    """A text with the page that it stands on."""

    path: str
    text: Text


class Shelf(TableProjection):
    """Texts by page and identity."""

    name: ClassVar[str] = "near"
    in_batches = True
    bumps = True
    prefix = "near:"
    watches = (
        Watch(
            TEXT,
            lambda row: [_WORDS, f"{_WORDS}:{row['kind']}", f"near:page:{row['path']}"],
        ),
    )
    schema = TABLES

    def __init__(self) -> None:
        super().__init__(_EDITION)
        self._seen: dict[Hashable, tuple[str, tuple[Seen, ...]]] = {}
        # While all begins from nothing: a common word is in each batch.
        self._words: Postings | None = None

    @contextmanager
    def starting_over(self, span: Span) -> Iterator[Callable[[Span], None] | None]:
        """See TableProjection. Words are written when many wait, not with each batch."""
        # What is written here is part of the one transaction.
        with super().starting_over(span) as take, self.tables.writing() as rows:
            words = self._words = Postings(rows, WORD)
            try:
                yield take
                words.write()
            finally:
                self._words = None

    def write(self, rows: Rows, span: Span, progress: Progress | None) -> None:
        """See TableProjection. A text that stays as it was keeps its number."""
        step, words = progress_steps(progress), self._words or Postings(rows, WORD)
        for change in page_changes(span.repository, span):
            before = {
                tuple(found): number
                for number, *found in rows.execute(_OF_PAGE, {"path": change.path})
            }
            if change.after is not None and change.access is not None:
                for text in texts_of(change.after):
                    said = replace_surrogates(text.said)
                    row = (
                        text.identity,
                        text.kind,
                        change.access.group,
                        replace_surrogates(text.title),
                        zlib.compress(said.encode()),
                        replace_surrogates(json.dumps(text.themes, ensure_ascii=False)),
                    )
                    if before.pop(row, None) is None:
                        values: dict[str, object] = dict(zip(_SAME, row, strict=True))
                        values |= {"path": change.path, "digest": text.digest}
                        number = rows.scalar(_INSERT, values)
                        words.add(number, weighed(said))
            for (*_row, packed, _themes), number in before.items():
                rows.execute(_DELETE, {"number": number})
                words.remove(number, weighed(unpacked(packed)))
            step()
        if words is not self._words:
            words.write()

    def of(self, places: Iterable[Place], audience: Collection[str]) -> dict[Place, Kept]:
        """The texts of those ``places`` that the audience may see."""
        found: dict[Place, Kept] = {}
        places = list(places)
        with self.reading(*(f"near:page:{path}" for path, _identity in places)) as rows:
            for place in places:
                asked = {**seen_by(audience), "path": place[0], "id": place[1]}
                row = rows.first(_OF_PLACE, asked)
                if row is not None:
                    found[place] = _kept(row)
        return found

    def seen(self, audience: Collection[str], kinds: Sequence[str]) -> tuple[Seen, ...]:
        """The texts of these kinds that the audience may see; kept for those who asked last."""
        with self.reading(*(f"{_WORDS}:{kind}" for kind in kinds)) as rows:
            asked, moment = (frozenset(audience), tuple(kinds)), self.reflects()
            kept = self._seen.get(asked)
            if kept is None or kept[0] != moment:
                while len(self._seen) >= _KEPT:
                    self._seen.pop(next(iter(self._seen), None), None)
                kept = self._seen[asked] = moment, _all_seen(rows, audience, kinds)
            return kept[1]

    def having(self, stems: Iterable[str]) -> list[Having]:
        """Of each word all texts that have it, whoever sees them."""
        with self.reading(_WORDS) as rows:
            return [having(rows, WORD, stem) for stem in stems]

    def packed(self) -> dict[bytes, bytes]:
        """All that is read, by digest, as ``unpacked`` takes it."""
        with self.reading(_WORDS) as rows:
            return dict(rows.execute(select(TEXT.c.digest, TEXT.c.said)))


def _all_seen(rows: Rows, audience: Collection[str], kinds: Sequence[str]) -> tuple[Seen, ...]:
    found = rows.execute(_OF_KINDS, {**seen_by(audience), "kinds": list(kinds)})
    return tuple(Seen(number, (path, identity), digest) for number, path, identity, digest in found)


def _kept(row: tuple[str, str, str, str, bytes, str]) -> Kept:
    path, identity, kind, title, said, themes = row
    return Kept(path, Text(identity, kind, title, unpacked(said), tuple(json.loads(themes))))


def unpacked(said: bytes) -> str:
    """A text as it was."""
    return zlib.decompress(said).decode()
