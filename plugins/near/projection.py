"""What is kept of pages, needs and offers to compare a text with: rows that git can bring back."""

import json
import sqlite3
from collections.abc import Collection, Hashable, Iterable, Sequence
from typing import ClassVar, NamedTuple, cast

from wiki.api.projections import (
    Progress,
    TableProjection,
    Watch,
    progress_steps,
    replace_surrogates,
    visible_condition,
)
from wiki.api.reading.history import Span, page_changes

from .texts import Text, texts_of, weighed
from .words import SCHEMA, Having, Words, having

#: audiences whose lists of texts are kept until the next commit
_KEPT = 4
#: the topic of all texts, and with a kind behind it of those of one kind
_WORDS = "near:words"
#: a place on the wiki: the path of a page, and the identity of a need or offer on it, or ""
Place = tuple[str, str]


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
    bumps = True
    prefix = "near:"
    watches = (
        Watch(
            "near_text",
            lambda row: [_WORDS, f"{_WORDS}:{row['kind']}", f"near:page:{row['path']}"],
        ),
    )
    schema: ClassVar[str] = f"""
create table near_text (
    number integer primary key autoincrement, path text not null, id text not null,
    kind text not null, group_ text not null, title text not null, said text not null,
    themes text not null, digest blob not null);
create index near_text_path on near_text (path, id);
{SCHEMA.strip()}
"""

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[Hashable, tuple[str, tuple[Seen, ...]]] = {}

    def write(self, rows: sqlite3.Connection, span: Span, progress: Progress | None) -> None:
        """See TableProjection. A text that stays as it was keeps its number."""
        step, words = progress_steps(progress), Words(rows)
        for change in page_changes(span.repository, span):
            before = {
                tuple(found): number
                for number, *found in rows.execute(
                    "select number, id, kind, group_, title, said, themes"
                    " from near_text where path = ?",
                    (change.path,),
                )
            }
            if change.after is not None and change.access is not None:
                for text in texts_of(change.after):
                    row = (
                        text.identity,
                        text.kind,
                        change.access.group,
                        replace_surrogates(text.title),
                        replace_surrogates(text.said),
                        replace_surrogates(json.dumps(text.themes, ensure_ascii=False)),
                    )
                    if before.pop(row, None) is None:
                        number = rows.execute(
                            "insert into near_text (path, id, kind, group_, title, said, themes,"
                            " digest) values (?, ?, ?, ?, ?, ?, ?, ?)",
                            (change.path, *row, text.digest),
                        ).lastrowid
                        words.add(cast(int, number), weighed(row[4]))
            for (*_row, said, _themes), number in before.items():
                rows.execute("delete from near_text where number = ?", (number,))
                words.remove(number, weighed(said))
            step()
        words.write()

    def of(self, places: Iterable[Place], audience: Collection[str]) -> dict[Place, Kept]:
        """The texts of those ``places`` that the audience may see."""
        visible, params = visible_condition(audience, filters=True)
        found: dict[Place, Kept] = {}
        places = list(places)
        with self.reading(*(f"near:page:{path}" for path, _identity in places)) as rows:
            for place in places:
                row = rows.execute(
                    "select path, id, kind, title, said, themes from near_text"
                    f" where path = ? and id = ? and {visible}",
                    (*place, *params),
                ).fetchone()
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
            return [having(rows, stem) for stem in stems]

    def said(self) -> dict[bytes, str]:
        """All that is read, by digest."""
        with self.reading(_WORDS) as rows:
            return dict(rows.execute("select digest, said from near_text"))


def _all_seen(
    rows: sqlite3.Connection, audience: Collection[str], kinds: Sequence[str]
) -> tuple[Seen, ...]:
    visible, params = visible_condition(audience, filters=True)
    found = rows.execute(
        "select number, path, id, digest from near_text"
        f" where kind in ({', '.join('?' * len(kinds))}) and {visible} order by number",
        (*kinds, *params),
    )
    return tuple(Seen(number, (path, identity), digest) for number, path, identity, digest in found)


def _kept(row: tuple[str, str, str, str, str, str]) -> Kept:
    path, identity, kind, title, said, themes = row
    return Kept(path, Text(identity, kind, title, said, tuple(json.loads(themes))))
