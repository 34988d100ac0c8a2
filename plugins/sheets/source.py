"""Tables of projects, people, organisations, events, needs and offers, as pages.

::

    file ─▶ tables ─▶ questions (answers) ─▶ records ─▶ pages, and items put into pages
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from wiki.api.errors import BadRequest
from wiki.api.imports import Choice, ImportProgress, Source, Stage
from wiki.api.translation import gettext, lazy

from .csv_files import looks_delimited, read_delimited
from .fields import KINDS, NOTHING
from .placement import Placement
from .questions import ask, column_name, kind_name
from .records import Record, Trouble, read_records
from .tables import MOST_BYTES, Table
from .workbooks import is_packed, is_workbook, read_workbook

#: bytes by which a file is told for a table
_BEGINNING = 64_000
_SUFFIXES = (".csv", ".tsv", ".tab", ".txt")


class Sheets(Source):
    """The importer ``sheets``."""

    general = True
    label = lazy("A table (CSV, Excel, LibreOffice)")
    hint = lazy(
        "In Excel, LibreOffice or Google Sheets: File, Save as or Download, .xlsx, .ods or .csv."
    )

    def is_own(self, path: Path) -> bool:
        """Whether ``path`` is a workbook, or text whose lines have several cells."""
        if not path.is_file():
            return False
        if is_workbook(path):
            return True
        if path.suffix.lower() not in _SUFFIXES:
            return False
        with path.open("rb") as file:
            return looks_delimited(file.read(_BEGINNING))

    def choices(self, path: Path) -> Sequence[Choice]:
        """What the lines are, and what each column is. Raises BadRequest."""
        return ask(read_tables(path), path.stem)

    def read(
        self, path: Path, stage: Stage, answers: Mapping[str, str], progress: ImportProgress
    ) -> None:
        """Puts a page for each line on the stage, and needs and offers into theirs."""
        placement = Placement(stage, datetime.now(UTC).date().isoformat())
        for record in self._records(path, stage, answers):
            placement.add(record)
        placement.finish(progress)

    def _records(self, path: Path, stage: Stage, answers: Mapping[str, str]) -> Iterable[Record]:
        tables = read_tables(path)
        for at, table in enumerate(tables):
            kind = answers.get(kind_name(at), NOTHING)
            if kind not in KINDS:
                continue
            columns = [answers.get(column_name(at, one), "") for one in range(len(table.columns))]
            sheet = table.name if len(tables) > 1 else ""
            for number in table.odd[:100]:
                what = gettext("A line in another encoding: look at its accents")
                _tell(stage, Trouble(what, number, ""), sheet)
            for found in read_records(table, kind, columns):
                if isinstance(found, Trouble):
                    _tell(stage, found, sheet)
                    continue
                for trouble in found.troubles:
                    _tell(stage, trouble, sheet)
                found.sheet = sheet
                yield found


def read_tables(path: Path) -> list[Table]:
    """The tables of a file. Raises BadRequest."""
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise BadRequest(
            gettext("This table is larger than {size} MB: cut it in two.").format(
                size=MOST_BYTES // 1_000_000
            )
        )
    if is_workbook(path) or is_packed(path):
        tables = read_workbook(path)
    else:
        table = read_delimited(path.read_bytes())
        tables = [table] if table is not None else []
    if not tables:
        raise BadRequest(gettext("There is nothing below the first line of this table."))
    return tables


def _tell(stage: Stage, trouble: Trouble, sheet: str) -> None:
    where = f"{sheet}, {trouble.where}" if sheet else trouble.where
    stage.loss(trouble.what, where, trouble.words)
