"""What is kept of needs, offers and people, and of which fit which: rows that git can bring back.

Texts follow git like every projection. Pairs are worked out from them in the background
(``pairs.py``) and carry the groups of both sides, so that what one group may not see neither
shows to it nor takes a place in its lists.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import ClassVar, NamedTuple

from sqlalchemy import (
    Column,
    Float,
    LargeBinary,
    MetaData,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
)

from wiki.api.pages import Page
from wiki.api.paths import read_number
from wiki.api.projections import (
    Progress,
    Rows,
    TableProjection,
    Watch,
    index,
    insert_new,
    integers,
    names,
    pick_columns,
    progress_steps,
    replace_surrogates,
    seen_by,
    texts,
    unindexed,
    upsert,
    visible,
)
from wiki.api.reading.history import Span, page_changes
from wiki.api.tables import depends_on

from .suggestions import Suggestion
from .texts import NEED, OFFER, PERSON, Text, as_row, from_row, requests

_KINDS = {"besoins": NEED, "needs": NEED, "offres": OFFER, "offers": OFFER}
#: the page that the community keeps (content format: Thesaurus)
THESAURUS = "thesaurus"
#: the topics of all texts, and of which of them were compared
_TEXTS, _DONE = "matching:texts", "matching:done"
#: the topic of pairs, of what was compared and of suggestions, which the background works out
PAIRS = "matching"
#: pairs of one need that are kept, for each group of offers
KEPT = 20

TABLES = MetaData()
TEXT = Table(
    "matching_text",
    TABLES,
    *integers("number", primary_key=True),
    *names("kind path group_"),
    *texts("id text"),
    Column("digest", LargeBinary, nullable=False),
    index("matching_text_path", "path"),
    index("matching_text_id", "id"),
    sqlite_autoincrement=True,
)
PAIR = Table(
    "matching_pair",
    TABLES,
    *texts("need offer", primary_key=True),
    Column("score", Float, nullable=False),
    *texts("skill"),
    index("matching_pair_offer", "offer"),
    sqlite_with_rowid=False,
)
DONE = Table("matching_done", TABLES, *integers("number", primary_key=True, autoincrement=False))
SUGGESTION = Table(
    "matching_suggestion",
    TABLES,
    *integers("position", primary_key=True),
    *texts("one other company"),
    *integers("texts"),
)

_ON_PAGE = TEXT.c.path == bindparam("path")
_OF_PAGE = select(*pick_columns(TEXT, "number id kind text group_")).where(_ON_PAGE)
_KEPT = select(*pick_columns(TEXT, "number path group_ id kind text"))
# An identity is the page's that had it first: what others copied is theirs to put right.
_FIRST = select(func.min(TEXT.c.number).label("first"))
_NUMBERS = _FIRST.group_by(TEXT.c.id).order_by("first")
_NUMBERS_SEEN = _NUMBERS.where(visible(TEXT.c.group_, TEXT.c.path))
_NUMBERED = _KEPT.where(TEXT.c.number == bindparam("number"))
_FILTERED = visible(unindexed(TEXT.c.group_), TEXT.c.path)
_OF_ID = _KEPT.where(TEXT.c.id == bindparam("id"), _FILTERED).order_by(TEXT.c.number).limit(1)
_OF_PATH = _KEPT.where(_ON_PAGE, _FILTERED).order_by(TEXT.c.number)
_ENDS = {"need": PAIR.c.offer, "offer": PAIR.c.need}
_PAIRS = {
    mine: select(*pick_columns(PAIR, "need offer score skill"))
    .select_from(PAIR.join(TEXT, TEXT.c.id == other))
    .where(PAIR.c[mine] == bindparam("id"), visible(TEXT.c.group_, TEXT.c.path))
    .distinct()
    .order_by(PAIR.c.score.desc(), other)
    .limit(bindparam("limit"))
    for mine, other in _ENDS.items()
}
_SUGGESTIONS = select(*pick_columns(SUGGESTION, "one other texts company")).order_by(
    SUGGESTION.c.position
)
_FIRST_OF = _FIRST.where(TEXT.c.id == bindparam("id")).scalar_subquery()
_COMPARED = select(DONE.c.number).where(DONE.c.number == _FIRST_OF)
_UNDONE = select(TEXT.c.number).where(TEXT.c.number.not_in(select(DONE.c.number)))
_IS_GONE = DONE.c.number.not_in(select(TEXT.c.number))
_GONE = select(DONE.c.number).where(_IS_GONE)
_PAIRED = select(PAIR.c.need).union(select(PAIR.c.offer))
_DELETE_TEXT = delete(TEXT).where(TEXT.c.number == bindparam("number"))
_DELETE_PAIRS = [delete(PAIR).where(PAIR.c[name] == bindparam("id")) for name in _ENDS]
_DELETE_GONE = delete(DONE).where(_IS_GONE)
_INSERT_TEXT, _INSERT_SUGGESTION, _PUT_PAIR = insert(TEXT), insert(SUGGESTION), upsert(PAIR)
_STANDING = select(TEXT.c.number).where(TEXT.c.number == bindparam("number"))
_INSERT_DONE = insert_new(DONE).from_select(["number"], _STANDING)


class Kept(NamedTuple):
    """A text with the page that it stands on, and the group that may read it."""

    number: int
    path: str
    group: str
    text: Text


class Pair(NamedTuple):
    """A need, and what fits it; ``score`` only puts them in order.

    ``skill`` is the name of what a person can do for it; "" for what is offered in words.
    """

    need: str
    offer: str
    score: float
    skill: str = ""


class Shelf(TableProjection):
    """Texts by identity or page, and their pairs."""

    name: ClassVar[str] = "matching"
    in_batches = True
    bumps = True
    prefix = "matching:"
    # Pairs are not watched: whoever works them out invalidates what depends on PAIRS.
    watches = (
        Watch(
            TEXT,
            lambda row: [_TEXTS, f"matching:id:{row['id']}", f"matching:page:{row['path']}"],
        ),
        Watch(DONE, lambda row: [_DONE]),
    )
    schema = TABLES

    def write(self, rows: Rows, span: Span, progress: Progress | None) -> None:
        """See TableProjection. A text that stays as it was keeps its number, and its pairs."""
        step = progress_steps(progress)
        for change in page_changes(span.repository, span):
            before = {
                (id_, kind, text): (number, group)
                for number, id_, kind, text, group in rows.execute(_OF_PAGE, {"path": change.path})
            }
            if change.after is not None and change.access is not None:
                for text in texts_of(change.after):
                    said = replace_surrogates(json.dumps(as_row(text), ensure_ascii=False))
                    same = before.pop((text.id, text.kind, said), None)
                    if same is not None and same[1] == change.access.group:
                        continue
                    if same is not None:
                        before[(text.id, text.kind, said)] = same
                    rows.execute(
                        _INSERT_TEXT,
                        {
                            "id": text.id,
                            "kind": text.kind,
                            "path": change.path,
                            "group_": change.access.group,
                            "text": said,
                            "digest": text.digest,
                        },
                    )
            for number, _group in before.values():
                rows.execute(_DELETE_TEXT, {"number": number})
            if change.path == THESAURUS:
                # Any pair may be another now.
                rows.execute(delete(DONE))
            step()

    def texts(self, audience: Collection[str], besides: Collection[int] = ()) -> list[Kept]:
        """All that the audience may see, each identity once, by the page that had it first.

        Those whose numbers are in ``besides`` are left out: they are known.
        """
        with self.reading(_TEXTS) as rows:
            new = [n for n in rows.scalars(_NUMBERS_SEEN, seen_by(audience)) if n not in besides]
            return [_kept(rows.first(_NUMBERED, {"number": number})) for number in new]

    def numbers(self) -> set[int]:
        """The numbers of all texts, of each identity the first."""
        with self.reading(_TEXTS) as rows:
            return set(rows.scalars(_NUMBERS))

    def of(self, ids: Sequence[str], audience: Collection[str]) -> dict[str, Kept]:
        """Those of ``ids`` that the audience may see."""
        seen = seen_by(audience)
        with self.reading(*(f"matching:id:{id_}" for id_ in ids)) as rows:
            found = {id_: rows.first(_OF_ID, {**seen, "id": id_}) for id_ in ids}
        return {id_: _kept(row) for id_, row in found.items() if row is not None}

    def of_page(self, path: str, audience: Collection[str]) -> list[Kept]:
        """What stands on one page."""
        with self.reading(f"matching:page:{path}") as rows:
            found = rows.execute(_OF_PATH, {**seen_by(audience), "path": path})
            return [_kept(row) for row in found]

    def pairs(self, id_: str, side: str, audience: Collection[str], limit: int) -> list[Pair]:
        """Pairs of a need (``side`` NEED) or of an offer, the other end of which is seen."""
        asked = {**seen_by(audience), "id": id_, "limit": limit}
        depends_on(PAIRS)
        with self.reading(_TEXTS) as rows:
            found = rows.execute(_PAIRS["need" if side == NEED else "offer"], asked)
            return [Pair(*row) for row in found]

    def suggestions(self) -> list[Suggestion]:
        """Words that keep coming together in public texts, the most bound first."""
        depends_on(PAIRS)
        with self.reading(_TEXTS) as rows:
            return [Suggestion(*row) for row in rows.execute(_SUGGESTIONS)]

    def compared(self, id_: str) -> bool:
        """Whether the text called ``id_`` was put beside all others, as it stands now."""
        depends_on(PAIRS)
        with self.reading(f"matching:id:{id_}", _DONE) as rows:
            return rows.first(_COMPARED, {"id": id_}) is not None

    # What the background does

    def pending(self) -> bool:
        """Whether there are texts that were not compared yet, or pairs of texts that are gone."""
        with self.reading(_TEXTS, _DONE) as rows:
            return any(rows.first(statement.limit(1)) for statement in (_UNDONE, _GONE))

    def undone(self) -> set[int]:
        """The numbers of the texts that were not compared."""
        with self.reading(_TEXTS, _DONE) as rows:
            return set(rows.scalars(_UNDONE))

    def compare_again(self) -> None:
        """Has every pair worked out anew."""
        with self.tables.writing() as rows:
            rows.execute(delete(DONE))

    def suggest(self, found: Sequence[Suggestion]) -> None:
        """Puts these suggestions in place of the last ones."""
        with self.tables.writing() as rows:
            rows.execute(delete(SUGGESTION))
            rows.execute_many(_INSERT_SUGGESTION, (one._asdict() for one in found))

    def keep(
        self,
        changed: Mapping[str, Sequence[Pair]],
        living: Collection[str],
        done: Collection[int],
        *,
        afresh: bool,
    ) -> None:
        """Puts pairs in place of those that each changed id had; ``done`` are numbers compared.

        Pairs of what is not ``living`` go. A text that changed again meanwhile has another number,
        and comes again.
        """
        with self.tables.writing() as rows:
            if afresh:
                rows.execute(delete(PAIR))
            else:
                gone = [id_ for id_ in _paired(rows) if id_ not in living]
                for statement in _DELETE_PAIRS:
                    rows.execute_many(statement, ({"id": id_} for id_ in (*changed, *gone)))
            for pairs in changed.values():
                rows.execute_many(_PUT_PAIR, (pair._asdict() for pair in pairs))
            rows.execute(_DELETE_GONE)
            rows.execute_many(_INSERT_DONE, ({"number": number} for number in done))


def _paired(rows: Rows) -> list[str]:
    """The ids that have pairs, where some of them may be of texts that are gone."""
    return rows.scalars(_PAIRED) if rows.first(_GONE) else []


def _kept(row: tuple[int, str, str, str, str, str]) -> Kept:
    number, path, group, id_, kind, text = row
    return Kept(number, path, group, from_row(id_, kind, json.loads(text)))


def texts_of(page: Page) -> Iterator[Text]:
    """The open needs and offers of a page, and its person where they say what they can do."""
    head = page.head
    territory = page.territory
    for block in page.document.blocks:
        kind = _KINDS.get(block.name)
        if kind is None or block.args.strip():
            continue
        for item in block.items:
            if item.identity and item.is_open and item.plain:
                yield Text(
                    id=item.identity,
                    kind=kind,
                    title=item.plain,
                    body=item.nested,
                    keywords=item.keywords,
                    places=item.places or ((territory,) if territory else ()),
                    lang=page.lang,
                    availability=read_number(item.marks.get("availability", "")),
                )
    if page.type == PERSON and (skills := head.words("skills")):
        yield Text(
            id=page.path,
            kind=PERSON,
            title=page.summary or ", ".join(skills),
            keywords=tuple(skills),
            places=(territory,) if territory else (),
            lang=page.lang,
            availability=requests(head.text("availability")),
        )
