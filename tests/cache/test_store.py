"""An answer is given again as long as nothing that it depends on has changed, and no longer."""

from collections.abc import Collection

import pytest

from wiki.cache.store import Cache, Stands
from wiki.cache.topics import OUTDATED, depends_on, note, noting, only

from .sources import Counted


def test_it_stands_until_one_of_its_topics_changes() -> None:
    pages, rows = Counted(), Counted()
    cache = Cache(pages, [rows])
    made: list[int] = []

    def work() -> int:
        note(("a", "b"))
        made.append(len(made))
        return made[-1]

    assert [cache.answer("key", work) for _ in range(3)] == [0, 0, 0]
    pages.bump("c")
    rows.bump("c")
    assert cache.answer("key", work) == 0
    pages.bump("b")
    assert [cache.answer("key", work) for _ in range(2)] == [1, 1]
    rows.bump("a")
    assert cache.answer("key", work) == 2


def test_who_asks_what_is_kept_depends_on_what_that_depends_on() -> None:
    cache = Cache(Counted())

    def work() -> str:
        note(("a",))
        return "inner"

    for _twice in range(2):
        with noting() as topics:
            assert cache.answer("inner", work) == "inner"
        assert topics == {"a"}


def test_notes_are_those_of_what_is_asked_inside_and_of_nothing_else() -> None:
    note(("outside",))
    with noting() as all_of_it:
        note(("before",))
        with noting() as inside:
            note(("a",))
            with only("b"):
                note(("c",))
            depends_on("weather")
        assert inside == {"a", "b", "own:weather"}
    assert all_of_it == {"before", "a", "b", "own:weather"}


def test_what_changed_while_it_was_made_is_seen_at_once() -> None:
    rows = Counted()
    cache = Cache(Counted(), [rows])

    def work() -> str:
        note(("a",))
        rows.bump("a")
        return "before"

    assert cache.answer("key", work) == "before"
    assert cache.answer("key", lambda: "after") == "after"


@pytest.mark.parametrize("topic", [OUTDATED, "a"])
def test_what_is_not_certain_is_not_kept(topic: str) -> None:
    pages = Counted(count=None if topic == "a" else 1)
    cache = Cache(pages)
    answers = iter("ab")

    def work() -> str:
        note((topic,))
        return next(answers)

    assert [cache.answer("key", work) for _ in range(2)] == ["a", "b"]


def test_memory_has_a_bound_and_what_is_used_again_stays() -> None:
    cache = Cache(Counted(), max_size=100_000)
    for number in range(100):
        cache.answer(number, lambda: "x", size=5_000)
        assert number > 40 or cache.find(number) == "x"
    found = [number for number in range(100) if cache.find(number)]
    again, once = [n for n in found if n <= 40], [n for n in found if n > 40]
    assert again == list(range(41 - len(again), 41)) and 5 < len(again) < 20
    assert once == list(range(100 - len(once), 100)) and 1 < len(once) < 5
    cache.answer("large", lambda: "x", size=10_000)
    assert cache.find("large") is None


def test_what_is_made_anew_stays_where_it_was() -> None:
    pages = Counted()
    cache = Cache(pages, max_size=100_000)

    def work() -> str:
        note(("a",))
        return "x"

    for _twice in range(2):
        cache.answer("key", work, size=5_000)
    pages.bump("a")
    cache.answer("key", work, size=5_000)
    for number in range(100):
        cache.answer(number, lambda: "x", size=5_000)
    assert cache.find("key") == "x"


class Late(Counted):
    """One that may be late, and counts how often it is looked at."""

    glances = 0

    def glance(self) -> Stands:
        self.glances += 1
        return Counted(self.count, dict(self.bumped)).stands

    def stands_late(self, then: int, topics: Collection[str]) -> int:
        return then


def test_sources_are_looked_at_once_for_all_that_is_asked_at_a_number() -> None:
    pages, rows = Late(), Counted()
    cache = Cache(pages, [rows])

    def work() -> str:
        note(("a",))
        return "x"

    for key in range(10):
        cache.answer(key, work)
    for _twice in range(2):
        assert [cache.find_at_once(key, 1) for key in range(10)] == ["x"] * 10
    assert pages.glances == 1
    pages.bump("a")
    assert cache.find_at_once(1, 1) == "x", "who bumps gives another number"
    assert [cache.find_at_once(1, number) for number in (2, None)] == [None, None]
    assert [cache.find_late(1, number) for number in (2, None)] == ["x", "x"]
    rows.bump("a")
    assert cache.find_late(1, 3) is None, "what is private is never late"
