"""What texts from other software say beyond ours: sizes of pictures, embeds, classes, callouts.

Each form here is a slip or nothing in our own pages, so that reading it changes none of them:

=====================================  ============  ===============================================
``![a](b.png =100x200)``               Wiki.js       a picture, so wide
``![[b.png|300]]``                     Obsidian      a picture of the wiki, perhaps so wide
``![[page]]``                          Obsidian      a link to the page: what it says is read there
``{.tabset}``, ``{target=_blank}``     Wiki.js       classes; left out behind a link or a line
``> [!note] Words``                    Obsidian      a quotation that begins with a word in bold
``:::note Words`` … ``:::``            Docusaurus    the same
=====================================  ============  ===============================================
"""

import re

from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from wiki.pages.markdown.budget import ADDRESS_STEPS

_SIZED = re.compile(
    r"!\[(?P<alt>[^\[\]\n]{0,300})\]\([ \t]*(?P<src>[^\s()<>]{1,1000})"
    r"(?:[ \t]+\"(?P<title>[^\"\n]{0,300})\")?[ \t]+=(?P<width>\d{0,5}%?)x\d{0,5}%?[ \t]*\)"
)
_EMBED = re.compile(
    r"!\[\[(?P<target>[^\[\]|#\n]{1,500})(?:#[^\[\]|\n]{0,300})?(?:\|[^\[\]\n]{0,300})?\]\]"
)
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|webp|avif|bmp|svg)\Z", re.I)
_WIDTH = re.compile(r"\|[ \t]*(\d{1,5})(?:x\d{1,5})?[ \t]*\]\]\Z")
_CLASS = r"(?:\.[a-z][\w-]{0,40}|target=\"?_blank\"?)"
_CLASSES = re.compile(rf"\{{{_CLASS}(?:[ \t]+{_CLASS}){{0,5}}\}}")
#: from the start of a run of blanks only: tried at each of them, a long one costs its square
_TAIL = re.compile(rf"(?<![ \t])[ \t]*+{_CLASSES.pattern}[ \t]*+\Z")
_BEHIND = re.compile(rf"(\)|\]\]){_CLASSES.pattern}")
_CALLOUT = re.compile(r"\[!([A-Za-z][\w-]{0,30})\][+-]?(?:[ \t]+(.*))?\Z")
#: how boxes are called elsewhere; those that have no name here
KINDS = "info|tip|note|success|warning|danger|important|caution|spoiler|details|hint"
_CALLED = {"success": "tip", "spoiler": "note", "details": "note", "hint": "tip"}
_BOX = re.compile(rf"[ \t]{{0,3}}:{{3,}}[ \t]*({KINDS})(?![\w-])[ \t]*(.*)", re.I)
#: titles of Docusaurus and of Pandoc
_TITLED = re.compile(r"\[(?P<a>[^\n]*)\]|\{[^{}\n]*?title=\"(?P<b>[^\"\n]*)\"[^{}\n]*\}")
#: the width of a text, in which a share is told
_FULL = 704


def picture(state: StateInline, silent: bool) -> bool:
    """A picture with its size, or one of the wiki in double brackets."""
    if state.src.startswith("![[", state.pos):
        return _embed(state, silent)
    match = _SIZED.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    state.env["budget"].spend(ADDRESS_STEPS)
    href = state.md.normalizeLink(match["src"])
    if not state.md.validateLink(href):
        return False
    if not silent:
        token = _image(state, href, match["alt"], _pixels(match["width"]))
        if match["title"]:
            token.attrs["title"] = match["title"]
    state.pos = match.end()
    return True


def _embed(state: StateInline, silent: bool) -> bool:
    match = _EMBED.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    target = " ".join(match["target"].split())
    if not _PICTURE.search(target):
        # A page: the mark goes where a word cannot have ended in it, and the link is ours.
        if state.pos and not state.src[state.pos - 1].isspace():
            return False
        state.pos += 1
        return True
    state.env["budget"].spend(ADDRESS_STEPS)
    if not silent:
        sized = _WIDTH.search(match[0])
        href = state.md.normalizeLink(target)
        token = _image(
            state, href, target.rpartition("/")[2].rpartition(".")[0], sized[1] if sized else ""
        )
        token.meta = {"embed": target}
    state.pos = match.end()
    return True


def _image(state: StateInline, href: str, alt: str, width: str) -> Token:
    token = state.push("image", "img", 0)
    token.attrs = {"src": href, "alt": ""}
    if width:
        token.attrs["width"] = width
    token.content = alt
    token.children = [Token("text", "", 0, content=alt)]
    return token


def _pixels(size: str) -> str:
    if size.endswith("%"):
        return str(min(int(size[:-1] or 0), 100) * _FULL // 100 or "")
    return size


def classes(state: StateInline, silent: bool) -> bool:
    """Classes behind a link or a picture, or on a line of their own: left out."""
    match = _CLASSES.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    before = state.src[state.pos - 1] if state.pos else "\n"
    alone = before == "\n" and state.src[match.end() : match.end() + 1] in ("", "\n")
    if not (before == ")" or (before == "]" and state.src[state.pos - 2] == "]") or alone):
        return False
    state.pos = match.end()
    return True


def strip_classes(line: str) -> str:
    """A line of source without the classes that ``classes`` and headings leave out."""
    if "{" not in line:
        return line
    line = _BEHIND.sub(r"\1", line)
    if line.startswith("#"):
        return _TAIL.sub("", line)
    return "" if _CLASSES.fullmatch(line.strip(" \t>")) else line


def without_classes(words: str) -> str:
    """The last words of a heading without the classes that they end with."""
    return _TAIL.sub("", words) if words.rstrip().endswith("}") else words


def box_head(line: str) -> str:
    """What ``callout_head`` says for a line that opens a box with colons; "" for any other."""
    if (opens := _BOX.match(line)) is None:
        return ""
    titled = _TITLED.fullmatch(opens[2])
    words = (titled["a"] or titled["b"] or "") if titled else opens[2]
    return callout_head(opens[1], words)


def callout_head(kind: str, title: str) -> str:
    """The line by which a callout begins."""
    kind = kind.lower()
    return f"> [!{_CALLED.get(kind, kind)}] {title}".rstrip()


def take_callout(inline: Token) -> None:
    """The first line of a quotation ``[!note] Words``, out of the words and into a token."""
    children = inline.children
    if not children or children[0].type != "text" or not inline.content.startswith("[!"):
        return
    match = _CALLOUT.match(children[0].content)
    if match is None:
        return
    callout = Token(
        "callout", "", 0, content=(match[2] or "").strip(), meta={"kind": match[1].lower()}
    )
    rest = children[1:]
    if rest and rest[0].type == "softbreak":
        rest[0] = Token("hardbreak", "br", 0)
    elif children[0].content[-1].isspace():
        rest.insert(0, Token("text", "", 0, content=" "))
    inline.children = [callout, *rest]
