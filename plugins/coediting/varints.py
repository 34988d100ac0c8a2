"""The numbers and words that Yjs and its protocols are written with (lib0's encoding)."""


class Malformed(ValueError):
    """Bytes that are not what they should be."""


class Cursor:
    """Reads ``data`` from its beginning on; every method raises Malformed at its end."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def left(self) -> int:
        """How many bytes are not read yet."""
        return len(self._data) - self._at

    def byte(self) -> int:
        """The next byte."""
        if self._at >= len(self._data):
            raise Malformed
        self._at += 1
        return self._data[self._at - 1]

    def number(self) -> int:
        """A number from 0 to 2⁵³, in seven bits a byte."""
        found = shift = 0
        while True:
            byte = self.byte()
            found |= (byte & 127) << shift
            if byte < 128:
                break
            shift += 7
            if shift > 49:
                raise Malformed
        if found > 2**53:
            raise Malformed
        return found

    def block(self) -> bytes:
        """So many bytes as the number before them says."""
        length = self.number()
        if length > self.left:
            raise Malformed
        self._at += length
        return self._data[self._at - length : self._at]

    def word(self) -> str:
        """A block that is UTF-8."""
        try:
            return self.block().decode("utf-8")
        except UnicodeDecodeError as error:
            raise Malformed from error


def number(value: int) -> bytes:
    """``value`` as ``Cursor.number`` reads it."""
    out = bytearray()
    while value > 127:
        out.append(128 | value & 127)
        value >>= 7
    out.append(value)
    return bytes(out)


def block(data: bytes) -> bytes:
    """``data`` as ``Cursor.block`` reads it."""
    return number(len(data)) + data
