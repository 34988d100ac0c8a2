"""What pages and blocks say in a form of their own, as tables: CSV for sheets, JSON for programs.

A table for each type of page (``projects``, ``people`` …) and for each kind of items that a plugin
knows (``needs``, ``offers`` …): those that ``block_help`` and ``item_words`` name, so a plugin's
blocks have a table without saying so. ``columns.csv`` says what each column is.
"""

import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from tempfile import TemporaryFile
from typing import IO, Any

from wiki.exports.contents import Progress, Report
from wiki.exports.names import Names
from wiki.exports.target import Target
from wiki.files.csv import write_csv
from wiki.pages.page import TYPES
from wiki.pages.urls import page_url
from wiki.plugins import call_hook
from wiki.projections.catalogue import ItemRow, PageRow, select, select_items
from wiki.reading import Reader
from wiki.reading.history import get_creation_times
from wiki.reading.html import get_fact_label
from wiki.reading.lists import iterate_items, iterate_rows
from wiki.reading.pages import find_page
from wiki.translation import gettext as _

#: type of a page → what its table is called
TABLES = {
    "project": "projects",
    "person": "people",
    "organisation": "organisations",
    "dossier": "dossiers",
    "event": "events",
    "carrefour": "carrefours",
}
#: of what writers make up themselves, so many columns: JSON has all of it
_COLUMNS = 120
#: between the values of one cell
_BETWEEN = "; "
#: what the table says already, or is for the wiki alone
_NEVER = frozenset({"type", "title", "summary", "lang", "visibility", "editors", "readers"})

Record = dict[str, Any]


def write_tables(reader: Reader, target: Target, report: Report, progress: Progress) -> None:
    """All tables that ``reader`` may have, and what their columns are."""
    names = Names()
    columns_file = names.reserve("columns.csv")
    documented: list[Sequence[str]] = [(_("table"), _("column"), _("what it is"))]
    tables = [(TABLES[type], _pages(reader, type, report)) for type in TYPES]
    tables += [(name, _items(reader, blocks)) for name, blocks in item_tables(reader).items()]
    for number, (name, records) in enumerate(tables):
        progress(number, len(tables))
        name = names.reserve(f"{name}.csv").removesuffix(".csv")
        columns = _write(target, name, records)
        documented += [(name, column, _meaning(reader, column)) for column in columns]
    with target.opened(columns_file) as raw:
        _write_csv(raw, documented)
    progress(len(tables), len(tables))


def item_tables(reader: Reader) -> dict[str, tuple[str, ...]]:
    """Name of each table of items → the blocks that it is made of; the last gives the name.

    Blocks that no plugin speaks of have a table each, in their own name.
    """
    hook = reader.instance.plugins.hook
    known = [*call_hook(hook.item_words), *call_hook(hook.block_help)]
    groups: dict[str, tuple[str, ...]] = {}
    for one in (words for group in known for words in group):
        blocks = tuple(one.names)
        if not any(set(blocks) & set(other) for other in groups.values()):
            groups[blocks[-1]] = blocks
    used: Counter[str] = Counter(item.block for item in iterate_items(reader, select_items()))
    tables = {name: blocks for name, blocks in groups.items() if any(used[one] for one in blocks)}
    of_plugins = {block for blocks in groups.values() for block in blocks}
    return tables | {block: (block,) for block in sorted(used) if block not in of_plugins}


def _pages(reader: Reader, type: str, report: Report) -> Iterator[Record]:
    site = reader.instance.settings.public_url
    rows = iterate_rows(reader, select(types=(type,)))
    for row in rows:
        report.pages += 1
        yield {
            "path": row.path,
            "address": site + page_url(row.path),
            "title": row.title,
            "summary": row.summary,
            "language": row.lang,
            "created": _created(reader, row.path),
            **{key: list(values) for key, values in sorted(row.facts.items())},
            **_head(reader, row),
        }


def _created(reader: Reader, path: str) -> str:
    when = get_creation_times(reader, [path]).get(path)
    return when.isoformat() if when else ""


