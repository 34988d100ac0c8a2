"""A body is kept under all that it depends on: the same again, never another's."""

from collections.abc import Collection
from datetime import UTC
from time import thread_time

from tests.cache.sources import Prompt
from wiki.cache.days import Days
from wiki.cache.store import Cache
from wiki.cache.topics import DAY, note
from wiki.pages.markdown.blocks import Block
from wiki.pages.page import Page
from wiki.people.store.values import utc_now
from wiki.reading.bodies import kept_body
from wiki.rendering.context import BlockContext, RenderContext, Rendered, Resolved
from wiki.translation import use_language

VISITOR = frozenset({"public"})
TEXT = "::: jour\n\n:::"
MEMBER = frozenset({"public", "members"})


class Pages(Prompt):
    """A source whose state a test moves; with it, whatever was asked about pages changed."""

    state = 1

    def now(self) -> int:
        return self.state

    def pick(self, topics: Collection[str]) -> frozenset[str]:
        return frozenset(topics) - {DAY}

    def stands(self, then: int, topics: Collection[str]) -> int | None:
        return None if topics and then != self.state else self.state


class Bodies:
    """A cache of bodies."""

    def __init__(self) -> None:
        self.pages = Pages()
        self._cache = Cache(self.pages)

    def render(
        self, page: Page, context: RenderContext, audience: frozenset[str] = VISITOR
    ) -> Rendered:
        return kept_body(self._cache, page, context, audience)


def page(text: str, path: str = "p") -> Page:
    return Page(path, f"{path}.md", text)


def test_a_text_that_asks_nobody_is_rendered_once_for_all() -> None:
    cache = Bodies()
    first = cache.render(page("a"), RenderContext())
    cache.pages.state = 2
    assert cache.render(page("a"), RenderContext(), MEMBER) is first
    assert cache.render(page("b"), RenderContext(), MEMBER) is not first


def test_language_path_and_the_right_to_edit_tell_bodies_apart() -> None:
    cache = Bodies()
    text = "- [ ] a\n\n[b](c.md)\n\n# d\n"
    bodies = set()
    for lang in ("fr", "en"):
        for path in ("p", "q/r"):
            for may_edit in (False, True):
                with use_language(lang):
                    context = RenderContext(path, may_edit=may_edit, file=f"{path}.md")
                    kept = cache.render(page(text, path), context)
                bodies.add(kept.html)
    assert len(bodies) == 8


def test_links_are_those_of_the_head_and_the_audience() -> None:
    cache = Bodies()
    text = page("[[secret]]")

    def leads(to: Resolved | None) -> RenderContext:
        def resolve(target: str) -> Resolved | None:
            note((f"name:{target}",))
            return to

        return RenderContext(resolve=resolve)

    known, unknown = leads(Resolved("secret", "Le secret")), leads(None)
    assert "Le secret" in cache.render(text, known, MEMBER).html
    assert "Le secret" not in cache.render(text, unknown).html
    assert "Le secret" in cache.render(text, unknown, MEMBER).html
    cache.pages.state = 2
    assert "Le secret" not in cache.render(text, unknown, MEMBER).html


def test_what_looks_at_the_date_is_of_its_day() -> None:
    def view(block: Block, context: BlockContext) -> str:
        return context.today.isoformat()

    clock = [utc_now().replace(2026, 9, 12), utc_now().replace(2026, 9, 13)]
    cache = Cache(Pages(), [Days(lambda: clock[0], lambda: UTC)])
    while clock:
        today = clock[0].date()
        context = RenderContext(views={"jour": view}, today=today)
        for _twice in range(2):
            assert today.isoformat() in kept_body(cache, page(TEXT), context, VISITOR).html
        clock.pop(0)


def test_a_notice_for_now_is_not_kept() -> None:
    answers = iter(["", "<p>bien</p>"])

    def view(block: Block, context: BlockContext) -> str:
        if not (answer := next(answers)):
            raise RuntimeError
        return answer

    cache = Bodies()
    context = RenderContext(views={"chose": view})
    text = page("::: chose\n\n:::")
    assert "bien" not in cache.render(text, context).html
    assert "bien" in cache.render(text, context).html


def test_what_the_clock_cuts_is_kept_when_it_does_so_again() -> None:
    """The first one who asks may have waited for something that nobody waits for afterwards."""
    calls = []

    def view(block: Block, context: BlockContext) -> str:
        calls.append(block.line)
        until = thread_time() + 0.05
        while thread_time() < until:
            pass
        return "<p>vue</p>"

    cache = Bodies()
    slow = page("::: chose\n\n:::\n\n" * 40)
    context = RenderContext(path="a", views={"chose": view}, seconds=0.1)
    first, second, third = (cache.render(slow, context) for _ in range(3))
    assert first.hurried
    assert second is not first
    assert third is second
    asked = len(calls)
    assert cache.render(slow, context) is second
    assert len(calls) == asked
    # It is asked again when it has changed.
    assert cache.render(page("::: chose\n\n:::\n"), context).lasting
