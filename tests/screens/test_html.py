"""Every page is HTML as the standard has it: the Nu Html Checker finds no error."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.screens.every import Screens

NU = Path(__file__).parents[1] / "node/node_modules/vnu-jar/build/dist/vnu.jar"

pytestmark = pytest.mark.skipif(
    shutil.which("java") is None, reason="Java is not installed (.ci/run installs it)"
)


def errors(pages: Mapping[str, bytes], folder: Path) -> list[str]:
    """What the checker says is wrong in ``pages``, which it reads as files in ``folder``."""
    for number, page in enumerate(pages.values()):
        (folder / f"{number}.html").write_bytes(page)
    names = list(pages)
    files = [str(folder / f"{number}.html") for number in range(len(names))]
    options = ["--errors-only", "--format", "json", "--stdout", "--exit-zero-always"]
    command = ["java", "-jar", str(NU), *options, *files]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [
        f"{names[int(Path(one['url']).stem)]}: {one['message']} ({one.get('extract', '')})"
        for one in json.loads(told)["messages"]
    ]


def test_every_page_is_valid(screens: Screens, tmp_path: Path) -> None:
    pages = {str(one): screens.client(one.who).get(one.url).data for one in screens.all}
    assert len(pages) > 130
    assert errors(pages, tmp_path) == []


def test_the_checker_finds_an_error(tmp_path: Path) -> None:
    page = b"<!doctype html><title>x</title><p id=a hx-get=/><p id=a>"
    found = errors({"a page": page}, tmp_path)
    assert len(found) == 2
    assert "hx-get" in found[0] and "Duplicate ID" in found[1]
