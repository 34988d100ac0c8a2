"""What Notion writes: databases as CSV beside a folder of rows, properties above texts (pure)."""

import csv
import io
import re
from collections.abc import Iterable, Iterator

from wiki.api.errors import BadRequest
from wiki.api.imports.markdown import address, escaped
from wiki.api.paths import slug
from wiki.api.translation import gettext as _

_DATABASE = re.compile(r"[ _-][0-9a-f]{32}\.csv$", re.I)
#: a page in a property: its name, and its file
_RELATION = re.compile(
    r"(?:(?<=, )|^)([^,()\[\]\n]+) \(([^()\s]{1,400}[0-9a-f]{32}\.(?:md|html|csv))\)"
)
_PROPERTIES = re.compile(
    r"\A(#[ \t][^\n]*\n\n)((?:[^\s:#>|\-][^:\n]{0,60}: [^\n]*\n){2,40})(?=\n|\Z)"
)
#: names of files are cut there
_NAME = 40
_COLUMNS, ROWS = 60, 1_000


def is_database(name: str) -> bool:
    """Whether the file called ``name`` is one."""
    return _DATABASE.search(name) is not None


def with_all_rows(name: str) -> str:
    """The file beside a database that has the rows too which its view did not show."""
    return f"{name.rpartition('.')[0]}_all.csv"


def listed(text: str) -> str:
    """``text`` with the properties below its title as a list."""

    def items(found: re.Match[str]) -> str:
        lines = found[2].rstrip("\n").split("\n")
        parts = (line.split(": ", 1) for line in lines)
        return found[1] + "".join(f"- {key}: {linked(value)}\n" for key, value in parts)

    return _PROPERTIES.sub(items, text, count=1)


def linked(value: str) -> str:
    """A property with the pages in it as links."""
    return _RELATION.sub(r"[\1](\2)", value)


def database(text: str, rows: Iterable[tuple[str, str]]) -> tuple[str, int]:
    """A table of the CSV ``text``, and how many rows it has beyond those of the table.

    ``rows`` are the pages of its rows: title and address. Raises BadRequest.
    """
    known: dict[str, list[str]] = {}
    for title, to in rows:
        known.setdefault(slug(title)[:_NAME], []).append(to)
    lines, beyond = [], 0
    for number, cells in enumerate(_records(text)):
        if number > ROWS:
            beyond += 1
            continue
        words = [_cell(one) for one in cells[:_COLUMNS]] or [""]
        pages = known.get(slug(cells[0] if cells else "")[:_NAME], [])
        if number and pages:
            words[0] = f"[{words[0]}]({address(pages.pop(0))})"
        lines.append(f"| {' | '.join(words)} |")
        if not number:
            lines.append(f"|{' --- |' * len(words)}")
    return "\n".join(lines) + "\n", beyond


def _records(text: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(text, newline=""))
    except csv.Error as error:
        raise BadRequest(_("This table cannot be read: it is damaged.")) from error


def _cell(words: str) -> str:
    parts, at = [], 0
    words = " ".join(words.split())
    for found in _RELATION.finditer(words):
        parts += [_plain(words[at : found.start()]), f"[{_plain(found[1])}]({found[2]})"]
        at = found.end()
    return "".join((*parts, _plain(words[at:])))


def _plain(words: str) -> str:
    return escaped(words).replace("|", "\\|")
