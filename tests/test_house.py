"""The rules of the house that no linter knows: what the core may name, what plugins are made of."""

import ast
import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from math import isqrt
from pathlib import Path
from tokenize import COMMENT, ENCODING, NL, STRING, tokenize
from typing import TYPE_CHECKING

import pytest

from wiki.reading.pages import get_page, page_exists

if TYPE_CHECKING:
    from wiki.config import Settings
    from wiki.instance import Instance

ROOT = Path(__file__).parents[1]
NAMES = sorted(init.parent.name for init in (ROOT / "plugins").glob("*/__init__.py"))
#: where HTML of ours is declared safe: the gate's output, our templates filled in, our plots
TRUSTED = {
    "plugins/comments/presenters.py",
    "plugins/documents/importviews.py",
    "plugins/territories/svg.py",
    "wiki/charts.py",
    "wiki/exports/site/look.py",
    "wiki/exports/site/writer.py",
    "wiki/jinja.py",
    "wiki/reading/html.py",
    "wiki/reading/page_text.py",
    "wiki/reading/passages.py",
    "wiki/rendering/views.py",
    "wiki/translation/__init__.py",
    "wiki/web/edit/views.py",
    "wiki/web/imports/preview.py",
    "wiki/web/look/home.py",
    "wiki/web/search/hits.py",
}
_MARKUP = re.compile(r"\bMarkup\((?!\))|\|\s*safe\b|\bautoescape\s+false\b")
_ABSOLUTE = re.compile(r"(?<![\w.\-])/(?:home|root|work|tmp|Users|mnt|opt)/\w")
_REGISTRY = re.compile(r"\b(?:pypi|pythonhosted|npmjs|yarnpkg|crates|rubygems)\.(?:org|com|io)\b")
#: what a template takes in by its name
_OTHERS = re.compile(r"\{%-?\s*(?:extends|include|import|from)\s+[\"']([^\"']+)")
# Written as hostile input, never as a place.
_HOSTILE = re.compile(r"/tmp/p(?:wned)?\b")  # noqa: S108


def kept_files() -> list[Path]:
    """The files that git keeps."""
    told = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    paths = (ROOT / name for name in told.stdout.decode().split("\0") if name)
    return [path for path in paths if path.is_file()]


@cache
def modules(folder: str) -> tuple[Path, ...]:
    found = sorted((ROOT / folder).rglob("*.py"))
    return tuple(path for path in found if "node_modules" not in path.parts)


@cache
def words_of(path: Path) -> frozenset[str]:
    """The strings of a module, its docstrings left out, and the names that it imports."""
    return frozenset(_words_of(path))


