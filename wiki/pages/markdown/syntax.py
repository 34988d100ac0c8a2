"""What our pages say beyond Markdown, as rules of the parser: ``[[a]]``, ``{{count …}}``, ``:::``.

Each is a rule that fires at one character and looks a bounded way ahead, so that it costs ordinary
text nothing.
"""

import re

from markdown_it.common.utils import normalizeReference
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

from wiki.pages.markdown.budget import ADDRESS_STEPS
from wiki.pages.markdown.dialects import box_head, classes, picture
from wiki.pages.words import fold

#: what the lines begin with that open and close a block
FENCE = ":::"
_WIKI_LINK = re.compile(r"\[\[([^\[\]|#]{0,500})(?:#([^\[\]|]{1,300}))?(?:\|([^\[\]]{1,500}))?\]\]")
_QUERY = re.compile(r"\{\{[ \t]*([^\W\d_]{1,20})[ \t]+([^{}\n]{1,500})\}\}")
_QUERY_NAMES = {"count": "count", "nombre": "count"}
_ADDRESS = re.compile(r"https?://[^\s<>\[\]\"`|\\^{}]{1,2000}")
_LAST = "?!.,:;*_~'’”»"


def block_line(state: StateBlock, start: int, _end: int, silent: bool) -> bool:
    """A line that opens or closes a block: ``::: name args`` or ``:::``; ``folding`` pairs them."""
    position = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith(FENCE, position) or state.is_code_block(start):
        return False
    line = state.src[position : state.eMarks[start]]
    # Some people, and pandoc, end the opening line with colons too.
    info = line.strip(": \t")
    if info and not info[0].isalpha():
        return False
    if not silent:
        token = state.push("block_line", "", 0)
        token.markup = line[: len(line) - len(line.lstrip(":"))]
        token.info = info
        token.map = [start, start + 1]
        state.line = start + 1
        if head := box_head(f"{token.markup}{info}"):
            token.meta["box"] = True
            # Its title may have marks, as the first line of a callout.
            state.push("paragraph_open", "p", 1).map = token.map
            title = state.push("inline", "", 0)
            title.content, title.map, title.children = head.removeprefix("> "), token.map, []
            state.push("paragraph_close", "p", -1)
    return True


def wikilink(state: StateInline, silent: bool) -> bool:
    """``[[target#heading|text]]``; where Markdown has a reference of that name, it wins."""
    if not state.src.startswith("[[", state.pos):
        return False
    match = _WIKI_LINK.match(state.src, state.pos, state.posMax)
    if match is None or state.linkLevel:
        return False
    target, anchor = (" ".join((part or "").split()) for part in match.group(1, 2))
    if not target and not anchor:
        return False
    references = state.env.get("references")
    if references and normalizeReference(match[0][2:-2]) in references:
        return False
    if not silent:
        token = state.push("wikilink", "", 0)
        token.content = " ".join((match[3] or "").split())
        token.meta = {"target": target, "anchor": anchor, "text": token.content}
    state.pos = match.end()
    return True


def inline_query(state: StateInline, silent: bool) -> bool:
    """``{{count projects theme:iot}}``: a number inside a sentence."""
    if not state.src.startswith("{{", state.pos):
        return False
    match = _QUERY.match(state.src, state.pos, state.posMax)
    name = _QUERY_NAMES.get(fold(match[1])) if match else None
    if match is None or name is None:
        return False
    if not silent:
        token = state.push("inline_query", "", 0)
        token.content = match[0]
        token.meta = {"name": name, "args": match[2].strip()}
    state.pos = match.end()
    return True


def braces(state: StateInline, silent: bool) -> bool:
    """What begins with a brace: a number, or classes of other software."""
    return inline_query(state, silent) or classes(state, silent)


def bare_address(state: StateInline, silent: bool) -> bool:
    """``https://…`` standing in a text by itself is a link."""
    position = state.pos
    if silent or state.linkLevel or not state.src.startswith("://", position):
        return False
    scheme = next((word for word in ("https", "http") if _before(state, word)), None)
    match = _ADDRESS.match(state.src, position - len(scheme or ""), state.posMax)
    if scheme is None or match is None:
        return False
    state.env["budget"].spend(ADDRESS_STEPS)
    address = trimmed(match[0])
    href = state.md.normalizeLink(address)
    if len(address) <= len(scheme) + 3 or not state.md.validateLink(href):
        return False
    state.pending = state.pending[: -len(scheme)]
    token = state.push("link_open", "a", 1)
    token.attrs = {"href": href}
    token.markup, token.info = "autolink", "auto"
    state.push("text", "", 0).content = address
    token = state.push("link_close", "a", -1)
    token.markup, token.info = "autolink", "auto"
    state.pos = position - len(scheme) + len(address)
    return True


def _before(state: StateInline, scheme: str) -> bool:
    """Whether ``scheme`` stands before the colon, as a word and as text."""
    start = state.pos - len(scheme)
    return (
        start >= 0
        and state.src.startswith(scheme, start)
        and (start == 0 or not (state.src[start - 1].isalnum() or state.src[start - 1] == "<"))
        and state.pending.endswith(scheme)
    )


def trimmed(address: str) -> str:
    """An address without the punctuation of the sentence around it."""
    while address:
        last = address[-1]
        if last in _LAST or (last == ")" and address.count(")") > address.count("(")):
            address = address[:-1]
        else:
            break
    return address


#: the rules of this module by the character at which each fires
BLOCK_RULES = {":": block_line}
INLINE_RULES = {"[": wikilink, "{": braces, ":": bare_address, "!": picture}
