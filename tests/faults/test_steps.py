"""Killed before each call that may change a disk: what was acknowledged is there, once."""

import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from .corruptions import CORRUPTIONS
from .world import SoundWorld, saved_facts

_KILL = "from tests.faults.killer import main; main()"
#: every how manieth call is tried in the short set
_STRIDE = 13
_EACH = pytest.param(1, marks=(pytest.mark.faults, pytest.mark.timeout(3000)))


def steps(
    world: SoundWorld, action: str, at: Path, stride: int, *words: str
) -> Iterator[tuple[int, bool]]:
    """Does it again and again, killed a little later each time; whether it was acknowledged."""
    step = 1
    while True:
        told = (word.replace("STEP", str(step)) for word in words)
        done = world.processes.run([action, str(at), str(step), *told], code=_KILL)
        killed = done.returncode == -signal.SIGKILL
        assert killed or done.returncode == 0, (step, done.stdout, done.stderr)
        yield step, done.stdout.endswith("acknowledged\n")
        if not killed:
            return
        step += stride


@pytest.mark.parametrize("stride", [_STRIDE, _EACH])
def test_a_save_is_there_once_or_was_not_acknowledged(
    world: SoundWorld, tmp_path: Path, stride: int
) -> None:
    at, acknowledged, tried = world.copy(tmp_path / "wiki"), [], []
    for step, done in steps(world, "save", at, stride, "marque-STEP-fin"):
        tried.append(f"marque-{step}-fin")
        if done:
            acknowledged.append(tried[-1])
    began = time.monotonic()
    opened = world.observe(at)
    took = time.monotonic() - began
    assert "answers" in opened, opened
    words = Counter(git(at, "show", "main:libre.md").split())
    lost = [one for one in acknowledged if words[one] != 1]
    doubled = [one for one in tried if words[one] > 1 or _commits_with(at, one) > 1]
    print(f"{len(tried)} kills, {len(acknowledged)} acknowledged, {took:.1f} s to open and answer")  # noqa: T201
    assert (lost, doubled) == ([], [])
    assert acknowledged
    assert git(at, "fsck", "--full", "--no-dangling") == ""
    # A save that was not acknowledged may have been made.
    assert len(set(words) & set(tried)) - len(acknowledged) <= len(tried) - len(acknowledged)
    check = world.wiki(at, "check")
    assert check.stdout == "", check.stdout


@pytest.mark.faults
@pytest.mark.parametrize("stride", [4 * _STRIDE, _EACH])
def test_a_mend_that_is_killed_is_done_by_the_next(
    world: SoundWorld, tmp_path: Path, stride: int
) -> None:
    at = world.copy(tmp_path / "wiki")
    words = ("check", "--mend", "--from", str(world.backup))
    damage = ("git pack: flipped", "git branch: unborn", "key: empty")
    for name in damage:
        CORRUPTIONS[name].apply(at)
    kills = sum(1 for _step in steps(world, "command", at, stride, *words))
    print(f"{kills} kills")  # noqa: T201
    mended = world.wiki(at, *words)
    assert mended.returncode == 0, mended.stdout + mended.stderr
    assert world.wiki(at, "check").stdout == ""
    assert saved_facts(at) == world.facts


@pytest.mark.faults
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("stride", [300, 41])
def test_a_restore_that_is_killed_is_no_wiki_or_a_whole_one(
    world: SoundWorld, tmp_path: Path, stride: int
) -> None:
    step = 1
    while True:
        at = tmp_path / f"restored-{step}"
        words = ["command", str(at), str(step), "restore", str(world.backup)]
        killed = world.processes.run(words, code=_KILL).returncode != 0
        check = world.wiki(at, "check")
        assert "Traceback" not in check.stderr, (step, check.stderr)
        if check.returncode == 0:
            assert saved_facts(at) == world.facts, step
        if not killed:
            assert check.returncode == 0, check.stdout + check.stderr
            print(f"{step // stride} kills")  # noqa: T201
            return
        step += stride


def git(folder: Path, *words: str) -> str:
    command = ["git", "-C", str(folder / "content.git"), *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _commits_with(folder: Path, word: str) -> int:
    """The commits that have put ``word`` into the page."""
    found = git(folder, "log", "--format=%H", f"-S{word}", "main", "--", "libre.md")
    return len(found.split())
