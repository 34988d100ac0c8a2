"""Rows and columns of tables: what an edit changes, and that it touches no other cell's bytes."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

_NODE = Path(sys.executable).parent / "node"
pytestmark = pytest.mark.skipif(not _NODE.exists(), reason="needs the node of `make setup`")

#: a table, the row and column of a cell in it (the rule is row 1), and what is done there
Case = tuple[str, int, int, str]
TABLE = "| a | b |\n| --- | ---: |\n| c | d |\n| e |"
BARE = "a | b\n--- | ---\nc | d"


def made(cases: list[Case]) -> list[dict[str, Any] | None]:
    """What each edit makes of its table; None where it is none."""
    command = [str(_NODE), str(Path(__file__).with_name("columns.js")), json.dumps(cases)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    found: list[dict[str, Any] | None] = json.loads(answer.stdout)
    return found


def test_each_line_changes_by_its_cell() -> None:
    rows: list[tuple[str, int, int, str, str | None]] = [
        (TABLE, 2, 0, "addColumn", "| a |  | b |\n| --- | --- | ---: |\n| c |  | d |\n| e |  |"),
        (TABLE, 2, 1, "addColumn", "| a | b |  |\n| --- | ---: | --- |\n| c | d |  |\n| e |"),
        (TABLE, 2, 0, "removeColumn", "| b |\n| ---: |\n| d |\n|  |"),
        (TABLE, 0, 1, "removeColumn", "| a |\n| --- |\n| c |\n| e |"),
        (TABLE, 2, 1, "left", "| b | a |\n| ---: | --- |\n| d | c |\n|  | e |"),
        (TABLE, 2, 0, "right", "| b | a |\n| ---: | --- |\n| d | c |\n|  | e |"),
        (TABLE, 2, 0, "left", None),
        (TABLE, 2, 1, "right", None),
        (TABLE, 2, 0, "down", "| a | b |\n| --- | ---: |\n| e |\n| c | d |"),
        (TABLE, 3, 0, "up", "| a | b |\n| --- | ---: |\n| e |\n| c | d |"),
        (TABLE, 2, 0, "up", None),
        (TABLE, 0, 0, "removeRow", None),
        (TABLE, 0, 0, "addRow", "| a | b |\n| --- | ---: |\n|  |  |\n| c | d |\n| e |"),
        (TABLE, 3, 0, "removeRow", "| a | b |\n| --- | ---: |\n| c | d |"),
        # Without bars at its edges.
        (BARE, 2, 1, "addColumn", "a | b |  |\n--- | --- | --- |\nc | d |  |"),
        (BARE, 2, 0, "addColumn", "a |  | b\n--- | --- | ---\nc |  | d"),
        (BARE, 2, 0, "removeColumn", "| b\n| ---\n| d"),
        (BARE, 2, 1, "removeColumn", "a |\n--- |\nc |"),
        (BARE, 2, 1, "left", " b|a \n ---|--- \n d|c "),
        # Where its first cell would be an item, a row gets its bars.
        ("a | - b\n--- | ---", 0, 1, "left", "| - b | a |\n ---|--- "),
        # A cell more than there are columns is nobody's to take away.
        ("| a | b |\n|---|---|\n| c | d | x |", 0, 0, "removeColumn", "| b |\n|---|\n| d | x |"),
        # In an item of a list, a row stands where the others do.
        ("  | a |\n  | - |\n  | b |", 2, 0, "addRow", "  | a |\n  | - |\n  | b |\n  |  |"),
        ("| a |\n|---|", 0, 0, "removeColumn", None),
    ]
    answers = made([row[:4] for row in rows])
    found = [(*row[:4], one and one["after"]) for row, one in zip(rows, answers, strict=True)]
    assert found == rows


_CELL = st.sampled_from(["", "a", "b", "été", "\\|", "a \\| b", "**x**", "- z", "#", "😀"])


@st.composite
def _case(draw: st.DrawFn) -> Case:
    """A table with bars at its edges, of rows that are whole, too short or too long."""
    columns = draw(st.integers(1, 4))
    head = [draw(_CELL) for _ in range(columns)]
    rows = [
        head,
        ["---"] * columns,
        *draw(st.lists(st.lists(_CELL, min_size=1, max_size=5), max_size=3)),
    ]
    blank = draw(st.sampled_from([" ", "  ", "", "   "]))
    lines = [f"|{'|'.join(f'{blank}{cell}{blank}' for cell in row)}|" for row in rows]
    row = draw(st.sampled_from([0, *range(2, len(lines))]))
    edit = draw(st.sampled_from(["addColumn", "removeColumn", "left", "right"]))
    return "\n".join(lines), row, draw(st.integers(0, columns - 1)), edit


def _wanted(cells: list[list[str]], column: int, edit: str) -> list[list[str]]:
    """The words of a table's cells after the edit."""
    wide, first = len(cells[0]), column - (edit == "left")
    wanted = []
    for at, words in enumerate(cells):
        row = words + [""] * (wide - len(words))
        if edit == "addColumn":
            row.insert(column + 1, "---" if at == 1 else "")
        elif edit == "removeColumn":
            del row[column]
        else:
            row[first : first + 2] = reversed(row[first : first + 2])
        wanted.append(row)
    return wanted


def test_no_other_cell_is_written() -> None:
    cases: list[Case] = []

    @settings(max_examples=300, deadline=None, database=None)
    @given(_case())
    def collect(case: Case) -> None:
        cases.append(case)

    collect()
    for (text, row, column, edit), one in zip(cases, made(cases), strict=True):
        if one is None:
            continue
        words = [[cell[0] for cell in line] for line in one["before"]]
        wanted = _wanted(words, column, edit)
        found = [[cell[0] for cell in line] for line in one["cells"]]
        wide = len(wanted[0])
        assert [line + [""] * (wide - len(line)) for line in found] == wanted, (text, one)
        at = column + {"addColumn": 1, "left": -1, "right": 1}.get(edit, 0)
        assert one["chosen"] == wanted[row][min(at, wide - 1)], (text, one)
        _touches_only(text, one, column if edit != "addColumn" else -1)


def _touches_only(text: str, one: dict[str, Any], column: int) -> None:
    """That nothing is taken out of, or put into, the words of another column's cells."""
    start = 0
    for line, cells in zip(text.split("\n"), one["before"], strict=True):
        units = len(line.encode("utf-16-le")) // 2
        for at, (_words, begin, end) in enumerate(cells):
            for change in one["changes"] if at != column else []:
                inside = change["to"] > start + begin and change["from"] < start + end
                assert not inside, (text, at, change)
        start += units + 1
