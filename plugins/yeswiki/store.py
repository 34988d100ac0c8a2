"""The tables of one YesWiki, from its dump into a file beside it, to be read in any order.

Texts lie in a temporary database, packed: what is in memory is names alone. All states of a page
come in the order of time.
"""

import json
import re
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from wiki.api.errors import BadRequest
from wiki.api.translation import gettext as _

from .encodings import text_of
from .records import ENTRY, LIST, Known, Records, State
from .sql.rows import Row, Values, read_rows

#: name of a table behind its prefix → columns that it has
_TABLES = {
    "pages": frozenset(("tag", "time", "body", "user")),
    "acls": frozenset(("page_tag", "privilege", "list")),
    "triples": frozenset(("resource", "property", "value")),
    "users": frozenset(("name", "email")),
    "nature": frozenset(("bn_id_nature", "bn_label_nature", "bn_template")),
}
_TABLE = re.compile(r"(?P<prefix>.*?)(?P<name>pages|acls|triples|users|nature)", re.S)
_TYPE = "http://outils-reseaux.org/_vocabulary/type"
_TAG = "http://outils-reseaux.org/_vocabulary/tag"
_METADATA = "http://outils-reseaux.org/_vocabulary/metadata"
_MEMBERS = "http://www.wikini.net/_vocabulary/acls"
_GROUP = "ThisWikiGroup:"
_MOST_TAGS, _MOST_FORMS, _MOST_WIKIS = 500_000, 2_000, 50
_LONGEST_TAG, _EXAMPLES = 200, 3
_FORM = re.compile(rb'"id_typeannonce"\s*:\s*"?(\d{1,9})')
_TITLE = re.compile(rb'"bf_titre"\s*:\s*("(?:[^"\\]|\\.){1,500}")')
_SCHEMA = """
CREATE TABLE states (
    id INTEGER PRIMARY KEY, tag TEXT, time TEXT, user TEXT, owner TEXT, latest INTEGER, body BLOB
);
"""


