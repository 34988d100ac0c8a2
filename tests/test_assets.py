"""The addresses of what browsers keep for ever."""

import re
from pathlib import Path

import pytest

from wiki.jinja import asset
from wiki.plugins import load_plugins
from wiki.resources import DIST, add_static, bundled, front_end


def test_a_file_of_a_plugin_has_an_address_that_changes_with_it(tmp_path: Path) -> None:
    addresses = set()
    for number in range(2):
        folder = tmp_path / f"poll{number}"
        folder.mkdir()
        (folder / "form.css").write_text(f"/* {number} */")
        add_static(folder.name, folder)
        before, _mark, digest = asset(f"{folder.name}/form.css").partition("?v=")
        assert before == f"/-/static/{folder.name}/form.css"
        addresses.add(digest)
    assert len(addresses) == 2 and all(len(one) == 10 for one in addresses)


def test_the_files_of_the_plugins_have_theirs() -> None:
    load_plugins()
    for file in bundled("plugins").glob("*/static/*"):
        name = f"{file.parents[1].name}/{file.name}"
        assert asset(name).startswith(f"/-/static/{name}?v=")


def test_each_icon_that_a_template_names_is_drawn() -> None:
    drawn = re.findall(r'<symbol id="([^"]+)"', (DIST / front_end()["icons.svg"]).read_text())
    files = [*bundled("templates").rglob("*.html"), *bundled("plugins").rglob("*.html")]
    pages = (file.read_text("utf-8") for file in files)
    named = {name for page in pages for name in re.findall(r'\bicon\("([^"]+)"\)', page)}
    assert named
    assert named <= set(drawn)


@pytest.mark.parametrize("name", ["nobody/form.css", "labels/nothing.css", "nothing.css"])
def test_what_is_not_there_is_told_by_its_name(name: str) -> None:
    load_plugins()
    with pytest.raises(FileNotFoundError, match=r"nobody|nothing"):
        asset(name)
