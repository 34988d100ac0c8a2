"""Links and pictures of DokuWiki as Markdown: ``[[ns:page|words]]``, ``{{ns:a.png?200|words}}``."""

import re
from typing import TYPE_CHECKING

from wiki.api.imports.dialects import Target
from wiki.api.imports.markdown import address, escaped
from wiki.api.translation import gettext as _

from .macros import Macros
from .scanner import Aside
from .surroundings import Site

if TYPE_CHECKING:
    from .inline import Words

_SIZE = re.compile(r"(?<![\w])(?P<width>\d{1,5})(?:x\d{1,5})?(?![\w])", re.I)
_OPTIONS = re.compile(r"(?:\d++(?:x\d++)?+|nolink|linkonly|direct|nocache|recache|&)++\s*+")
_MEDIUM = re.compile(r"\{\{(.*)\}\}", re.S)


class Links:
    """The links of one page."""

    def __init__(self, site: Site, page: str, words: "Words") -> None:
        self._site, self._page, self._words = site, page, words
        self.by_capitals = site.links_by_capitals

    def link(self, aside: Aside) -> str:
        """What stands for ``[[…]]`` in a line."""
        raw, target = self._target(aside)
        label = raw[1].strip()
        if picture := _MEDIUM.fullmatch(label):
            return self._on_picture(picture[1], target, aside)
        words = label or target.words
        if target.kind == "page":
            return self._to_page(target, words)
        if target.kind == "nowhere":
            self._words.losses.add(_("A link that leads nowhere here"), aside.whole, aside.line)
            return escaped(words)
        said = escaped(" ".join(words.split()))
        if not label and target.to == target.words and target.to.startswith(("http", "ftp")):
            return f"<{address(target.to)}>"
        return f"[{said}]({address(target.to)})"

    def medium(self, aside: Aside) -> str:
        """What stands for ``{{…}}`` in a line."""
        if (said := self._words.macros.medium(aside)) is not None:
            return said
        return self._shown(aside.text, aside)

    def plain(self, aside: Aside) -> str:
        """The words of a link or a picture, without it."""
        _raw, bar, label = aside.text.partition("|")
        if aside.kind == "medium":
            return "" if Macros.is_one(aside.text) else label.strip()
        return label.strip() if bar and "{{" not in label else self._target(aside)[1].words

    def _target(self, aside: Aside) -> tuple[tuple[str, str], Target]:
        raw, _bar, label = aside.text.partition("|")
        raw = " ".join(raw.split())
        return (raw, label), self._site.link(raw, self._page)

    def _to_page(self, target: Target, words: str) -> str:
        words = " ".join(words.split())
        return target.write_link(words) if target.to or target.anchor else escaped(words)

    def _on_picture(self, raw: str, target: Target, aside: Aside) -> str:
        shown = self._shown(raw, aside)
        if target.kind == "nowhere" or not target.to or not shown.startswith("!"):
            return (
                shown
                if target.kind != "page" or not target.to
                else (self._to_page(target, raw.partition("|")[2].strip() or target.words))
            )
        to = f"/{target.to}" if target.kind == "page" else target.to
        return f"[{shown}]({address(to)})"

    def _shown(self, raw: str, aside: Aside) -> str:
        """A picture, or a link to a file that is none."""
        name, _bar, label = raw.partition("|")
        name, _mark, options = name.partition("?") if "://" not in name else _external(name)
        beside = name[:1].isspace() != name[-1:].isspace()
        target = self._site.medium(name.strip(), self._page)
        words = " ".join(label.split())
        if not target.there:
            self._words.losses.add(_("A file that did not come along"), target.words, aside.line)
        if not target.is_picture or "linkonly" in options:
            return f"[{escaped(words or target.words)}]({address(target.to)})"
        if target.kind == "web":
            what = _("A picture of another site, which is a link now")
            self._words.losses.add(what, target.to, aside.line)
            return f"[{escaped(words or target.words)}]({address(target.to)})"
        if beside:
            what = _("A picture that text flowed around: it stands in its line")
            self._words.losses.add(what, target.words, aside.line)
        size = _SIZE.search(options)
        width = size["width"] if size and int(size["width"]) else ""
        return target.write_picture(words or target.words, width)


def _external(name: str) -> tuple[str, str, str]:
    """An address elsewhere, and the options behind it: those that are none belong to it."""
    before, mark, options = name.rpartition("?")
    if mark and _OPTIONS.fullmatch(options):
        tail = " " if options[-1:].isspace() else ""
        return before + tail, mark, options
    return name, "", ""
