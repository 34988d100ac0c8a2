"""Nothing passes the gate that could run, whoever wrote it."""

import pytest
from bleach.sanitizer import Cleaner
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rendering import attacks
from tests.rendering.judge import faults
from wiki.rendering import sanitize
from wiki.rendering.allow_list import ALLOWED, SCHEMES
from wiki.rendering.sanitize import _bleach, _unchanged, balance, clean


def test_there_are_hundreds_of_attacks() -> None:
    assert len(set(attacks.HTML)) > 1_500


@pytest.mark.parametrize("start", range(0, len(attacks.HTML), 100))
def test_an_attack_comes_out_harmless(start: int) -> None:
    for attack in attacks.HTML[start : start + 100]:
        once = clean(attack)
        assert faults(once) == [], (attack, once)
        assert clean(once) == once, attack


def test_the_first_half_alone_is_harmless_too() -> None:
    for attack in attacks.HTML:
        judged = [fault for fault in faults(balance(attack)) if fault != "not in the normal form"]
        assert judged == [], (attack, balance(attack))


def test_the_gate_holds_without_bleach(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sanitize, "BLEACH", False)
    monkeypatch.setattr(sanitize, "_through_bleach", None)
    for attack in attacks.HTML:
        assert faults(clean(attack)) == [], (attack, clean(attack))


def bleached(html: str) -> str:
    """What bleach alone lets pass, where nh3 has seen nothing."""
    return sanitize._through_bleach(sanitize._hidden(html))


#: what bleach by itself leaves as it is, and runs nothing: a field to type in, a ``>`` in a value
_INERT = {"an input that is no disabled box", "not in the normal form"}


def test_bleach_holds_without_the_first_half() -> None:
    for attack in attacks.HTML:
        assert set(faults(bleached(attack))) <= _INERT, (attack, bleached(attack))


@pytest.mark.parametrize(
    "html",
    [
        "<script>",
        "<p onclick='x'>a</p>",
        "<a href='javascript:x'>a</a>",
        "<p>a",
        "</p>",
        "<!-- a -->",
        "<p id='cookie'>a</p>",
        "<input type='text'>",
        "a > b",
        "<p id='h-a' id='h-b'></p>",
    ],
)
def test_the_judge_is_no_friend_of_ours(html: str) -> None:
    assert faults(html)


KEPT = """\
<h2 id="h-a">A <a class="edit-section" href="/-/edit/a?section=a">b</a></h2>
<p>a <em>b</em> <strong>c</strong> <code>d</code> <del>e</del> <mark>f</mark> <kbd>g</kbd></p>
<p><a class="external" href="https://e.org/?a=1&amp;b=2" rel="nofollow noopener" title="t">x</a></p>
<p><a href="mailto:a@b.c">x</a> <a href="tel:+33">x</a> <a href="geo:48.1,-1.6">x</a></p>
<p><img src="/a.png" alt="b" srcset="/a.png?width=480 480w" sizes="44rem" loading="lazy"></p>
<figure><img src="/a.png" alt=""><figcaption>b</figcaption></figure>
<ul><li class="task"><input type="checkbox" disabled checked aria-label="a"> b</li></ul>
<ol start="3"><li>a</li></ol>
<dl><dt>a</dt><dd>b</dd></dl>
<div class="table" tabindex="0" role="region" aria-label="a"><table><thead><tr>\
<th class="right" scope="col">a</th></tr></thead><tbody><tr><td colspan="2">b</td></tr>\
</tbody></table></div>
<pre tabindex="0"><code class="highlight language-c++"><span class="k">a</span></code></pre>
<blockquote><p>a</p></blockquote>
<details open><summary>a</summary>b</details>
<p><time datetime="2026-09-12T10:00:00+02:00">a</time> <abbr title="b">c</abbr></p>
<p>a<sup id="fnref-1"><a class="footnote" href="#fn-1">1</a></sup></p>
<section class="footnotes" role="region" aria-label="a"><ol><li id="fn-1">a</li></ol></section>
<article class="row need is-open block-needs_x" id="b-7k2qx9ma"><p class="what">a</p></article>
<p lang="en" dir="ltr">a<br>b</p><hr>
<p>&amp; &lt; &gt; &nbsp; " ' é 😀</p>
"""


def test_what_pages_are_made_of_stays_as_it_is() -> None:
    assert clean(KEPT) == KEPT


def test_a_class_of_the_frame_goes_and_ours_stays() -> None:
    assert clean('<p class="menu row x block-a">a</p>') == '<p class="row block-a">a</p>'


@pytest.mark.parametrize("before", ["", "<x>", "<!-- a -->", "\ufeff"])
def test_the_mark_of_an_order_of_bytes_does_not_begin_a_page(before: str) -> None:
    once = clean(f"{before}\ufeff<p>a\ufeffb</p>")
    assert once == "<p>a\ufeffb</p>" == clean(once)


def test_code_words_are_classes_of_spans_only() -> None:
    assert clean('<p class="k">a</p><span class="k">b</span>') == '<p>a</p><span class="k">b</span>'


def test_an_id_that_a_script_could_name_goes() -> None:
    assert clean('<h2 id="cookie">a</h2><h2 id="h-cookie">b</h2>') == (
        '<h2>a</h2><h2 id="h-cookie">b</h2>'
    )


def test_our_way_up_the_tree_leads_where_the_one_of_bleach_leads() -> None:
    ours, theirs = (
        _bleach(),
        Cleaner(tags=set(ALLOWED), attributes=_unchanged, protocols=SCHEMES, strip=True),
    )
    for html in [KEPT, *attacks._STRUCTURES]:
        assert ours.clean(balance(html)) == theirs.clean(balance(html)), html


def test_what_stands_open_in_a_part_stays_its_own_affair() -> None:
    parts = [balance(part) for part in ("<div><!--", "</div></section>", "<textarea>", "<b>a")]
    assert clean("".join([*parts, "<p>b</p>"])) == "<div></div><b>a</b><p>b</p>"


_NAMES = sorted({*ALLOWED, "script", "style", "svg", "math", "template", "textarea", "form", "x"})
_ATTRIBUTES = [
    "href",
    "src",
    "class",
    "id",
    "title",
    "style",
    "onclick",
    "srcset",
    "type",
    "hx-get",
]
_WORDS = st.one_of(
    st.text(max_size=8),
    st.sampled_from(["javascript:1", "/x", "h-a", "row", "&amp;", "&#106;", '"', "'", ">", "\0"]),
)
_ATTRIBUTE = st.builds(
    "{}={}{}{}".format, st.sampled_from(_ATTRIBUTES), q := st.just('"'), _WORDS, q
)
_PIECE = st.one_of(
    st.text(max_size=10),
    st.sampled_from(
        ["<", ">", "&", "<!--", "-->", "]]>", "<![CDATA[", "</", "/>", "&lt;", "\n", "\r"]
    ),
    st.builds("</{}>".format, st.sampled_from(_NAMES)),
    st.builds(
        lambda name, attributes: f"<{name} {' '.join(attributes)}>",
        st.sampled_from(_NAMES),
        st.lists(_ATTRIBUTE, max_size=3),
    ),
)


@given(st.lists(_PIECE, max_size=30).map("".join))
@settings(max_examples=150, deadline=None)
def test_anything_comes_out_harmless_and_passing_twice_changes_nothing(html: str) -> None:
    once = clean(html)
    assert faults(once) == []
    assert clean(once) == once
