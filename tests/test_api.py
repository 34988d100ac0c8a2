"""What plugins may use: each module shows its names in use, and names from before say where to."""

import ast
import inspect
import textwrap
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import wiki.api
from wiki import plugins
from wiki.errors import PluginFailed


def tree_of(module: ModuleType) -> ast.Module:
    return ast.parse(inspect.getsource(module))


MODULES = {name.removeprefix("wiki.api."): import_module(name) for name in wiki.api.list_modules()}
NAMES = {
    name: [alias.name for node in tree_of(module).body for alias in getattr(node, "names", ())]
    for name, module in MODULES.items()
}
OFFERED = {one: MODULES[name] for name, names in NAMES.items() for one in names}


def example(name: str) -> ast.Module:
    """The code in the docstring of a module of ``wiki.api``."""
    lines = inspect.cleandoc(MODULES[name].__doc__ or "").split("::\n", 1)[1].split("\n")
    code = [line for line in lines if not line or line.startswith("    ")]
    return ast.parse(textwrap.dedent("\n".join(code)))


def test_a_name_is_in_one_module() -> None:
    counted = [one for names in NAMES.values() for one in names]
    assert sorted(counted) == sorted(set(counted))
    assert all(NAMES.values())


@pytest.mark.parametrize("name", sorted(MODULES))
def test_a_module_shows_itself_in_use(name: str) -> None:
    tree = example(name)
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert used & set(NAMES[name])
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
        ("from wiki.api.imports import Loss", "wiki.api.imports.dialects"),
        ("from wiki.api.web.outside import Destination", "destination_of gives it"),
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
