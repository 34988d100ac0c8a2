"""What plugins may use: each module shows its names in use, and names from before say where to."""

import ast
import inspect
import textwrap
from importlib import import_module
from pathlib import Path

import pytest

import wiki.api
from wiki import plugins
from wiki.errors import PluginFailed

MODULES = {name.removeprefix("wiki.api."): import_module(name) for name in wiki.api.list_modules()}
OFFERED = {name: module for module in MODULES.values() for name in module.__all__}


def example(name: str) -> ast.Module:
    """The code in the docstring of a module of ``wiki.api``."""
    lines = inspect.cleandoc(MODULES[name].__doc__ or "").split("::\n", 1)[1].split("\n")
    code = [line for line in lines if not line or line.startswith("    ")]
    return ast.parse(textwrap.dedent("\n".join(code)))


def test_a_name_is_in_one_module() -> None:
    counted = [name for module in MODULES.values() for name in module.__all__]
    assert sorted(counted) == sorted(set(counted))
    assert all(len(module.__all__) <= 16 for module in MODULES.values())


@pytest.mark.parametrize("name", sorted(MODULES))
def test_a_module_shows_itself_in_use(name: str) -> None:
    tree = example(name)
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert used & set(MODULES[name].__all__)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert_callable_so(node, node.func.id)


def assert_callable_so(call: ast.Call, name: str) -> None:
    if name not in OFFERED or any(
        isinstance(one, ast.Constant) and one.value is ... for one in call.args
    ):
        return
    keywords = {one.arg: None for one in call.keywords if one.arg}
    inspect.signature(getattr(OFFERED[name], name)).bind(*call.args, **keywords)


def test_every_module_is_in_the_list() -> None:
    listed = {
        word
        for line in (wiki.api.__doc__ or "").split("\n")
        if line.startswith("    ")
        for word in line.strip()[14:].replace("·", " ").split()
    }
    assert listed == set(MODULES)


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ("from wiki.api import PageRow", "from wiki.api.reading.rows import PageRow"),
        ("from wiki.api import post", "from wiki.api.mail import send_mail"),
        ("from wiki.api.forms import Form", "from wiki.api.web.forms import"),
        ("import wiki.api.rows", "from wiki.api.reading.rows import"),
    ],
)
def test_a_plugin_of_before_is_told_the_new_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: str, place: str
) -> None:
    folder = tmp_path / "old"
    folder.mkdir()
    (folder / "__init__.py").write_text(f"{asked}\n", "utf-8")
    monkeypatch.setattr(plugins, "_bundled_folders", lambda: [("old", folder)])
    with pytest.raises(PluginFailed, match=f"the plugin old cannot be loaded: .*{place}"):
        plugins.load_plugins()


def test_a_name_that_never_was_is_an_attribute_that_is_not_there() -> None:
    assert not hasattr(wiki.api, "no_such_name")
    with pytest.raises(ModuleNotFoundError, match=r"No module named 'wiki\.api\.no_such"):
        import_module("wiki.api.no_such_name")
