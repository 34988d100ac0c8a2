"""Words of a line as Markdown: bold, links, pictures, code, footnotes, smileys."""

import re
from dataclasses import dataclass, replace

from wiki.api.imports.dialects import Losses, enclose, write_paragraph
from wiki.api.imports.markdown import Run, Style, address, code_span, escaped, styled
from wiki.api.translation import gettext as _

from .links import Links
from .macros import Macros
from .scanner import MARK, Aside, Scan
from .signs import PATTERN, shown
from .surroundings import Site

_ADDRESS = r"[\w/#~:.?+=&%@!\-\[\];,$*]"
_TOKEN = re.compile(
    r"\x7f(?P<mark>\d{1,7})\x7f"
    rf"|(?P<url>\b(?:https?|ftps?)://{_ADDRESS}{{1,2000}})"
    rf"|(?P<bare>(?<![/\\\w@.])(?:www|ftp)\.[\w-]{{1,200}}\.{_ADDRESS}{{2,2000}})"
    r"|<(?P<mail>[\w.!#$%&'*+/=?^`{|}~-]{1,100}@[\w-]{1,100}(?:\.[\w-]{1,60}){1,8})>"
    r"|(?P<style>\*\*|(?<!:)//|__|'')"
    r"|<(?P<end>/?)(?P<tag>del|sub|sup|wrap)\b[^<>\n]{0,300}>"
    r"|(?P<break>\\\\(?:[ \t]+|(?=\n)|\Z))"
    r"|(?P<camel>(?-i:\b[A-Z]{1,40}[a-z]{1,40}[A-Z][A-Za-z]{0,40}\b))"
    r"|(?P<unknown></?[A-Za-z][\w-]{0,30}(?:[ \t][^<>\n]{0,300})?/?>)"
    rf"|(?-i:{PATTERN})",
    re.I,
)
_SMALL = frozenset({"note", "link", "medium", "nowiki", "macro"})
#: what stands behind an address in a sentence
_BEHIND = ".:?-;,!"
_STYLES = {"**": "bold", "//": "italic", "__": "italic", "del": "struck"}


@dataclass(frozen=True)
class _Opened:
    """A form that is not ended yet, the run that it begins with, and the style before it."""

    name: str
    start: int
    before: Style

    def close(self, runs: list[Run]) -> None:
        """Ends it: the runs since then as code, or as raised or lowered signs."""
        if self.name not in _STYLES:
            enclose(runs, self.start, "code" if self.name == "''" else self.name)


