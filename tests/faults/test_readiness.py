"""`/-/readyz` names each part that does not answer, and says no more to strangers."""

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from wiki.app import create_app
from wiki.instance import Instance, close_instance
from wiki.web.operations import readiness
from wiki.web.operations.readiness import Probe, find_unready

from .conftest import opened
from .test_objects import object_file, unpack
from .test_processes import eventually


def test_each_part_is_named(sound: Path) -> None:
    unpack(sound)
    instance = opened(sound)
    app = create_app(instance)

    def named() -> list[str]:
        away = {"REMOTE_ADDR": "192.0.2.7"}
        answer = app.test_client().get("/-/readyz", environ_base=away)
        told = answer.get_json()
        assert set(told) == {"ready", "faults"}
        assert answer.status_code == (503 if told["faults"] else 200)
        return list(told["faults"])

    # A machine that rests for seconds answers late: then it is asked again.
    def names(*parts: str) -> bool:
        return named() == list(parts)

    eventually(names)
    branch = sound / "content.git/refs/heads/main"
    now = time.time()
    os.utime(branch, (now + 400 * 86_400, now + 400 * 86_400))
    eventually(partial(names, "clock"))
    os.utime(branch, (now, now))
    (sound / "secret").rename(sound / "aside")
    eventually(partial(names, "secret"))
    (sound / "aside").rename(sound / "secret")
    with closing(sqlite3.connect(sound / "queue.db")) as other:
        other.execute("BEGIN EXCLUSIVE")
        eventually(partial(names, "queue"))
    (sound / "private.db").rename(sound / "aside")
    eventually(partial(names, "private database"))
    (sound / "aside").rename(sound / "private.db")
    object_file(sound, "main").rename(sound / "aside")
    instance.repository.close()
    eventually(partial(names, "repository"))
    close_instance(instance)


def test_what_hangs_is_told_and_asked_once(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "_PATIENCE", 0.2)
    reader, writer = os.pipe()
    asked: list[int] = []

    def hang(_instance: Instance) -> str:
        asked.append(1)
        os.read(reader, 1)
        return ""

    probe = Probe("a disk", hang)
    assert probe.find_fault(instance).startswith("no answer")
    eventually(lambda: asked)
    assert probe.find_fault(instance).startswith("no answer")
    assert asked == [1]
    os.write(writer, b"x")
    os.close(writer)
    eventually(lambda: probe.find_fault(instance) == "")
    os.close(reader)


def test_a_disk_without_room_is_named(sound: Path, tmp_path: Path) -> None:
    """In a mount of its own, where this machine lets one be made."""
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from tests.faults.conftest import opened\n"
        "from wiki.web.operations.readiness import find_unready\n"
        "print(dict(find_unready(opened(Path(sys.argv[1])))))\n"
    )
    (small := tmp_path / "small").mkdir()
    made = f"mount -t tmpfs -o size=19m none {small} && cp -a {sound} {small}/instance && exec "
    command = ["unshare", "--mount", "sh", "-c", f'{made} "$@"', "sh", sys.executable, "-c", script]
    done = subprocess.run(
        [*command, str(small / "instance")], capture_output=True, text=True, check=False
    )
    if done.returncode and "unshare" in done.stderr:
        import pytest

        pytest.skip("no mount can be made here")
    assert list(eval(done.stdout)) == ["disk"]  # noqa: S307 - what the script above has printed
    instance = opened(sound)
    eventually(lambda: not list(find_unready(instance)))
    close_instance(instance)
