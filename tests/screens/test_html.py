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


#: a page with two errors, for the checker to show that it finds them
_WRONG = b"<!doctype html><title>x</title><p id=a hx-get=/><p id=a>"
#: to be quick at once: it runs for seconds; its own words ask for a stack of that size
_MACHINE = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss4m")


def errors(pages: Mapping[str, bytes], folder: Path) -> list[str]:
    """What the checker says is wrong in ``pages``, which it reads as files in ``folder``."""
    for number, page in enumerate(pages.values()):
        (folder / f"{number}.html").write_bytes(page)
    names = list(pages)
    files = [str(folder / f"{number}.html") for number in range(len(names))]
    options = ["--errors-only", "--format", "json", "--stdout", "--exit-zero-always"]
    command = ["java", *_MACHINE, "-jar", str(NU), *options, *files]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [
        f"{names[int(Path(one['url']).stem)]}: {one['message']} ({one.get('extract', '')})"
        for one in json.loads(told)["messages"]
    ]


def test_every_page_is_valid(screens: Screens, tmp_path: Path) -> None:
    pages = {str(one): screens.client(one.who).get(one.url).data for one in screens.all}
    assert len(pages) > 130
    found = errors({**pages, "wrong": _WRONG}, tmp_path)
    told = [one for one in found if one.startswith("wrong: ")]
    assert [one for one in found if one not in told] == []
    assert len(told) == 2
    assert "hx-get" in told[0] and "Duplicate ID" in told[1]
