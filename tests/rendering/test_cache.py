"""A body is kept under all that it depends on: the same again, never another's."""

from datetime import date
from time import thread_time

from wiki.pages.document import Block
from wiki.pages.page import Page
from wiki.rendering.cache import BodyCache
from wiki.rendering.pipeline import BlockContext, RenderContext, Resolved
from wiki.translation import use_language

VISITOR = frozenset({"public"})
MEMBER = frozenset({"public", "members"})


def page(text: str, path: str = "p") -> Page:
    return Page(path, f"{path}.md", text)


def test_a_text_that_asks_nobody_is_rendered_once_for_all() -> None:
    cache = BodyCache()
    first = cache.render(page("a"), RenderContext(), head="1", audience=VISITOR)
    assert cache.render(page("a"), RenderContext(), head="2", audience=MEMBER) is first
    assert cache.render(page("b"), RenderContext(), head="2", audience=MEMBER) is not first


def test_language_path_and_the_right_to_edit_tell_bodies_apart() -> None:
    cache = BodyCache()
    text = "- [ ] a\n\n[b](c.md)\n\n# d\n"
    bodies = set()
    for lang in ("fr", "en"):
        for path in ("p", "q/r"):
            for may_edit in (False, True):
                with use_language(lang):
                    context = RenderContext(path, may_edit=may_edit, file=f"{path}.md")
                    kept = cache.render(page(text, path), context, head="1", audience=VISITOR)
                bodies.add(kept.html)
    assert len(bodies) == 8


def test_links_are_those_of_the_head_and_the_audience() -> None:
    cache = BodyCache()
    text = page("[[secret]]")
    known = RenderContext(resolve=lambda target: Resolved("secret", "Le secret"))
    unknown = RenderContext(resolve=lambda target: None)
    assert "Le secret" in cache.render(text, known, head="1", audience=MEMBER).html
    assert "Le secret" not in cache.render(text, unknown, head="1", audience=VISITOR).html
    assert "Le secret" in cache.render(text, unknown, head="1", audience=MEMBER).html
    assert "Le secret" not in cache.render(text, unknown, head="2", audience=MEMBER).html


def test_what_looks_at_the_date_is_of_its_day() -> None:
    def view(block: Block, context: BlockContext) -> str:
        return context.today.isoformat()

    cache = BodyCache()
    for day in (12, 13):
        context = RenderContext(views={"jour": view}, today=date(2026, 9, day))
        html = cache.render(page("::: jour\n\n:::"), context, head="1", audience=VISITOR).html
        assert f"2026-09-{day}" in html


def test_a_notice_for_now_is_not_kept() -> None:
    answers = iter(["", "<p>bien</p>"])

    def view(block: Block, context: BlockContext) -> str:
        if not (answer := next(answers)):
            raise RuntimeError
        return answer

    cache = BodyCache()
    context = RenderContext(views={"chose": view})
    text = page("::: chose\n\n:::")
    assert "bien" not in cache.render(text, context, head="1", audience=VISITOR).html
    assert "bien" in cache.render(text, context, head="1", audience=VISITOR).html


def test_it_keeps_no_more_than_it_may() -> None:
    cache = BodyCache(max_characters=1_000)
    for number in range(200):
        cache.render(page(f"{number} " * 20), RenderContext(), head="1", audience=VISITOR)
    assert sum(len(body.html) for body in cache._bodies.values()) <= 1_000
    assert len(cache._depends) <= 2 * len(cache._bodies) + 100


def test_what_the_clock_cuts_is_kept_when_it_does_so_again() -> None:
    """The first one who asks may have waited for something that nobody waits for afterwards."""
    calls = []

    def view(block: Block, context: BlockContext) -> str:
        calls.append(block.line)
        until = thread_time() + 0.05
        while thread_time() < until:
            pass
        return "<p>vue</p>"

    cache = BodyCache()
    slow = page("::: chose\n\n:::\n\n" * 40)
    context = RenderContext(path="a", views={"chose": view}, seconds=0.1)
    first, second, third = (
        cache.render(slow, context, head="1", audience=VISITOR) for _ in range(3)
    )
    assert first.hurried
    assert second is not first
    assert third is second
    asked = len(calls)
    assert cache.render(slow, context, head="1", audience=VISITOR) is second
    assert len(calls) == asked
    # It is asked again when it has changed.
    assert cache.render(page("::: chose\n\n:::\n"), context, head="1", audience=VISITOR).lasting
