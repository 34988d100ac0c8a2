"""The tools of whoever changes the code: what make tells, hooks of git, a release."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import editorconfig
import pytest

ROOT = Path(__file__).parents[1]
CHANGES = "# Changes\n\n## Unreleased\n\n- It is faster.\n"


def kept(*below: str) -> list[str]:
    """The files that git keeps, or would."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *below]
    done = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def run(folder: Path, *command: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """What a command did in a folder, as someone who has a name for git."""
    told = {"GIT_CONFIG_GLOBAL": os.devnull, "PREK_HOME": str(folder / ".git" / "prek")}
    for role in ("AUTHOR", "COMMITTER"):
        told |= {f"GIT_{role}_NAME": "Awa", f"GIT_{role}_EMAIL": "awa@example.org"}
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **told, **environ},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_bench_says_which_package_it_lacks() -> None:
    """Where the wiki is installed without what developing brings."""
    lacking = "import runpy, sys; sys.modules['simpy'] = None; sys.argv = ['bench', 'scale']; "
    for module in ("bench", "bench.scale"):
        start = lacking + f"runpy.run_module({module!r}, run_name='__main__', alter_sys=True)"
        done = run(ROOT, sys.executable, "-c", start)
        assert done.returncode == 1
        assert done.stderr == (
            "This bench needs the package simpy, which only developing brings: make setup\n"
        )
    foreign = "import bench, wiki.no_such_module"
    assert "Traceback" in run(ROOT, sys.executable, "-c", foreign).stderr


def copy_checkout(folder: Path, *below: str) -> Path:
    """A repository of its own with one commit of the files below some paths."""
    for name in kept(*below):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name)
    (folder / "CHANGELOG.md").write_text(CHANGES, "utf-8")
    run(folder, "git", "init", "--quiet", "--initial-branch=main")
    run(folder, "git", "add", ".")
    run(folder, "git", "commit", "--quiet", "--message", "All of it")
    return folder


