"""A backup of which one byte is another: refused, or what is restored is what was saved."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from wiki.backups.archive import unpack
from wiki.errors import BadRequest

from .world import SoundWorld, saved_facts

#: places of the archive, spread over it
_FLIPS = 200


def test_parts_are_those_that_were_written_or_none(world: SoundWorld, tmp_path: Path) -> None:
    sound, refused = world.backup.read_bytes(), 0
    unpack(world.backup, whole := tmp_path / "whole")
    archive = tmp_path / "damaged.tar.gz"
    for place, bit in _flips(len(sound)):
        damaged = bytearray(sound)
        damaged[place] ^= bit
        archive.write_bytes(damaged)
        parts = tmp_path / f"parts-{place}"
        try:
            unpack(archive, parts)
        except BadRequest:
            refused += 1
        else:
            assert _contents(parts) == _contents(whole), place
    assert refused > _FLIPS // 2


@pytest.mark.faults
@pytest.mark.timeout(3000)
def test_each_flip_is_refused_or_harmless(world: SoundWorld, tmp_path: Path) -> None:
    """Each is of one bit, in its own part of the archive; the first and the last byte are tried."""
    sound, outcomes = world.backup.read_bytes(), {"refused": 0, "harmless": 0}
    for number, (place, bit) in enumerate(_flips(len(sound))):
        damaged = bytearray(sound)
        damaged[place] ^= bit
        archive, at = tmp_path / "damaged.tar.gz", tmp_path / f"restored-{number}"
        archive.write_bytes(damaged)
        done = world.processes.run(["--instance", str(at), "restore", str(archive)])
        assert "Traceback" not in done.stderr, (place, done.stderr)
        if done.returncode:
            assert done.stderr.startswith("wiki: "), (place, done.stderr)
            assert not at.exists(), place
            outcomes["refused"] += 1
        else:
            assert saved_facts(at) == world.facts, place
            shutil.rmtree(at)
            outcomes["harmless"] += 1
    print(f"{_FLIPS} flips: {outcomes}")  # noqa: T201 - for who runs the long set
    assert outcomes["refused"] > _FLIPS // 2


def _flips(size: int) -> Iterator[tuple[int, int]]:
    some = Random(112)  # noqa: S311 - the same each time
    for number in range(_FLIPS):
        first, last = size * number // _FLIPS, size * (number + 1) // _FLIPS - 1
        edge = {0: 0, _FLIPS - 1: size - 1}.get(number)
        yield edge if edge is not None else some.randint(first, last), 1 << some.randrange(8)


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_backup_that_is_cut_is_refused(world: SoundWorld, tmp_path: Path) -> None:
    sound, at = world.backup.read_bytes(), tmp_path / "restored"
    for size in (0, 1, 511, len(sound) // 3, len(sound) - 9, len(sound) - 1):
        (archive := tmp_path / "cut.tar.gz").write_bytes(sound[:size])
        done = world.processes.run(["--instance", str(at), "restore", str(archive)])
        assert done.returncode, size
        assert done.stderr.startswith("wiki: "), (size, done.stderr)
        assert not at.exists()
