"""What was chosen of the look, and the file in the pages' repository that holds it.

What cannot be used in the file costs itself alone: the rest of the look is as it says.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from hashlib import sha256
from typing import Any, NamedTuple

from wiki.config.look.colours import is_colour, passes
from wiki.translation import languages

#: where all of it lies: no name that begins with a dot is served as a page or an attachment
FOLDER = ".carrefour/"
LOOK_FILE = f"{FOLDER}look.toml"
#: bytes of it that are read
LONGEST = 100_000
#: faces that one may read in; the first is that of who chooses none
FONTS = ("literata", "figtree", "atkinson")
#: what stands on the home page before its text, in the order of who chooses none
HEAD_BLOCKS = ("actions", "soon", "drawing")
#: what stands below: words of one's own, what the page says before its first heading
TEXT_BLOCKS = ("welcome", "opening")
#: a chapter of the page, by its anchor
CHAPTER = "#"

#: how much of it there may be
MOST_LINES, LONGEST_LABEL, LONGEST_URL, LONGEST_TEXT = 40, 60, 500, 5_000
#: pictures: by what they hold, so that a browser may keep them for ever
PICTURE = re.compile(r"[a-z-]{1,20}-[0-9a-f]{12}\.(?:svg|png|webp|jpg)")
_URL = re.compile(r"(?:/(?![/\\])|https://|http://|mailto:)[^\s\x00-\x1f\"<>\\]*")
_THEME = re.compile(r"[a-z][a-z0-9_]{0,40}")
_BLOCK = re.compile(r"[a-z]{2,20}|#[^\s\x00-\x1f]{1,200}")
_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True)
class Entry:
    """A line of the menu or the footer: where it leads, and what it is called in each language."""

    url: str
    names: tuple[tuple[str, str], ...]

    def name(self, lang: str) -> str:
        """What it is called in ``lang``, or in the first language that it has a name in."""
        return dict(self.names).get(lang) or self.names[0][1]


@dataclass(frozen=True)
class Partner:
    """Someone who carries the wiki with us: a name, an address, a picture; these may be ""."""

    name: str
    url: str = ""
    logo: str = ""


@dataclass(frozen=True)
class Look:
    """All that was chosen; what is empty is as the wiki, or the theme, has it."""

    theme: str = ""
    accent: str = ""
    accent_dark: str = ""
    font: str = FONTS[0]
    logo: str = ""
    logo_dark: str = ""
    icon: str = ""
    share: str = ""
    home: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    welcome: str = ""
    menu: tuple[Entry, ...] = ()
    links: tuple[Entry, ...] = ()
    footer: str = ""
    partners: tuple[Partner, ...] = ()

    @property
    def restyled(self) -> bool:
        """Whether colours, letters or signs are others than those that the wiki comes with."""
        signs = (self.theme, self.accent, self.accent_dark, self.logo, self.logo_dark)
        return any(signs) or self.font != FONTS[0]

    @property
    def pictures(self) -> frozenset[str]:
        """The names of the pictures that it shows."""
        own = (self.logo, self.logo_dark, self.icon, self.share)
        return frozenset(filter(None, (*own, *(one.logo for one in self.partners))))


class LookFile(NamedTuple):
    """What a file says, and why what of it is not used, by its name ("" for the whole)."""

    look: Look
    faults: Mapping[str, str]


DEFAULT = Look()
NAMES = tuple(one.name for one in fields(Look))


def read_look(data: bytes) -> LookFile:
    """What the file says; nothing in it costs anybody the wiki."""
    if len(data) > LONGEST:
        return LookFile(DEFAULT, {"": f"it is larger than {LONGEST} bytes"})
    try:
        found = tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        return LookFile(DEFAULT, {"": str(error)[:200] or "it is nested too deeply"})
    reading = _Reading()
    # A name that nobody knows may be a later version's.
    values = {name: reading.value(name, found[name]) for name in NAMES if name in found}
    return LookFile(
        Look(**{name: one for name, one in values.items() if one is not None}), reading.faults
    )


def write_look(look: Look) -> dict[str, Any]:
    """``look`` as the file has it: only what was chosen."""
    told: dict[str, Any] = {}
    for name in NAMES:
        value = getattr(look, name)
        if value != getattr(DEFAULT, name):
            told[name] = [_plain(one) for one in value] if isinstance(value, tuple) else value
    return told


def _plain(one: "str | Entry | Partner") -> Any:
    if isinstance(one, Entry):
        return {"url": one.url, **dict(one.names)}
    if isinstance(one, Partner):
        return {name: value for name, value in vars(one).items() if value}
    return one


def is_of_look(file: str) -> bool:
    """Whether a file of the repository is the look's own: what was chosen, or a picture of it."""
    return file == LOOK_FILE or (
        file.startswith(FOLDER) and PICTURE.fullmatch(file.removeprefix(FOLDER)) is not None
    )


