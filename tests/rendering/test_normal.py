"""What is said to stand in normal form is what three parsers read and write back as it is."""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rendering import attacks, trees
from tests.rendering.judge import faults
from tests.rendering.test_gate import KEPT
from wiki.pages.document import read_document
from wiki.pages.page import Page
from wiki.rendering import normal
from wiki.rendering.alone import render_text
from wiki.rendering.context import RenderContext, Resolved
from wiki.rendering.normal import is_normal
from wiki.rendering.pipeline import render
from wiki.rendering.sanitize import _hidden, _through_bleach, _through_nh3, _written, clean
from wiki.testing import DATA

_CONTENT = Path(__file__).parents[2] / "content"


def keeps_its_promise(html: str) -> bool:
    """Whether ``html`` is recognised; if so, both cleaners leave every letter of it."""
    if not is_normal(html):
        return False
    assert faults(html) == []
    assert _through_bleach(_hidden(html)) == html
    assert _written(_through_nh3(html)) == html
    return True


def made_trees(count: int) -> list[str]:
    return [trees.html(Random(seed)) for seed in range(count)]  # noqa: S311 - the same each time


def first_half(html: str) -> str:
    return _written(_through_nh3(html))


def test_each_element_in_each_other() -> None:
    recognised = [html for html in trees.chains() if keeps_its_promise(html)]
    assert len(recognised) > 2_500


@given(st.randoms(use_true_random=False))
@settings(max_examples=120, deadline=None)
def test_a_tree_with_a_fault_here_and_there(random: Random) -> None:
    html = trees.html(random)
    keeps_its_promise(html)
    keeps_its_promise(first_half(html))


def test_many_such_trees_are_recognised_so_that_much_is_tried() -> None:
    made = made_trees(400)
    assert sum(map(keeps_its_promise, made)) > 80
    assert sum(keeps_its_promise(first_half(html)) for html in made) > 150


def test_what_an_attack_leaves_behind() -> None:
    left = [first_half(attack) for attack in attacks.HTML]
    assert sum(map(keeps_its_promise, left)) > 0.9 * len(left)
    # As it was written, hardly any is: what is harmless in itself, and nothing else.
    assert all(clean(attack) == attack for attack in attacks.HTML if keeps_its_promise(attack))


def test_a_browser_reads_the_tree_that_is_written(chromium: Any) -> None:
    texts = [html for html in (KEPT, *trees.chains(), *made_trees(2_000)) if is_normal(html)]
    page = chromium.new_page()
    try:
        read = page.evaluate(_READ, texts)
    finally:
        page.close()
    # Between tags a quote may be an entity or itself.
    quoted = [re.sub(r"(?:^|>)[^<]+", _with_quotes, html) for html in texts]
    assert len(texts) > 3_000
    assert [one for one in zip(quoted, read, strict=True) if one[0] != one[1]] == []


def _with_quotes(text: re.Match[str]) -> str:
    return text[0].replace("&quot;", '"')


#: reads each text where a body stands in a page, and writes the tree down in our form
_READ = """texts => {
  const text = s => s.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
    .replaceAll('\\u00a0', '&nbsp;');
  const flags = ['open', 'checked', 'disabled'];
  const tag = one => one.localName + [...one.attributes].map(({name, value}) => ' ' + name + (
    flags.includes(name) && !value ? '' : `="${text(value).replaceAll('"', '&quot;')}"`)).join('');
  const written = node => [...node.childNodes].map(one => {
    if (one.nodeType === 3) return text(one.data);
    if (one.nodeType !== 1 || one.namespaceURI !== 'http://www.w3.org/1999/xhtml') return '?';
    const end = ['br', 'hr', 'img', 'input'].includes(one.localName) ? '' : `</${one.localName}>`;
    return `<${tag(one)}>${written(one)}${end}`;
  }).join('');
  return texts.map(html => {
    const page = '<!doctype html><main><div>' + html + '</div><i></i></main><b></b>';
    const read = new DOMParser().parseFromString(page, 'text/html');
    const shape = [...read.body.children].map(one => one.localName).join();
    const main = [...read.body.firstChild.children].map(one => one.localName).join();
    return shape === 'main,b' && main === 'div,i' ? written(read.querySelector('div')) : shape;
  });
}"""


