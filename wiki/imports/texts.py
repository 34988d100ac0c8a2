"""Text of files whose encoding nobody says: UTF-8, UTF-16, or that of old Windows programs."""

from wiki.charsets import decode

_MARKS = ((b"\xff\xfe", "utf-16le"), (b"\xfe\xff", "utf-16be"))
#: of the first bytes, how many are looked at for every second being none
_SAMPLE = 2_000


def decode_text(data: bytes) -> tuple[str, str]:
    """The text, line ends LF, without a byte order mark; and its encoding where that is a guess.

    "" says that it is for sure; ``windows-1252`` that it is no UTF-8, or some of its lines are not:
    each line is read as what it can be.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _plain(decode(data[2:], name, "replace")), ""
    sample = data[:_SAMPLE]
    for name, odd in (("utf-16le", 1), ("utf-16be", 0)):
        if len(sample) > 8 and sample[odd::2].count(0) * 2 > len(sample[odd::2]):
            return _plain(decode(data, name, "replace")), name
    try:
        return _plain(data.decode("utf-8-sig")), ""
    except UnicodeDecodeError:
        return _plain("\n".join(map(_line, data.split(b"\n")))), "windows-1252"


def _line(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return decode(data, "windows-1252", "replace")


def _plain(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
