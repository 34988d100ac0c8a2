"""Threads of a worker never wait for each other in a circle, whichever comes first."""

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from wiki.instance import close_instance

if TYPE_CHECKING:
    from wiki.instance import Instance


def test_no_lock_is_wanted_under_one_that_is_wanted_under_it(starter: "Instance") -> None:
    close_instance(starter)
    script = Path(__file__).with_name("lock_order.py")
    command = [sys.executable, os.fspath(script), os.fspath(starter.settings.instance)]
    known = {**os.environ, "PYTHONPATH": os.fspath(script.parents[2])}
    asked = subprocess.run(command, env=known, capture_output=True, text=True, check=False)
    assert asked.returncode == 0, asked.stdout + asked.stderr
