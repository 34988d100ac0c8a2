"""The session that the document shows is one that takes place so."""

import os
import re
import subprocess
import sys
from pathlib import Path

from wiki.people.accounts import add_person

from .conftest import Place

DOCUMENT = Path(__file__).parents[3] / "docs" / "mcp.md"
_SESSION = re.compile(r"## A session\n.*?```python\n(.*?)```\n.*?```\n(.*?)```", re.S)


def test_the_session_is_as_told(place: Place) -> None:
    found = _SESSION.search(DOCUMENT.read_text("utf-8"))
    assert found is not None
    code, told = found.groups()
    private = place.instance.private
    zoe = add_person(private, email="zoe@example.org", name="Zoé", role="member")
    token = place.token("read", "propose", person=zoe)
    environ = {**os.environ, "URL": place.url, "TOKEN": token}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 0, done.stderr
    assert [line.rstrip() for line in done.stdout.split("\n")] == told.split("\n")
