"""When news is due, as a rule of days alone; and what a line of news is made of."""

from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.api.moments import shift_months

Part = Callable[[str], Any]
BASE = date(2025, 1, 31)


@pytest.mark.parametrize(
    ("today", "told", "months"),
    [
        (date(2025, 4, 29), [], None),
        (date(2025, 4, 30), [BASE], 3),
        (date(2026, 1, 30), [], 3),
        (date(2026, 1, 31), [], 12),
        (date(2027, 1, 31), [date(2026, 3, 1)], 24),
        (date(2028, 1, 30), [], 24),
        (date(2028, 1, 31), [], None),
        # News between the evening and the third month, or shortly before the twelfth, or since.
        (date(2025, 5, 1), [date(2025, 2, 1)], None),
        (date(2026, 2, 1), [date(2025, 11, 20)], None),
        (date(2026, 9, 1), [date(2026, 8, 1)], None),
        # Older news, and news of the future, is none.
        (date(2026, 2, 1), [date(2025, 6, 1)], 12),
        (date(2026, 2, 1), [date(2026, 6, 1)], 12),
    ],
)
def test_news_is_due(
    plugin_module: Part, today: date, told: list[date], months: int | None
) -> None:
    assert plugin_module("due").due(BASE, told, today) == months


@given(
    base=st.dates(date(2000, 1, 1), date(2090, 1, 1)),
    told=st.lists(st.integers(-100, 1200), max_size=4),
    after=st.integers(0, 1300),
)
def test_a_milestone_is_never_asked_before_its_day_or_after_news(
    plugin_module: Part, base: date, told: list[int], after: int
) -> None:
    milestones = plugin_module("due")
    today = base + timedelta(days=after)
    days = [base + timedelta(days=one) for one in told]
    months = milestones.due(base, days, today)
    if months is None:
        return
    day = shift_months(base, months)
    assert day <= today < shift_months(base, milestones.LAPSES)
    assert not any(max(base, day - milestones.FRESH) < one <= today for one in days)


@pytest.fixture(scope="module")
def reader() -> Any:
    from wiki.plugins import load_plugins

    keys = [key for group in load_plugins().hook.fact_keys() for key in group]
    facts = {key.key: key for key in keys}

    def fact_words(key: str, value: str) -> str:
        return str((facts[key].words or {}).get(value, value))

    return SimpleNamespace(instance=SimpleNamespace(fact_keys=facts), fact_words=fact_words)


@given(
    state=st.sampled_from(["", "idea", "concept", "market", "paused", "stopped", "transferred"]),
    present=st.sampled_from(["", "concept", "stopped"]),
    words=st.text("aé #@{}[]—-:*_`\\<>0b", max_size=30),
    link=st.sampled_from(["", "https://www.example.org/a_(b)?x=1&y", "http://é.fr/"]),
    lang=st.sampled_from(["fr", "en"]),
)
def test_whatever_is_typed_is_one_line_with_that_state_and_no_mark(
    plugin_module: Part, reader: Any, state: str, present: str, words: str, link: str, lang: str
) -> None:
    from importlib import import_module

    from wiki.errors import BadField
    from wiki.pages.document import read_document
    from wiki.pages.stories import STORY_BLOCKS, with_step

    telling = plugin_module("news")
    try:
        news = telling.read_news(reader, state, words, link)
    except BadField as error:
        assert error.field == "words" and not state
        return
    line = telling.line_of(reader, news, present, lang)
    assert "\n" not in line
    text = with_step("# LoRa\n", "2027-03-03", line, lang)
    [block] = [one for one in read_document(text).blocks if one.name in STORY_BLOCKS]
    [item] = block.items
    assert item.date == "2027-03-03"
    assert not item.keywords and not item.places and item.identity is None
    import_module("wiki_plugins.status")
    found = import_module("wiki_plugins.status.model").split_state(item.text)[0]
    assert found == (state if state != present else None) or not state


@pytest.mark.parametrize(
    ("values", "field"),
    [
        (("", "", ""), "words"),
        (("", "x" * 301, ""), "words"),
        (("", "écrivez à awa@example.org", ""), "words"),
        (("nouveau", "x", ""), "state"),
        (("", "x", "javascript:alert(1)"), "link"),
        (("", "x", "https://moi:secret@example.org"), "link"),
        (("", "x", "https://a b.org"), "link"),
        (("pilot", "", "https://"), "link"),
    ],
)
def test_bad_input_is_told_at_its_field(
    plugin_module: Part, reader: Any, values: tuple[str, str, str], field: str
) -> None:
    from wiki.errors import BadField

    with pytest.raises(BadField) as told:
        plugin_module("news").read_news(reader, *values)
    assert told.value.field == field
