"""Templates put into the text that names them; what is read otherwise than wikitext is set aside.

What comes of it is one wikitext without templates, in which a mark (``MARK``) stands for each link,
tag and template that stays as it is. The work is bounded by ``_STEPS`` and ``_LONGEST``, whatever
templates name each other: beyond it, none of the page is put in.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from wiki.api.imports.dialects import Losses
from wiki.api.translation import gettext as _

from . import functions
from .nodes import Argument, Link, Node, Nodes, Tag, Template, split_argument
from .reader import read_wikitext
from .surroundings import Site

#: where something that was set aside stands, by its number
MARK = re.compile(r"\x7f(\d{1,7})\x7f")
#: templates in one another
_DEEPEST = 20
_STEPS = 20_000
_LONGEST = 2_000_000
_BLOCK = re.compile(r"\{\||[*#:;]")
_SUBST = re.compile(r"(?<!\s)\s*+(?:safesubst|subst|msgnw|msg|raw)\s*+:", re.I)
_ATTRIBUTE = re.compile(r"""([a-zA-Z][\w-]{0,30})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")


class TooMuch(Exception):
    """Templates would make more of a page than is read."""


@dataclass(frozen=True)
class Aside:
    """What a mark stands for: ``kind`` is ``link``, ``text``, ``kept`` or the name of a tag;
    ``parts`` are wikitext with marks, or the text itself.
    """

    kind: str
    parts: tuple[str, ...]
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Expansion:
    """One page's text, and what was set aside of it."""

    site: Site
    page: str
    losses: Losses
    #: whether templates are put in; else they stay as they are
    fill: bool = True
    asides: list[Aside] = field(default_factory=list)
    title: str = ""
    _steps: int = 0
    _made: int = 0
    _names: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.losses.restore = self._restored

    def expand(self, nodes: Nodes, given: Mapping[str, str] | None = None) -> str:
        """``nodes`` as wikitext with marks; ``given`` are the arguments, in a template.

        Raises TooMuch.
        """
        made: list[str] = []
        for node in nodes:
            words = node if isinstance(node, str) else self._node(node, given, made)
            made.append(words)
            self._made += len(words)
            if self._made > _LONGEST:
                raise TooMuch
        return "".join(made)

    def aside(self, kind: str, *parts: str, attributes: Mapping[str, str] | None = None) -> str:
        """The mark of something that is set aside."""
        self.asides.append(Aside(kind, parts, attributes or {}))
        return f"\x7f{len(self.asides) - 1}\x7f"

    def _restored(self, text: str, deep: int = 2) -> str:
        """``text`` with what its marks stand for about as it was written, as far as ``deep``."""

        def source(mark: re.Match[str]) -> str:
            if not deep:
                return "…"
            aside = self.asides[int(mark[1])]
            inner = self._restored("|".join(aside.parts)[:200], deep - 1)
            if aside.kind == "link":
                return f"[[{inner}]]"
            if aside.kind in ("kept", "text"):
                return inner
            return f"<{aside.kind}>{inner}</{aside.kind}>"

        return MARK.sub(source, text).replace("\x7f", "…")

    def _node(self, node: Node, given: Mapping[str, str] | None, before: Sequence[str]) -> str:
        self._steps += 1
        if self._steps > _STEPS:
            raise TooMuch
        if isinstance(node, Template):
            words = self._template(node, given)
            if _BLOCK.match(words) and before and not "".join(before[-2:]).endswith("\n"):
                return f"\n{words}"
            return words
        if isinstance(node, Argument):
            return self._argument(node, given)
        if isinstance(node, Link):
            return self.aside("link", *(self.expand(part, given) for part in node.parts))
        if isinstance(node, Tag):
            return self._tag(node, given)
        return node

    def _argument(self, node: Argument, given: Mapping[str, str] | None) -> str:
        name = self.expand(node.parts[0], given).strip()
        if given is not None and name in given:
            return given[name]
        if len(node.parts) > 1:
            return self.expand(node.parts[1], given)
        return self.aside("kept", node.source)

    # Templates

    def _template(self, node: Template, given: Mapping[str, str] | None) -> str:
        name = _SUBST.sub("", self.expand(node.parts[0], given), count=1).strip()
        if (words := functions.answer(name, node, given, self)) is not None:
            return words
        body = self.site.template(name) if self.fill else None
        if body is None or MARK.search(name):
            return self.keep(node, _("A template that is not in the export"))
        if name in self._names or len(self._names) >= _DEEPEST:
            return self.keep(node, _("A template that names itself"))
        arguments = self._arguments(node, given)
        self._names.append(name)
        try:
            return self.expand(_included(body), arguments).rstrip("\n")
        finally:
            self._names.pop()

    def keep(self, node: Template, why: str) -> str:
        """The mark of a template that stays as it is, and is told as lost."""
        self.losses.add(why, node.source)
        return self.aside("kept", node.source)

    def _arguments(self, node: Template, given: Mapping[str, str] | None) -> dict[str, str]:
        found: dict[str, str] = {}
        count = 0
        for part in node.parts[1:]:
            name, value = split_argument(part)
            if name is None:
                count += 1
                found[str(count)] = self.expand(value, given)
            else:
                found[self.expand(name, given).strip()] = self.expand(value, given).strip()
        return found

    # Tags

    def _tag(self, node: Tag, given: Mapping[str, str] | None) -> str:
        name, inner = node.name, node.inner or ""
        if name in ("noinclude", "onlyinclude"):
            return self.expand(read_wikitext(inner), given)
        if name in ("includeonly", "templatestyles", "templatedata", "section", "indicator"):
            return ""
        if name in ("ref", "references", "poem"):
            inner = self.expand(read_wikitext(inner), given)
        elif name == "gallery":
            lines = (self.expand(read_wikitext(line), given) for line in inner.split("\n"))
            return self.aside(name, *lines, attributes=attributes_of(node.attributes))
        elif name not in _WORDS:
            what = (
                _("A program in the text") if name in ("script", "style") else _("A tag <{name}>")
            )
            self.losses.add(what.format(name=name), node.source)
            return self.aside("kept", node.source)
        return self.aside(name, inner, attributes=attributes_of(node.attributes))


#: tags whose inside is text or code
_WORDS = frozenset({"nowiki", "pre", "syntaxhighlight", "source", "math", "chem", "ce"})


def attributes_of(words: str) -> dict[str, str]:
    """The attributes of a tag, by their names in lower case."""
    found = _ATTRIBUTE.finditer(words[:2000])
    return {one[1].lower(): (one[2] or one[3] or one[4] or "").strip() for one in found}


def _included(body: Nodes) -> Nodes:
    """What of a template's text stands in the pages that name it."""
    only = [node for node in body if isinstance(node, Tag) and node.name == "onlyinclude"]
    if only:
        return tuple(inner for node in only for inner in read_wikitext(node.inner or ""))
    kept: list[Node] = []
    for node in body:
        if isinstance(node, Tag) and node.name == "noinclude":
            continue
        if isinstance(node, Tag) and node.name == "includeonly":
            kept += read_wikitext(node.inner or "")
        else:
            kept.append(node)
    return tuple(kept)
