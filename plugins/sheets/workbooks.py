"""Workbooks of Excel and LibreOffice as tables: values as they were last shown, never formulas."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from wiki.api.errors import BadRequest
from wiki.api.translation import gettext

from .tables import MOST_LINES, Table, table_of

#: what the files in a workbook may come to together
_MOST_UNPACKED = 400_000_000
_MOST_FILES = 5_000
_MOST_SHEETS = 30
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def is_packed(path: Path) -> bool:
    """Whether the file is no text, but what workbooks are packed in, if it is a damaged one."""
    return _start(path).startswith((_OLE, b"PK"))


def is_workbook(path: Path) -> bool:
    """Whether the file is one, by what it begins with or lists; nothing in it is unpacked."""
    start = _start(path)
    if start == _OLE:
        return path.suffix.lower() in (".xls", ".xlt")
    if not start.startswith(b"PK"):
        return False
    try:
        with ZipFile(path) as archive:
            names = set(archive.namelist()[:_MOST_FILES])
    except (BadZipFile, OSError, ValueError):
        return False
    return any(name.startswith("xl/workbook.") for name in names) or (
        path.suffix.lower() == ".ods" and "content.xml" in names
    )


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(8)


def read_workbook(path: Path) -> list[Table]:
    """The tables on the sheets that are shown, those without a line left out. Raises BadRequest."""
    # Its import takes its time, and few ask.
    import python_calamine as calamine

    _check_size(path)
    try:
        with calamine.CalamineWorkbook.from_path(path) as book:
            names = [
                sheet.name
                for sheet in book.sheets_metadata
                if sheet.visible == calamine.SheetVisibleEnum.Visible
                and sheet.typ == calamine.SheetTypeEnum.WorkSheet
            ]
            tables = []
            for name in names[:_MOST_SHEETS]:
                sheet = book.get_sheet_by_name(name)
                if sheet.start is not None:
                    tables.append(table_of(_rows(sheet), name))
    except calamine.PasswordError as error:
        raise BadRequest(
            gettext("This workbook is locked by a password: save it without, and choose it again.")
        ) from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise BadRequest(
            gettext("This workbook cannot be read: open it, and save it again as .xlsx or as CSV.")
        ) from error
    return [table for table in tables if table is not None]


def _rows(sheet: object) -> Iterator[list[str]]:
    rows = sheet.to_python(skip_empty_area=False, nrows=MOST_LINES * 2)  # type: ignore[attr-defined]
    for row in rows:
        yield [as_text(cell) for cell in row]


def as_text(cell: object) -> str:
    """A value as people would type it: days and hours as ISO writes them, whole numbers whole."""
    if isinstance(cell, bool):
        return gettext("yes") if cell else gettext("no")
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat("T", "minutes")
    if isinstance(cell, time):
        return cell.isoformat("minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)


def _check_size(path: Path) -> None:
    if not _start(path).startswith(b"PK"):
        return
    try:
        with ZipFile(path) as archive:
            files = archive.infolist()
    except (BadZipFile, OSError, ValueError) as error:
        raise BadRequest(
            gettext("This workbook cannot be read: open it, and save it again as .xlsx or as CSV.")
        ) from error
    if len(files) > _MOST_FILES or sum(one.file_size for one in files) > _MOST_UNPACKED:
        raise BadRequest(
            gettext(
                "This workbook unpacks to more than can be read: save the sheet that you need as"
                " CSV."
            )
        )
