"""Text in the encodings of the WHATWG Encoding Standard, and by no other codec of Python's.

A name that a stranger gave may be that of a codec which takes the square of its input (punycode),
raises over everything (undefined) or makes of it what it likes (unicode_escape). Those that
browsers know (https://encoding.spec.whatwg.org/) take time in proportion, and raise as documented.
"""

import codecs
import encodings
import encodings.idna
import encodings.punycode
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import webencodings
from webencodings.labels import LABELS

#: what Python and its library ask for by these names themselves: as quick as the others
_OWN = frozenset({"ascii", "cp437", "latin_1", "iso8859_1", "utf_8", "utf_8_sig"})
#: the standard's word for encodings that are no longer read, being dangerous
_REPLACED = "replacement"
#: a line with bytes that are no UTF-8
_OLD_LINE = re.compile("^.*[\udc80-\udcff].*$", re.MULTILINE)
#: letters that a name of a host has at most, in any form
_LONGEST_HOST = 253
_MARKS = ((b"\xff\xfe", "utf-16le"), (b"\xfe\xff", "utf-16be"))
#: of the first bytes, how many are looked at for every second being none; fewer say nothing
_SAMPLE, _FEW = 2_000, 8


def decode(data: bytes, label: str, errors: str = "strict") -> str:
    """``data`` in the encoding called ``label``. Raises LookupError for a name that is not in the
    standard, UnicodeDecodeError where ``errors`` is strict and it does not fit."""
    # The library encodes the name itself, which lone surrogates cannot be.
    encoding = webencodings.lookup(label) if label.isascii() else None
    if encoding is None or encoding.name == _REPLACED:
        raise LookupError(f"unknown encoding: {label[:40]!r}")
    text: str = encoding.codec_info.decode(data, errors)[0]
    return text


def decode_text(data: bytes, label: str = "") -> tuple[str, str]:
    """Text in the encoding that it says or seems to have, and that encoding where it is a guess.

    ``label`` is what it says of itself, which a byte order mark overrules. Line ends become LF. ""
    says that it is for sure; ``windows-1252`` that it is no UTF-8, or some of its lines are not:
    each line is read as what it can be.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _plain(decode(data[2:], name, "replace")), ""
    sample = data[:_SAMPLE]
    for name, odd in (("utf-16le", 1), ("utf-16be", 0)):
        if len(sample) > _FEW and sample[odd::2].count(0) * 2 > len(sample[odd::2]):
            return _plain(decode(data, name, "replace")), name
    # Where a name can be read letter by letter, it is not UTF-16, whatever it is (as browsers do).
    for one in ("" if label.lower().startswith("utf-16") else label, "utf-8"):
        with suppress(UnicodeDecodeError, LookupError):
            return _plain(decode(data, one)), ""
    text = data.decode("utf-8", "surrogateescape").replace("\n\ufeff", "\n")
    return _plain(_OLD_LINE.sub(_read_anew, text)), "windows-1252"


def restrict_codecs() -> None:
    """Makes this process know the codecs of the standard alone, whoever decodes by a name.

    It cannot be undone, so it is for children that read one thing (``sandbox/child.py``): libraries
    such as ``email`` decode by names of strangers in many places.
    """
    codecs.unregister(encodings.search_function)
    codecs.unregister(_find_bounded)
    codecs.register(_search)


def bound_codecs() -> None:
    """Has this process read and write nothing long by the codecs that take the square of it.

    They are for names of hosts, which the library writes with them itself; who names one as the
    encoding of a text, or a host of thousands of letters, would have it work for minutes.
    """
    codecs.unregister(encodings.search_function)
    codecs.register(_find_bounded)
    codecs.register(encodings.search_function)


def _bounded(codec: codecs.CodecInfo) -> codecs.CodecInfo:
    def short(work: Callable[..., tuple[Any, int]]) -> Callable[..., tuple[Any, int]]:
        def asked(value: Any, errors: str = "strict") -> tuple[Any, int]:
            if len(value) > _LONGEST_HOST:
                raise UnicodeError("longer than the name of any host")
            return work(value, errors)

        return asked

    return codecs.CodecInfo(short(codec.encode), short(codec.decode), name=codec.name)


_BOUNDED = {
    "idna": _bounded(encodings.idna.getregentry()),
    "punycode": _bounded(encodings.punycode.getregentry()),
}


def _find_bounded(name: str) -> codecs.CodecInfo | None:
    return _BOUNDED.get(name)


def _codec_name(standard: str) -> str:
    encoding = webencodings.lookup(standard)
    return encoding.codec_info.name if encoding else standard


def know_hosts() -> None:
    """Makes such a process know how names of hosts are written, as one that calls some has to."""
    codecs.register(lambda name: _BOUNDED["idna"] if name == "idna" else None)


_LABELS = {
    encodings.normalize_encoding(label): label
    for label, name in LABELS.items()
    if name != _REPLACED
}
_STANDARD = frozenset(LABELS.values()) - {_REPLACED, "x-user-defined"}
_PYTHON = {
    encodings.normalize_encoding(name).lower()
    for standard in _STANDARD
    # also as Python itself writes it: utf-16-le, where the standard says utf-16le
    for name in (standard, webencodings.PYTHON_NAMES.get(standard, standard), _codec_name(standard))
}


def _search(name: str) -> codecs.CodecInfo | None:
    name = encodings.normalize_encoding(name).lower()
    if name in _OWN or name in _PYTHON:
        return encodings.search_function(name)
    label = _LABELS.get(name)
    encoding = webencodings.lookup(label) if label else None
    return encoding.codec_info if encoding else None


def _read_anew(line: re.Match[str]) -> str:
    return line[0].encode("utf-8", "surrogateescape").decode("cp1252", "replace")


def _plain(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
