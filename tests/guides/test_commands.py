"""Each command of the guides is run as it stands, or says where it is tried instead."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.guides.guide import DOCS, ROOT
from tests.journeys.browsing import Site
from wiki.people.accounts import find_person
from wiki.people.accounts.access_tokens import issue

_BLOCK = re.compile(r"(?:^<!-- ([^\n]+) -->\n)?^```sh\n(.*?)^```$", re.M | re.S)


def blocks(mark: str) -> dict[str, str]:
    """What is to be run under a mark, by the document that has it: all its blocks, in order."""
    found = {}
    for path in sorted((*DOCS.glob("fr/**/*.md"), *DOCS.glob("en/**/*.md"))):
        lines = [code for said, code in _BLOCK.findall(path.read_text("utf-8")) if said == mark]
        if lines:
            found[str(path.relative_to(DOCS))] = "".join(lines)
    return found


def run(script: str, folder: Path, **env: str) -> None:
    """Runs it as a shell does where ``wiki`` is installed; ends at the first command that fails."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder,
        env={**os.environ, "PATH": path, "HOME": str(folder), **env},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-1000:] + done.stderr[-2000:]


def test_each_command_is_run_or_says_where_it_is_tried() -> None:
    for path in (*DOCS.glob("fr/**/*.md"), *DOCS.glob("en/**/*.md")):
        for mark, code in _BLOCK.findall(path.read_text("utf-8")):
            if mark not in ("run", "run at a wiki"):
                tried = re.fullmatch(r"tried: ([\w./]+)( .+)?", mark)
                assert tried and (ROOT / tried[1]).exists(), f"{path.name}: {code}"
                if tried[1] == "packaging/try":
                    assert f"try_{str(tried[2]).strip()}()" in (ROOT / tried[1]).read_text("utf-8")


@pytest.mark.parametrize("name", blocks("run"))
def test_commands_of_a_guide(name: str, tmp_path: Path) -> None:
    run(blocks("run")[name], tmp_path)


@pytest.mark.parametrize("name", blocks("run at a wiki"))
def test_commands_that_ask_a_wiki(name: str, tmp_path: Path, site: Site) -> None:
    if not shutil.which("curl"):
        pytest.skip("curl is not installed")
    person = find_person(site.instance.private, f"{site.people[0]}@example.org")
    assert person is not None
    scopes = ("read", "write")
    token = issue(site.instance.private, person.id, name="un essai", scopes=scopes, days=1)
    script = re.sub(r"\bcurl -sS", "curl -sS --fail-with-body", blocks("run at a wiki")[name])
    run(script, tmp_path, URL=site.url, TOKEN=token)