def bodies(texts: Iterable[str]) -> list[str]:
    """The bodies of pages, read without the plugins, for one who may edit them."""
    context = RenderContext(
        path="a", file="a.md", may_edit=True, resolve=lambda target: Resolved(target, target)
    )
    return [render(read_document(Page("a", "a.md", text).text), context).html for text in texts]


def test_every_page_of_the_starter_content_is_recognised() -> None:
    pages = bodies(one.read_text("utf-8") for one in sorted(_CONTENT.rglob("*.md")))
    assert len(pages) > 50
    assert [html for html in pages if not is_normal(html)] == []
    assert all(map(keeps_its_promise, pages[::8]))


@pytest.mark.skipif(not DATA.is_dir(), reason="the real data is not here")
def test_nearly_every_text_of_the_real_data_is_recognised() -> None:
    lines = (DATA / "carrefour" / "projects.jsonl").read_text("utf-8").split("\n")[:-1]
    pages = [render_text(json.loads(line)["body_markdown"]) for line in lines[::4]]
    assert sum(map(is_normal, pages)) >= 0.98 * len(pages)
    assert all(keeps_its_promise(html) for html in pages[::5] if is_normal(html))


@pytest.mark.parametrize(
    "html",
    [
        "a > b",
        "a & b",
        "&copy;",
        "&#60;",
        "a\0",
        "a\r",
        "a\x7f",
        "\ufeffa",
        "\U0010fff1",
        "<p>a",
        "a</p>",
        "<p",
        "<>",
        "</>",
        "<p>a</p >",
        "<P>a</P>",
        "<p>a</b></p>",
        "<b><i>a</b></i>",
        "<br/>",
        "<br></br>",
        "<!-- a -->",
        "<!doctype html>",
        "<svg></svg>",
        "<script></script>",
        "<p><p>a</p></p>",
        "<p><div>a</div></p>",
        "<p><b><table></table></b></p>",
        "<a href='/'>a</a>",
        "<a href=/>a</a>",
        '<a href="/"  title="a">a</a>',
        '<a href="/" href="/">a</a>',
        '<a href="/"title="a">a</a>',
        '<a href="/\n">a</a>',
        '<a href="javascript:1">a</a>',
        '<a href="http://[">a</a>',
        '<a href="http://xn--/">a</a>',
        '<a onclick="x">a</a>',
        '<a href="/">a<span><a href="/">b</a></span></a>',
        "<b>a<b>b</b></b>",
        "<ul>a</ul>",
        "<ul><p>a</p></ul>",
        "<li>a</li>",
        "<li><li>a</li></li>",
        "<table><tr><td>a</td></tr></table>",
        "<table>a</table>",
        "<table><tbody><tr><p>a</p></tr></tbody></table>",
        "<td>a</td>",
        "<h2><h3>a</h3></h2>",
        "<pre>\na</pre>",
        '<pre tabindex="0">\n</pre>',
        "<details open=>a</details>",
        '<details open="">a</details>',
        "<p class>a</p>",
        '<p class="">a</p>',
        "<input>",
        '<input type="text">',
        '<input type="checkbox">',
        '<input aria-label="type=checkbox" disabled>',
    ],
)
def test_what_could_be_read_in_two_ways_is_not(html: str) -> None:
    assert not is_normal(html)


def test_what_is_deeper_than_any_page_is_for_the_cleaners() -> None:
    depth = normal._DEPTH
    assert is_normal("<div>" * depth + "a" + "</div>" * depth)
    assert not is_normal("<div>" * (depth + 1) + "</div>" * (depth + 1))


def test_a_long_tag_is_judged_and_not_remembered() -> None:
    before = normal._judged.cache_info().currsize
    assert is_normal(f'<abbr title="{"a" * 10_000}">a</abbr>')
    assert normal._judged.cache_info().currsize == before
