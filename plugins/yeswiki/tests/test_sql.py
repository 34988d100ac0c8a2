"""Dumps of MySQL: what its programs write is read, in pieces of any length; all else refused."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.yeswiki.encodings import mend, text_of
from plugins.yeswiki.sql.rows import read_rows
from plugins.yeswiki.tests.essai import quoted
from wiki.errors import BadRequest

_TABLE = "CREATE TABLE `t` (`a` int, `b` text COMMENT 'x, (y', KEY `k` (`a`));\n"
_INTO = f"{_TABLE}INSERT INTO t VALUES "  # noqa: S608 - a dump


def rows(dump: str | bytes, size: int = 1 << 16) -> list[tuple[str, dict[str, bytes | None]]]:
    data = dump.encode() if isinstance(dump, str) else dump
    return [
        (row.table, dict(row.values)) for row in read_rows(pieces(data, size), lambda *_table: True)
    ]


def pieces(data: bytes, size: int) -> Callable[[int], bytes]:
    """Gives the bytes, at most ``size`` at once, whatever is asked for."""
    at = 0

    def read(asked: int) -> bytes:
        nonlocal at
        start, at = at, at + min(asked, size)
        return data[start:at]

    return read


_CELLS = st.one_of(st.none(), st.integers(-(10**9), 10**9), st.binary(max_size=20), st.text())


@given(
    told=st.lists(st.tuples(_CELLS, _CELLS), min_size=1, max_size=8),
    size=st.integers(1, 40),
    apart=st.sampled_from([",", " ,\n", ", -- x');\n", ", /* '; */ "]),
)
def test_what_is_written_is_read(
    told: list[tuple[str | bytes | int | None, ...]], size: int, apart: str
) -> None:
    values = apart.join(f"({','.join(map(quoted, row))})" for row in told)
    dump = "".join([_TABLE, "INSERT INTO `t` VALUES ", values, ";\n"]).encode(
        "utf-8", "surrogatepass"
    )
    expected = [
        {
            name: None if cell is None else cell if isinstance(cell, bytes) else str(cell).encode()
            for name, cell in zip("ab", row, strict=True)
        }
        for row in told
    ]
    assert [values for _name, values in rows(dump, size)] == expected


@pytest.mark.parametrize(
    ("statement", "cells"),
    [
        ("INSERT INTO t VALUES (1,'it''s \\'so\\' \\n')", [b"1", b"it's 'so' \n"]),
        ('REPLACE INTO `d`.`t` VALUES (1,"a ""b"" \\"c\\"")', [b"1", b'a "b" "c"']),
        ("INSERT IGNORE INTO `t` (`b`, `a`) VALUES ('x', 0x4142)", [b"AB", b"x"]),
        ("INSERT INTO t (a, b) VALUES (X'41', _binary 'b' 'c')", [b"A", b"bc"]),
        ("insert into t values (now(), md5('a;b'))", [None, None]),
        ("INSERT INTO t VALUES (1,'a') ON DUPLICATE KEY UPDATE a = ';'", [b"1", b"a"]),
        ("INSERT INTO t VALUES (-1.5e3, TRUE)", [b"-1.5e3", b"1"]),
    ],
)
def test_a_row(statement: str, cells: list[bytes | None]) -> None:
    [(_table, values)] = rows(f"{_TABLE}{statement};")
    assert [values["a"], values["b"]] == cells


def test_what_is_no_row_is_passed_over() -> None:
    dump = (
        "-- x; 'y\n# z `\n/*!50003 SET @a = ';' */;\nCREATE TABLE t (a int, b text);\n"
        "CREATE VIEW v AS SELECT ';', `;` FROM t;\nINSERT INTO t SELECT * FROM u;\n"
        "DELIMITER ;;\nCREATE TRIGGER x BEGIN SET a = 1; END ;;\nDELIMITER ;\n"
        "SET @x := \"a;b\" -- ;\n;\nINSERT INTO t VALUES (1,'-- no');"
    )
    assert rows(dump, 7) == [("t", {"a": b"1", "b": b"-- no"})]


@pytest.mark.parametrize(
    ("dump", "words"),
    [
        (_INTO + "(1,'a", "Line 2 .* cut"),
        (_INTO + "(1,'a'),", "Line 2 .* cut"),
        ("-- MySQL dump 10.13\n" + _TABLE, "Line 3 .* cut"),
        (_TABLE + "/* no end", "Line 2 .* cut"),
        (_INTO + "(1);", "Line 2 .* 1 values, and its table 2"),
        (_INTO + "(1,'a'; DROP", "Line 2 .* no dump"),
        (_INTO + "(" + "1," * 100_000, "Line 2 .* columns"),
        ("CREATE TABLE t (" + "`c` int," * 100_000, "Line 1 .* columns"),
        ("CREATE TABLE t (a " + "(" * 200, "Line 1 .* nested"),
        ("COPY pages FROM stdin;\n1\t2\n\\.", "Line 1 .* no dump"),
        ("<html><body>", "Line 1 .* no dump"),
        ("PK\x03\x04\x00\x00", "Line 1 .* no dump"),
    ],
)
def test_what_is_no_dump_is_refused(dump: str, words: str) -> None:
    with pytest.raises(BadRequest) as refused:
        rows(dump)
    assert re.search(words, refused.value.words)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("Ã©tÃ© Ã\u00a0 CÅ“ur, câ€™est Â«\u00a0Ã§aÂ\u00a0Â»", "été à Cœur, c’est «\u00a0ça\u00a0»"),
        ("« CAFÉ» en été", "« CAFÉ» en été"),
        ("ð\u0178\u2019¡ idÃ©e", "💡 idée"),
        ("Ã tort", "Ã tort"),
    ],
)
def test_letters_that_were_encoded_twice(given: str, meant: str) -> None:
    assert mend(given) == meant
    assert mend(meant) == meant


def test_text_of_windows_is_guessed() -> None:
    assert text_of("été".encode("cp1252")) == ("été", True)
    assert text_of("été".encode()) == ("été", False)
