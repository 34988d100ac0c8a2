"""Blocks: a view costs its own place only, whatever it does; what it asked is known afterwards."""

import logging
import time
from datetime import date

import pytest
from jinja2 import DictLoader, Environment

from tests.rendering.judge import faults
from wiki.cache.topics import DAY, noting
from wiki.pages.document import read_document
from wiki.pages.markdown.blocks import Block
from wiki.pages.problems import Problem
from wiki.rendering.allowance import UNITS
from wiki.rendering.context import BlockContext, BlockView, RenderContext, Rendered, Resolved
from wiki.rendering.pipeline import render, render_inline
from wiki.rendering.views import MAX_LINKS
from wiki.translation import use_language

TEXT = "Avant [[lien]].\n\n::: chose un deux\n- a\n- b\n\n:::\n\nAprès.\n"


def shown(view: BlockView, text: str = TEXT, **more: object) -> Rendered:
    views = {"chose": view, **more.pop("views", {})}  # type: ignore[dict-item]
    return render(read_document(text), RenderContext(path="p", views=views, **more))  # type: ignore[arg-type]


def test_a_view_that_raises_leaves_a_notice_and_costs_nothing_else(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def view(block: Block, context: BlockContext) -> str:
        raise RuntimeError("a secret that no reader sees")

    with caplog.at_level(logging.ERROR), use_language("en"):
        rendered = shown(view)
    assert "Avant" in rendered.html
    assert "Après" in rendered.html
    assert "cannot be shown for now" in rendered.html
    assert "secret" not in rendered.html
    assert "secret" in caplog.text
    assert not rendered.lasting


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<form hx-post='/-/x'><button>x</button></form>",
        "<div><div><table><tr>",
        "</div></section></article></main></body>",
        "<!-- ",
        "<textarea>",
        "<style>",
        "<p onclick=alert(1) data-x=y>x",
        "<a href='javascript:alert(1)'>x",
        "<b><i><u>",
        "<plaintext>",
    ],
)
def test_what_a_view_leaves_open_or_slips_in_goes_no_further(html: str) -> None:
    rendered = shown(lambda block, context: html)
    assert faults(rendered.html) == []
    before, after = rendered.html.index("Avant"), rendered.html.index("<p>Après.</p>")
    assert before < after
    assert "alert(1)</script" not in rendered.html


def test_what_was_asked_is_what_the_page_depends_on() -> None:
    def asks(block: Block, context: BlockContext) -> str:
        return str(context.ask)

    def looks_at_the_day(block: Block, context: BlockContext) -> str:
        return context.today.isoformat()

    assert not shown(lambda block, context: "x").asked
    assert shown(asks, ask="somebody").asked
    with noting() as topics:
        day = shown(looks_at_the_day, today=date(2026, 9, 12))
    assert topics == {DAY} and not day.asked
    assert "2026-09-12" in day.html
    assert shown(lambda *_: "x", resolve=Resolved).asked
    assert not shown(lambda *_: "x", text="Rien", resolve=Resolved).asked


def test_a_view_lays_out_words_texts_and_its_own_content() -> None:
    def view(block: Block, context: BlockContext) -> str:
        words = context.inline("*a* [[lien]] <b> # b")
        return f"<p>{words}</p>{context.body('- c')}<div>{context.content(block)}</div>"

    html = shown(view, resolve=lambda target: "ailleurs").html
    assert '<p><em>a</em> <a href="/ailleurs">lien</a> &lt;b&gt; # b</p>' in html
    assert "<ul>\n<li>c</li>\n</ul>" in html
    assert "<div><ul>\n<li>a</li>\n<li>b</li>\n</ul>" in html


def test_a_view_fills_in_a_template_in_which_words_are_escaped() -> None:
    templates = Environment(
        loader=DictLoader({"a.html": "<p>{{ x }} {{ y }}</p>"}), autoescape=True
    )

    def view(block: Block, context: BlockContext) -> str:
        return context.template("a.html", x="<script>", y=context.inline("*y*"))

    html = shown(view, templates=templates).html
    assert "<p>&lt;script&gt; <em>y</em></p>" in html


