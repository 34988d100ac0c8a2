"""Plots: plain SVG, said in words, in no colour of their own, and loaded when they are drawn."""

import subprocess
import sys
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from markupsafe import Markup

from wiki.charts import bars, columns

Draw = Callable[[Sequence[tuple[str, float]], str, str], Markup]
_SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("draw", [bars, columns])
@given(
    names=st.lists(
        st.text("aé&<>\"' 字0", max_size=12),
        min_size=1,
        max_size=6,
        unique=True,
    ),
    number=st.integers(0, 5000),
)
def test_a_plot_is_plain_svg_that_says_what_it_shows(
    draw: Draw, names: list[str], number: int
) -> None:
    svg = draw([(name, number) for name in names], "<b>Jours & nuits</b>", "Peu")
    root = etree.fromstring(svg.encode())
    assert root.get("role") == "img"
    title, told = root[0], root[1]
    assert (title.tag, title.text) == (f"{_SVG}title", "<b>Jours & nuits</b>")
    assert (told.tag, told.text) == (f"{_SVG}desc", "Peu")
    assert root.get("aria-labelledby") == f"{title.get('id')} {told.get('id')}"
    for node in root.iter():
        assert node.tag.removeprefix(_SVG) not in ("script", "style", "image", "a")
        assert not {"fill", "stroke", "font-family", "style", "onload"} & set(node.keys())
    drawn = list(root.iter(f"{_SVG}rect"))
    assert len(drawn) == len(names)


def test_the_first_bar_stands_on_top() -> None:
    texts = etree.fromstring(bars([("a", 1), ("b", 3), ("c", 2)], "x").encode()).iter(f"{_SVG}text")
    high = {text.text: float(text.get("y") or 0) for text in texts}
    assert high["a"] < high["b"] < high["c"]


def test_columns_that_are_compared_share_their_top() -> None:
    def height(svg: Markup) -> float:
        [bar] = etree.fromstring(svg.encode()).iter(f"{_SVG}rect")
        return float(bar.get("height") or 0)

    alone, beside = columns([("a", 5)], "x"), columns([("a", 5)], "x", most=10)
    assert height(beside) == pytest.approx(height(alone) / 2, abs=15)
    assert height(beside) < height(alone)


def test_drawing_is_not_loaded_before_something_is_drawn() -> None:
    code = "import sys, wiki.api.pages.blocks; sys.exit('leather' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
