"""A page of wikitext as one of ours: its text, what its head says, and what was lost."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from wiki.api.imports.dialects import Loss, Losses
from wiki.api.imports.markdown import code_block
from wiki.api.translation import gettext as _

from .blocks import Blocks
from .expansion import Expansion, TooMuch
from .html import html_as_wikitext
from .inline import Words
from .nodes import Node, Nodes, Template, split_argument
from .reader import read_wikitext
from .surroundings import Site

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_REDIRECT = re.compile(
    r"\s*#\s*(?:redirect(?:ion)?|weiterleitung|redirección)\s*:?\s*\[\[([^\[\]|]+)", re.I
)
_BOX = re.compile(r"(?:infobox|info\s?box|bo[iî]te|fiche|taxobox|steckbrief|ficha)\b", re.I)
#: two named fields and nothing before them: what stands at the top of a page is about it
_FIELDS = 2


@dataclass(frozen=True)
class Converted:
    """``box`` are the fields of an infobox, by their names there; its own name is under ""."""

    body: str
    title: str
    categories: tuple[str, ...]
    box: Mapping[str, str]
    losses: tuple[Loss, ...]


def convert(text: str, site: Site, page: str) -> Converted:
    """``text``, which stands in ``page``, as Markdown. Never raises, whatever it holds."""
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    nodes = read_wikitext(text)
    for fill in (True, False):
        losses = Losses()
        if not fill:
            losses.add(_("Templates that would make too much of a page"), page)
        try:
            return _converted(nodes, Expansion(site, page, losses, fill=fill))
        except (TooMuch, RecursionError):
            continue
    losses = Losses()
    losses.add(_("A page that could not be read, as its source"), page)
    return Converted(code_block(text), "", (), {}, tuple(losses.found.values()))


def redirected(text: str) -> str | None:
    """The title that a page only leads to; None where it says something itself."""
    found = _REDIRECT.match(text[:2000])
    return found[1].partition("#")[0].strip() if found else None


def _converted(nodes: Nodes, expansion: Expansion) -> Converted:
    box, rest = _without_boxes(nodes)
    flat = html_as_wikitext(expansion.expand(rest), expansion.losses)
    fields = {name: expansion.expand(value) for name, value in box.items()}
    words = Words(expansion)
    body = Blocks(words).markdown(flat)
    said = {
        name: _one_line(words.plain(html_as_wikitext(value, expansion.losses)))
        for name, value in fields.items()
    }
    if notes := words.footnotes():
        body = f"{body}\n\n{notes}"
    title = words.plain(expansion.title).strip() if expansion.title else ""
    return Converted(
        body, title, tuple(words.links.categories), said, tuple(expansion.losses.found.values())
    )


def _one_line(words: str) -> str:
    return ", ".join(" ".join(line.strip("*#:; ").split()) for line in words.strip().split("\n"))


def _without_boxes(nodes: Nodes) -> tuple[dict[str, Nodes], Nodes]:
    """The fields of the infoboxes of a page, and all else."""
    fields: dict[str, Nodes] = {}
    rest: list[Node] = []
    for node in nodes:
        named = _fields(node) if isinstance(node, Template) else None
        if named is None or not isinstance(node, Template):
            rest.append(node)
            continue
        first = node.parts[0]
        name = first[0] if first and isinstance(first[0], str) else ""
        fields.setdefault("", (" ".join(name.replace("_", " ").split()),))
        for key, value in named.items():
            fields.setdefault(key, value)
    return fields, tuple(rest)


def _fields(node: Template) -> dict[str, Nodes] | None:
    """The named fields of an infobox; None for any other template."""
    first = node.parts[0]
    name = first[0].strip() if len(first) == 1 and isinstance(first[0], str) else ""
    if not _BOX.match(name.partition(":")[2].strip() or name):
        return None
    found: dict[str, Nodes] = {}
    for part in node.parts[1:]:
        key, value = split_argument(part)
        if key is not None and all(isinstance(one, str) for one in key):
            found["".join(str(one) for one in key).strip()] = value
    return found if len(found) >= _FIELDS else None