def picture_name(stem: str, extension: str, data: bytes) -> str:
    """What a picture of the look is called: by what it holds, so that it may be kept for ever."""
    return f"{stem}-{sha256(data).hexdigest()[:12]}.{extension}"


def is_named_rightly(file: str, data: bytes) -> bool:
    """Whether a picture of the look is called by what it holds."""
    stem, _, rest = file.removeprefix(FOLDER).rpartition("-")
    return file == FOLDER + picture_name(stem, rest.partition(".")[2], data)


def is_address(value: str) -> bool:
    """Whether a link of ours may lead there: a place of the wiki, a site, a mail address."""
    return len(value) <= LONGEST_URL and _URL.fullmatch(value) is not None


def is_label(value: str) -> bool:
    """Whether it can stand as a name on one line."""
    return 0 < len(value) <= LONGEST_LABEL and not _BREAKS.search(value)


def is_text(value: str) -> bool:
    """Whether it is a text of several lines, of a length that a page bears."""
    return len(value) <= LONGEST_TEXT and not _UNSEEN.search(value)


@dataclass
class _Reading:
    """Takes values of a file one by one, and notes what cannot be used."""

    faults: dict[str, str] = field(default_factory=dict)

    def value(self, name: str, value: Any) -> Any:
        """The value as the look has it; None where it cannot be used."""
        try:
            return _READERS[name](value)
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            self.faults[name] = str(error) or "it cannot be read"
            return None


def _text(check: Callable[[str], object], words: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if not isinstance(value, str) or (value and not check(value)):
            raise ValueError(words)
        return value

    return read


def _accent(mode: str) -> Callable[[Any], str]:
    read = _text(is_colour, "a colour is written as #1b4f9c")

    def passing(value: Any) -> str:
        colour = read(value)
        if colour and not passes(colour, mode):
            raise ValueError(f"{colour} has too little contrast on {mode} grounds")
        return colour

    return passing


def _many(read: Callable[[Any], Any]) -> Callable[[Any], tuple[Any, ...]]:
    def read_all(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list) or len(value) > MOST_LINES:
            raise ValueError(f"it is a list of at most {MOST_LINES}")
        return tuple(map(read, value))

    return read_all


def _entry(value: Any) -> Entry:
    names = tuple((lang, value[lang]) for lang in languages() if value.get(lang))
    return Entry(_address(value["url"]), _checked(names))


def _checked(names: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    found = tuple(names)
    if not found or not all(isinstance(one, str) and is_label(one) for _lang, one in found):
        raise ValueError("a line has a name in a language of the wiki")
    return found


def _partner(value: Any) -> Partner:
    return Partner(
        _label(value["name"]), _address(value.get("url", "")), _picture(value.get("logo", ""))
    )


_label = _text(is_label, "a name stands on one line")
_address = _text(is_address, "an address begins with / or https://")
_picture = _text(PICTURE.fullmatch, "a picture is called like logo-0123456789ab.svg")
_block = _text(_BLOCK.fullmatch, "a block is a word, or # and the anchor of a chapter")
_READERS: Mapping[str, Callable[[Any], Any]] = {
    "theme": _text(_THEME.fullmatch, "a theme is the name of a plugin"),
    "accent": _accent("light"),
    "accent_dark": _accent("dark"),
    "font": _text(FONTS.__contains__, f"a font is one of {', '.join(FONTS)}"),
    **dict.fromkeys(("logo", "logo_dark", "icon", "share"), _picture),
    **dict.fromkeys(("home", "hidden"), _many(_block)),
    **dict.fromkeys(("welcome", "footer"), _text(is_text, "it is too long")),
    **dict.fromkeys(("menu", "links"), _many(_entry)),
    "partners": _many(_partner),
}
