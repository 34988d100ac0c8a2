"""A text of YesWiki as one of ours: its title, its body, and what was lost."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from wiki.api.imports.dialects import Loss, Losses
from wiki.api.imports.markdown import code_block, code_span, escaped
from wiki.api.translation import gettext as _

from .actions import Actions
from .blocks import Block, read_blocks
from .html import has_blocks, html_as_markdown
from .inline import MARK, Words
from .links import Links
from .surroundings import Site
from .tables import read_table

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_APART = re.compile(
    r"%%(?P<code>(?:(?!%%).)*+)%%|\"\"(?P<html>(?:(?!\"\").)*+)\"\""
    r"|`(?P<span>[^`\n]{1,1000})`|\{#(?P<note>(?:(?!#\}|\{#).)*+)#\}"
    r"|\{\{(?P<action>(?:(?!\}\}|\{\{).)*+)\}\}",
    re.S,
)
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,5}", re.A)
_TABLE = re.compile(r"\[\|(?:(?!\|\]|\[\|).)*+\|\]", re.S)
_LANGUAGE = re.compile(r"\(([^()\n]{1,40})\)")
#: tags that stand alone in quotation marks → what the formatter knows for them
_SIGNS = {
    **dict.fromkeys(("<b>", "</b>", "<strong>", "</strong>"), "**"),
    **dict.fromkeys(("<i>", "</i>", "<em>", "</em>"), "//"),
    **dict.fromkeys(("<s>", "</s>", "<del>", "</del>"), "@@"),
    **dict.fromkeys(("<br>", "<br/>", "<br />"), "---"),
}
#: what is in one text at most, of what is set aside
_MOST = 20_000


@dataclass(frozen=True)
class Converted:
    """``title`` is what the text begins with, "" where that is no heading; ``redirect`` the page
    that it only leads to; ``readers`` are lists of those who saw parts of it."""

    body: str
    title: str
    redirect: str
    losses: tuple[Loss, ...]
    readers: tuple[str, ...]


def convert(text: str, site: Site, page: str) -> Converted:
    """``text``, which stands in ``page``, as Markdown. Never raises, whatever it holds."""
    losses = Losses(500, 300)
    links = Links(site, page, losses)
    actions = Actions(site, links, losses, page)
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    blocks = _blocks(text, site, links, actions, losses)
    for mail in dict.fromkeys(found[0] for found in _MAIL.finditer(text)):
        losses.add(_("A mail address stands in a text that is published"), mail)
    title, blocks = _titled(blocks)
    redirect = actions.redirect if not blocks else ""
    if actions.redirect and blocks:
        losses.add(_("An action that has no counterpart here"), f"redirect {actions.redirect}")
    return Converted(
        _written(blocks), title, redirect, tuple(losses.found.values()), tuple(actions.readers)
    )


def html_page(html: str, site: Site, page: str) -> Converted:
    """A text that is HTML."""
    losses = Losses(500, 300)
    html = _CONTROL.sub("", html)
    made = html_as_markdown(html, Links(site, page, losses), losses)
    return Converted("\n\n".join(made), "", "", tuple(losses.found.values()), ())


def _blocks(text: str, site: Site, links: Links, actions: Actions, losses: Losses) -> list[Block]:
    inline: dict[int, str] = {}
    apart: dict[int, str] = {}

    def mark(said: str, *, block: bool) -> str:
        number = len(inline) + len(apart)
        if number >= _MOST:
            return " "
        (apart if block else inline)[number] = said
        return f"\x7f{number}\x7f"

    def aside(found: re.Match[str]) -> str:
        kind = found.lastgroup
        if kind == "note":
            return ""
        if kind == "span":
            return mark(code_span(found["span"]), block=False)
        if kind == "code":
            return _code(found["code"], mark)
        if kind == "action":
            shown = actions.read(found["action"])
            return mark(shown.markdown, block=shown.block) if shown.markdown or shown.block else ""
        return _html(found["html"], links, losses, mark)

    def table(found: re.Match[str]) -> str:
        return mark(read_table(found[0][2:-2], words.line), block=True)

    words = Words(links, inline, site.is_page)
    text = _TABLE.sub(table, _APART.sub(aside, text))
    return read_blocks(text, words, apart)


def _code(inside: str, mark: Callable[..., str]) -> str:
    given = _LANGUAGE.match(inside)
    language, code = (given[1], inside[given.end() :]) if given else ("", inside)
    language = language.partition(";")[0]
    block = "\n" in code.strip() or bool(language)
    said = code_block(code.strip("\n"), language) if block else code_span(code)
    return mark(said, block=block) if said else ""


def _html(html: str, links: Links, losses: Losses, mark: Callable[..., str]) -> str:
    bare = html.strip().lower()
    if bare in _SIGNS:
        return _SIGNS[bare]
    if "<" not in html:
        # What nobody wants read as a link or a sign: most quotation marks are for that.
        return mark(escaped(html), block=False) if html else ""
    made = html_as_markdown(html, links, losses)
    if not made:
        return "\n\n" if has_blocks(html) else ""
    block = len(made) > 1 or has_blocks(html)
    said = "\n\n".join(made)
    return mark(said, block=block)


def _titled(blocks: Sequence[Block]) -> tuple[str, list[Block]]:
    """The heading that a text begins with, and all behind it."""
    if blocks and blocks[0].level:
        return _plain(blocks[0].text), list(blocks[1:])
    return "", list(blocks)


def _written(blocks: Sequence[Block]) -> str:
    """Blocks, the headings of which begin at the second level: the first is the title's."""
    levels = [block.level for block in blocks if block.level]
    deeper = 2 - min(levels, default=2)
    return "\n\n".join(
        f"{'#' * min(block.level + deeper, 6)} {block.text}" if block.level else block.text
        for block in blocks
    )


def _plain(markdown: str) -> str:
    """The words of a heading without their form."""
    words = MARK.sub("", markdown)
    words = re.sub(r"!?\[\[[^\]|]*\|([^\]]*)\]\]|!?\[([^\]]*)\]\([^)]*\)", r"\1\2", words)
    words = re.sub(r"(?<!\\)(?:\*\*|\*|~~|`)", "", words)
    return " ".join(re.sub(r"\\([^\w\s])", r"\1", words).split())
