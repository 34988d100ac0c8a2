"""A page of DokuWiki as one of ours: its text, what its head says, and what was lost."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from wiki.api.imports.dialects import Loss, Losses
from wiki.api.imports.markdown import code_block
from wiki.api.translation import gettext as _

from .blocks import Blocks
from .headings import first_heading, title_depth
from .inline import Words
from .scanner import scan
from .surroundings import Site

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_FIRST = re.compile(r"# ([^\n]+)(?:\n|\Z)")
_ESCAPED = re.compile(r"\\(?=[^\w\s])")


@dataclass(frozen=True)
class Converted:
    """``title`` is "" where the text says none; ``fields`` are those of its entry, of ``kind``."""

    body: str
    title: str = ""
    themes: tuple[str, ...] = ()
    kind: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    losses: tuple[Loss, ...] = ()


def convert(text: str, site: Site, page: str) -> Converted:
    """``text``, which stands in ``page``, as Markdown. Never raises, whatever it holds."""
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    losses = Losses()
    try:
        made = scan(text)
        words = Words(made, site, page, losses)
        blocks = Blocks(words)
        blocks.raised = title_depth(made.without("macro"))
        body = blocks.markdown(made.text)
    except RecursionError:
        what = _("A page that could not be read, as its source")
        return Converted(code_block(text), losses=(Loss(what, page, 1),))
    title = words.macros.title
    if (first := _FIRST.match(body)) is not None:
        # The first heading is the page's title, and stands above it already.
        said = _ESCAPED.sub("", first[1])
        title = title or said
        if title == said:
            body = body[first.end() :].lstrip("\n")
    if notes := words.footnotes():
        body = f"{body}\n\n{notes}"
    return Converted(
        body,
        title or first_heading(text),
        tuple(words.macros.themes),
        blocks.kind,
        blocks.fields,
        tuple(_placed(loss, text) for loss in losses.found.values()),
    )


def _placed(loss: Loss, text: str) -> Loss:
    """A loss with its line, where it has none yet."""
    if loss.line or not loss.detail:
        return loss
    for number, line in enumerate(text.split("\n"), 1):
        if loss.detail[:40] in " ".join(line.split()):
            return replace(loss, line=number)
    return loss
