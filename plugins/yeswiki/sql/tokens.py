"""The words of a dump of MySQL, one after the other, whatever its length.

A file is read in pieces; what is in memory is one token, and as much again. Each refill asks for
twice as much as is left over, so that a long value is not looked at again and again.
"""

import re
from collections.abc import Callable

from wiki.api.errors import BadRequest
from wiki.api.translation import gettext as _

Token = tuple[str, bytes]
WORD, NAME, STRING, SIGN, END = "word", "name", "string", "sign", "end"

_PIECE = 1 << 18
#: bytes of a token: a value of a page is at most a few millions
_LONGEST = 20_000_000
_STRING = rb"'(?:[^'\\]++|\\.|'')*+'|\"(?:[^\"\\]++|\\.|\"\")*+\""
_COMMENT = rb"--(?:[ \t\r][^\n]*+)?(?:\n|\Z)|#[^\n]*+(?:\n|\Z)|/\*.*?\*/"
_TOKEN = re.compile(
    rb"(?P<blank>\s++)|(?P<comment>" + _COMMENT + rb")|(?P<string>" + _STRING + rb")"
    rb"|(?P<name>`(?:[^`]++|``)*+`)|(?P<word>[\w$@.+:\x80-\xff-]++)"
    rb"|(?P<sign>[(),;=*<>!&|~^%?\[\]{}\\]|/(?!\*))",
    re.S,
)
#: what stands before the end of a statement, whole pieces alone
_SKIPPED = re.compile(
    rb"(?:[^;'\"`/#-]++|"
    + _STRING
    + rb"|`[^`]*+`|-(?=[^-])|--(?=[^ \t\r\n])|/(?=[^*])|"
    + _COMMENT
    + rb")++",
    re.S,
)
_CHARSET = re.compile(rb"SET\s+NAMES\s+'?(\w{1,30})", re.I)
_ESCAPE = re.compile(rb"\\(.)|''|\"\"", re.S)
_MEANT = {
    **{bytes([code]): bytes([code]) for code in range(256)},
    b"0": b"\0",
    b"b": b"\b",
    b"n": b"\n",
    b"r": b"\r",
    b"t": b"\t",
    b"Z": b"\x1a",
    b"%": b"\\%",
    b"_": b"\\_",
}


class Tokens:
    """Reads tokens off ``read(size)``, which gives bytes, and none at the end.

    ``made_whole``: the program that wrote it says at its end that all of it is there, and
    ``ends_whole`` is whether it did. ``charset`` is the one that it says its text is in.
    """

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read
        self._buffer = b""
        self._at = 0
        self._lines = 1
        self._ended = False
        self.made_whole = self.ends_whole = False
        self.charset = ""

    @property
    def line(self) -> int:
        """The line of what comes next."""
        return self._lines + self._buffer.count(b"\n", 0, self._at)

    def next(self) -> Token:
        """The next word, name, string or sign; ``END`` at the end. Raises BadRequest."""
        while True:
            found = _TOKEN.match(self._buffer, self._at)
            if not self._ended and (found is None or found.end() == len(self._buffer)):
                self._refill()
                continue
            if found is None:
                if self._at == len(self._buffer):
                    return END, b""
                raise self._stuck()
            kind, value = found.lastgroup or SIGN, found[0]
            self._at = found.end()
            if kind == "comment":
                self._note(value)
            elif kind != "blank":
                return kind, value

    def skip_statement(self) -> None:
        """Goes behind the next ``;``. Raises BadRequest where there is none."""
        while True:
            found = _SKIPPED.match(self._buffer, self._at)
            if found is not None:
                self._at = found.end()
            if self._at < len(self._buffer) and self._buffer[self._at] == ord(";"):
                self._at += 1
                return
            if self._ended:
                raise self._stuck() if self._at < len(self._buffer) else self.cut()
            self._refill()

    def bad(self, why: str) -> BadRequest:
        """A refusal that names the line."""
        return BadRequest(_("Line {line} of the dump: {why}.").format(line=self.line, why=why))

    def cut(self) -> BadRequest:
        """The refusal of a dump that ends before its end."""
        return self.bad(_("it ends in the middle; the file was cut. Export it again"))

    def _refill(self) -> None:
        """Reads on."""
        rest = len(self._buffer) - self._at
        if rest > _LONGEST:
            raise self.bad(_("a value is longer than any page"))
        more = self._read(max(_PIECE, rest))
        self._lines += self._buffer.count(b"\n", 0, self._at)
        self._buffer = self._buffer[self._at :] + more
        self._at = 0
        self._ended = not more

    def _stuck(self) -> BadRequest:
        if self._buffer[self._at : self._at + 1] in (b"'", b'"', b"`", b"/"):
            return self.cut()
        return self.bad(_("this is no dump of MySQL or MariaDB"))

    def _note(self, comment: bytes) -> None:
        if comment.startswith((b"-- MySQL dump ", b"-- MariaDB dump ")):
            self.made_whole = True
        elif comment.startswith(b"-- Dump completed"):
            self.ends_whole = True
        elif comment.startswith(b"/*!") and (found := _CHARSET.search(comment[:200])):
            self.charset = found[1].decode("ascii", "replace").lower()


def string_of(token: bytes) -> bytes:
    """What a string in quotation marks says."""
    inner = token[1:-1]
    if b"\\" not in inner and token[:1] * 2 not in inner:
        return inner
    doubled = token[:1] * 2

    def meant(found: re.Match[bytes]) -> bytes:
        if found[1] is not None:
            return _MEANT[found[1]]
        return token[:1] if found[0] == doubled else found[0]

    return _ESCAPE.sub(meant, inner)


def name_of(token: Token) -> str:
    """The name of a table or a column, in back quotes or without."""
    kind, value = token
    name = value[1:-1].replace(b"``", b"`") if kind == NAME else value
    return name.decode("utf-8", "replace")[:200]
