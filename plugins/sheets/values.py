"""What a cell says, by the kind of its field: read strictly, told in words where it cannot (pure).

::

    READERS["day"]("12 mars 2027", Around())   "2027-03-12"
    READERS["day"]("bientôt", Around())        raises Unreadable("“bientôt” is no date")
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from wiki.api.imports.vocabulary import ENGLISH_STAGES, STAGES
from wiki.api.paths import read_number, slug
from wiki.api.translation import gettext, written_language

from . import vocabulary
from .dates import read_day, read_moment, read_time

_MAIL = re.compile(r"[^\s@<>,;:\"()]{1,64}@[^\s@<>,;:\"()]{1,200}\.[^\W\d_]{2,24}")
_MAIL_IN = re.compile(r"(?<![\w.+/-])" + _MAIL.pattern + r"(?![\w-])")
_PHONE = re.compile(r"(?:\+|00|0)[\d\s.()-]{7,24}\d")
_DOMAIN = re.compile(r"(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}(?:/\S*)?", re.I)
#: what separates several words in one cell, the strongest first
_SEPARATORS = ("\n", ";", "|", ",")
_BULLET = re.compile(r"^\s*(?:[-*•·–]|\d{1,2}[.)])\s+")
_MOST_WORDS = 60


class Unreadable(Exception):
    """A cell that its field does not understand: ``words`` say why, ``what`` their short kind."""

    def __init__(self, what: str, words: str) -> None:
        super().__init__(words)
        self.what = what
        self.words = words


@dataclass(frozen=True)
class Around:
    """What a value is read against: whether its column has American days."""

    american: bool = False


Value = str | tuple[str, ...]
ReadValue = Callable[[str, Around], Value]


def split_words(text: str) -> tuple[str, ...]:
    """The several words of a cell, by the strongest separator that it has."""
    separator = next((one for one in _SEPARATORS if one in text), "\n")
    parts = (" ".join(_BULLET.sub("", one).split()).strip(" ,;|") for one in text.split(separator))
    return tuple(dict.fromkeys(one for one in parts if one))[:_MOST_WORDS]


def is_mail(text: str) -> bool:
    """Whether the cell holds mail addresses, and nothing else."""
    parts = [one.removeprefix("mailto:") for one in re.split(r"[,;\s]+", text) if one]
    return bool(parts) and all(_MAIL.fullmatch(one.strip("<>")) for one in parts)


def holds_mail(text: str) -> bool:
    """Whether a mail address stands among other words."""
    return "@" in text and _MAIL_IN.search(text) is not None


def is_phone(text: str) -> bool:
    """Whether the cell is a telephone number."""
    digits = sum(char.isdigit() for char in text)
    return 9 <= digits <= 15 and _PHONE.fullmatch(text.strip()) is not None


def is_address(text: str) -> bool:
    """Whether the cell is an address of the web."""
    return _address(text) is not None


def one_line(text: str) -> str:
    """``text`` on one line."""
    return " ".join(text.split())


def _line(text: str, _around: Around) -> Value:
    return one_line(text)


def _text(text: str, _around: Around) -> Value:
    return text


def _words(text: str, _around: Around) -> Value:
    return tuple(one.lstrip("#").strip() for one in split_words(text) if one.strip("# "))


def _sentences(text: str, _around: Around) -> Value:
    """Sentences, or names of which a comma may be part."""
    separator = next((one for one in ("\n", ";", "|") if one in text), "\n")
    parts = (" ".join(_BULLET.sub("", one).split()) for one in text.split(separator))
    return tuple(dict.fromkeys(one for one in parts if one))


def _day(text: str, around: Around) -> Value:
    found = read_day(text, american=around.american)
    if found is None:
        raise _unread(gettext("A date that cannot be read"), gettext("“{value}” is no date"), text)
    return found.isoformat()


def _moment(text: str, around: Around) -> Value:
    found = read_moment(text, american=around.american)
    if found is None:
        raise _unread(gettext("A date that cannot be read"), gettext("“{value}” is no date"), text)
    return written(found)


def written(moment: date) -> str:
    """A day, or a moment, as a head has it."""
    return moment.isoformat("T", "minutes") if isinstance(moment, datetime) else moment.isoformat()


def _time(text: str, _around: Around) -> Value:
    found = read_time(text)
    if found is None:
        raise _unread(gettext("An hour that cannot be read"), gettext("“{value}” is no hour"), text)
    return found.isoformat("minutes")


def _web(text: str, _around: Around) -> Value:
    found = _address(text)
    if found is None:
        raise _unread(
            gettext("An address that cannot be read"),
            gettext("“{value}” is no address of the web"),
            text,
        )
    return found


def _address(text: str) -> str | None:
    text = text.strip()
    if " " in text or "\n" in text or len(text) > 2_000 or "@" in text.partition("/")[0]:
        return None
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme in ("http", "https"):
        return text if host and "." in host else None
    return f"https://{text}" if _DOMAIN.fullmatch(text) else None


def _mail(text: str, _around: Around) -> Value:
    if not is_mail(text):
        raise _unread(
            gettext("A mail address that cannot be read"),
            gettext("“{value}” is no mail address"),
            text,
        )
    return one_line(text).removeprefix("mailto:")


def _state(text: str, _around: Around) -> Value:
    state = STAGES.get(slug(text))
    if state is None:
        raise _unread(
            gettext("A stage that is not known here"),
            gettext("“{value}” is no stage of a project here"),
            text,
        )
    return state if written_language() != "en" else ENGLISH_STAGES[state]


def _box(text: str, _around: Around) -> Value:
    box = vocabulary.BOXES.get(slug(text))
    if box is None:
        raise _unread(
            gettext("A state that is not known here"),
            gettext("“{value}” is neither open, found nor withdrawn"),
            text,
        )
    return box


def _readers(text: str, _around: Around) -> Value:
    found = vocabulary.READERS.get(slug(text))
    if found is None:
        # What is not understood must not open a page.
        raise _unread(
            gettext("A right to read that is not known here"),
            gettext("“{value}” is no one to read it: the page is for administrators"),
            text,
        )
    return found


def _availability(text: str, _around: Around) -> Value:
    number = vocabulary.AVAILABILITY.get(slug(text))
    number = read_number(text.strip()) if number is None else number
    if number is None or number > 999:
        raise _unread(
            gettext("A number that cannot be read"),
            gettext("“{value}” is no number of requests a month"),
            text,
        )
    return str(number)


def _siret(text: str, _around: Around) -> Value:
    digits = "".join(text.split())
    if not digits.isdigit() or len(digits) not in (9, 14):
        raise _unread(
            gettext("A number that cannot be read"),
            gettext("“{value}” is no SIRET: it has 14 figures"),
            text,
        )
    return digits


def _roles(text: str, _around: Around) -> Value:
    known = {word: role for role, words in vocabulary.ROLES.items() for word in words}
    return tuple(known.get(slug(one), one) for one in split_words(text))


def _unread(what: str, words: str, value: str) -> Unreadable:
    short = one_line(value)
    short = short if len(short) <= 80 else f"{short[:79]}…"
    return Unreadable(what, words.format(value=short))


READERS: Mapping[str, ReadValue] = {
    "line": _line,
    "text": _text,
    "words": _words,
    "items": _sentences,
    "names": _sentences,
    "day": _day,
    "moment": _moment,
    "time": _time,
    "web": _web,
    "mail": _mail,
    "phone": _line,
    "state": _state,
    "box": _box,
    "readers": _readers,
    "availability": _availability,
    "siret": _siret,
    "roles": _roles,
}
