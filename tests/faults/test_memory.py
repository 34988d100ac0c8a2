"""A control group whose memory comes to an end: a child is ended, and the wiki is not."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image

from tests.sandbox.test_functions import take_all

pytestmark = pytest.mark.faults

_MB = 1 << 20
#: in the group: what it is fitted to; a child, and then a picture, that takes more than all of it
_SCRIPT = """
import json, sys
from pathlib import Path
from wiki.config import load_settings
from wiki.files.pictures import draw
from wiki.files.types import by_name
from wiki.sandbox.functions import call_in_child
from wiki.sandbox.runner import Killed
from wiki.sandbox.turns import Busy
from tests.sandbox import test_functions

picture = Path(sys.argv[1])
settings, ended = load_settings(picture.parent), []
try:
    call_in_child(getattr(test_functions, sys.argv[2]), {}, b"", seconds=60, memory=2 << 30)
except Killed:
    ended.append("child")
for _again in range(2):
    try:
        draw(settings, "0" * 40, "160", by_name("a.png"), picture.read_bytes, patience=60)
    except Busy:
        ended.append("picture")
print(json.dumps([settings.encoder, settings.workers, settings.task_workers, ended]))
"""
_GROUPS = Path("/sys/fs/cgroup")


@pytest.fixture
def group(tmp_path: Path) -> Iterator[Path]:
    """A group of 240 MB of either version, where we may make one."""
    for parent, limit in (
        (_GROUPS, "memory.max"),
        (_GROUPS / "memory", "memory.limit_in_bytes"),
    ):
        folder = parent / f"wiki-test-{os.getpid()}"
        with suppress(OSError):
            folder.mkdir()
            try:
                if (folder / limit).exists():
                    (folder / limit).write_text(str(240 * _MB))
                    if (swap := folder / "memory.swap.max").exists():
                        swap.write_text("0")
                    yield folder
                    return
            finally:
                folder.rmdir()
    pytest.skip("groups are not ours to make here")


def test_the_child_is_ended_and_who_called_it_goes_on(group: Path, tmp_path: Path) -> None:
    """And of a picture that memory was wanting for, nothing is said for ever."""
    picture = tmp_path / "a.png"
    Image.new("RGBA", (8_000, 6_000)).save(picture, compress_level=1)
    start = f'exec {sys.executable} -c "$SCRIPT" {picture} {take_all.__name__}'
    done = subprocess.run(
        ["/bin/sh", "-c", f"echo $$ > {group}/cgroup.procs && {start}"],
        capture_output=True,
        text=True,
        env={**os.environ, "SCRIPT": _SCRIPT},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == ["off", 1, 1, ["child", "picture", "picture"]]
