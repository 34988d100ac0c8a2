"""The one Markdown parser: CommonMark, what people know from elsewhere, and our own syntax.

Raw HTML is off. One parser object serves all threads; parsing never changes it, what it must
remember of a text is in that text's ``env``.
"""

import re
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.footnote.index import footnote_ref

from wiki.pages.markdown.budget import NESTING, Budget, CountingInline, guard
from wiki.pages.markdown.syntax import BLOCK_RULES, INLINE_RULES

_FOOTNOTE = re.compile(r"\[\^[^\s\]]{1,100}\]")


@cache
def parser() -> MarkdownIt:
    """The parser; each call of it needs an ``env`` with a ``Budget`` under ``budget``."""
    return build()


def build() -> MarkdownIt:
    """A new parser, for those who add a rule to it."""
    md = MarkdownIt("commonmark", {"html": False, "maxNesting": 5 * NESTING})
    md.inline = CountingInline()
    md.configure("commonmark", {"html": False, "maxNesting": 5 * NESTING})
    md.enable(["table", "strikethrough"])
    md.disable(["html_block", "html_inline"])
    md.use(deflist_plugin)
    md.use(footnote_plugin, inline=False)
    md.inline.ruler.at("footnote_ref", _footnote_ref)
    guard(md, BLOCK_RULES, INLINE_RULES)
    return md


def parse(source: str, budget: Budget) -> list[Token]:
    """The tokens of ``source``; raises TooHeavy over ``budget``."""
    return parser().parse(source, {"budget": budget})


def _footnote_ref(state: StateInline, silent: bool) -> bool:
    """A footnote's mark, looked for a bounded way ahead."""
    if state.src[state.pos] != "[" or not _FOOTNOTE.match(state.src, state.pos):
        return False
    return footnote_ref(state, silent)
