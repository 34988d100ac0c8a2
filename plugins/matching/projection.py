"""What is kept of needs, offers and people, and of which fit which: rows that git can bring back.

Texts follow git like every projection. Pairs are worked out from them in the background
(``pairs.py``) and carry the groups of both sides, so that what one group may not see neither
shows to it nor takes a place in its lists.
"""

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import ClassVar, NamedTuple

from wiki.api.pages import Page
from wiki.api.projections import (
    Progress,
    TableProjection,
    Watch,
    progress_steps,
    replace_surrogates,
    visible_condition,
)
from wiki.api.reading.history import Span, page_changes

from .suggestions import Suggestion
from .texts import NEED, OFFER, PERSON, Text, as_row, from_row, requests

_KINDS = {"besoins": NEED, "needs": NEED, "offres": OFFER, "offers": OFFER}
#: the page that the community keeps (content format: Thesaurus)
THESAURUS = "thesaurus"
#: an identity is the page's that had it first: what others copied is theirs to put right
_FIRST = "select min(number) from matching_text where id = ?"
#: the topics of all texts, and of which of them were compared
_TEXTS, _DONE = "matching:texts", "matching:done"
#: pairs of one need that are kept, for each group of offers
KEPT = 20


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
    bumps = True
    prefix = "matching:"
    # Pairs are not watched: whoever works them out invalidates pages.
    watches = (
        Watch(
            "matching_text",
            lambda row: [_TEXTS, f"matching:id:{row['id']}", f"matching:page:{row['path']}"],
        ),
        Watch("matching_done", lambda row: [_DONE]),
    )
    schema: ClassVar[str] = """
create table matching_text (
    number integer primary key autoincrement, id text not null, kind text not null,
    path text not null, group_ text not null, text text not null, digest blob not null);
create index matching_text_path on matching_text (path);
create index matching_text_id on matching_text (id);
create table matching_pair (
    need text not null, offer text not null, score real not null, skill text not null,
    primary key (need, offer)) without rowid;
create index matching_pair_offer on matching_pair (offer);
create table matching_done (number integer primary key);
create table matching_suggestion (
    position integer primary key, one text not null, other text not null, texts integer not null);
"""

    def write(self, rows: sqlite3.Connection, span: Span, progress: Progress | None) -> None:
        """See TableProjection. A text that stays as it was keeps its number, and its pairs."""
        step = progress_steps(progress)
        for change in page_changes(span.repository, span):
            before = {
                (id_, text): (number, group)
                for number, id_, text, group in rows.execute(
                    "select number, id, text, group_ from matching_text where path = ?",
                    (change.path,),
                )
            }
            if change.after is not None and change.access is not None:
                for text in texts_of(change.after):
                    said = replace_surrogates(json.dumps(as_row(text), ensure_ascii=False))
                    same = before.pop((text.id, said), None)
                    if same is not None and same[1] == change.access.group:
                        continue
                    if same is not None:
                        before[(text.id, said)] = same
                    rows.execute(
                        "insert into matching_text (id, kind, path, group_, text, digest)"
                        " values (?, ?, ?, ?, ?, ?)",
                        (text.id, text.kind, change.path, change.access.group, said, text.digest),
                    )
            rows.executemany(
                "delete from matching_text where number = ?",
                [(number,) for number, _group in before.values()],
            )
            if change.path == THESAURUS:
                # Any pair may be another now.
                rows.execute("delete from matching_done")
            step()

    def texts(self, audience: Collection[str], besides: Collection[int] = ()) -> list[Kept]:
        """All that the audience may see, each identity once, by the page that had it first.

        Those whose numbers are in ``besides`` are left out: they are known.
        """
        visible, params = visible_condition(audience)
        with self.reading(_TEXTS) as rows:
            numbers = rows.execute(
                f"select min(number) from matching_text where {visible} group by id order by 1",
                params,
            ).fetchall()
            return [self._kept(rows, number) for (number,) in numbers if number not in besides]

    def numbers(self) -> set[int]:
        """The numbers of all texts, of each identity the first."""
        with self.reading(_TEXTS) as rows:
            found = rows.execute("select min(number) from matching_text group by id")
            return {number for (number,) in found}

    @staticmethod
    def _kept(rows: sqlite3.Connection, number: int) -> Kept:
        row = rows.execute(
            "select number, path, group_, text from matching_text where number = ?", (number,)
        ).fetchone()
        return _kept(row)

    def of(self, ids: Sequence[str], audience: Collection[str]) -> dict[str, Kept]:
        """Those of ``ids`` that the audience may see."""
        visible, params = visible_condition(audience, filters=True)
        found: dict[str, Kept] = {}
        with self.reading(*(f"matching:id:{id_}" for id_ in ids)) as rows:
            for id_ in ids:
                row = rows.execute(
                    "select number, path, group_, text from matching_text"
                    f" where id = ? and {visible} order by number limit 1",
                    (id_, *params),
                ).fetchone()
                if row is not None:
                    found[id_] = _kept(row)
        return found

    def of_page(self, path: str, audience: Collection[str]) -> list[Kept]:
        """What stands on one page."""
        visible, params = visible_condition(audience, filters=True)
        with self.reading(f"matching:page:{path}") as rows:
            found = rows.execute(
                "select number, path, group_, text from matching_text"
                f" where path = ? and {visible} order by number",
                (path, *params),
            ).fetchall()
        return [_kept(row) for row in found]

    def pairs(self, id_: str, side: str, audience: Collection[str], limit: int) -> list[Pair]:
        """Pairs of a need (``side`` NEED) or of an offer, the other end of which is seen."""
        mine, other = ("need", "offer") if side == NEED else ("offer", "need")
        visible, params = visible_condition(audience, "t")
        with self.reading(_TEXTS) as rows:
            found = rows.execute(
                "select distinct p.need, p.offer, p.score, p.skill from matching_pair p"
                f" join matching_text t on t.id = p.{other}"
                f" where p.{mine} = ? and {visible}"
                f" order by p.score desc, p.{other} limit ?",
                (id_, *params, limit),
            ).fetchall()
        return [Pair(*row) for row in found]

    def suggestions(self) -> list[Suggestion]:
        """Words that keep coming together in public texts, the most bound first."""
        with self.reading(_TEXTS) as rows:
            found = rows.execute(
                "select one, other, texts from matching_suggestion order by position"
            ).fetchall()
        return [Suggestion(*row) for row in found]

    def compared(self, id_: str) -> bool:
        """Whether the text called ``id_`` was put beside all others, as it stands now."""
        with self.reading(f"matching:id:{id_}", _DONE) as rows:
            found = rows.execute(
                "select exists (select 1 from matching_done where number ="
                " (select min(number) from matching_text where id = ?))",
                (id_,),
            ).fetchone()
        return bool(found[0])

    # What the background does

    def pending(self) -> bool:
        """Whether there are texts that were not compared yet, or pairs of texts that are gone."""
        with self.reading(_TEXTS, _DONE) as rows:
            found = rows.execute(
                "select exists (select 1 from matching_text where number not in"
                " (select number from matching_done)),"
                " exists (select 1 from matching_done where number not in"
                " (select number from matching_text))"
            ).fetchone()
        return bool(any(found))

    def undone(self) -> set[int]:
        """The numbers of the texts that were not compared."""
        with self.reading(_TEXTS, _DONE) as rows:
            found = rows.execute(
                "select number from matching_text where number not in"
                " (select number from matching_done)"
            )
            return {number for (number,) in found}

    def compare_again(self) -> None:
        """Has every pair worked out anew."""
        with self.tables.writing() as rows:
            rows.execute("delete from matching_done")

    def suggest(self, found: Sequence[Suggestion]) -> None:
        """Puts these suggestions in place of the last ones."""
        with self.tables.writing() as rows:
            rows.execute("delete from matching_suggestion")
            rows.executemany(
                "insert into matching_suggestion (one, other, texts) values (?, ?, ?)", found
            )

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
                rows.execute("delete from matching_pair")
            else:
                gone = [id_ for id_ in _paired(rows) if id_ not in living]
                for column in ("need", "offer"):
                    rows.executemany(
                        f"delete from matching_pair where {column} = ?",
                        [(id_,) for id_ in (*changed, *gone)],
                    )
            for pairs in changed.values():
                rows.executemany("insert or replace into matching_pair values (?, ?, ?, ?)", pairs)
            rows.execute(
                "delete from matching_done where number not in (select number from matching_text)"
            )
            rows.executemany(
                "insert or ignore into matching_done select number from matching_text"
                " where number = ?",
                [(number,) for number in done],
            )


def _paired(rows: sqlite3.Connection) -> list[str]:
    """The ids that have pairs, where some of them may be of texts that are gone."""
    left = rows.execute(
        "select exists (select 1 from matching_done where number not in"
        " (select number from matching_text))"
    ).fetchone()
    if not left[0]:
        return []
    known = rows.execute(
        "select distinct need from matching_pair union select distinct offer from matching_pair"
    )
    return [id_ for (id_,) in known]


def _kept(row: tuple[int, str, str, str]) -> Kept:
    number, path, group, text = row
    return Kept(number, path, group, from_row(json.loads(text)))


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
                words = item.marks.get("availability", "")
                yield Text(
                    id=item.identity,
                    kind=kind,
                    title=item.plain,
                    body=item.nested,
                    keywords=item.keywords,
                    places=item.places or ((territory,) if territory else ()),
                    lang=page.lang,
                    availability=int(words) if words.isascii() and words.isdigit() else None,
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