class Words:
    """Makes Markdown of what stands in lines; notes footnotes on the way."""

    def __init__(self, made: Scan, site: Site, page: str, losses: Losses) -> None:
        self.made, self.losses = made, losses
        self.links = Links(site, page, self)
        self.macros = Macros(losses)
        self._notes: dict[str, int] = {}
        self._said: list[str] = []
        self._in_note = False

    def one_line(self, text: str) -> str:
        """Words for a cell, a caption or a footnote."""
        return " ".join(self.inline(text).replace("\\\n", " / ").split()).strip(" /")

    def words(self, text: str) -> str:
        """A paragraph of ``text``, in which nothing stands apart; "" where it says nothing."""
        return write_paragraph(self.inline(text)).rstrip()

    def plain(self, text: str) -> str:
        """Words without any form."""
        text = MARK.sub(lambda mark: self._plain(self.made.asides[int(mark[1])]), text)
        text = re.sub(r"</?(?:del|sub|sup|wrap)\b[^<>\n]*>", "", text)
        return " ".join(re.sub(r"\*\*|(?<!:)//|__|''|\\\\(?=\s|$)", "", text).split())

    def footnotes(self) -> str:
        """What the footnotes of the page say, in the order of their numbers."""
        return "\n".join(f"[^{at}]: {said}" for at, said in enumerate(self._said, 1))

    def inline(self, text: str) -> str:
        """``text`` with its forms, line by line as it is."""
        runs: list[Run] = []
        style = Style()
        opened: list[_Opened] = []
        tokens = list(_TOKEN.finditer(text))
        left: dict[str, int] = {}
        for token in tokens:
            if name := _form(token):
                left[name] = left.get(name, 0) + 1
        at = 0
        for token in tokens:
            if token.start() < at:
                continue
            if token.start() > at:
                runs.append((escaped(text[at : token.start()]), style))
            at = token.end()
            if name := _form(token):
                left[name] -= 1
                style = self._form(name, token, left, style, runs, opened)
            else:
                words = self._token(token)
                at -= len(token[0]) - words[1]
                runs.append((words[0], style))
        runs.append((escaped(text[at:]), style))
        for one in reversed(opened):
            one.close(runs)
        return styled([run for run in runs if run[0]])

    def _form(
        self,
        name: str,
        token: re.Match[str],
        left: dict[str, int],
        style: Style,
        runs: list[Run],
        opened: list[_Opened],
    ) -> Style:
        """A sign that begins or ends a form; what never ends is words."""
        bare = token["style"] or token["tag"].lower()
        if bare == "wrap":
            return style
        inside = any(one.name == bare for one in opened)
        closing = name.startswith("</") or (inside and not name.startswith("<"))
        if closing and inside:
            while opened:
                one = opened.pop()
                one.close(runs)
                if one.name == bare:
                    return one.before
        ending = f"</{bare}>" if name.startswith("<") else name
        if closing or inside or not left.get(ending, 0):
            runs.append((escaped(token[0]), style))
            return style
        opened.append(_Opened(bare, len(runs), style))
        if bare in _STYLES:
            return replace(style, **{_STYLES[bare]: True})
        return style

    def _token(self, token: re.Match[str]) -> tuple[str, int]:
        """What stands for a token, and how much of it was read."""
        whole = len(token[0])
        if token["mark"]:
            return self._aside(self.made.asides[int(token["mark"])]), whole
        if token["url"] or token["bare"]:
            url = token[0].rstrip(_BEHIND)
            to = url if token["url"] else f"{'ftp' if url[:3].lower() == 'ftp' else 'http'}://{url}"
            shown_as = f"<{address(url)}>" if token["url"] else f"[{escaped(url)}]({address(to)})"
            return shown_as, len(url)
        if token["mail"]:
            return f"<{token['mail']}>", whole
        if token["break"] is not None:
            return "\\\n", whole
        if token["camel"]:
            word = Aside("link", token[0], "", token[0], 0)
            return self.links.link(word) if self.links.by_capitals else token[0], whole
        if token["unknown"]:
            self.losses.add(
                _("A tag of a plugin, which stays as its text"), self.made.restored(token[0])
            )
            return escaped(token[0]), whole
        said = shown(token)
        return (escaped(token[0]) if said is None else said), whole

    def _aside(self, aside: Aside) -> str:
        """What stands in a line for something that was set aside."""
        if aside.kind == "link":
            return self.links.link(aside)
        if aside.kind == "medium":
            return self.links.medium(aside)
        if aside.kind == "note":
            return self._note(aside)
        if aside.kind == "nowiki":
            return escaped(aside.text).replace("\n", " ")
        if aside.kind == "macro":
            return self.macros.inline(aside)
        if aside.kind == "box":
            return self.inline(aside.text.replace("\n", " "))
        if aside.kind in ("html", "php"):
            self.losses.add(_("HTML or PHP, which stays as its text"), aside.text, aside.line)
        return code_span(aside.whole if aside.kind == "entry" else aside.text)

    def _note(self, aside: Aside) -> str:
        if self._in_note:
            return f"({self.inline(aside.text)})"
        self._in_note = True
        said = self.one_line(aside.text) or "…"
        self._in_note = False
        if said not in self._notes:
            self._said.append(said)
            self._notes[said] = len(self._said)
        return f"[^{self._notes[said]}]"

    def _plain(self, aside: Aside) -> str:
        if aside.kind == "link":
            return self.links.plain(aside)
        if aside.kind in ("nowiki", "code", "file"):
            return aside.text
        return self.plain(aside.text) if aside.kind in ("note", "box") else ""


def is_small(aside: Aside) -> bool:
    """Whether it stands in a line, and not apart."""
    return aside.kind in _SMALL


def _form(token: re.Match[str]) -> str:
    """What a token opens or closes: ``**``, ``<sub>``, ``</sub>``; "" for any other."""
    if token["style"]:
        return token["style"]
    return f"<{token['end']}{token['tag'].lower()}>" if token["tag"] else ""
