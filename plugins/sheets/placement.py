"""Where each line goes: a page of its own in the folder of its kind, or into another's page."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from wiki.api.imports import ImportProgress, Stage
from wiki.api.pages import edit_head
from wiki.api.paths import slug
from wiki.api.translation import gettext

from .fields import ITEMS, KINDS
from .items import block_of, item_line, name_of, with_item
from .pages import page_text
from .records import Record

#: what a need or an offer may belong to
_OWNERS = ("project", "person", "organisation", "event", "dossier")
_FIELDS = {"need": "needs", "offer": "offers"}


@dataclass
class _Owned:
    """Needs and offers of one page."""

    needs: list[Record] = field(default_factory=list)
    offers: list[Record] = field(default_factory=list)

    def of(self, kind: str) -> list[Record]:
        return self.needs if kind == "need" else self.offers

    def lines(self, kind: str) -> list[str]:
        return [item_line(one) for one in self.of(kind)]

    def state(self) -> str:
        return digest(*(f"{one.identity}@{one.state}" for one in (*self.needs, *self.offers)))


class Placement:
    """Gives each record its place, then puts all of them on the stage."""

    def __init__(self, stage: Stage, today: str) -> None:
        self._stage = stage
        self._today = today
        self._paths: list[tuple[str, Record]] = []
        self._named: dict[tuple[str, str], str] = {}
        self._kinds: dict[str, str] = {}
        self._items: list[Record] = []

    def add(self, record: Record) -> None:
        """Notes a record; the page of one that has its own gets its address now."""
        if record.kind in ITEMS:
            self._items.append(record)
            return
        path = self._stage.places.page(record.title, self._folder(record.kind))
        self._paths.append((path, record))
        self._kinds[path] = record.kind
        self._named.setdefault((record.kind, slug(record.title)), path)

    def finish(self, progress: ImportProgress) -> None:
        """Puts all pages on the stage: once all have their address, names become links."""
        owned = self._owned()
        total = len(self._paths) + len(owned)
        for done, (path, record) in enumerate(self._paths, 1):
            mine = owned.pop(path, _Owned())
            items = {"needs": mine.lines("need"), "offers": mine.lines("offer")}
            state = record.state if not (mine.needs or mine.offers) else mine.state() + record.state
            self._stage.revision(
                path,
                page_text(record, self.find, self._today, items),
                key=f"{record.kind}/{record.identity}@{state}",
                space=record.kind == "project",
                parts=[name_of(line) for lines in items.values() for line in lines],
            )
            progress(done, total)
        for path, mine in owned.items():
            self._amend(path, mine)

    def find(self, name: str, types: Sequence[str]) -> str | None:
        """The page called ``name``: one of this table before one that is here."""
        key = slug(name)
        if not key:
            return None
        if (kind := self._kinds.get(name)) in types:
            return name
        for kind in types:
            if (path := self._named.get((kind, key))) is not None:
                return path
        return self._stage.present.find(name, types)

    def _folder(self, kind: str) -> str:
        place, into = KINDS[kind].place, self._stage.into
        if not into:
            return place
        return into if into.rpartition("/")[2] == place else f"{into}/{place}"

    def _owned(self) -> dict[str, _Owned]:
        """Needs and offers by the page that they go into; "" for those whose page is not there."""
        owned: dict[str, _Owned] = defaultdict(_Owned)
        for record in self._items:
            name = record.text("project")
            path = self._owner(name) if name else None
            owned[path or ""].of(record.kind).append(record)
            if path is None:
                self._tell(record, name)
        return owned

    def _owner(self, name: str) -> str | None:
        """The page that a need or an offer goes into: all that is imported is below ``into``."""
        path, into = self.find(name, _OWNERS), self._stage.into
        inside = path is not None and (not into or path == into or path.startswith(f"{into}/"))
        return path if inside else None

    def _tell(self, record: Record, name: str) -> None:
        what = gettext("A need or an offer whose page is not there: put on a page of its own")
        where = gettext("Line {line}").format(line=record.line)
        where = f"{record.sheet}, {where}" if record.sheet else where
        self._stage.loss(what, where, f"{name} : {record.title}" if name else record.title)

    def _amend(self, path: str, mine: _Owned) -> None:
        """Puts the lines into a page that is here, or those without one onto one of their own."""
        if (text := self._stage.present.text(path)) is not None:
            changed, names = text, []
            for kind in ITEMS:
                for line in mine.lines(kind):
                    found = with_item(changed, kind, line, self._ours)
                    if found is None:
                        self._leave(path, line)
                    else:
                        changed = found
                        names.append(name_of(line))
            if changed != text:
                key = f"items/{path}@{mine.state()}"
                self._stage.revision(path, changed, key=key, space=True, onto=True, parts=names)
            return
        title = gettext("Needs and offers without a page")
        path = self._stage.places.page(title)
        parts = [
            f"## {gettext('Needs') if kind == 'need' else gettext('Offers')}"
            f"\n\n{block_of(kind, self._named_lines(mine.of(kind)))}"
            for kind in ITEMS
            if mine.of(kind)
        ]
        text = edit_head("\n" + "\n\n".join(parts) + "\n", {"title": title})
        self._stage.revision(path, text, key=f"items/@{mine.state()}")

    def _ours(self, there: str) -> bool:
        """Whether the lines of a need or an offer are as an earlier import brought them."""
        return self._stage.present.knows(name_of(there))

    def _leave(self, path: str, line: str) -> None:
        what = gettext("A need or an offer that was changed here: left as it is")
        self._stage.loss(what, path, line.partition("\n")[0].rpartition(" {#")[0])

    def _named_lines(self, records: Sequence[Record]) -> list[str]:
        """Lines that say whose they are, since nothing around them does."""
        lines = []
        for record in records:
            first, newline, rest = item_line(record).partition("\n")
            name = " ".join(record.text("project").split())
            whose = f"\n\n  {gettext('Project')} : {name}" if name else ""
            lines.append(f"{first}{whose}{newline}{rest}")
        return lines


def digest(*parts: str) -> str:
    """A short name for what ``parts`` say."""
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()[:16]
