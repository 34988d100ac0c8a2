"""The moment changes with whatever an answer was made from, and only then."""

from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

if TYPE_CHECKING:
    from wiki.instance import Instance
    from wiki.web.cache.versions import Moments

PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def clock() -> list[datetime]:
    """What the clock shows: the last one."""
    return [datetime(2026, 3, 28, 23, 59, 59, tzinfo=PARIS)]


@pytest.fixture
def moments(instance: "Instance", clock: list[datetime]) -> "Moments":
    from wiki.web.cache.versions import Moments

    return Moments(instance, lambda: clock[-1].timestamp())


def test_it_lasts_while_nothing_happens(moments: "Moments") -> None:
    assert moments.now() == moments.now()


def test_a_commit_ends_it(moments: "Moments", write: Callable[..., str]) -> None:
    before = moments.now()
    write({"page.md": "# Page\n"})
    assert moments.now() != before


def test_the_site_generation_ends_it(moments: "Moments", instance: "Instance") -> None:
    path = instance.settings.instance / "index" / "generation"
    seen = [moments.now()]
    for number in (b"1", b"2"):
        path.write_bytes(number)
        seen.append(moments.now())
    path.unlink()
    assert len(set(seen)) == 3
    assert moments.now() == seen[0]


def test_midnight_on_the_site_ends_it(moments: "Moments", clock: list[datetime]) -> None:
    before = moments.now()
    clock.append(datetime(2026, 3, 29, 0, 0, 1, tzinfo=PARIS))
    night = moments.now()
    # Of 23 hours: the clocks go forward.
    clock.append(datetime(2026, 3, 29, 23, 59, 59, tzinfo=PARIS))
    assert moments.now() == night != before
    clock.append(datetime(2026, 3, 30, 0, 0, tzinfo=PARIS))
    assert moments.now() != night


def test_an_answer_from_an_old_state_ends_it(tmp_path: Path) -> None:
    from wiki.projections.base import Progress, Projection, Projections
    from wiki.repository.commit import commit
    from wiki.repository.objects import EMPTY, Author
    from wiki.repository.repository import Repository
    from wiki.repository.span import Span

    class Broken(Projection):
        name = "broken"

        def open(self, folder: Path) -> None:
            """Keeps nothing."""

        def reflects(self) -> str:
            return EMPTY

        def apply(self, span: Span, progress: Progress | None = None) -> None:
            raise ValueError("no")

        def reset(self) -> None:
            """Keeps nothing."""

    with closing(Repository.create(tmp_path / "content.git", tmp_path / "lock")) as one:
        projections = Projections(one, tmp_path / "index", [Broken()])
        assert projections["broken"] and projections.lagged == 0
        commit(one, EMPTY, {"page.md": b"# Page\n"}, Author("Une main", "main@example.org"), "x")
        counts = [projections.lagged]
        for _question in range(2):
            assert projections["broken"].reflects() == EMPTY
            counts.append(projections.lagged)
        assert counts == [0, 1, 2]
