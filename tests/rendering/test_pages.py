"""What a person writes and what stands in the page: ``pages.md``, case by case."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from wiki.pages.document import read_document
from wiki.pages.markdown.blocks import Block
from wiki.rendering.alone import render_text
from wiki.rendering.context import BlockContext, RenderContext, Resolved
from wiki.rendering.pipeline import render
from wiki.translation import use_language

_CASE = re.compile(r"^## (.+?)\n+````markdown\n(.*?)````\n+````html\n(.*?)````$", re.M | re.S)
CASES = [
    pytest.param(found[2], found[3], id=found[1])
    for found in _CASE.finditer((Path(__file__).parent / "pages.md").read_text("utf-8"))
]


def things(block: Block, context: BlockContext) -> str:
    """A view such as a plugin has."""
    rows = "".join(
        f'<article class="row">{context.inline(item.text)}</article>' for item in block.items
    )
    return f'<section class="block-choses"><p>{block.args}</p>{rows}</section>'


def count(block: Block, context: BlockContext) -> str:
    """A count such as a plugin has."""
    return "<b>42</b>" if block.args == "choses theme:iot" else ""


def resolve(target: str) -> Resolved | None:
    return Resolved(target, "Capteurs") if target == "projets/capteurs" else None


CONTEXT = RenderContext(
    path="projets/lora",
    file="projets/lora.md",
    views={"choses": things, "inline:count choses": count},
    resolve=resolve,
    # Whether code is highlighted is not to depend on what else the machine does.
    seconds=60.0,
)


@pytest.fixture(autouse=True)
def french() -> Iterator[None]:
    with use_language("fr"):
        yield


def test_the_cases_were_found() -> None:
    assert len(CASES) == 13


@pytest.mark.parametrize(("markdown", "html"), CASES)
def test_a_case(markdown: str, html: str) -> None:
    assert render(read_document(markdown), CONTEXT).html == html


@pytest.mark.parametrize(("markdown", "html"), CASES)
def test_a_text_alone_needs_nobody(markdown: str, html: str) -> None:
    assert render_text(markdown)


def test_alone_a_wiki_link_leads_where_it_says() -> None:
    assert render_text("[[projets/x]] [[Un titre|y]]") == (
        '<p><a href="/projets/x">projets/x</a> <a href="/un-titre">y</a></p>\n'
    )
