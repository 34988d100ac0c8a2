"""The passages of all pages as rows that git can bring back, with their words."""

import re
import zlib
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from sqlalchemy import (
    Column,
    LargeBinary,
    MetaData,
    Table,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from wiki.api.meaning import Having, Postings, having, posting_table, text_digest
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

from .passages import SUMMARY, Passage, about_of, passages_of
from .words import plain_words, stems_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: audiences whose passages are kept until the next commit
_KEPT = 3
#: raised when pages are cut into other passages
_EDITION = "2"
#: the topic of all passages
_ALL = "answers:passages"
#: Okapi BM25, with one length for all wikis: that of a wiki tells how much of it is hidden
_SATURATION, _SLOPE, _USUAL = 1.2, 0.75, 60
#: what stands behind a name in a title: ``Pitchou (Espèces protégées)``
_GLOSS = re.compile(r"[(\[:|]|\s[-–—]\s")
#: how often words of a title count
_TITLE = 2

TABLES = MetaData()
WORD = posting_table("answers_word", TABLES)
PASSAGE = Table(
    "answers_passage",
    TABLES,
    *integers("number", primary_key=True),
    *integers("place words"),
    *names("path group_ type kind"),
    *texts("title heading anchor"),
    *(Column(name, LargeBinary, nullable=False) for name in ("said", "digest", "about")),
    index("answers_passage_path", "path"),
    sqlite_autoincrement=True,
)
#: what is compared to know whether a passage is the same
_SAME = ("group_", "type", "kind", "title", "heading", "anchor", "said", "about")
_PATH = PASSAGE.c.path == bindparam("path")
_NUMBER = PASSAGE.c.number == bindparam("of")
_SEEN = visible(unindexed(PASSAGE.c.group_), PASSAGE.c.path)
_OF_PAGE = select(*pick_columns(PASSAGE, " ".join(("number place", *_SAME)))).where(_PATH)
_INSERT = insert(PASSAGE).returning(PASSAGE.c.number)
_DELETE = delete(PASSAGE).where(_NUMBER)
_MOVE = update(PASSAGE).where(_NUMBER)
_ALL_SEEN = select(*pick_columns(PASSAGE, "path place number words type title digest about")).where(
    _SEEN
)
_CHOSEN = select(*pick_columns(PASSAGE, "number path kind title heading anchor said")).where(
    PASSAGE.c.number.in_(bindparam("numbers")), _SEEN
)
_OF_ALL = select(*pick_columns(PASSAGE, "kind title heading anchor said digest about")).order_by(
    PASSAGE.c.number
)
_STEMS = (
    select(WORD.c.stem).where(WORD.c.stem.between(bindparam("low"), bindparam("high"))).distinct()
)


#: a passage as its row has it: kind, title, heading, anchor, text
Packed = tuple[str, str, str, str, bytes]


class SeenPage(NamedTuple):
    """A page that has passages which somebody may see."""

    path: str
    type: str
    title: str


class Seen(NamedTuple):
    """All passages that somebody may see, by path and place: a number each, its page, its size.

    ``titles``: the words of each title, and of the name that it begins with, folded, and the pages
    that are called so.
    """

    numbers: "NDArray[np.int64]"
    ordered: "NDArray[np.int64]"
    by_number: "NDArray[np.int64]"
    page: "NDArray[np.int32]"
    words: "NDArray[np.int32]"
    digests: tuple[bytes, ...]
    pages: tuple[SeenPage, ...]
    abouts: tuple[bytes, ...]
    titles: Mapping[tuple[str, ...], Sequence[int]]

    def rows_of(
        self, numbers: "NDArray[np.int64]"
    ) -> "tuple[NDArray[np.int64], NDArray[np.bool_]]":
        """Where those of ``numbers`` stand that are seen, and which ones these are."""
        import numpy as np

        if not len(self.numbers):
            return np.empty(0, np.int64), np.zeros(len(numbers), np.bool_)
        ordered = self.ordered
        at = np.minimum(np.searchsorted(ordered, numbers), len(ordered) - 1)
        seen = ordered[at] == numbers
        return self.by_number[at[seen]], seen


class Lookup:
    """Words among what is ``seen``: of each its rows and what it says of them, read once."""

    def __init__(self, shelf: "Shelf", seen: Seen) -> None:
        self.shelf, self.seen = shelf, seen
        self._found: dict[str, tuple[NDArray[np.int64], NDArray[np.float64]]] = {}

    def of(self, stem: str) -> "tuple[NDArray[np.int64], NDArray[np.float64]]":
        """The rows that have ``stem``, and its weight in each."""
        if (found := self._found.get(stem)) is None:
            having = self.shelf.having(stem)
            rows, held = self.seen.rows_of(having.numbers)
            found = self._found[stem] = rows, having.weights[held]
        return found

    def has(self, stem: str) -> bool:
        """Whether anything that is seen has ``stem``."""
        return bool(len(self.of(stem)[0]))


class Kept(NamedTuple):
    """A passage with the page that it stands on."""

    path: str
    passage: Passage


class Shelf(TableProjection):
    """Passages by page and place."""

    name: ClassVar[str] = "answers"
    in_batches = True
    bumps = True
    prefix = "answers:"
    watches = (Watch(PASSAGE, lambda _row: [_ALL]),)
    schema = TABLES

    def __init__(self) -> None:
        super().__init__(_EDITION)
        self._seen: dict[Hashable, tuple[str, Seen]] = {}
        # While all begins from nothing: a common word is in each batch.
        self._words: Postings | None = None

    @contextmanager
    def starting_over(self, span: Span) -> Iterator[Callable[[Span], None] | None]:
        """See TableProjection. Words are written when many wait, not with each batch."""
        with super().starting_over(span) as take, self.tables.writing() as rows:
            words = self._words = Postings(rows, WORD)
            try:
                yield take
                words.write()
            finally:
                self._words = None

    def write(self, rows: Rows, span: Span, progress: Progress | None) -> None:
        """See TableProjection. A passage that stays as it was keeps its number."""
        step, words = progress_steps(progress), self._words or Postings(rows, WORD)
        for change in page_changes(span.repository, span):
            before: dict[tuple[object, ...], list[tuple[int, int]]] = {}
            for number, place, *same in rows.execute(_OF_PAGE, {"path": change.path}):
                before.setdefault(tuple(same), []).append((number, place))
            if change.after is not None and change.access is not None:
                page = change.after
                passages = passages_of(page)
                about = text_digest(about_of(page.title, passages))
                for place, one in enumerate(passages):
                    same = (change.access.group, page.type, one.kind, *_packed(one), about)
                    if stayed := before.get(same):
                        number, stood = stayed.pop(0)
                        if stood != place:
                            rows.execute(_MOVE, {"of": number, "place": place})
                        continue
                    values: dict[str, object] = dict(zip(_SAME, same, strict=True))
                    values |= {"path": change.path, "place": place, "digest": one.digest}
                    values["words"] = len(one.text.split())
                    words.add(rows.scalar(_INSERT, values), weighed(one))
            for same, gone in before.items():
                for number, _place in gone:
                    rows.execute(_DELETE, {"of": number})
                    words.remove(number, weighed(unpacked(*same[2:7])))  # type: ignore[arg-type]
            step()
        if words is not self._words:
            words.write()

    def seen(self, audience: Collection[str]) -> Seen:
        """The passages that the audience may see; kept for those who asked last."""
        with self.reading(_ALL) as rows:
            asked, moment = frozenset(audience), self.reflects()
            kept = self._seen.get(asked)
            if kept is None or kept[0] != moment:
                while len(self._seen) >= _KEPT:
                    self._seen.pop(next(iter(self._seen), None), None)
                kept = self._seen[asked] = moment, _all_seen(rows, audience)
            return kept[1]

    def of(self, numbers: Sequence[int], audience: Collection[str]) -> dict[int, Kept]:
        """The passages of those ``numbers`` that the audience may see."""
        with self.reading(_ALL) as rows:
            asked = {**seen_by(audience), "numbers": list(numbers)}
            return {
                number: Kept(path, unpacked(*row))
                for number, path, *row in rows.execute(_CHOSEN, asked)
            }

    def having(self, stem: str) -> Having:
        """All passages that have the word, whoever sees them."""
        with self.reading(_ALL) as rows:
            return having(rows, WORD, stem)

    def stems(self, beginning: str) -> list[str]:
        """The words that begin so, whoever sees them, in their order."""
        with self.reading(_ALL) as rows:
            found = rows.scalars(_STEMS, {"low": beginning, "high": f"{beginning}\U0010ffff"})
            return sorted(stem for stem in found if stem.startswith(beginning))

    def packed(self) -> dict[bytes, Packed]:
        """What is read by meaning, by digest: each passage, and what each page is about.

        ``unpacked`` reads it.
        """
        found: dict[bytes, Packed] = {}
        with self.reading(_ALL) as rows:
            for kind, title, heading, anchor, said, digest, about in rows.execute(_OF_ALL):
                found[digest] = kind, title, heading, anchor, said
                found.setdefault(about, (SUMMARY, title, "", "", b""))
        return found


def _all_seen(rows: Rows, audience: Collection[str]) -> Seen:
    import numpy as np

    numbers, places, words, digests = [], [], [], []
    pages: dict[str, SeenPage] = {}
    abouts: list[bytes] = []
    # By path: numbers depend on what is hidden.
    found = sorted(rows.execute(_ALL_SEEN, seen_by(audience)))
    for path, _place, number, size, type_, title, digest, about in found:
        if path not in pages:
            pages[path] = SeenPage(path, type_, title)
            abouts.append(about)
        numbers.append(number)
        places.append(len(pages) - 1)
        words.append(size)
        digests.append(digest)
    held = np.array(numbers, np.int64)
    titles: dict[tuple[str, ...], list[int]] = {}
    for at, page in enumerate(pages.values()):
        name = _GLOSS.split(page.title, maxsplit=1)[0]
        for called in dict.fromkeys(tuple(plain_words(one)) for one in (page.title, name)):
            titles.setdefault(called, []).append(at)
    by_number = np.argsort(held)
    return Seen(
        held,
        held[by_number],
        by_number,
        np.array(places, np.int32),
        np.array(words, np.int32),
        tuple(digests),
        tuple(pages.values()),
        tuple(abouts),
        titles,
    )


def _packed(one: Passage) -> tuple[object, ...]:
    words = map(replace_surrogates, (one.title, one.heading, one.anchor))
    return (*words, zlib.compress(replace_surrogates(one.text).encode()))


def unpacked(kind: str, title: str, heading: str, anchor: str, said: bytes) -> Passage:
    """A passage as it was."""
    text = zlib.decompress(said).decode() if said else ""
    return Passage(title, heading, anchor, text, kind)


def weighed(one: Passage) -> dict[str, float]:
    """How much each word says of a passage: those of its title and heading are read with it."""
    counted = Counter(stems_of(one.text)) + Counter(stems_of(one.heading))
    for stem in stems_of(one.title):
        counted[stem] += _TITLE
    length = 1 - _SLOPE + _SLOPE * counted.total() / _USUAL
    return {
        # Few different weights take little room.
        stem: round(often * (_SATURATION + 1) / (often + _SATURATION * length), 2)
        for stem, often in counted.items()
    }
