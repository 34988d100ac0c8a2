"""What DokuWiki knows of a page beside its text: a value as PHP writes it, bounded (pure)."""

from collections.abc import Mapping
from typing import Any

#: values in one file, and how deep they lie
_MOST, _DEEPEST = 200_000, 20


def read_metadata(data: bytes) -> Mapping[str, Any]:
    """What is known: of a page as it is now, and for good; {} where it cannot be read."""
    try:
        found = _Values(data).value(0)
    except (ValueError, IndexError, UnicodeError):
        return {}
    if not isinstance(found, dict):
        return {}
    kept: dict[str, Any] = {}
    for part in (found.get("persistent"), found.get("current")):
        if isinstance(part, dict):
            kept |= part
    return kept


class _Values:
    """Reads arrays, words and numbers; objects are none of it. Raises ValueError, IndexError."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at, self._left = data, 0, _MOST

    def value(self, depth: int) -> Any:
        self._left -= 1
        kind = self._data[self._at : self._at + 1]
        if self._left < 0 or depth > _DEEPEST:
            raise ValueError
        if kind == b"N":
            self._at += 2
            return None
        self._at += 2
        if kind == b"s":
            length = int(self._until(b":"))
            start = self._at + 1
            if length < 0 or start + length > len(self._data):
                raise ValueError
            self._at = start + length + 2
            return self._data[start : start + length].decode("utf-8", "replace")
        if kind == b"a":
            return self._array(int(self._until(b":")), depth)
        said = self._until(b";")
        return bool(int(said)) if kind == b"b" else int(said) if kind == b"i" else float(said)

    def _array(self, length: int, depth: int) -> dict[Any, Any]:
        self._at += 1
        found: dict[Any, Any] = {}
        for _number in range(length):
            key = self.value(depth + 1)
            if isinstance(key, dict):
                raise ValueError
            found[key] = self.value(depth + 1)
        self._at += 1
        return found

    def _until(self, sign: bytes) -> bytes:
        end = self._data.index(sign, self._at, self._at + 40)
        said = self._data[self._at : end]
        self._at = end + 1
        return said
