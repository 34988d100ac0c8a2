"""What plugins of DokuWiki do with a text: what of it is ours, and what is lost."""

import re
import shlex

from wiki.api.imports.dialects import Losses
from wiki.api.imports.markdown import address, code_span
from wiki.api.translation import gettext as _

from .scanner import Aside

#: ``{{name>what it is given}}``
_MACRO = re.compile(r"\s*([a-z]\w{0,40})>(.*)", re.S | re.I)
_FILMS = {"youtube": "https://www.youtube.com/watch?v=", "vimeo": "https://vimeo.com/"}
_FILM = re.compile(r"(?:\w+:)?([\w-]{5,40})")
_STRUCT = re.compile(r"\s*\$[\w.]+\s*\Z")
#: they say how DokuWiki makes a page, and nothing to readers
_SILENT = re.compile(r"(?:no|close|show)?(?:toc|cache|comments|discussion|footer)\b", re.I)
_TITLE = re.compile(r"(?:title[ \t]*:|meta[ \t]*:[ \t]*title[ \t]*=)[ \t]*(.+)", re.I)
_REDIRECT = re.compile(
    r"\s*(?:~~[ \t]*(?:goto|redirect)[ \t]*>[ \t]*(?P<page>[^~\n]{1,500}?)[ \t]*~~"
    r"|#redirect[ \t]+(?P<other>\S[^\n]{0,500}))",
    re.I,
)


class Macros:
    """Those of one page: ``themes`` and ``title`` are what they say of it."""

    def __init__(self, losses: Losses) -> None:
        self._losses = losses
        self.themes: dict[str, None] = {}
        self.title = ""

    @staticmethod
    def is_one(text: str) -> bool:
        """Whether what stands in ``{{…}}`` is for a plugin."""
        return _MACRO.match(text) is not None or _STRUCT.match(text) is not None

    def medium(self, aside: Aside) -> str | None:
        """What stands for ``{{name>…}}``; None where it is none."""
        found = _MACRO.match(aside.text)
        if found is None:
            return self._lost(aside) if _STRUCT.match(aside.text) else None
        name, given = found[1].lower(), found[2].strip()
        if name == "tag":
            for one in _words(given):
                self.themes[one.replace("_", " ")] = None
            return ""
        film = _FILM.match(given)
        if name in _FILMS and film:
            return f"<{_FILMS[name]}{film[1]}>"
        if name == "rss" and (url := re.match(r"https?://\S+", given)):
            self._losses.add(_("A feed of another site, which is a link now"), url[0], aside.line)
            return f"<{address(url[0])}>"
        return self._lost(aside)

    def inline(self, aside: Aside) -> str:
        """What stands for ``~~NAME~~``."""
        if found := _TITLE.match(aside.text):
            self.title = found[1].strip()
            return ""
        return "" if _SILENT.match(aside.text) else self._lost(aside)

    def _lost(self, aside: Aside) -> str:
        what = _("What a plugin did, which stays as its text")
        self._losses.add(what, aside.whole, aside.line)
        return code_span(aside.whole)


def included(text: str) -> str | None:
    """The page that ``{{page>…}}`` puts into another; None where it is another macro."""
    found = _MACRO.match(text)
    if found is None or found[1].lower() not in ("page", "section"):
        return None
    return re.split(r"[&|]", found[2], maxsplit=1)[0].strip()


def redirected(text: str) -> str | None:
    """The page that a text only leads to; None where it says something itself."""
    found = _REDIRECT.match(text[:2_000])
    if found is None:
        return None
    return (found["page"] or found["other"]).strip().strip("[]").partition("|")[0].strip()


def _words(given: str) -> list[str]:
    try:
        return shlex.split(given, posix=True)
    except ValueError:
        return given.replace('"', " ").split()
