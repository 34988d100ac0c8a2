"""Long and hostile pages are laid out elsewhere, or refused with a notice; the rest goes on."""

from dataclasses import asdict, replace
from pathlib import Path

import pytest

from tests.rendering.judge import faults
from wiki.pages.document import read_document
from wiki.pages.markdown.blocks import Block
from wiki.rendering.child_gate import Children, TooSlow
from wiki.rendering.context import BlockContext, RenderContext, Rendered, Resolved
from wiki.rendering.layout import Place
from wiki.rendering.pipeline import MAX_TEXT_HERE, render
from wiki.translation import use_language

#: as long as a deadline may be while tests wait for other processes
PATIENT = RenderContext(path="p", seconds=60.0)
#: no child answers in no time
HURRIED = replace(PATIENT, seconds=0.0)
PARAGRAPH = f"Un *texte* {'long ' * 200}\n\n"
LONG = PARAGRAPH * (MAX_TEXT_HERE // 1000)


def rendered(text: str, context: RenderContext = PATIENT) -> Rendered:
    return render(read_document(text), context)


def test_a_long_page_comes_out_as_a_short_one_would() -> None:
    assert len(LONG) > MAX_TEXT_HERE
    assert rendered(LONG).html == rendered(PARAGRAPH).html * (MAX_TEXT_HERE // 1000)


def test_a_long_page_has_its_blocks_links_counts_and_notices() -> None:
    def view(block: Block, context: BlockContext) -> str:
        return f"<p>vue {block.args} {context.ask}</p><script>alert(1)</script>"

    context = replace(
        PATIENT,
        views={"chose": view, "inline:count tout": lambda block, context: f"<b>{block.args}</b>"},
        ask="réponse",  # type: ignore[arg-type]
        resolve=lambda target: Resolved("x", "Le X") if target == "x" else None,
        may_edit=True,
    )
    special = (
        "# Été\n\n[[x]] [[y z]] {{nombre tout}}\n\n::: chose é\n\n:::\n\n::: rien\n- w\n\n:::\n\n"
    )
    with use_language("en"):
        long, short = rendered(special + LONG, context), rendered(special, context)
    assert long.html.startswith(short.html)
    assert "vue é réponse" in long.html
    assert "Nobody here knows" in long.html
    assert long.asked == short.asked
    assert faults(long.html) == []


def test_a_page_that_takes_too_long_is_a_notice_with_the_ways_to_its_text() -> None:
    with use_language("en"):
        # So long that no machine has laid it out before it is looked at the time.
        refused = rendered(LONG * 8 + "a", HURRIED)
    assert "takes too long" in refused.html
    assert '<a href="/p.md">' in refused.html
    assert '<a href="/-/edit/p">' in refused.html
    assert not refused.lasting
    # and the next page finds a child again
    assert "texte" in rendered(LONG + "b").html


def test_work_beyond_its_time_is_ended_and_the_next_is_done() -> None:
    family = Children(1)
    place = asdict(Place(path="p"))
    with pytest.raises(TooSlow):
        # Elements that overlap take time by the square of their number.
        family.ask({"html": "<b><i>" * 40_000, "place": place}, 0.5)
    assert family.ask({"html": "<p>a</p>", "place": place}, 60.0) == {"html": "<p>a</p>"}
    family.close()


def test_code_that_takes_too_long_to_read_stands_plain_and_the_page_stands() -> None:
    text = "Avant\n\n```python\nx = 1 # un\n```\n\nAprès\n"
    hurried = rendered(text, HURRIED)
    assert '<code class="language-python">x = 1 # un\n</code>' in hurried.html
    assert "Après" in hurried.html
    assert not hurried.lasting
    patient = rendered(text + "Encore\n")
    assert '<span class="c1"># un</span>' in patient.html
    assert patient.lasting


def test_a_page_longer_than_pages_may_be_is_a_notice() -> None:
    context = replace(PATIENT, max_html=10_000)
    with use_language("en"):
        fits = rendered("a" * 9_900, context)
        long = rendered("a" * 10_001, context)
        elsewhere = rendered(LONG, context)
    assert "too long to be shown" not in fits.html
    assert long.lasting
    for html in (long.html, elsewhere.html):
        assert "too long to be shown" in html
        assert len(html) < 1_000


@pytest.mark.parametrize("text", ["*a " * 300_000, "&" * 900_000], ids=["emphasis", "entities"])
def test_a_page_of_too_many_steps_is_shown_as_it_was_written_or_not_at_all(text: str) -> None:
    html = rendered(text, replace(PATIENT, seconds=20.0)).html
    assert 'role="note"' in html
    assert faults(html) == []


def test_a_child_that_left_is_replaced() -> None:
    family = Children(1)
    request = {"html": "<p>a</p>", "place": {"max_html": 100}}
    assert family.ask(request, 60.0) == {"html": "<p>a</p>"}
    child = family._idle[0]
    child._process.kill()
    child._process.wait()
    assert family.ask(request, 60.0) == {"html": "<p>a</p>"}
    family.close()


def test_a_child_knows_nothing_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIKI_SMTP_PASSWORD", "secret")
    family = Children(1)
    family.ask({"html": "", "place": {"max_html": 100}}, 60.0)
    pid = family._idle[0]._process.pid
    assert b"secret" not in Path(f"/proc/{pid}/environ").read_bytes()
    family.close()
