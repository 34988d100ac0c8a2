"""For any history: step by step, all at once, and after the index was deleted, equal answers."""

import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from hypothesis import HealthCheck, given, settings

from wiki.projections.base import Projections
from wiki.projections.cataloguing import lists
from wiki.projections.tables.file import FileTables
from wiki.repository.repository import Repository

from .contract import answers, check_counts, check_pages, check_samples, check_tallies
from .histories import PATHS, Step, changes_of, steps
from .stores import IN_DATABASE, Place, files, schemas
from .world import World, parts

ASKED = (*PATHS, "z", "z/b", "z/y", "ancien")


#: each history is walked three times, and asked everything at each step
_MANY = settings().max_examples
_ANY = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    database=None,
    max_examples=_MANY // 5,
)


@_ANY
@given(steps)
def test_the_way_to_a_commit_does_not_show(history: list[Step]) -> None:
    _walk(files, history)


@IN_DATABASE
@settings(_ANY, max_examples=_MANY // 12)
@given(steps)
def test_the_way_to_a_commit_does_not_show_in_a_database(history: list[Step]) -> None:
    _walk(schemas, history)


def _walk(place: Callable[[], Place], history: list[Step]) -> None:
    with TemporaryDirectory() as name, place() as stores:
        folder = Path(name)
        repository = Repository.create(folder / "content.git", folder / "lock")
        walked = Projections(repository, folder / "walked", parts(), stores=stores)
        world = World(repository, walked)
        present: dict[str, str] = {}
        try:
            for step in history:
                changed = changes_of(step, present)
                if not changed:
                    continue
                world.write(changed)
                for file, text in changed.items():
                    if text is None:
                        del present[file]
                    else:
                        present[file] = text
                for part in walked:
                    assert walked.catch_up(part)
                check_tallies(world.catalogue)
                # What is kept of these may not show in those of a later commit.
                with walked.pinned("a request"):
                    answers(walked, ASKED)
                check_counts(world.catalogue)
                check_pages(world.catalogue)
            check_samples(world.catalogue)
            step_by_step = answers(walked, ASKED)
            assert not walked.failures
            at_once = Projections(repository, folder / "at once", parts(), stores=stores)
            # Long lists, which are walked along an index, are in the order of short ones.
            with patch.object(lists, "_LONG", 0):
                assert answers(at_once, ASKED) == step_by_step
            at_once.close()
            if isinstance(tables := stores.at(folder / "walked"), FileTables):
                shutil.rmtree(folder / "walked")
            else:
                tables.discard()
            assert answers(walked, ASKED) == step_by_step
        finally:
            walked.close()
            repository.close()
