"""Each corruption of the catalogue: named, or mended by itself, and never silently wrong."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .corruptions import CORRUPTIONS, MENDED, START, Corruption
from .observer import ONCE
from .world import SoundWorld, saved_facts

if TYPE_CHECKING:
    from _pytest.mark.structures import ParameterSet


#: tried with all other tests: what git itself does not tell
_SHORT = "git: object of another"


def _all() -> "Iterator[ParameterSet]":
    for name in CORRUPTIONS:
        yield pytest.param(name, marks=() if name == _SHORT else pytest.mark.faults)


@pytest.mark.parametrize("name", list(_all()))
def test_it_is_never_silently_wrong(world: SoundWorld, tmp_path: Path, name: str) -> None:
    corruption = CORRUPTIONS[name]
    at = world.copy(tmp_path / "wiki")
    corruption.apply(at)
    _look(world, at, corruption, world.observe(at))
    _mend(world, at, corruption)


@pytest.mark.faults
@pytest.mark.parametrize("name", [name for name, one in CORRUPTIONS.items() if one.row.runs])
def test_it_is_never_silently_wrong_while_the_wiki_runs(
    world: SoundWorld, tmp_path: Path, name: str
) -> None:
    at = world.copy(tmp_path / "wiki")
    told = world.observe(at, name)
    assert "crashed" not in told, told
    if "refused" not in told:
        assert world.wrong(told["before"]) == {}
    _look(world, at, CORRUPTIONS[name], told, opened=True)
    _mend(world, at, CORRUPTIONS[name])


def _look(
    world: SoundWorld,
    at: Path,
    corruption: Corruption,
    told: "dict[str, object]",
    opened: bool = False,
) -> None:
    row = corruption.row
    assert "crashed" not in told, told
    check = world.wiki(at, "check")
    said = check.stdout + check.stderr
    assert "Traceback" not in said, said
    if row.promise is START and not opened:
        assert "refused" in told, (told.get("log"), said)
        assert row.says in str(told["refused"])
    elif "refused" not in told:
        for moment in ("first", "answers"):
            assert world.wrong(told[moment]) == {}, (moment, told["log"], said)  # type: ignore[arg-type]
    if row.promise is MENDED:
        assert "refused" not in told, told
        assert world.missing(told["answers"]) == [], (told["log"], said)  # type: ignore[arg-type]
    else:
        assert check.returncode == 1
        assert row.says in said, said


def _mend(world: SoundWorld, at: Path, corruption: Corruption) -> None:
    row = corruption.row
    if row.place == "wiki.toml":
        path = at / row.place
        if path.is_dir():
            path.rmdir()
        shutil.copyfile(world.folder / row.place, path)
    words = (str(world.backup) if word == "BACKUP" else word for word in row.mend)
    mended = world.wiki(at, "check", "--mend", *words)
    assert mended.returncode == 0, mended.stdout + mended.stderr
    check = world.wiki(at, "check")
    assert (check.returncode, check.stdout) == (0, ""), (mended.stdout, check.stdout)
    assert saved_facts(at) == world.facts, mended.stdout
    told = world.observe(at, ONCE)
    assert "answers" in told, told
    assert world.wrong(told["answers"]) == {}, mended.stdout
    assert world.missing(told["answers"]) == [], mended.stdout