def test_a_count_is_made_by_who_knows_its_first_word_else_by_who_counts_anything() -> None:
    views = {
        "inline:count besoins": lambda block, context: f"besoins: {block.args}",
        "inline:count": lambda block, context: f"tout: {block.args}",
    }
    text = "{{nombre Besoins theme:iot}}, {{count autres}}"
    html = shown(lambda *_: "", text=text, views=views).html
    assert html == "<p>besoins: Besoins theme:iot, tout: autres</p>\n"


def test_a_block_shows_another_by_name_and_not_for_ever() -> None:
    depths = []

    def again(block: Block, context: BlockContext) -> str:
        depths.append(block.args)
        return f"<p>x</p>{context.render_block('Chôse', 'y')}{context.render_block('absent')}"

    assert shown(again).html.count("<p>x</p>") == len(depths)
    assert 1 < len(depths) < 10


def test_a_block_that_shows_its_own_text_ends_too() -> None:
    def again(block: Block, context: BlockContext) -> str:
        return str(context.body(block.source))

    assert "Après" in shown(again).html


def test_problems_stand_beside_their_place_for_those_who_may_edit_only() -> None:
    def view(block: Block, context: BlockContext) -> str:
        context.problem(Problem(block.line + 2, "odd", "It is {what}.", {"what": "<odd>"}))
        return "<p>la vue</p>"

    with use_language("en"):
        for_editors = shown(view, may_edit=True)
        for_readers = shown(view)
    assert "Line 5" in for_editors.html
    assert "It is &lt;odd&gt;." in for_editors.html
    assert for_editors.html.index("It is") < for_editors.html.index("la vue")
    assert "It is" not in for_readers.html
    assert for_editors.problems == for_readers.problems
    assert [problem.kind for problem in for_editors.problems] == ["odd"]


def test_an_unknown_block_is_a_problem_and_its_inner_blocks_are_shown() -> None:
    text = ":::: inconnu\n\n::: chose\n\n:::\n\n::::\n"
    rendered = shown(lambda *_: "<p>la vue</p>", text=text)
    assert rendered.html.strip() == "<p>la vue</p>"
    assert [problem.kind for problem in rendered.problems] == ["unknown-block"]


def words_of(number: int, made: int) -> str:
    return f"Mot {number}.\n\n::: chose {made}\n- x\n\n:::\n\n## Titre {number}\n\n"


@pytest.mark.parametrize("asks", [False, True])
@pytest.mark.parametrize("made", [10, 20_000])
def test_a_page_that_costs_too_much_is_cut_where_that_is_the_same_each_time(
    asks: bool, made: int
) -> None:
    def view(block: Block, context: BlockContext) -> str:
        return f"<p>{'v' * int(block.args)} {context.ask if asks else ''}</p>"

    text = "".join(words_of(number, made) for number in range(UNITS + 1))
    with use_language("en"):
        cut = shown(view, text, seconds=1.0)
        again = shown(view, text, seconds=1.0)
        # Behind the cut nobody is asked, however long it is.
        rest = shown(view, text + words_of(0, made) * 50, seconds=1.0)
    shown_blocks = cut.html.count("<p>v")
    assert 0 < shown_blocks < UNITS
    assert f"Mot {shown_blocks}." in cut.html
    assert f"Mot {shown_blocks + 1}." not in cut.html
    assert cut.html.count("This page is cut here") == 1
    assert cut.html.index(f"Mot {shown_blocks}.") < cut.html.index("This page is cut here")
    assert '<a href="/-/edit/p">' in cut.html
    assert [one.text for one in cut.toc] == [f"Titre {number}" for number in range(shown_blocks)]
    assert [(one.kind, one.line) for one in cut.problems] == [("cut", 9 * shown_blocks + 2)]
    assert cut.lasting
    assert again == cut == rest