def _words_of(path: Path) -> Iterator[str]:
    nodes = [*ast.walk(ast.parse(path.read_text("utf-8")))]
    told = {
        id(node.body[0].value)
        for node in nodes
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.value
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("name", NAMES)
def test_the_core_names_no_plugin(name: str) -> None:
    """Folders are found, never listed: neither modules nor templates nor addresses are named."""
    named = re.compile(
        rf"^(?:wiki_)?plugins[./]{name}\b|^{name}/[\w.]+\.html$|/-/{name}(?:[/?\"']|$)"
    )
    guilty = [
        f"{path.relative_to(ROOT)}: {words}"
        for path in modules("wiki")
        for words in words_of(path)
        if named.search(words)
    ]
    assert guilty == []


@pytest.mark.parametrize("name", NAMES)
def test_a_plugin_is_whole(name: str) -> None:
    folder = ROOT / "plugins" / name
    assert ast.get_docstring(ast.parse((folder / "__init__.py").read_text("utf-8")))
    readme = (folder / "README.md").read_text("utf-8")
    assert readme.startswith(f"# {name}: ")
    assert list((folder / "tests").glob("test_*.py")), "no tests"


def groups(names: Sequence[str]) -> list[list[str]]:
    """Some names at a time, as the rows and the columns of a square: of any two that are left out
    together in one group, one stands without the other in another."""
    side = isqrt(len(names) - 1) + 1
    rows = [list(names[at : at + side]) for at in range(0, len(names), side)]
    return [*rows, *(list(names[at::side]) for at in range(side))]


def kinds_of_pages(instance: "Instance") -> list[str]:
    """The address of one page of each type with each choice of blocks."""
    from wiki.reading import Reader

    reader = Reader(instance)
    found: dict[tuple[str, frozenset[str]], str] = {}
    for file, _blob in instance.repository.files(instance.repository.head()):
        path = file.removesuffix("/index.md").removesuffix(".md")
        if file.endswith(".md") and page_exists(reader, path):
            page = get_page(reader, path)
            blocks = frozenset(block.name for block in page.document.blocks)
            found.setdefault((page.type, blocks), f"/{path}")
    return list(found.values())


@pytest.mark.parametrize("left_out", groups(NAMES), ids=" ".join)
def test_without_some_plugins_everything_else_stands(
    left_out: list[str],
    settings: "Settings",
    found_wiki: "Callable[[Settings, bool], None]",
) -> None:
    from wiki.app import create_app
    from wiki.instance import close_instance, open_instance
    from wiki.plugins import load_plugins

    found_wiki(settings, False)
    instance = open_instance(settings, load_plugins(without=left_out))
    try:
        client = create_app(instance).test_client()
        addresses = ["/", "/-/changes", "/-/search?q=projet", "/-/login", *kinds_of_pages(instance)]
        answers = {address: client.get(address).status_code for address in addresses}
    finally:
        close_instance(instance)
    assert {address: code for address, code in answers.items() if code not in (200, 302, 308)} == {}


def test_html_is_declared_safe_where_it_is_known_to_be() -> None:
    guilty = {
        path.relative_to(ROOT).as_posix()
        for path in kept_files()
        if path.suffix in (".py", ".html")
        and (parts := path.relative_to(ROOT).parts)[0] in ("wiki", "plugins", "templates")
        and "tests" not in parts
        and _MARKUP.search(path.read_text("utf-8"))
    }
    assert guilty == TRUSTED


def test_nothing_names_a_place_of_one_machine_or_a_registry() -> None:
    guilty = []
    for path in kept_files():
        if path.name in ("test_house.py", "package-lock.json"):
            continue
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if _ABSOLUTE.search(_HOSTILE.sub("", line)) or _REGISTRY.search(line):
                guilty.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}")
    assert guilty == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_locks_are_hashed_and_name_no_host(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert "://" not in text
    assert "--index-url" not in text
    pins = re.split(r"\n(?=\S)", text.strip())
    assert len(pins) > 30
    assert [pin.splitlines()[0] for pin in pins if "--hash=sha256:" not in pin] == []


def test_the_node_lock_names_no_host() -> None:
    text = (ROOT / "wiki" / "frontend" / "package-lock.json").read_text("utf-8")
    assert '"resolved"' not in text


def opening(path: Path) -> str:
    """What a module says of itself: the string that it opens with, or nothing."""
    with path.open("rb") as file:
        for token in tokenize(file.readline):
            if token.type not in (COMMENT, ENCODING, NL):
                return str(ast.literal_eval(token.string)) if token.type == STRING else ""
    return ""


@pytest.mark.parametrize("folder", ["wiki", "plugins", "bench"])
def test_a_module_opens_with_one_sentence(folder: str) -> None:
    guilty = []
    for path in modules(folder):
        first = opening(path).split("\n\n")[0].strip()
        if not first.endswith((".", "?", "::", ":")):
            guilty.append(path.relative_to(ROOT).as_posix())
    assert guilty == []


def mails_of(path: Path) -> Iterator[str]:
    """The templates of the mails that a module composes: each has two forms."""
    text, places = path.read_text("utf-8"), {"compose": 1, "compose_mail": 3}
    for node in ast.walk(ast.parse(text)) if "compose" in text else ():
        place = places.get(getattr(node.func, "id", "")) if isinstance(node, ast.Call) else None
        if isinstance(node, ast.Call) and place is not None:
            for said in (one for arg in node.args[place : place + 1] for one in ast.walk(arg)):
                if isinstance(said, ast.Constant) and isinstance(said.value, str):
                    name = said.value if "/" in said.value else f"mail/{said.value}"
                    yield from (f"{name}.txt", f"{name}.html")


def test_templates_exist_that_are_named_and_are_named_that_exist() -> None:
    from zoneinfo import ZoneInfo

    from wiki.instance import template_folders
    from wiki.jinja import environment
    from wiki.plugins import load_plugins

    env = environment(template_folders(load_plugins()), lambda: ZoneInfo("Europe/Paris"))
    there = set(env.list_templates(extensions=["html", "txt"]))
    assert env.loader is not None
    paths = [path for folder in ("wiki", "plugins") for path in modules(folder)]
    words = frozenset[str]().union(*map(words_of, paths))
    named = {one for one in words if re.fullmatch(r"[\w-]+(?:/[\w-]+)*\.html", one)}
    named |= {form for path in paths for form in mails_of(path)}
    for name in there:
        named |= set(_OTHERS.findall(env.loader.get_source(env, name)[0]))
    assert named - there == set()
    assert there - named == set()