class Store:
    """Takes the rows of a dump; ``prefixes`` are those of the wikis in it, with their pages."""

    def __init__(self, prefix: str | None = None, *, zone: str = "", texts: bool = True) -> None:
        self.records = Records()
        self.prefixes: dict[str, int] = {}
        #: by prefix and number of its form: how many entries, and titles of some
        self.entries: dict[tuple[str, str], tuple[int, list[str]]] = {}
        self._prefix, self._texts = prefix, texts
        self._zone = _zone(zone)
        self._tables: dict[str, tuple[str, str]] = {}
        self._seen: list[str] = []
        # Nobody gives it a name: it is gone with its last user.
        self._states = sqlite3.connect("", isolation_level=None)
        self._states.execute("PRAGMA journal_mode=OFF")
        self._states.executescript(_SCHEMA)
        self._states.execute("BEGIN")

    def close(self) -> None:
        """Lets go of the texts."""
        self._states.close()

    def fill(self, read: Callable[[int], bytes], told: Callable[[], object]) -> None:
        """Reads a dump. Raises BadRequest, with the line, or with the tables where none is ours."""
        takes = {
            "pages": self._take_pages,
            "acls": self._take_acls,
            "triples": self._take_triples,
            "users": self._take_users,
            "nature": self._take_nature,
        }
        for row in read_rows(read, self._wants):
            takes[self._tables[row.table][1]](row)
            told()
        if not self.prefixes:
            names = ", ".join(self._seen[:8]) or "–"
            words = _("There is no page of a YesWiki in this dump. Its tables: {names}.")
            raise BadRequest(words.format(names=names))
        self._states.execute("CREATE INDEX states_tag ON states (tag, time, latest, id)")

    def states(self, tag: str) -> Iterator[State]:
        """All states of the page, oldest first; those of one second by their numbers."""
        for id, key in self._keys(tag):
            yield self._state(id, key)

    def last(self, known: Known) -> State | None:
        """The newest state of the page, which is the one that was shown."""
        keys = dict(self._keys(known.tag))
        if not keys:
            return None
        (shown,) = self._states.execute(
            "SELECT MAX(id) FROM states WHERE tag = ? AND latest = 1", (known.tag,)
        ).fetchone()
        id = [*keys][-1] if shown is None else shown
        return self._state(id, keys[id])

    def _keys(self, tag: str) -> list[tuple[int, str]]:
        """The states of a page in their order, each with its own name."""
        rows = self._states.execute(
            "SELECT id, tag, time FROM states WHERE tag = ? ORDER BY time, latest, id", (tag,)
        )
        times: dict[str, int] = {}
        found = []
        for id, own, time in rows:
            times[time] = count = times.get(time, 0) + 1
            key = f"{self._prefix or ''}{own}@{time}" + (f"#{count}" if count > 1 else "")
            found.append((id, key))
        return found

    def _state(self, id: int, key: str) -> State:
        tag, time, user, owner, latest, body = self._states.execute(
            "SELECT tag, time, user, owner, latest, body FROM states WHERE id = ?", (id,)
        ).fetchone()
        text = zlib.decompress(body).decode("utf-8", "replace")
        return State(tag, key, self.moment(time), user, owner, text, bool(latest))

    def _wants(self, table: str, columns: frozenset[str]) -> bool:
        found = _TABLE.fullmatch(table)
        if table not in self._seen:
            self._seen.append(table)
        if found is None or not _TABLES[found["name"]] <= columns:
            return False
        if self._prefix is not None and found["prefix"] != self._prefix:
            return False
        self._tables[table] = (found["prefix"], found["name"])
        return True

    def moment(self, time: str) -> datetime | None:
        """See Told."""
        with suppress(ValueError):
            return datetime.fromisoformat(time).replace(tzinfo=self._zone)
        return None

    def _take_pages(self, row: Row) -> None:
        prefix = self._tables[row.table][0]
        if prefix not in self.prefixes and len(self.prefixes) >= _MOST_WIKIS:
            raise BadRequest(_("There are more wikis in this dump than can be told apart."))
        self.prefixes[prefix] = self.prefixes.get(prefix, 0) + 1
        if not self._texts:
            self._note_entry(prefix, row.values)
            return
        values = row.values
        tag = _word(values, "tag")
        if not tag:
            return
        body, odd = text_of(values.get("body") or b"")
        known = self._known(tag)
        known.states += 1
        known.on = _word(values, "comment_on") or known.on
        latest = _word(values, "latest") != "N"
        owner = _word(values, "owner")
        if latest:
            known.owner = owner or known.owner
        if odd and latest:
            self.records.odd.add(known.tag)
        self._states.execute(
            "INSERT INTO states VALUES (NULL, ?, ?, ?, ?, ?, ?)",
            (
                *(known.tag, _word(values, "time"), _word(values, "user"), owner, latest),
                zlib.compress(body.encode("utf-8", "replace"), 1),
            ),
        )

    def _note_entry(self, prefix: str, values: Values) -> None:
        """Counts an entry that is shown, and keeps the first titles of its form."""
        body = values.get("body") or b""
        if values.get("latest") == b"N" or not (found := _FORM.search(body)):
            return
        name = (prefix, found[1].decode("ascii"))
        if len(self.entries) >= _MOST_FORMS and name not in self.entries:
            return
        count, titles = self.entries.get(name, (0, []))
        self.entries[name] = (count + 1, titles)
        title = _TITLE.search(body)
        if title is not None and len(titles) < _EXAMPLES:
            with suppress(ValueError):
                titles.append(str(json.loads(text_of(title[1])[0])))

    def _take_acls(self, row: Row) -> None:
        if not self._texts or not (tag := _word(row.values, "page_tag")):
            return
        known, said = self._known(tag), text_of(row.values.get("list") or b"")[0]
        privilege = _word(row.values, "privilege")
        if privilege == "read":
            known.read = said
        elif privilege == "write":
            known.write = said

    def _take_triples(self, row: Row) -> None:
        if not self._texts:
            return
        resource, named = _word(row.values, "resource"), _word(row.values, "property")
        value = text_of(row.values.get("value") or b"")[0]
        if resource.startswith(_GROUP) and named == _MEMBERS:
            if len(self.records.groups) < _MOST_FORMS:
                members = [one.strip() for one in value.split("\n") if one.strip()]
                self.records.groups[resource.removeprefix(_GROUP)] = members[:1000]
        elif not resource:
            return
        elif named == _TYPE and value in (ENTRY, LIST):
            self._known(resource).kind = value
        elif named == _TAG:
            themes = self._known(resource).themes
            if value.strip() and len(themes) < 50 and value not in themes:
                themes.append(value.strip())
        elif named == _METADATA:
            with suppress(ValueError, RecursionError, AttributeError):
                title = json.loads(value).get("title")
                self._known(resource).title = title if isinstance(title, str) else ""

    def _take_users(self, row: Row) -> None:
        if self._texts and len(self.records.mails) < _MOST_TAGS:
            self.records.mails[_word(row.values, "name")] = _word(row.values, "email")

    def _take_nature(self, row: Row) -> None:
        id = _word(row.values, "bn_id_nature")
        if not id or len(self.records.forms) >= _MOST_FORMS:
            return
        prefix = self._tables[row.table][0]
        self.records.forms[f"{prefix}\0{id}" if self._prefix is None else id] = {
            name: text_of(row.values.get(column) or b"")[0]
            for name, column in (
                *(("label", "bn_label_nature"), ("template", "bn_template")),
                ("words", "bn_description"),
            )
        }

    def _known(self, tag: str) -> Known:
        if len(self.records.pages) >= _MOST_TAGS:
            raise BadRequest(_("There are more pages in this dump than can be imported at once."))
        return self.records.page(tag)


def _word(values: Values, name: str) -> str:
    text = text_of(values.get(name) or b"")[0]
    return " ".join(text.replace("\0", "").split())[:_LONGEST_TAG]


def _zone(name: str) -> ZoneInfo:
    with suppress(ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(name or "UTC")
    return ZoneInfo("UTC")
