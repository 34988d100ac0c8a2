"""Links and pictures: ``[[Page words]]``, ``[words](Page)``, bare names and addresses."""

import re
from urllib.parse import unquote

from wiki.api.imports.dialects import Losses, Target
from wiki.api.imports.markdown import address, escaped, unbracketed
from wiki.api.translation import gettext as _

from .surroundings import Site

_MAIL = re.compile(r"(?:mailto:)?([\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,5})", re.A)
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|webp|avif|svg|bmp)\Z", re.I)
_LAST = "?!.,:;'’»)"


def is_picture(name: str) -> bool:
    """Whether a file of that name is shown, and not only linked."""
    return _PICTURE.search(name) is not None


def holds_mail(words: str) -> bool:
    """Whether a mail address stands among ``words``."""
    return any(_MAIL.fullmatch(word.strip("<>(),;:.")) for word in words.split())


class Links:
    """The links of one page."""

    def __init__(self, site: Site, page: str, losses: Losses) -> None:
        self._site, self._page, self._losses = site, page, losses

    def forced(self, inside: str) -> str:
        """What stands for ``[[…]]``: an address, and perhaps words behind a blank."""
        to, _blank, words = inside.strip().partition(" ")
        return self.markdown(to, " ".join(words.split()), f"[[{inside}]]")

    def markdown(self, to: str, words: str, source: str) -> str:
        """A link to ``to``, called ``words``, or as its target is where that is ""."""
        if not to:
            return escaped(words)
        if mail := _MAIL.fullmatch(to):
            self._losses.add(_("A mail address stands in a text that is published"), mail[1])
            return f"[{_label(words or mail[1])}](mailto:{mail[1]})"
        if to.startswith("#"):
            self._losses.add(_("A link to a place in the page"), source)
            return escaped(words or to[1:])
        target = self._site.target(to)
        if target.kind == "nowhere":
            self._losses.add(_("A link that leads nowhere here"), source)
            return escaped(words or target.words)
        if not target.there and target.kind == "file":
            self._losses.add(_("A file that is not in the export"), source)
        return self.to_target(target, words)

    def to_target(self, target: Target, words: str) -> str:
        """A link to what was found."""
        if target.kind == "page":
            # Without words it is called as the page is.
            return target.write_link(words or ("" if target.there else target.words))
        if not target.there:
            return escaped(words or target.words)
        label = _label(words or target.words)
        if not words and target.kind == "web" and target.words == target.to:
            return f"<{address(target.to)}>"
        return f"[{label}]({address(target.to)})"

    def target_of(self, to: str) -> str:
        """The address of what a link leads to; "" where it leads nowhere."""
        target = self._site.target(to)
        if target.kind == "page":
            return address(f"/{target.to}")
        return address(target.to) if target.kind in ("web", "file") and target.there else ""

    def bare(self, url: str) -> str:
        """An address that stands in the text; the signs that end a sentence are none of it."""
        end = url[len(url.rstrip(_LAST)) :]
        if end.startswith(")") and url.count("(") == url.count(")"):
            end = ""
        url = url[: len(url) - len(end)] if end else url
        if not url.lower().startswith(("http://", "https://", "ftp://")):
            return escaped(url + end)
        target = self._site.target(url)
        if target.kind == "web":
            return f"<{address(url)}>{escaped(end)}"
        return self.to_target(target, "") + escaped(end)

    def picture(self, to: str, words: str) -> str:
        """A picture of the web, or among the files."""
        target = self._site.target(to)
        if target.kind == "web" or (target.kind == "file" and target.there):
            return f"![{_label(words)}]({address(target.to)})"
        self._losses.add(_("A file that is not in the export"), to)
        return escaped(words)

    def attached(self, name: str, words: str, source: str) -> Target:
        """The file that the page has; a loss where it is not there."""
        target = self._site.file(unquote(name), self._page)
        if not target.there:
            self._losses.add(_("A file that is not in the export"), source)
        return Target(target.kind, target.to, words or target.words, target.there)


def shown(target: Target) -> str:
    """A file as a picture, or as a link."""
    if not target.there:
        return escaped(target.words)
    mark = "!" if is_picture(target.to) else ""
    return f"{mark}[{_label(target.words)}]({address(target.to)})"


def _label(words: str) -> str:
    return escaped(unbracketed(" ".join(words.split())))[:500]
