"""Tables as files bring them: encodings, separators, workbooks, and what is refused."""

import io
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import pytest
import xlsxwriter

from plugins.sheets.csv_files import looks_delimited, read_delimited
from plugins.sheets.encodings import decode
from plugins.sheets.source import Sheets, read_tables
from plugins.sheets.tables import MOST_COLUMNS, MOST_LINES, column_letters
from plugins.sheets.workbooks import read_workbook
from wiki.errors import BadRequest
from wiki.sandbox.functions import call_in_child
from wiki.sandbox.runner import Failed

TEXT = "Titre;Échéance\nÉtude du gel;« bientôt »\nL’été à Sète;12/03/2027\n"


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        b"\xef\xbb\xbf" + TEXT.encode(),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        TEXT.encode("cp1252"),
        TEXT.encode("mac_roman"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace(";", "\t").encode("utf-16"),
        TEXT.replace(";", ",").encode(),
        b"sep=;\n" + TEXT.encode(),
    ],
)
def test_a_table_is_the_same_in_whatever_encoding(data: bytes) -> None:
    assert looks_delimited(data)
    table = read_delimited(data)
    assert table is not None
    assert table.columns == ("Titre", "Échéance")
    assert [row.cells for row in table.rows] == [
        ("Étude du gel", "« bientôt »"),
        ("L’été à Sète", "12/03/2027"),
    ]


def test_latin_1_without_signs_of_windows_reads_as_windows() -> None:
    assert (
        decode("Nom;Ville\nDépôt;Orléans\n".encode("latin-1")).text == "Nom;Ville\nDépôt;Orléans\n"
    )


def test_lines_in_another_encoding_than_the_file_are_read_and_told() -> None:
    data = "Titre;Lieu\nÉté;Sète\n".encode() + "Hiver;Nîmes\n".encode("cp1252")
    table = read_delimited(data)
    assert table is not None
    assert table.rows[1].cells == ("Hiver", "Nîmes")
    assert table.odd == (3,)


def test_cells_of_several_lines_and_lines_above_the_head() -> None:
    data = (
        'Export du 3 mars\n\nTitre,Texte,Lieu\n"Un ""grand"" projet","Une ligne\nune autre",Sète\n'
    )
    table = read_delimited(data.encode())
    assert table is not None
    assert table.columns == ("Titre", "Texte", "Lieu")
    (row,) = table.rows
    assert row.number == 4
    assert row.cells == ('Un "grand" projet', "Une ligne\nune autre", "Sète")


def test_what_was_kept_from_being_run_is_read_as_it_was() -> None:
    table = read_delimited(b"Titre;Note\nA;'=1+1\nB;=HYPERLINK(1)\nC;'ete\n")
    assert table is not None
    assert [row.cells[1] for row in table.rows] == ["=1+1", "=HYPERLINK(1)", "'ete"]


def test_a_file_that_was_cut_is_refused_with_its_line() -> None:
    with pytest.raises(BadRequest, match="Ligne 3"):
        read_delimited(b'Titre;Texte\nA;b\nC;"une phrase qui ne\nfinit pas')


def test_too_wide_and_too_long_tables_are_refused() -> None:
    wide = ",".join(f"c{at}" for at in range(100_000))
    with pytest.raises(BadRequest, match=str(MOST_COLUMNS)):
        read_delimited(f"{wide}\n{wide}\n".encode())
    with pytest.raises(BadRequest, match="lignes"):
        read_delimited(b"Titre;Lieu\n" + b"a;b\n" * (MOST_LINES + 30))


def test_markup_and_words_are_no_tables() -> None:
    assert not looks_delimited(b"<mediawiki><page>a,b</page>\n<x>c,d</x></mediawiki>")
    assert not looks_delimited(b"Une seule colonne\nde mots\n")
    assert not looks_delimited(b"")
    assert [column_letters(at) for at in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def _book(path: Path, *, mac: bool = False) -> Path:
    book = xlsxwriter.Workbook(path, {"date_1904": mac, "default_date_format": "dd/mm/yyyy"})
    hour = book.add_format({"num_format": "hh:mm"})
    moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    sheet = book.add_worksheet("Événements")
    sheet.write_row(0, 0, ["Titre", "Quand", "Places", "Heure"])
    sheet.write_string(1, 0, "Café")
    sheet.write_datetime(1, 1, date(2027, 3, 12))
    sheet.write_formula(1, 2, "=6*7", None, 42)
    sheet.write_datetime(1, 3, time(18, 30), hour)
    sheet.write_string(2, 0, "=cmd|' /C calc'!A0")
    sheet.write_datetime(2, 1, datetime.combine(date(2027, 3, 13), time(9, 5)), moment)
    sheet.write_boolean(2, 2, True)
    sheet.write_formula(2, 3, "=NA()", None, "#N/A")
    book.add_worksheet("Caché").hide()
    empty = book.add_worksheet("Vide")
    empty.write_string(0, 0, "Titre seul")
    book.close()
    return path


@pytest.mark.parametrize("mac", [False, True])
def test_a_workbook_says_what_it_last_showed(tmp_path: Path, mac: bool) -> None:
    (table,) = read_workbook(_book(tmp_path / "agenda.xlsx", mac=mac))
    assert table.name == "Événements"
    assert [row.cells for row in table.rows] == [
        ("Café", "2027-03-12", "42", "18:30"),
        ("=cmd|' /C calc'!A0", "2027-03-13T09:05", "oui", ""),
    ]
    assert Sheets().recognises(tmp_path / "agenda.xlsx")


def _again(data: bytes, change: dict[str, bytes]) -> bytes:
    """A zip with some of its files otherwise."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for one in old.namelist():
            new.writestr(one, change.get(one, old.read(one)))
        for name in change.keys() - set(old.namelist()):
            new.writestr(name, change[name])
    return out.getvalue()


def test_damaged_and_swollen_workbooks_are_refused(tmp_path: Path) -> None:
    good = _book(tmp_path / "agenda.xlsx").read_bytes()
    path = tmp_path / "x.xlsx"
    for data in (
        good[: len(good) // 2],
        _again(good, {"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row"}),
        _again(good, {"xl/media/bomb": bytes(500_000_000)}),
    ):
        path.write_bytes(data)
        with pytest.raises(BadRequest):
            read_tables(path)


def test_a_cell_in_the_farthest_corner_costs_the_child_alone(tmp_path: Path) -> None:
    good = _book(tmp_path / "agenda.xlsx").read_bytes()
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    path = tmp_path / "far.xlsx"
    path.write_bytes(
        _again(good, {"xl/worksheets/sheet1.xml": sheet.replace(b"</sheetData>", far)})
    )
    with pytest.raises((Failed, BadRequest)):
        call_in_child(_read_in_child, {"path": str(path)}, b"", seconds=200)


def _read_in_child(question, _data):  # type: ignore[no-untyped-def] # it is called by its name
    return {"tables": len(read_tables(Path(question["path"])))}, ()
