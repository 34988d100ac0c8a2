"""``{{action name="value"}}``: what is a link, a picture or a list here; what only laid text out;
and what has no counterpart, which is lost."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from wiki.api.imports.dialects import Losses
from wiki.api.imports.markdown import escaped
from wiki.api.translation import gettext as _

from ..wordlists import wordlist
from .links import Links, is_picture, shown
from .surroundings import Site

_NAME = re.compile(r"\s*([\w-]{1,60})")
_VALUE = re.compile(r"([\w-]{1,60})\s*=\s*\"([^\"]{0,4000})\"")
#: what laid a page out: what stood in it stays, in its order
_LAYOUT = wordlist(
    "end grid col accordion tabs tab buttondropdown toc tocjs titrepage doubleclic ariane"
    " parambody template bouton linkjavascript linkstyle liensjavascripts liensstyle linkrss"
    " metarobots favicon header footer yeswikiversion configuration lang translation"
    " endbackgroundimage endlabel endsection endgrid endcol"
)
_LISTS = wordlist(
    "bazarliste bazarcarto bazartableau bazartable bazaragenda bazarcalendar calendrier map"
    " carto bazarlistecategorie"
)
_FILMS = {
    "youtube": "https://www.youtube.com/watch?v={}",
    "vimeo": "https://vimeo.com/{}",
    "dailymotion": "https://www.dailymotion.com/video/{}",
}


@dataclass(frozen=True)
class Shown:
    """What stands for an action: in a line, or as a block of its own; "" for an end of a block."""

    markdown: str
    block: bool = True


_END = Shown("")
_NOTHING = Shown("", block=False)


class Actions:
    """The actions of one page; ``redirect`` is the page that it only leads to.

    ``readers`` are lists of those who saw parts of it.
    """

    def __init__(self, site: Site, links: Links, losses: Losses, page: str) -> None:
        self._site, self._links, self._losses, self._page = site, links, losses, page
        self.redirect = ""
        self.readers: list[str] = []
        self._tabs: list[str] = []
        self._special: dict[str, Callable[[Mapping[str, str], str], Shown]] = {
            "attach": self._attach,
            "button": self._button,
            "nav": self._nav,
            "include": self._include,
            "redirect": self._redirect,
            "panel": self._panel,
            "section": self._section,
            "backgroundimage": self._background,
            "label": lambda _given, _source: _NOTHING,
            "progressbar": self._progress,
            "video": self._video,
            "pdf": self._pdf,
            "syndication": self._pdf,
        }

    def read(self, inside: str) -> Shown:
        """What stands for ``{{inside}}``."""
        found = _NAME.match(inside)
        if found is None:
            return _NOTHING
        name = found[1].lower()
        given = {key.lower(): value.strip() for key, value in _VALUE.findall(inside, found.end())}
        source = f"{{{{{inside}}}}}"
        if name == "tab" and self._tabs:
            return _title(self._tabs.pop(0))
        if name in _LISTS or name == "bazar":
            return self._listing(name, given, source)
        if (special := self._special.get(name)) is not None:
            return special(given, source)
        if name == "end" and given.get("elem") in ("label", "buttondropdown"):
            return _NOTHING
        if name in _LAYOUT:
            if name == "tabs":
                self._tabs = [one.strip() for one in given.get("titles", "").split(",")][:50]
            if name == "buttondropdown" and given.get("title"):
                return _title(given["title"])
            return _END
        self._losses.add(_("An action that has no counterpart here"), source)
        return _END

    def _listing(self, name: str, given: Mapping[str, str], source: str) -> Shown:
        form = given.get("id") or given.get("idtypeannonce") or ""
        sees = name != "bazar" or given.get("vue") in ("consulter", "recherche")
        block = self._site.listing(form, given) if sees else None
        if block is None:
            self._losses.add(_("A list or a form of Bazar that has no counterpart here"), source)
            return _END
        return Shown(block)

    def _attach(self, given: Mapping[str, str], source: str) -> Shown:
        name = given.get("file") or given.get("attachfile") or ""
        words = given.get("desc") or given.get("attachdesc") or given.get("legend") or ""
        if not name:
            self._losses.add(_("An action that has no counterpart here"), source)
            return _NOTHING
        target = self._links.attached(name, re.sub(r"\s*\([\d.]+\s?[kM]?B\)$", "", words), source)
        picture = shown(target)
        pictured = target.there and is_picture(target.to)
        if (to := given.get("link")) and pictured and (led := self._links.target_of(to)):
            picture = f"[{picture}]({led})"
        below = " ".join(filter(None, (given.get("legend"), given.get("caption"))))
        if below and below != words:
            picture = f"{picture}\\\n*{escaped(below)}*"
        return Shown(picture, block=False)

    def _button(self, given: Mapping[str, str], source: str) -> Shown:
        to, words = given.get("link", ""), given.get("text") or given.get("title") or ""
        if not to or to.startswith("config/"):
            return Shown(escaped(words), block=False)
        return Shown(self._links.markdown(to, words, source), block=False)

    def _nav(self, given: Mapping[str, str], source: str) -> Shown:
        targets = [one.strip() for one in given.get("links", "").split(",") if one.strip()]
        titles = [one.strip() for one in given.get("titles", "").split(",")]
        titles += [""] * (len(targets) - len(titles))
        lines = (
            f"- {self._links.markdown(to, words, source)}"
            for to, words in zip(targets[:100], titles, strict=False)
        )
        return Shown("\n".join(lines))

    def _include(self, given: Mapping[str, str], source: str) -> Shown:
        page = given.get("page", "")
        return Shown(self._links.markdown(page, "", source)) if page else _END

    def _redirect(self, given: Mapping[str, str], _source: str) -> Shown:
        self.redirect = given.get("page", "") or given.get("url", "")
        return _END

    def _panel(self, given: Mapping[str, str], _source: str) -> Shown:
        return _title(given.get("title", ""))

    def _section(self, given: Mapping[str, str], source: str) -> Shown:
        readers = given.get("visibility", "").replace("\\n", "\n")
        if readers and readers != "*":
            self.readers.append(readers)
            self._losses.add(_("A part for some readers: all of the page is for them now"), source)
        return self._background(given, source)

    def _background(self, given: Mapping[str, str], source: str) -> Shown:
        if given.get("file"):
            self._losses.add(_("A picture behind the text"), source)
        return _END

    def _progress(self, given: Mapping[str, str], _source: str) -> Shown:
        return Shown(escaped(f"{given.get('val', '')} %"), block=False)

    def _video(self, given: Mapping[str, str], source: str) -> Shown:
        url = given.get("url", "")
        if not url and given.get("id"):
            form = _FILMS.get(given.get("serveur", "youtube").lower(), "")
            url = form.format(quote(given["id"])) if form else ""
            if given.get("peertubeinstance"):
                url = f"{given['peertubeinstance'].rstrip('/')}/videos/watch/{quote(given['id'])}"
        return self._address(url, source)

    def _pdf(self, given: Mapping[str, str], source: str) -> Shown:
        return self._address(given.get("url", ""), source)

    def _address(self, url: str, source: str) -> Shown:
        self._losses.add(_("What was shown in a frame: its address is a link now"), source)
        return Shown(self._links.markdown(url, "", source)) if url else _END


def _title(words: str) -> Shown:
    return Shown(f"**{escaped(words)}**") if words.strip() else _END
