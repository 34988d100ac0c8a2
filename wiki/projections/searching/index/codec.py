"""Postings written so that they are read quickly; Whoosh reads them as it reads its own.

Whoosh pickles blocks by a protocol that knows no bytes: where the places of a word are kept, each
document costs a call when the block is read, more than all the rest of it.
"""

from pickle import dumps, loads
from typing import Any, cast

from whoosh.codec.whoosh3 import W3Codec, W3PostingsWriter

#: values for which a pickle of their own is worth its room
_MANY = 8
_PROTOCOL = 5


class PackedCodec(W3Codec):
    """Writes values packed. What reads a segment is Whoosh's own codec."""

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> W3PostingsWriter:
        """See W3Codec."""
        return cast(Any, _Writer)(  # type: ignore[no-any-return]
            dbfile,
            blocklimit=self._blocklimit,
            byteids=byteids,
            compression=self._compression,
            inlinelimit=self._inlinelimit,
        )


class _Writer(W3PostingsWriter):
    def _mini_values(self) -> Any:
        values = cast(Any, super())._mini_values()
        return _Packed(values) if isinstance(values, tuple) and len(values) >= _MANY else values


class _Packed:
    """Values that are unpickled as they were, by way of a newer protocol."""

    def __init__(self, values: tuple[bytes, ...]) -> None:
        self._values = values

    def __reduce__(self) -> tuple[Any, ...]:
        return loads, (dumps(self._values, _PROTOCOL),)