def release(folder: Path, version: str, check: str = "true", pack: str = "true") -> str:
    """What the command for a release says of a version."""
    told = {"BIN": str(Path(sys.executable).parent), "CHECK": check, "PACK": pack}
    done = run(folder, "bash", ".ci/release", version, **told)
    assert (done.returncode != 0) == ("No release: " in done.stderr), done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A checkout of no more than what a version is written in."""
    return copy_checkout(
        tmp_path, "pyproject.toml", "README.md", "LICENSE", ".ci", "wiki/__init__.py"
    )


def test_every_target_of_make_is_told() -> None:
    done = run(ROOT, "make", "--no-print-directory")
    told = re.findall(r"^make ([a-z-]+) +\S.*$", done.stdout, re.M)
    phony = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text("utf-8"), re.M)
    assert phony and sorted(told) == sorted(phony[1].split())


def test_what_is_spoilt_and_what_guards_it_is_there() -> None:
    areas = tomllib.loads((ROOT / "tests" / "mutants.toml").read_text("utf-8"))["area"]
    named = {
        name for guards in areas.values() for one in guards.items() for name in (one[0], *one[1])
    }
    assert not [name for name in named if not (ROOT / name).is_file()]


def test_files_are_written_as_editors_are_told() -> None:
    guilty = []
    for name in kept():
        told, held = editorconfig.get_properties(str(ROOT / name)), (ROOT / name).read_bytes()
        if b"\0" in held or not held:
            continue
        trailing = re.search(rb"[ \t]$", held, re.M)
        if (
            b"\r" in held
            or not held.endswith(b"\n")
            or (trailing and told["trim_trailing_whitespace"] == "true")
        ):
            guilty.append(name)
    assert guilty == []


def test_hooks_find_what_is_wrong_in_a_commit(tmp_path: Path) -> None:
    folder = copy_checkout(tmp_path, "pyproject.toml", ".pre-commit-config.yaml", "wiki", "plugins")
    (folder / ".venv").symlink_to(sys.prefix)
    prek = str(Path(sys.executable).parent / "prek")
    entries = re.findall(
        r"entry: (\.venv\S+)", (folder / ".pre-commit-config.yaml").read_text("utf-8")
    )
    assert len(entries) == 5 and all((folder / entry).exists() for entry in entries)

    (folder / "wiki" / "pages" / "wrong.py").write_text(
        '"""Wrong."""\n\nimport wiki.web\n\nx = wiki.web.__name__ \ny=2\n'
    )
    (folder / "plugins" / "wrong.html").write_text("<img src=/a>\n")
    run(folder, "git", "add", "wiki", "plugins")
    (folder / "subject").write_text("A subject" + " much too long" * 5 + "\n\nWhy.\n")
    done = run(folder, prek, "run")
    found = dict(re.findall(r"^(.+?)\.{2,}(?:\(.*\))?(Passed|Failed|Skipped)$", done.stdout, re.M))
    assert set(found.values()) == {"Failed"} and len(found) == 4, done.stdout
    said = run(
        folder, prek, "run", "--hook-stage", "commit-msg", "--commit-msg-filename", "subject"
    )
    assert said.returncode == 1
    (folder / "subject").write_text("Say it in few words\n\n" + "Why, at length. " * 9 + "\n")
    said = run(
        folder, prek, "run", "--hook-stage", "commit-msg", "--commit-msg-filename", "subject"
    )
    assert said.returncode == 0, said.stdout


def test_a_release_is_a_commit_a_tag_and_packages(tmp_path: Path) -> None:
    folder = copy_checkout(
        tmp_path, "pyproject.toml", "README.md", "LICENSE", ".gitignore", ".ci", "wiki", "plugins",
        "templates", "content",
    )  # fmt: skip
    shutil.copytree(ROOT / "wiki" / "static" / "dist", folder / "wiki" / "static" / "dist")
    pack = f"{sys.executable} -m build --wheel --no-isolation --outdir dist ."
    assert "git push --atomic origin HEAD v9.1.0" in release(folder, "9.1.0", pack=pack)

    last = run(folder, "git", "log", "-1", "--format=%s %D", "--name-only").stdout.split("\n\n")
    assert last[0].startswith("Release 9.1.0 ") and "tag: v9.1.0" in last[0]
    assert last[1].split() == ["CHANGELOG.md", "wiki/__init__.py"]
    assert run(folder, "git", "cat-file", "-t", "v9.1.0").stdout == "tag\n"
    assert run(folder, "git", "status", "--porcelain").stdout == ""
    changes = (folder / "CHANGELOG.md").read_text("utf-8")
    wanted = r"# Changes\n\n## Unreleased\n\n## 9\.1\.0 \(\d{4}-\d\d-\d\d\)\n\n- It is faster\.\n"
    assert re.fullmatch(wanted, changes)
    with zipfile.ZipFile(folder / "dist" / "carrefour-9.1.0-py3-none-any.whl") as wheel:
        assert '__version__ = "9.1.0"' in wheel.read("wiki/__init__.py").decode()


@pytest.mark.parametrize(
    ("version", "why"),
    [
        ("", "a version is wanted"),
        ("v1", "a version is wanted"),
        ("1.0", "a version is wanted"),
        ("0.0.1", "the version has to grow"),
    ],
)
def test_a_version_is_refused_that_cannot_be_one(small: Path, version: str, why: str) -> None:
    assert why in release(small, version)
    assert run(small, "git", "status", "--porcelain").stdout == ""


def test_nothing_is_released_that_is_not_whole(small: Path) -> None:
    head = run(small, "git", "rev-parse", "HEAD").stdout
    assert "not all tests pass" in release(small, "9.1.0", check="false")
    assert "the packages cannot be built" in release(small, "9.1.0", pack="false")
    assert run(small, "git", "status", "--porcelain").stdout == ""
    assert run(small, "git", "rev-parse", "HEAD").stdout == head
    assert run(small, "git", "tag").stdout == ""

    (small / "README.md").write_text("half a sent", "utf-8")
    assert "not committed" in release(small, "9.1.0")
    run(small, "git", "checkout", "README.md")
    assert "v9.1.0 is committed and tagged" in release(small, "9.1.0")
    assert "v9.1.0 is there already" in release(small, "9.1.0")
    assert "tells nothing under Unreleased" in release(small, "9.2.0")
