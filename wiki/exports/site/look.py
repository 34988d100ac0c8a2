"""What the site looks like: the wiki's own style sheets, fonts and pictures, as files."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from markupsafe import Markup

from wiki.config.look import FOLDER
from wiki.config.look.style import style_sheet
from wiki.errors import TooLarge
from wiki.reading import Reader
from wiki.resources import DIST, front_end, read_static

_FONT = re.compile(rb"url\(\.?/?([\w.-]+\.woff2)\)")
#: what a style sheet would load from elsewhere
_LOADS = re.compile(r"@import[^;]*;|url\(\s*(?![\"']?data:)[^)]*\)", re.I)
_SYMBOL = '<symbol id="{}" viewBox="0 0 24 24">'


@dataclass(frozen=True)
class Look:
    """The files by name, and which of them each page names."""

    files: Mapping[str, bytes]
    styles: list[str]
    icon: str
    logo: str = ""
    logo_dark: str = ""
    icons: Mapping[str, Markup] = field(default_factory=dict)


def look_of(reader: Reader) -> Look:
    """The look that is in force. Raises FileNotFoundError where the front end is not built."""
    built, look = front_end(), reader.instance.look
    if "wiki.css" not in built:
        raise FileNotFoundError("the front end is not built: run `make frontend`")
    sheet = _built("wiki.css")
    files = {"wiki.css": sheet, "search.js": _built("exportsearch.js")}
    files |= {name.decode(): (DIST / name.decode()).read_bytes() for name in _FONT.findall(sheet)}
    styles = ["wiki.css"]
    if look.theme and (theme := read_static(look.theme, "theme.css")) is not None:
        files["theme.css"] = _LOADS.sub("none", theme.decode("utf-8", "replace")).encode()
        styles.append("theme.css")
    if own := style_sheet(look):
        files["look.css"] = own.encode()
        styles.append("look.css")
    pictures = {name: _picture(reader, name) for name in (look.logo, look.logo_dark, look.icon)}
    kept = {name: data for name, data in pictures.items() if data}
    icon = look.icon if look.icon in kept else "favicon.svg"
    files["favicon.svg"] = _built("favicon.svg")
    return Look(
        files={**files, **kept},
        styles=styles,
        icon=icon,
        logo=look.logo if look.logo in kept else "",
        logo_dark=look.logo_dark if look.logo_dark in kept else "",
        icons={name: _icon(name) for name in ("search", "menu")},
    )


def _built(name: str) -> bytes:
    return (DIST / front_end()[name]).read_bytes()


def _picture(reader: Reader, name: str) -> bytes:
    if not name:
        return b""
    try:
        found = reader.instance.repository.read(f"{FOLDER}{name}", reader.commit)
    except TooLarge:
        return b""
    return found.data if found is not None else b""


@cache
def _icon(name: str) -> Markup:
    """An icon, drawn in the page: from a disk a browser takes no drawing out of another file."""
    sprite = _built("icons.svg").decode()
    inside = sprite.partition(_SYMBOL.format(name))[2].partition("</symbol>")[0]
    svg = '<svg class="icon" width="16" height="16" viewBox="0 0 24 24" aria-hidden="true">{}</svg>'
    return Markup(svg).format(Markup(inside))  # noqa: S704 - our own drawings