def test_what_asks_costs_more_than_what_does_not() -> None:
    text = "::: chose\n\n:::\n\n" * UNITS

    def asks(block: Block, context: BlockContext) -> str:
        return f"<p>v {context.ask}</p>"

    def says(block: Block, context: BlockContext) -> str:
        return "<p>v</p>"

    count = [shown(view, text, seconds=1.0).html.count("<p>v") for view in (asks, says)]
    assert count[0] < count[1]


def test_time_bounds_what_says_little() -> None:
    """A view that works for ever so long: the clock counts where units do not."""

    def works(block: Block, context: BlockContext) -> str:
        until = time.thread_time() + 0.002
        while time.thread_time() < until:
            pass
        return "<p>v</p>"

    with use_language("en"):
        cut = shown(works, "::: chose\n\n:::\n\n" * 300, seconds=0.05)
    assert 0 < cut.html.count("<p>v") < 300
    assert "This page is cut here" in cut.html
    assert cut.hurried


def test_a_cut_inside_of_lists_and_unknown_blocks_leaves_nothing_open() -> None:
    text = ":::: inconnu\n- a\n\n  > b\n  >\n" + "  > ::: chose 1\n  >\n  > :::\n  >\n" * UNITS
    with use_language("en"):
        cut = shown(lambda *_: "<p>v</p>", text + "\n::::\n\nAprès.\n", seconds=1.0)
    assert faults(cut.html) == []
    assert "<p>v" in cut.html
    assert "Après" not in cut.html
    before, _notice = cut.html.split('<div class="problem"')
    assert before.count("<ul>") == before.count("</ul>") == 1
    assert before.count("<blockquote>") == before.count("</blockquote>") == 1


def test_what_a_block_holds_counts_too() -> None:
    calls = []

    def view(block: Block, context: BlockContext) -> str:
        calls.append(block.line)
        return f"<div>{context.content(block)}</div>"

    text = ":::: chose\n\n" + "::: chose\n- x\n\n:::\n\n" * (2 * UNITS) + "::::\n"
    rendered = shown(view, text, seconds=1.0)
    assert len(calls) <= UNITS
    assert "too-many-blocks" in [problem.kind for problem in rendered.problems]


def test_very_many_wiki_links_are_bounded() -> None:
    asked = []

    def resolve(target: str) -> str:
        asked.append(target)
        return target

    text = " ".join(f"[[a{number}]] [[a{number}]]" for number in range(MAX_LINKS + 20))
    html = render(read_document(text), RenderContext(resolve=resolve)).html
    assert len(asked) == len(set(asked)) == MAX_LINKS
    assert html.count("<a ") == 2 * (MAX_LINKS + 20)


def test_sections_are_edited_from_their_headings_by_those_who_may() -> None:
    text = "# Été\n\n> # Cité\n"
    with use_language("en"):
        html = shown(lambda *_: "", text=text, may_edit=True).html
    link = '<a class="edit-section" href="/-/edit/p?section=%C3%A9t%C3%A9">Edit this part</a>'
    assert f'<h1 id="h-été">Été {link}</h1>' in html
    assert html.count("edit-section") == 1
    assert "edit-section" not in shown(lambda *_: "", text=text).html


def test_the_table_of_contents_leads_to_the_headings() -> None:
    rendered = shown(lambda *_: "", text="# Un\n## Deux\n# Un\n")
    assert [(one.level, one.text) for one in rendered.toc] == [(1, "Un"), (2, "Deux"), (1, "Un")]
    for one in rendered.toc:
        assert f'id="{one.anchor}"' in rendered.html


def test_a_sentence_alone_passes_the_gate() -> None:
    context = RenderContext(resolve=lambda target: Resolved("x", "Le X"))
    assert render_inline("*a* <b> [[y]]", context) == '<em>a</em> &lt;b&gt; <a href="/x">Le X</a>'
