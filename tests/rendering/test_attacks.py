"""Nothing that can be written in a page comes out as something that runs."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rendering import attacks
from tests.rendering.judge import faults
from wiki.pages.document import read_document
from wiki.pages.markdown.blocks import Block
from wiki.rendering.context import BlockContext, RenderContext, Resolved
from wiki.rendering.pipeline import render
from wiki.rendering.views import Asking


def echo(block: Block, context: BlockContext) -> str:
    """A careless plugin: whatever an author wrote goes into its HTML as it is."""
    items = "".join(
        f'<p title="{item.text}" class={item.plain}>{item.source}' for item in block.items
    )
    return f"<div data-args='{block.args}'>{items}{block.source}{context.content(block)}</div>"


CONTEXT = RenderContext(
    path="projets/x",
    file="projets/x.md",
    views={"besoins": echo, "inline:count x": echo},
    resolve=lambda target: Resolved(target, target) if len(target) % 2 else None,
    may_edit=True,
    seconds=60.0,
)


def test_there_are_hundreds_of_attacks() -> None:
    assert len(set(attacks.MARKDOWN)) > 1_500


@pytest.mark.parametrize("start", range(0, len(attacks.MARKDOWN), 200))
def test_an_attack_comes_out_harmless(start: int) -> None:
    for attack in attacks.MARKDOWN[start : start + 200]:
        html = render(read_document(attack), CONTEXT).html
        assert faults(html) == [], (attack, html)


def test_html_in_a_careless_view_comes_out_harmless() -> None:
    asking = Asking(CONTEXT)
    for attack in attacks.HTML:
        block = Block("besoins", attack, 0, 1, (), (), attack)
        assert [one for one in faults(asking.show(echo, block, 0)) if one[0] != "n"] == [], attack


_PIECES = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "[[",
            "]]",
            "](",
            "![",
            "](javascript:",
            "{{count ",
            "}}",
            "::: besoins\n",
            ":::\n",
            "- [ ] ",
        ]
    ),
    st.sampled_from(
        ["\n\n", "\n", "> ", "# ", "```js\n", "|", "|-|\n", "[^1]", ": ", "---\n", "<"]
    ),
    st.sampled_from(attacks._STRUCTURES),
)


@given(st.lists(_PIECES, max_size=15).map("".join))
@settings(max_examples=80, deadline=None)
def test_any_text_comes_out_harmless_and_never_raises(text: str) -> None:
    assert faults(render(read_document(text), CONTEXT).html) == []
