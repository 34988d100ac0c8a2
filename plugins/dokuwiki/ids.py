"""Ids of DokuWiki: how they are written in links, and in the names of files (pure)."""

import re
import unicodedata
from collections.abc import Sequence
from urllib.parse import unquote

_LETTERS = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "ß": "ss",
        "æ": "ae",
        "ø": "o",
        "đ": "d",
        "ð": "dh",
        "ħ": "h",
        "ł": "l",
        "þ": "th",
        "ŧ": "t",
        "ı": "i",
        "ƒ": "f",
        "µ": "u",
    }
)
_LATIN = re.compile("[\u00c0-\u024f\u1e00-\u1eff]")
_SEPARATORS = re.compile("_+")
_DOTS = re.compile(r"^((?:\.+:)*)(\.+)(?=[^:.])")
_SAFE = re.compile(r"[%\]][^%\]]*|[^%\]]+")
#: a code point of a safe name is no longer than this
_DIGITS = 5


def clean_id(raw: str, *, accents: bool = False, slashes: bool = False) -> str:
    """The id that ``raw`` means; ``accents``: the site keeps them, ``slashes``: they part it."""
    name = unicodedata.normalize("NFC", raw.strip()).lower()
    name = name.replace(";", ":").replace("/", ":" if slashes else "_")
    if not accents and not name.isascii():
        name = _LATIN.sub(_without_accent, name.translate(_LETTERS))
    name = "".join(char if _stays(char) else "_" for char in name)
    parts = (part.strip("._-") for part in _SEPARATORS.sub("_", name).split(":"))
    return ":".join(filter(None, parts))


def _stays(char: str) -> bool:
    return char in "_-.:" or char.isalnum() or unicodedata.combining(char) != 0


def _without_accent(found: re.Match[str]) -> str:
    bare = unicodedata.normalize("NFD", found[0])[0]
    return bare if bare.isascii() else found[0]


def absolute(raw: str, page: str, *, slashes: bool = False) -> str:
    """What ``raw``, said in ``page``, means from the root: ``.:b``, ``..:b``, ``~:b``, ``b``.

    A colon at its end stays: it is a namespace then.
    """
    raw = raw.strip().replace(";", ":")
    raw = raw.replace("/", ":") if slashes else raw
    space = page.rpartition(":")[0]
    if raw.startswith("~"):
        raw = f"{page}:{raw[1:]}"
    if raw.startswith("."):
        raw = f"{space}:{_DOTS.sub(lambda dots: f'{dots[1]}{dots[2]}:', raw)}"
    if ":" not in raw:
        raw = f"{space}:{raw}"
    raw = raw.rstrip(".")
    parts: list[str] = []
    for part in raw.split(":"):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    return ":".join(parts) + (":" if raw.endswith(":") else "")


def decode_name(name: str) -> str:
    """An id, or a part of one, from the name of a file: ``%C3%A9t%C3%A9``, or ``%6p]t%6p]``."""
    if "%" not in name:
        return name
    return _from_safe(name) if "]" in name else unquote(name, errors="replace")


def _from_safe(name: str) -> str:
    """As DokuWiki's ``fnencode = safe`` writes it: a sign is its number in base 36."""
    made: list[str] = []
    converted = False
    for part in _SAFE.findall(name.lower()):
        if not part.startswith("%"):
            made.append(part[1:] if converted and part.startswith("]") else part)
            converted = False
        else:
            made.append(_sign(part[1:]) if len(part) > 1 else "%")
            converted = True
    return "".join(made)


def _sign(digits: str) -> str:
    if not digits.isascii() or not digits.isalnum() or len(digits) > _DIGITS:
        return f"%{digits}"
    number = int(digits, 36) + 32
    return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else f"%{digits}"


def spaces_above(id: str) -> Sequence[str]:
    """The namespaces that a page is in, the nearest first, "" (the root) last."""
    parts = id.split(":")[:-1]
    return [":".join(parts[:length]) for length in range(len(parts), -1, -1)]
