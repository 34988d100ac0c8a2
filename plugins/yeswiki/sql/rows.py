"""The rows that a dump of MySQL holds: ``INSERT INTO t VALUES (…), (…)``, by names of columns.

All else in a dump is passed over; what no dump has is refused with its line. Nothing is worked
out: what stands there as a call, such as ``now()``, is no value.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NoReturn

from wiki.api.translation import gettext as _

from .tokens import END, NAME, SIGN, STRING, WORD, Token, Tokens, name_of, string_of

Values = Mapping[str, bytes | None]

_MOST_COLUMNS, _MOST_TABLES, _DEEPEST = 4_096, 20_000, 50
#: what a column is not called, at the beginning of a line of a table
_KEYS = frozenset(
    (b"PRIMARY", b"UNIQUE", b"KEY", b"INDEX", b"FULLTEXT", b"SPATIAL", b"CONSTRAINT")
) | {b"FOREIGN", b"CHECK", b"PERIOD"}
_STATEMENTS = frozenset(
    b"ALTER ANALYZE BEGIN CALL CHANGE COMMIT CREATE DEALLOCATE DELETE DELIMITER DO DROP EXECUTE"
    b" FLUSH GRANT INSERT LOCK OPTIMIZE PREPARE RENAME REPLACE ROLLBACK SAVEPOINT SELECT SET SHOW"
    b" START TRUNCATE UNLOCK UPDATE USE WITH".split()
)


@dataclass(frozen=True)
class Row:
    """A row: its table, the line where it ends, its values by the columns."""

    table: str
    line: int
    values: Values


def read_rows(
    read: Callable[[int], bytes], wanted: Callable[[str, frozenset[str]], bool]
) -> Iterator[Row]:
    """The rows of the tables that are ``wanted``, by their names and columns, in their order.

    Raises BadRequest, with the line.
    """
    return _Dump(read, wanted).rows()


class _Dump:
    def __init__(
        self, read: Callable[[int], bytes], wanted: Callable[[str, frozenset[str]], bool]
    ) -> None:
        self._tokens = Tokens(read)
        self._wanted = wanted
        self._tables: dict[str, tuple[str, ...]] = {}

    def rows(self) -> Iterator[Row]:
        tokens = self._tokens
        while (token := tokens.next())[0] != END:
            kind, value = token
            verb = value.upper()
            if token == (SIGN, b";"):
                continue
            if kind == SIGN and value == b"(":  # what some exports put around a query
                tokens.skip_statement()
            elif kind != WORD or verb not in _STATEMENTS:
                raise tokens.bad(_("this is no dump of MySQL or MariaDB"))
            elif verb == b"CREATE":
                self._create()
            elif verb in (b"INSERT", b"REPLACE"):
                yield from self._insert()
            elif verb == b"DELIMITER":
                self._pass_program()
            else:
                tokens.skip_statement()
        if tokens.made_whole and not tokens.ends_whole:
            raise tokens.cut()

    def _pass_program(self) -> None:
        """Goes to where statements end in ``;`` again, behind what a program of MySQL is."""
        while (token := self._tokens.next())[0] != END:
            if token[1].upper() == b"DELIMITER" and self._tokens.next() == (SIGN, b";"):
                return

    def _create(self) -> None:
        tokens = self._tokens
        token = tokens.next()
        while token[0] == WORD and token[1].upper() in (b"TEMPORARY", b"OR", b"REPLACE"):
            token = tokens.next()
        if token == (SIGN, b";"):
            return
        if token[1].upper() != b"TABLE":
            tokens.skip_statement()
            return
        name, token = self._name(tokens.next())
        if token == (SIGN, b"("):
            if len(self._tables) >= _MOST_TABLES:
                raise tokens.bad(_("there are more tables than in any wiki"))
            self._tables[name] = self._columns()
        if token != (SIGN, b";"):
            tokens.skip_statement()

    def _columns(self) -> tuple[str, ...]:
        """The columns of a table, of which the bracket is open."""
        tokens, names, depth, first = self._tokens, [], 1, True
        while depth:
            token = tokens.next()
            kind, value = token
            if kind == END:
                raise tokens.cut()
            if first and (kind == NAME or (kind == WORD and value.upper() not in _KEYS)):
                names.append(name_of(token))
                self._check_width(len(names))
            first = depth == 1 and token == (SIGN, b",")
            depth += (token == (SIGN, b"(")) - (token == (SIGN, b")"))
            if depth > _DEEPEST:
                raise tokens.bad(_("brackets are nested deeper than in any dump"))
        return tuple(names)

    def _name(self, token: Token) -> tuple[str, Token]:
        """The name of a table, without that of its database, and what follows it."""
        tokens = self._tokens
        while token[0] == WORD and token[1].upper() in (b"IF", b"NOT", b"EXISTS"):
            token = tokens.next()
        if token[0] not in (WORD, NAME):
            self._refuse(token)
        name = name_of(token) if token[0] == NAME else name_of(token).rpartition(".")[2]
        token = tokens.next()
        if token == (WORD, b"."):
            name, token = name_of(tokens.next()), tokens.next()
        return name, token

    def _insert(self) -> Iterator[Row]:
        tokens = self._tokens
        token = tokens.next()
        while token[0] == WORD and token[1].upper() != b"INTO":
            token = tokens.next()
        if token[0] != WORD:
            self._refuse(token)
        name, token = self._name(tokens.next())
        columns = self._tables.get(name, ())
        if token == (SIGN, b"("):
            columns, token = self._columns(), tokens.next()
        if token[1].upper() not in (b"VALUES", b"VALUE"):
            tokens.skip_statement()  # the rows of a query, which are not here
            return
        if not self._wanted(name, frozenset(columns)):
            tokens.skip_statement()
            return
        while True:
            if (token := tokens.next()) != (SIGN, b"("):
                self._refuse(token)
            values = self._values(len(columns))
            yield Row(name, tokens.line, dict(zip(columns, values, strict=True)))
            token = tokens.next()
            if token == (SIGN, b";"):
                return
            if token != (SIGN, b","):
                if token[1].upper() not in (b"ON", b"AS"):
                    self._refuse(token)
                tokens.skip_statement()
                return

    def _values(self, count: int) -> list[bytes | None]:
        values: list[bytes | None] = []
        while True:
            value, token = self._value()
            values.append(value)
            self._check_width(len(values))
            if token == (SIGN, b")"):
                break
        if len(values) != count:
            words = _("a row has {values} values, and its table {columns} columns")
            raise self._tokens.bad(words.format(values=len(values), columns=count))
        return values

    def _value(self) -> tuple[bytes | None, Token]:
        """A value, and the comma or bracket behind it."""
        tokens = self._tokens
        parts: list[bytes] = []
        value: bytes | None = None
        token, before = tokens.next(), b""
        while token not in ((SIGN, b","), (SIGN, b")")):
            kind, said = token
            if kind == STRING:
                parts.append(_as_told(string_of(said), before))
                value = b"".join(parts)
            elif token == (SIGN, b"("):
                value = None
                self._pass_brackets()
            elif kind == WORD and not parts:
                value = _plain(said)
            elif kind != WORD:
                self._refuse(token)
            before = said if kind == WORD else b""
            token = tokens.next()
        return value, token

    def _pass_brackets(self) -> None:
        depth = 1
        while depth:
            token = self._tokens.next()
            if token[0] == END:
                raise self._tokens.cut()
            depth += (token == (SIGN, b"(")) - (token == (SIGN, b")"))
            if depth > _DEEPEST:
                raise self._tokens.bad(_("brackets are nested deeper than in any dump"))

    def _check_width(self, count: int) -> None:
        if count > _MOST_COLUMNS:
            raise self._tokens.bad(_("a table has more columns than MySQL knows"))

    def _refuse(self, token: Token) -> NoReturn:
        if token[0] == END:
            raise self._tokens.cut()
        raise self._tokens.bad(_("this is no dump of MySQL or MariaDB"))


def _plain(word: bytes) -> bytes | None:
    """A number, NULL, or bytes as hexadecimal figures."""
    upper = word.upper()
    if upper == b"NULL" or upper.startswith(b"_") or upper in (b"X", b"B", b"N"):
        return None
    if upper in (b"TRUE", b"FALSE"):
        return b"1" if upper == b"TRUE" else b"0"
    return _unhexed(word[2:]) if word.startswith(b"0x") else word


def _as_told(value: bytes, before: bytes) -> bytes:
    return _unhexed(value) if before.upper() == b"X" else value


def _unhexed(figures: bytes) -> bytes:
    try:
        return bytes.fromhex(figures.decode("ascii"))
    except ValueError:
        return figures
