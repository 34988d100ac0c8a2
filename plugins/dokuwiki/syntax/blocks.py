"""Lines of DokuWiki as blocks of Markdown: headings, lists, tables, quotations, code, boxes."""

import re
from itertools import groupby

from wiki.api.imports.markdown import code_block, escaped
from wiki.api.translation import gettext as _

from .entries import read_entry
from .headings import read_heading
from .inline import Words, is_small
from .lists import ITEM, list_as_markdown
from .macros import included
from .scanner import MARK, Aside
from .tables import table_as_markdown

_RULE = re.compile(r"[ \t]*-{4,}[ \t]*")
_QUOTE = re.compile(r">+")
_CODE = ("code", "file", "html", "php", "latex", "mermaid", "graphviz", "ditaa", "uml")
_DRAWN = frozenset({"latex", "mermaid", "graphviz", "ditaa", "uml"})
_LANGUAGE = re.compile(r"[ \t]*([\w+#.-]+)?(?:[ \t]+([^\[\]\n]+?))?[ \t]*(?:\[[^\]\n]*\])?[ \t]*")
#: what boxes of plugins are called, and what stands for them here
_CALLOUTS = {
    **dict.fromkeys(("info", "help", "round", "download"), "info"),
    **dict.fromkeys(("note", "notice", "todo"), "note"),
    **dict.fromkeys(("tip", "classic"), "tip"),
    **dict.fromkeys(("important",), "important"),
    **dict.fromkeys(("warning", "alert", "danger", "safety"), "warning"),
}


class Blocks:
    """The blocks of one page; ``fields`` are those of its entries, ``kind`` what these are of."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.kind = ""
        self.fields: dict[str, str] = {}
        #: by how much headings are higher than they say
        self.raised = 0

    def markdown(self, text: str) -> str:
        """``text``, in which what is whole was set aside."""
        return "\n\n".join(self.blocks(text))

    def blocks(self, text: str) -> list[str]:
        """Its blocks."""
        made: list[str] = []
        for kind, group in groupby(text.split("\n"), key=self._kind):
            lines = list(group)
            if kind == "heading":
                made += [self._heading(line) for line in lines]
            elif kind == "rule":
                made.append("---")
            elif kind == "list":
                made.append(list_as_markdown(lines, self._item))
            elif kind == "table":
                table, merged = table_as_markdown(lines, self.words.one_line)
                made.append(table)
                if merged:
                    first = self.words.made.restored(lines[0])
                    self.words.losses.add(_("Merged cells of a table"), first)
            elif kind == "quote":
                made.append(self._quote(lines))
            elif kind == "code":
                made += self._indented(lines)
            elif kind == "words":
                made += self._paragraph("\n".join(lines))
        return [one for one in made if one.strip()]

    def _kind(self, line: str) -> str:
        if not line.strip():
            return "blank"
        if line[0] in " \t" and (line[:2] == "  " or line[0] == "\t"):
            if ITEM.fullmatch(line):
                return "list"
            if read_heading(line) is None and not self._holds_block(line):
                return "code"
        if read_heading(line) is not None:
            return "heading"
        if _RULE.fullmatch(line):
            return "rule"
        return {"|": "table", "^": "table", ">": "quote"}.get(line[0], "words")

    def _holds_block(self, line: str) -> bool:
        """Whether an indented line is only something that stands apart anyway."""
        found = MARK.fullmatch(line.strip())
        return found is not None and self.words.made.asides[int(found[1])].kind != "link"

    def _heading(self, line: str) -> str:
        level, said = read_heading(line) or (1, "")
        words = escaped(self.words.plain(said) or line.strip(" \t="))
        words = f"{words[:-1]}\\#" if words.endswith("#") else words
        return f"{'#' * max(level - self.raised, 1)} {words}" if words else ""

    def _quote(self, lines: list[str]) -> str:
        made: list[str] = []
        before = 0
        for line in lines:
            found = _QUOTE.match(line)
            depth = min(len(found[0]), 10) if found else 1
            said = self.words.words(line.lstrip(">").strip()).split("\n")
            if made and depth < before:
                made.append(">" * depth)
            elif made and depth == before and made[-1].strip("> "):
                made[-1] += "\\"
            made += [f"{'>' * depth} {one}".rstrip() for one in said]
            before = depth
        return "\n".join(made)

    def _indented(self, lines: list[str]) -> list[str]:
        text = "\n".join(line[2:] if line[:2] == "  " else line[1:] for line in lines)
        return [code_block(self.words.made.restored(text).rstrip())]

    def _item(self, text: str) -> list[str]:
        return self._paragraph(text) or [""]

    def _paragraph(self, text: str) -> list[str]:
        """Words, and what stands apart among them."""
        made: list[str] = []
        at = 0
        for mark in MARK.finditer(text):
            aside = self.words.made.asides[int(mark[1])]
            if is_small(aside) and not (aside.kind == "medium" and included(aside.text)):
                continue
            made.append(self.words.words(text[at : mark.start()]))
            made += self._apart(aside)
            at = mark.end()
        made.append(self.words.words(text[at:]))
        return [one for one in made if one]

    def _apart(self, aside: Aside) -> list[str]:
        losses = self.words.losses
        if aside.kind == "box":
            return self._box(aside)
        if aside.kind == "entry":
            return self._entry(aside)
        if aside.kind == "medium":
            target = included(aside.text) or ""
            losses.add(_("A page put into another: a link to it"), aside.whole, aside.line)
            return [self.words.links.link(Aside("link", target, "", aside.whole, aside.line))]
        if aside.kind in ("html", "php"):
            losses.add(_("HTML or PHP, which stays as its text"), aside.text, aside.line)
        elif aside.kind in _DRAWN:
            what = _("A drawing or a formula that is written as text, and stays so")
            losses.add(what, aside.text, aside.line)
        language, name = "", ""
        if aside.kind in ("code", "file") and (found := _LANGUAGE.fullmatch(aside.said)):
            language, name = (found[1] or "").strip("-"), (found[2] or "").strip()
        elif aside.kind not in ("code", "file"):
            language = aside.kind
        text = aside.text.strip("\n").rstrip()
        made = [f"**{escaped(name)}**"] if name else []
        return [*made, code_block(text, language)] if text.strip() else made

    def _box(self, aside: Aside) -> list[str]:
        """A box of a plugin: a callout where its name is one, else what is in it alone."""
        inner = self.blocks(aside.text)
        if not inner:
            return []
        tag, *names = aside.said.lower().split()
        tag = tag.strip("/")
        said = [one.strip(">") for one in names if one.strip(">") in _CALLOUTS]
        if said or (tag == "note" and not names):
            kind = _CALLOUTS[said[0] if said else "note"]
            lines = "\n\n".join(inner).split("\n")
            return ["\n".join([f"> [!{kind}]", *(f"> {line}".rstrip() for line in lines)])]
        what = _("A box or a column: what was in it stands in the text")
        self.words.losses.add(what, f"<{aside.said.strip()}>", aside.line)
        return inner

    def _entry(self, aside: Aside) -> list[str]:
        found = read_entry(aside.said, self.words.made.restored(aside.text))
        if found is not None:
            self.kind = self.kind or found[0]
            for name, value in found[1].items():
                self.fields.setdefault(name, value)
            return []
        what = _("A list that a plugin made of other pages, as its text")
        self.words.losses.add(what, aside.whole, aside.line)
        return [code_block(aside.whole.strip())]
