"""What a plugin is held to, ours and those of others, and what `wiki plugin check` says of it."""

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from tests.test_docs import GUIDE, write_plugin
from wiki.plugin_checks import CHECKS, Subject, check_leaks, open_wiki
from wiki.plugins import ENTRY_POINT_GROUP

if TYPE_CHECKING:
    from flask import Flask

    from wiki.plugins import Plugins

ROOT = Path(__file__).parents[1]
OURS = sorted(init.parent.name for init in (ROOT / "plugins").glob("*/__init__.py"))
#: `make test` asks the addresses of all of them as more people than these (tests/leaks)
ASKED = ("sections", "status", "webhooks")
Check = Callable[..., Result]


@pytest.fixture(scope="module")
def app(
    tmp_path_factory: pytest.TempPathFactory, _plugins_found_once: "Callable[[], Plugins]"
) -> "Iterator[Flask]":
    with open_wiki(tmp_path_factory.mktemp("checked") / "wiki", _plugins_found_once()) as app:
        yield app


@pytest.mark.parametrize("name", OURS)
def test_ours_pass(name: str, app: "Flask") -> None:
    subject = Subject(name, app)
    made = [one for one in CHECKS.values() if one is not check_leaks or name in ASKED]
    assert [fault for check in made for fault in check(subject)] == []


@pytest.fixture
def check() -> Check:
    """``check(path)``: `wiki plugin check`."""
    from wiki.cli import main

    return lambda *words: CliRunner().invoke(main, ["plugin", "check", *map(str, words)])


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The poll of the guide, as a package of its own: with a table, a form, a mail and a task."""
    folder = tmp_path / "carrefour-poll"
    assert write_plugin("poll", folder / "carrefour_poll")
    told = GUIDE[GUIDE.index("[build-system]") :].partition("```")[0].replace("merci", "poll")
    (folder / "pyproject.toml").write_text(told, "utf-8")
    return folder


def alter(path: Path, before: str, after: str) -> None:
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")


def test_a_good_one_passes_as_a_folder_and_as_a_wheel(check: Check, package: Path) -> None:
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", str(package)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = package.glob("dist/*.whl")
    with zipfile.ZipFile(wheel) as parts:
        told = [name for name in parts.namelist() if ".dist-info/" in name]
        parts.extractall(package, told)  # as some builds, and editable installs, leave them
    folder = check(package)
    assert folder.exit_code == 0, folder.output
    lines = folder.stdout.splitlines()
    assert len(lines) == 1 + len(CHECKS) and all(one.startswith("fine") for one in lines)
    assert check(wheel).stdout == folder.stdout
    assert not [*package.rglob("__pycache__")], "nothing is written there"


def test_each_fault_is_told_with_its_place(check: Check, package: Path) -> None:
    own = package / "carrefour_poll"
    alter(own / "presenters.py", "from .store", "from wiki.people.mail import queue\nfrom .store")
    alter(own / "views.py", "That is no line of this poll. Nothing", "That is not one. Nothing")
    alter(own / "models.py", "person: Mapped[Owner] = ", "person: Mapped[str] = ")
    (own / "templates" / "stray.html").write_text("x")
    (own / "migrations").mkdir()
    (own / "migrations" / "poll_0001.py").write_text(
        'revision = "poll_1"\ndown_revision = None\nbranch_labels = ("poll",)\n'
        "def upgrade():\n    pass\n"
    )
    with (own / "views.py").open("a") as views:
        views.write(
            '\n\n@bp.get("/poll/all/<path:path>")\ndef tell(path: str) -> str:\n'
            "    from wiki.api.reading import find_page, system_reader\n"
            "    from wiki.api.web import current_instance\n\n"
            '    page = find_page(system_reader(current_instance(), "all"), normalise(path))\n'
            '    return page.title if page else ""\n'
        )
    alter(
        own / "presenters.py",
        "    lines = [(choice",
        '    1 / len(context.path.removeprefix("ouverte/event"))\n    lines = [(choice',
    )
    done = check(package)
    assert done.exit_code == 1
    assert [line[:5] for line in done.stdout.splitlines() if line[0] != " "] == [
        "fine ",
        *["fault"] * len(CHECKS),
    ]
    for told in (
        "carrefour_poll/presenters.py:",
        "wiki.people.mail.queue",
        "carrefour_poll/templates/stray.html",
        "poll_0001",
        "“That is not one. Nothing was changed.”",
        "views.py:",
        "/-/poll/all/<path:path>",
        "poll_vote.person",
        "GET /-/poll/all/close/project",
        "canariclostitle",
        "ZeroDivisionError",
    ):
        assert told in done.stdout, told
    assert "Traceback" not in done.output


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("import nothing_of_that_name", "nothing_of_that_name"),
        ("x = (", "was never closed"),
        ("from wiki.api.plugin import hookimpl\n\n@hookimpl\ndef block_vews(): ...", "block_vews"),
        ("import os\nos._exit(0)", "ends the process"),
        ("import signal\nsignal.pause()", "after 4 s"),
    ],
    ids=["import", "syntax", "hook", "exit", "hang"],
)
def test_one_that_cannot_be_loaded_is_told_in_words(
    check: Check, tmp_path: Path, code: str, told: str
) -> None:
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "__init__.py").write_text(f'"""Bad."""\n{code}\n')
    done = check(tmp_path / "bad", "--seconds", "4" if "pause" in code else "300")
    assert done.exit_code == 1
    assert told in done.stdout and "Traceback" not in done.output


def test_what_is_no_plugin_is_told_in_words(check: Check, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "toml").mkdir()
    (tmp_path / "toml" / "pyproject.toml").write_text("[project\n")
    (tmp_path / "no.whl").write_bytes(b"PK\x03\x04 no")
    with zipfile.ZipFile(tmp_path / "large.whl", "w", zipfile.ZIP_DEFLATED) as wheel:
        wheel.writestr("zeros", bytes(600_000_000))
    for name in ("nowhere", "empty", "toml", "no.whl", "large.whl"):
        done = check(tmp_path / name)
        assert done.exit_code == 1
        assert done.stdout.startswith("fault") and name in done.stdout.partition("\n")[2]
        assert "Traceback" not in done.output


def test_one_of_a_name_that_is_taken_is_told_in_words(check: Check, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "plugins" / "lists", tmp_path / "lists")
    done = check(tmp_path / "lists")
    assert done.exit_code == 1 and "lists" in done.stdout and "Traceback" not in done.output


def test_a_wheel_that_is_unpacked_beside_is_a_plugin(package: Path, tmp_path: Path) -> None:
    """As the single file and Debian's package take one: no installer, a folder on Python's path."""
    beside = tmp_path / "beside"
    shutil.copytree(package / "carrefour_poll", beside / "carrefour_poll")
    told = beside / "carrefour_poll-1.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: carrefour-poll\nVersion: 1\n")
    (told / "entry_points.txt").write_text(f"[{ENTRY_POINT_GROUP}]\npoll = carrefour_poll\n")
    written = "::: poll\n- le matin\n\n:::\n"
    done = subprocess.run(
        [sys.executable, "-m", "wiki", "render"],
        input=written,
        env={"PYTHONPATH": str(beside), "PATH": "/usr/bin:/bin"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "le matin · 0 voix" in done.stdout
