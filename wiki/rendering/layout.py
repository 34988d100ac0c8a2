"""Tokens → HTML: how each thing of a text stands in a page, from answers that are all known.

It asks nobody: blocks, counts and the targets of wiki links come as values (``Answers``), so the
same code runs here and in a child process. What it gives is not clean yet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from wiki.pages.markdown.blocks import Block
from wiki.pages.markdown.parser import parser
from wiki.pages.states import STATE_WORDS
from wiki.pages.urls import action_url, file_url
from wiki.rendering.code import code_html
from wiki.rendering.context import Resolved
from wiki.rendering.links import heading_id, is_external, local, new_path, source_set, wiki_link
from wiki.rendering.notices import notice_html, problem_html
from wiki.translation import gettext as _

_ALIGNED = {
    "text-align:left": "left",
    "text-align:center": "center",
    "text-align:right": "right",
}
_SIZES = "(max-width: 48rem) 100vw, 44rem"


class TooLong(Exception):
    """The HTML is longer than a page may be."""


@dataclass(frozen=True)
class Answers:
    """What had to be asked to lay a text out.

    ``links``: wiki link target → where it leads; a target that is missing was not asked and leads
    where it says. ``blocks``: line → the HTML of the block that opens there; one that is missing
    is shown as it is. ``counts``: name and arguments → HTML. ``notices``: (line, words) of what is
    wrong in the text, in order.
    """

    links: Mapping[str, Resolved | None] = field(default_factory=dict)
    blocks: Mapping[int, str] = field(default_factory=dict)
    counts: Mapping[tuple[str, str], str] = field(default_factory=dict)
    notices: Sequence[tuple[int, str]] = ()


@dataclass(frozen=True)
class Place:
    """Where a text is laid out: the page and its file, whether for someone who may edit it, how
    long the HTML may be, and whether code is highlighted (in a child process alone).

    ``empty`` are the ids of headings that are shown to who may edit the page alone."""

    path: str = ""
    file: str = ""
    may_edit: bool = False
    max_html: int = 5_000_000
    highlight: bool = False
    empty: Sequence[str] = ()


class Layout(RendererHTML):
    """Lays out one text; made anew for each, so that nothing of one page is left in another."""

    def __init__(self, answers: Answers, place: Place) -> None:
        self.answers = answers
        self.place = place
        self.rules = {name: getattr(self, name) for name in _RULES}
        self.notices = list(answers.notices)
        self.length = 0
        self.empty = frozenset(place.empty)

    def whole(self, tokens: Sequence[Token]) -> str:
        """The HTML of a text. Raises TooLong."""
        html = self.render(tokens, parser().options, {})
        return html + "".join(problem_html(*notice) for notice in self.notices)

    def render(self, tokens: Sequence[Token], options: OptionsDict, env: EnvType) -> str:
        """As the parent class; puts notices before their places and counts what comes together."""
        parts: list[str] = []
        hidden = self.empty if not self.place.may_edit else ()
        skip = 0
        for index, token in enumerate(tokens):
            if index < skip:
                continue
            if self.notices and token.level == 0 and token.map and token.nesting >= 0:
                while self.notices and self.notices[0][0] < token.map[1]:
                    parts.append(problem_html(*self.notices.pop(0)))
            if hidden and token.type == "heading_open" and token.attrs["id"] in hidden:
                # Links to the chapter still lead to where it stands.
                parts.append(f'<span id="{escape(heading_id(str(token.attrs["id"])))}"></span>\n')
                skip = index + 3
            elif token.type == "inline":
                parts.append(self.renderInline(token.children or [], options, env))
            elif token.type in self.rules:
                parts.append(self.rules[token.type](tokens, index, options, env))
            else:
                parts.append(self.renderToken(tokens, index, options, env))
            self.length += len(parts[-1])
            if self.length > self.place.max_html:
                raise TooLong
        return "".join(parts)

    # ── blocks of text ───────────────────────────────────────────────────────────────────────────

    def heading_open(self, tokens: Sequence[Token], idx: int, *_args: object) -> str:
        token = tokens[idx]
        return f'<{token.tag} id="{escape(heading_id(str(token.attrs["id"])))}"{_direction(token)}>'

    def heading_close(self, tokens: Sequence[Token], idx: int, *_args: object) -> str:
        token, opened = tokens[idx], tokens[idx - 2]
        badge = _state_badge(opened)
        if not opened.level and opened.attrs["id"] in self.empty:
            badge = f' <span class="badge is-empty">{escape(_("still empty, so hidden"))}</span>'
        return f"{badge}{self._edit_link(opened)}</{token.tag}>\n"

    def _edit_link(self, heading: Token) -> str:
        """The small link that edits the section, for those who may."""
        if heading.level or not (self.place.may_edit and self.place.path):
            return ""
        url = action_url("edit", self.place.path, {"section": heading.attrs["id"]})
        label = escape(_("Edit this part"))
        return f' <a class="edit-section" href="{escape(url)}">{label}</a>'

    def list_item_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return self.renderToken(tokens, idx, options, env)

    def checkbox(self, tokens: Sequence[Token], idx: int, *_args: object) -> str:
        done = tokens[idx].meta["checked"]
        label = escape(_("Done") if done else _("To do"))
        checked = " checked" if done else ""
        return f'<input type="checkbox" disabled{checked} aria-label="{label}"> '

    def table_open(self, tokens: Sequence[Token], idx: int, *_args: object) -> str:
        label, runs = escape(_("Table")), _direction(tokens[idx])
        return f'<div class="table" tabindex="0" role="group" aria-label="{label}"{runs}><table>\n'

    def table_close(self, *_args: object) -> str:
        return "</table></div>\n"

    def th_open(self, tokens: Sequence[Token], idx: int, *_args: object) -> str:
        # The empty corner of a table heads nothing.
        return self._cell("th" if tokens[idx + 1].content else "td", tokens[idx])

    def th_close(self, tokens: Sequence[Token], idx: int, *_args: object) -> str:
        return "</th>\n" if tokens[idx - 1].content else "</td>\n"

    def td_open(self, tokens: Sequence[Token], idx: int, *_args: object) -> str:
        return self._cell("td", tokens[idx])

    def _cell(self, tag: str, token: Token) -> str:
        aligned = _ALIGNED.get(str(token.attrs.get("style", "")))
        kind = f' class="{aligned}"' if aligned else ""
        scope = ' scope="col"' if tag == "th" else ""
        return f"<{tag}{scope}{kind}{_direction(token)}>"

    def fence(self, tokens: Sequence[Token], idx: int, *_args: object) -> str:
        token = tokens[idx]
        code = code_html(token.content, token.info, highlight=self.place.highlight)
        return f'<pre tabindex="0">{code}</pre>\n'

    def code_block(self, tokens: Sequence[Token], idx: int, *_args: object) -> str:
        return f'<pre tabindex="0">{code_html(tokens[idx].content, "", highlight=False)}</pre>\n'

    def notice(self, tokens: Sequence[Token], idx: int, *_args: object) -> str:
        return notice_html(_(tokens[idx].content))

    def block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        block: Block = tokens[idx].meta["block"]
        shown = self.answers.blocks.get(block.line)
        return self.render(block.tokens, options, env) if shown is None else shown + "\n"

    # ── words ────────────────────────────────────────────────────────────────────────────────────

    def text(self, tokens: Sequence[Token], idx: int, *_args: object) -> str:
        # Quotes are safe between tags, and six times as long where they are escaped.
        return escape(tokens[idx].content, quote=False)

    def link_open(self, tokens: Sequence[Token], idx: int, *_args: object) -> str:
        token = tokens[idx]
        url = local(str(token.attrs.get("href", "")), self.place.file)
        title = f' title="{escape(str(token.attrs["title"]))}"' if "title" in token.attrs else ""
        kind = ' class="external" rel="nofollow noopener"' if is_external(url) else ""
        return f'<a href="{escape(url)}"{title}{kind}>'

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        url = local(str(token.attrs.get("src", "")), self.place.file)
        if (found := self.answers.links.get(f"!{token.meta.get('embed')}")) is not None:
            url = file_url(found.path)
        alt = self.renderInlineAsText(token.children, options, env)
        title = f' title="{escape(str(token.attrs["title"]))}"' if "title" in token.attrs else ""
        widths = source_set(url) if self.place.file else ""
        choice = f' srcset="{escape(widths)}" sizes="{_SIZES}"' if widths else ""
        width = f' width="{escape(str(token.attrs["width"]))}"' if "width" in token.attrs else ""
        return f'<img src="{escape(url)}" alt="{escape(alt)}"{title}{width}{choice} loading="lazy">'

    def wikilink(self, tokens: Sequence[Token], idx: int, *_args: object) -> str:
        meta = tokens[idx].meta
        target = meta["target"]
        # As in Gollum, where that is the wiki's way: the words, then the page.
        turned = self.answers.links.get(f"{target}|{meta['text']}")
        if turned is not None:
            return wiki_link(meta["text"], meta["anchor"], target, turned)
        said = new_path(target)
        to = self.answers.links.get(target, Resolved(said) if said else None)
        return wiki_link(target, meta["anchor"], meta["text"], to)

    def callout(self, tokens: Sequence[Token], idx: int, *_args: object) -> str:
        kind, words = tokens[idx].meta["kind"], tokens[idx].content
        known = {
            "note": _("Note"),
            "info": _("Good to know"),
            "tip": _("Tip"),
            "warning": _("Careful"),
            "caution": _("Careful"),
            "danger": _("Careful"),
            "important": _("Important"),
            "example": _("Example"),
        }
        label = words or known.get(kind) or kind.capitalize()
        return f"<strong>{escape(label, quote=False)}</strong>"

    def inline_query(self, tokens: Sequence[Token], idx: int, *_args: object) -> str:
        token = tokens[idx]
        shown = self.answers.counts.get((token.meta["name"], token.meta["args"]))
        return escape(token.content) if shown is None else shown

    # ── footnotes ────────────────────────────────────────────────────────────────────────────────

    def footnote_ref(self, tokens: Sequence[Token], idx: int, *_args: object) -> str:
        number, again = tokens[idx].meta["id"] + 1, tokens[idx].meta.get("subId", 0)
        mark = f'id="{_back(number, again)}"'
        return f'<sup {mark}><a class="footnote" href="#fn-{number}">{number}</a></sup>'

    def footnote_block_open(self, *_args: object) -> str:
        label = escape(_("Notes"))
        return f'<section class="footnotes" role="region" aria-label="{label}">\n<ol>\n'

    def footnote_block_close(self, *_args: object) -> str:
        return "</ol>\n</section>\n"

    def footnote_open(self, tokens: Sequence[Token], idx: int, *_args: object) -> str:
        return f'<li id="fn-{tokens[idx].meta["id"] + 1}">'

    def footnote_close(self, *_args: object) -> str:
        return "</li>\n"

    def footnote_anchor(self, tokens: Sequence[Token], idx: int, *_args: object) -> str:
        number, again = tokens[idx].meta["id"] + 1, tokens[idx].meta.get("subId", 0)
        label = escape(_("Back to the text"))
        return f' <a href="#{_back(number, again)}" aria-label="{label}">↩</a>'


def _direction(token: Token) -> str:
    """The attribute that says which way a block runs, where it runs otherwise."""
    return f' dir="{token.attrs["dir"]}"' if "dir" in token.attrs else ""


def _state_badge(heading: Token) -> str:
    """How far the chapter under a heading is, where it says so."""
    if not (state := heading.meta.get("state")):
        return ""
    return f' <span class="badge is-{state}">{escape(str(STATE_WORDS[state]))}</span>'


def _back(number: int, again: int) -> str:
    """The id of the mark of a note; a note may be referred to several times."""
    return f"fnref-{number}" + (f"-{again + 1}" if again else "")


#: what the parent class looks up for each of its objects, once
_RULES = tuple(
    name
    for name, value in [*vars(RendererHTML).items(), *vars(Layout).items()]
    if callable(value) and not name.startswith(("render", "_")) and name != "whole"
)
