"""Links and pictures of wikitext as Markdown: ``[[Page|words]]``, ``[[File:a.png|thumb|…]]``."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

from wiki.api.imports.dialects import Target
from wiki.api.imports.markdown import address
from wiki.api.translation import gettext as _

from .surroundings import Site

if TYPE_CHECKING:
    from .inline import Words

_SIZE = re.compile(r"(?P<width>\d{1,5})?(?:x\d{1,5})?\s*px(?:px)?", re.I)
_APART = frozenset(
    [
        "thumb",
        "thumbnail",
        "frame",
        "framed",
        "vignette",
        "cadre",
        "encadré",
        "miniature",
        "mini",
        "hochkant",
    ]
)
_OPTIONS = _APART | frozenset(
    (
        *("border", "bordure", "frameless", "sans cadre", "left", "gauche", "right", "droite"),
        *("center", "centre", "centré", "none", "néant", "neant", "baseline", "sub", "super"),
        *("sup", "exp", "ind", "top", "haut", "middle", "milieu", "bottom", "bas", "upright"),
        *("redresse", "text-top", "text-bottom", "links", "rechts", "zentriert", "ohne"),
    )
)
_NAMED = re.compile(
    r"(?P<name>alt|link|lien|page|lang|langue|class|classe|upright|redresse|thumb|vignette)\s*=(?P<value>.*)",
    re.I | re.S,
)
_BESIDE = re.compile(r"(?P<first>.[^(,（]*+)[(,（].*", re.S)
_PLAIN = re.compile(r"[^\[\]|\x7f<>{}`\\]+")


class Links:
    """The links of one page; ``categories`` are those that it is in."""

    def __init__(self, site: Site, page: str, words: "Words") -> None:
        self._site, self._page, self._words = site, page, words
        self.categories: dict[str, None] = {}

    def markdown(self, parts: Sequence[str], trail: str = "") -> str:
        """What stands for ``[[…]]`` in a line; the letters behind it belong to its words."""
        title, fragment = self._titled(parts[0])
        target = self._target(title, fragment)
        if target.kind == "category":
            self.categories[target.to] = None
            return trail
        if target.kind == "language":
            self._words.losses.add(_("A link to the page in another language"), title)
            return trail
        if target.kind == "file" and not title.startswith(":") and target.is_picture:
            return self._picture(target, parts) + trail
        if not target.there:
            self._words.losses.add(_("A file that is not in the export"), target.words)
        raw = self._label(parts, title, fragment, target) + trail
        if target.kind == "page":
            return self._to_page(replace(target, anchor=fragment), raw)
        words = self._words.one_line(raw)
        if target.kind == "nowhere":
            self._words.losses.add(_("A link that leads nowhere here"), "|".join(parts))
            return words
        to = f"{target.to}#{address(fragment)}" if fragment and target.kind == "web" else target.to
        return f"[{words}]({address(to)})" if words else f"<{address(to)}>"

    def stands_apart(self, parts: Sequence[str]) -> bool:
        """Whether it is a picture with a frame, which is no part of a sentence."""
        if len(parts) < 2 or not any(_option(part) in _APART for part in parts[1:]):
            return False
        title, fragment = self._titled(parts[0])
        target = self._target(title, fragment)
        return target.kind == "file" and target.is_picture

    def figure(self, parts: Sequence[str]) -> list[str]:
        """A picture with what is said below it."""
        title, fragment = self._titled(parts[0])
        target = self._target(title, fragment)
        picture = self._picture(target, parts)
        caption = self._words.one_line(_caption(parts))
        if not caption:
            return [picture]
        return [f"{picture}\\\n{caption if '*' in caption else f'*{caption}*'}"]

    def gallery(self, lines: Sequence[str]) -> list[str]:
        """Pictures, each with its words: ``Name.png|words`` on a line."""
        made: list[str] = []
        for line in lines:
            name, _bar, rest = line.strip().partition("|")
            if not name.strip():
                continue
            target = self._site.target(name.strip(), self._page)
            if target.kind != "file":
                target = self._site.target(f"File:{name.strip()}", self._page)
            if target.kind == "file" and target.is_picture:
                made += self.figure(
                    (f"File:{name.strip().partition(':')[2] or name.strip()}", *rest.split("|"))
                )
            elif target.kind == "file":
                made.append(f"[{self._words.one_line(rest) or target.words}]({address(target.to)})")
        return made

    def plain(self, parts: Sequence[str]) -> str:
        """The words of a link, without it."""
        title, fragment = self._titled(parts[0])
        target = self._target(title, fragment)
        if target.kind in ("category", "language"):
            return ""
        if target.kind == "file" and target.is_picture:
            return self._words.plain(_caption(parts))
        return self._words.plain(self._label(parts, title, fragment, target))

    def _titled(self, first: str) -> tuple[str, str]:
        """The title that a link names, and the heading there."""
        words = self._words.plain(first) if not _PLAIN.fullmatch(first) else first
        title, _hash, fragment = words.replace("_", " ").partition("#")
        if "%" in title:
            title = unquote(title)
        return " ".join(title.split()), " ".join(fragment.split())

    def _target(self, title: str, fragment: str) -> Target:
        if not title:
            return Target("page", "", fragment)
        return self._site.target(title, self._page)

    def _label(self, parts: Sequence[str], title: str, fragment: str, target: Target) -> str:
        said = "|".join(parts[1:])
        if len(parts) > 1 and said.strip():
            return said.strip()
        words = title.removeprefix(":") or f"{fragment}"
        if target.words and target.kind != "page":
            return target.words
        if len(parts) > 1:
            # The pipe trick: without what stands in brackets, or behind a comma.
            words = words.partition(":")[2].strip() or words
            found = _BESIDE.fullmatch(words)
            return found["first"].rstrip() if found else words
        if not title:
            return words
        return f"{words}#{fragment}" if fragment else words

    def _to_page(self, target: Target, raw: str) -> str:
        if not target.to and not target.anchor:
            return self._words.one_line(raw)
        simple = raw if _PLAIN.fullmatch(raw) and "''" not in raw and "&" not in raw else ""
        if simple and len(simple) <= 500:
            return target.write_link(" ".join(simple.split()))
        words = self._words.one_line(raw)
        if not words or target.anchor or "](" in words or "[[" in words:
            # A heading is found by its words; a link holds no other, nor a picture.
            return target.write_link(" ".join(self._words.plain(raw).split()) or target.to)
        return f"[{words}]({address(f'/{target.to}')})"

    def _picture(self, target: Target, parts: Sequence[str]) -> str:
        if not target.there:
            self._words.losses.add(_("A file that is not in the export"), target.words)
        alt, width = "", ""
        for part in parts[1:]:
            named = _NAMED.fullmatch(part.strip())
            sized = _SIZE.fullmatch(part.strip())
            if named and named["name"].lower() == "alt":
                alt = named["value"].strip()
            elif sized and sized["width"]:
                width = sized["width"]
        words = self._words.plain(alt or _caption(parts)) or target.words
        return target.write_picture(words, width)


def _option(part: str) -> str:
    named = _NAMED.fullmatch(part.strip())
    return (
        (named["name"] if named and named["name"].lower() in ("thumb", "vignette") else part)
        .strip()
        .lower()
    )


def _caption(parts: Sequence[str]) -> str:
    """The last part of a picture that is no option."""
    for part in reversed(parts[1:]):
        words = part.strip()
        if (
            words
            and words.lower() not in _OPTIONS
            and not _SIZE.fullmatch(words)
            and not _NAMED.fullmatch(words)
        ):
            return words
    return ""
