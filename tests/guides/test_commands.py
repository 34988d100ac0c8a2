"""Each command of the guides is run as it stands, or says where it is tried instead."""

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.guides.guide import DOCS, ROOT
from tests.journeys.browsing import Site
from wiki import __version__
from wiki.cli import main
from wiki.people.accounts import find_person
from wiki.people.accounts.access_tokens import issue

#: what asks a host elsewhere, or a server of rows
_ELSEWHERE = re.compile(r"forge\.example|…|move-to-")
_BLOCK = re.compile(r"(?:^<!-- ([^\n]+) -->\n)?^```sh\n(.*?)^```$", re.M | re.S)


def blocks(mark: str) -> dict[str, str]:
    """What is to be run under a mark, by the document that has it: all its blocks, in order."""
    found = {}
    for path in sorted((*DOCS.glob("fr/**/*.md"), *DOCS.glob("en/**/*.md"))):
        lines = [code for said, code in _BLOCK.findall(path.read_text("utf-8")) if said == mark]
        if lines:
            found[str(path.relative_to(DOCS))] = "".join(lines)
    return found


def ask(script: str, folder: Path, **env: str) -> None:
    """Runs it in a shell, which ends at the first command that fails."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder,
        env={**os.environ, "HOME": str(folder), **env},
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


def invoke(line: str) -> None:
    """Has the wiki's command do what a line says; what ``echo`` gives it stands before a pipe."""
    said, _pipe, asked = line.rpartition(" | ")
    words = shlex.split(asked, comments=True)
    assert words[0] == "wiki", line
    given = shlex.split(said)[1] if said else None
    done = CliRunner().invoke(main, words[1:], input=given)
    assert done.exit_code == 0, f"{line}: {done.output}"


@pytest.mark.parametrize("name", blocks("run"))
def test_commands_of_a_guide(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for line in blocks("run")[name].splitlines():
        invoke(line)


@pytest.mark.parametrize("name", blocks("run at a wiki"))
def test_commands_that_ask_a_wiki(name: str, tmp_path: Path, site: Site) -> None:
    if not shutil.which("curl"):
        pytest.skip("curl is not installed")
    person = find_person(site.instance.private, f"{site.people[0]}@example.org")
    assert person is not None
    scopes = ("read", "write")
    token = issue(site.instance.private, person.id, name="un essai", scopes=scopes, days=1)
    script = re.sub(r"\bcurl -sS", "curl -sS --fail-with-body", blocks("run at a wiki")[name])
    ask(script, tmp_path, URL=site.url, TOKEN=token)


def test_commands_of_the_operators_guide_run_in_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of ``wiki`` that ask no host elsewhere, on one machine's folders below another root.

    ``wiki move-to-…``, which wants a server of rows, is tried in tests/cli/test_rows.py.
    """
    text = (DOCS / "operator.md").read_text("utf-8")
    lines = [
        re.sub(r"(?<=[ =])/(?=srv|etc|backups)", f"{tmp_path}/", line.removeprefix(".venv/bin/"))
        for _mark, code in _BLOCK.findall(text)
        for line in code.splitlines()
        if re.match(r"(\.venv/bin/)?wiki ", line) and not _ELSEWHERE.search(line)
    ]
    assert len(lines) >= 9
    for folder in ("srv", "etc", "backups"):
        (tmp_path / folder).mkdir()
    subprocess.run(
        ["git", "init", "--quiet", "--bare", tmp_path / "srv/copies/wiki.git"], check=True
    )
    monkeypatch.setenv("WIKI_INSTANCE", str(tmp_path / "srv/wiki"))
    for line in lines:
        invoke(line)


def test_a_release_has_its_notes() -> None:
    for language in ("fr", "en"):
        assert (DOCS / language / f"version-{__version__}.md").exists()