def _head(reader: Reader, row: PageRow) -> Record:
    """What the head of the page says beside its facts, as it was written."""
    page = find_page(reader, row.path)
    found: Record = {}
    for key in page.head if page is not None else ():
        folded = key.casefold()
        facts = {folded, folded.removesuffix("s"), f"{folded}s"}
        if page is not None and folded not in _NEVER and not facts & row.facts.keys():
            found[folded] = _plain(page.head[key])
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value if value is not None else ""


def _items(reader: Reader, blocks: Iterable[str]) -> Iterator[Record]:
    site = reader.instance.settings.public_url
    for item in iterate_items(reader, select_items(blocks=tuple(blocks))):
        yield _item(item, site)


def _item(item: ItemRow, site: str) -> Record:
    return {
        "id": item.identity or "",
        "text": item.plain,
        "details": item.nested,
        "state": {"x": "met", "-": "withdrawn"}.get(item.state, "open"),
        "date": item.date or "",
        "keywords": list(item.keywords),
        "places": list(item.places),
        **dict(sorted(item.marks.items())),
        "page": item.path,
        "page_title": item.page_title,
        "space": item.space or "",
        "space_title": item.space_title,
        "address": site + page_url(item.path, item.identity or ""),
    }


def _write(target: Target, name: str, records: Iterator[Record]) -> list[str]:
    """Writes both forms of a table; its columns, none where it has no row."""
    seen: dict[str, int] = {}
    with TemporaryFile("w+", encoding="utf-8", errors="replace") as kept:
        for record in records:
            for key in record:
                seen[key] = seen.get(key, 0) + 1
            kept.write(json.dumps(record, ensure_ascii=False) + "\n")
        if not seen:
            return []
        with target.opened(f"{name}.json") as raw:
            raw.write(b"[\n")
            for number, line in enumerate(_lines(kept)):
                raw.write((",\n" if number else "").encode() + line.encode())
            raw.write(b"\n]\n")
        columns = _columns(seen)
        with target.opened(f"{name}.csv") as raw:
            rows = ([_cell(record.get(one, "")) for one in columns] for record in _records(kept))
            _write_csv(raw, _with_heads(columns, rows))
    return columns


def _columns(seen: Mapping[str, int]) -> list[str]:
    """In their order; of very many, those that most rows have."""
    most = sorted(seen, key=lambda key: -seen[key])[:_COLUMNS]
    return [key for key in seen if key in set(most)]


def _with_heads(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[Sequence[str]]:
    yield heads
    yield from rows


def _lines(kept: IO[str]) -> Iterator[str]:
    kept.seek(0)
    for line in kept:
        yield line.rstrip("\n")


def _records(kept: IO[str]) -> Iterator[Record]:
    for line in _lines(kept):
        yield json.loads(line)


def _cell(value: Any) -> str:
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return _BETWEEN.join(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _write_csv(raw: IO[bytes], rows: Iterable[Sequence[str]]) -> None:
    text = io.TextIOWrapper(raw, "utf-8", errors="replace", newline="")
    write_csv(text, rows)
    text.detach()


def _meaning(reader: Reader, column: str) -> str:
    """What a column is, in words."""
    known = {
        "path": _("The page, as links name it."),
        "address": _("Where it is read in a browser."),
        "title": _("The page’s title."),
        "summary": _("The page in one sentence."),
        "language": _("The language of the text."),
        "created": _("When the page was made."),
        "id": _("What tells it from all others, for good."),
        "text": _("The words, without their marks."),
        "details": _("What stands below it, in Markdown."),
        "date": _("The day that it begins with."),
        "keywords": _("Its keywords."),
        "places": _("The places that it names."),
        "page": _("The page that it stands on."),
        "page_title": _("The title of that page."),
        "space": _("The project, person or other space that it belongs to."),
        "space_title": _("The title of that space."),
    }
    if column in known:
        return known[column]
    label = get_fact_label(reader, column)
    return label if label != column else _("As the page, or the line, says it.")
