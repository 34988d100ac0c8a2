"""What the documentation says is so: everything is told that there is, and examples run."""

import ast
import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pytest

from wiki.cli import main
from wiki.config import NAMES, Settings, load_settings
from wiki.testing import block_cases, neat

if TYPE_CHECKING:
    from flask import Flask

    from wiki.instance import Instance

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
OPERATOR = (DOCS / "operator.md").read_text("utf-8")
GUIDE = (DOCS / "plugins.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
_ROW = re.compile(r"^\| (.+?) \|(.*?)\|(.*)\|$", re.M)
_FENCE = re.compile(r"^(`{3,})(\w*)\n(.*?)^\1$", re.M | re.S)
_FILE = re.compile(r"^`plugins/(\w+)/(\S+)`:\n\n```\w+\n(.*?)^```$", re.M | re.S)


def kept_texts() -> Iterator[Path]:
    yield from (ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md"))
    yield from sorted(DOCS.rglob("*.md"))
    yield from sorted((ROOT / "plugins").glob("*/README.md"))


def test_every_setting_is_told_with_its_default() -> None:
    told = {row[1].strip("`"): row[2].strip().strip("`") for row in _ROW.finditer(OPERATOR)}
    for name in NAMES:
        default = getattr(Settings(), name)
        said = str(default).lower() if isinstance(default, bool) else str(default)
        assert told.get(name) == said, name


def test_the_example_of_settings_can_be_used(tmp_path: Path) -> None:
    (example,) = [text for _, kind, text in _FENCE.findall(OPERATOR) if kind == "toml"]
    (tmp_path / "wiki.toml").write_text(example, "utf-8")
    settings = load_settings(tmp_path, environ={})
    assert settings.secure
    assert set(tomllib.loads(example)) <= set(NAMES)


def commands(group: click.Group, prefix: str = "wiki") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, f"{prefix} {name}")
        else:
            yield f"{prefix} {name}", command


def test_every_command_is_told_with_its_options() -> None:
    told = OPERATOR[OPERATOR.index("## Commands") : OPERATOR.index("## Addresses")]
    for name, command in commands(main):
        assert re.search(rf"`{name}\b", told), name
        row = next(line for line in told.splitlines() if f"`{name}" in line)
        for option in (one for part in command.params for one in part.opts if one[:2] == "--"):
            assert option in row or option in ("--instance", "--help"), f"{name} {option}"


def test_every_command_of_the_docs_is_one() -> None:
    known = {name.split(" ")[1] for name, _ in commands(main)}
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    for path in kept_texts():
        text = path.read_text("utf-8")
        for said in re.findall(r"`wiki ([a-z][a-z-]*)", text):
            assert said in known, f"{path.name}: wiki {said}"
        for said in re.findall(r"`make ([a-z-]+)", text):
            assert said in targets, f"{path.name}: make {said}"


def test_the_commands_of_the_readme_and_guides_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    known = {name for name, _ in commands(main)}
    seen = 0
    for text in (README, OPERATOR, CONTRIBUTING):
        for _, kind, code in _FENCE.findall(text):
            for line in code.splitlines() if kind == "sh" else ():
                for part in re.split(r"&&|\|", line):
                    words = shlex.split(part, comments=True)
                    if words[:1] == ["make"]:
                        assert words[1] in targets, line
                        seen += 1
                    elif words and words[0].endswith("/wiki"):
                        rest = words[3:] if words[1] == "--instance" else words[1:]
                        deep = 2 if rest[0] in ("user", "mirror", "backups") else 1
                        name = " ".join(["wiki", *rest[:deep]])
                        assert name in known, line
                        seen += 1
    assert seen >= 8


def test_every_hook_and_service_is_told() -> None:
    from wiki import hookspecs
    from wiki.hookspecs.marks import PROJECT
    from wiki.hookspecs.services import Service

    hooks = {
        name: value.__code__.co_varnames[: value.__code__.co_argcount]
        for room in hookspecs.ROOMS
        for name, value in vars(room).items()
        if hasattr(value, f"{PROJECT}_spec")
    }
    services = {
        one.name: one.default.__code__.co_varnames[: one.default.__code__.co_argcount]
        for room in hookspecs.SERVICE_ROOMS
        for one in vars(room).values()
        if isinstance(one, Service)
    }
    told = dict(re.findall(r"^\| `(\w+)\((.*?)\)` \|", GUIDE, re.M))
    assert {name: tuple(re.findall(r"\w+", said)) for name, said in told.items()} == (
        hooks | services
    )
    listed = str(hookspecs.__doc__).partition("Each stands in the module")[2]
    hooks_listed, services_listed = listed.split("Services::")
    for kind, rooms, part in (
        (hooks, hookspecs.ROOMS, hooks_listed),
        (services, hookspecs.SERVICE_ROOMS, services_listed),
    ):
        for room in rooms:
            name = room.__name__.rpartition(".")[2]
            names = re.search(rf"^    {name} +(.*\n(?:     +.*\n)*)", part, re.M)
            assert names and set(re.findall(r"\w+", names[1])) == set(kind) & vars(room).keys()


def test_every_address_is_told(app: "Flask") -> None:
    told = OPERATOR[OPERATOR.index("## Addresses") : OPERATOR.index("## Limits")]
    for rule in app.url_map.iter_rules():
        names = re.findall(r"<any\((.*?)\):", rule.rule)
        for name in names[0].split(", ") if names else [""]:
            first = "/".join(rule.rule.split("/")[:3]) if rule.rule.startswith("/-/") else rule.rule
            address = re.sub(r"<any\(.*?\):\w+>", name, first)
            address = re.sub(r"<\w+:\w+>", "<path>", address)
            assert address == "/" or re.search(rf"`{re.escape(address)}[`/<]", told), rule.rule


def test_every_block_is_told(instance: "Instance") -> None:
    """In the READMEs of plugins, and in the help that ships with each site."""
    readmes = fold_all((ROOT / "plugins").glob("*/README.md"))
    helped = fold_all((ROOT / "content" / "aide").glob("*.md"))
    for name in instance.views:
        word = name.removeprefix("inline:").split(" ")[0]
        assert re.search(rf"\b{word}\b", readmes), name
        assert re.search(rf"\b{word}\b", helped), name


def fold_all(paths: Iterator[Path]) -> str:
    from wiki.pages.words import fold

    return fold("\n".join(path.read_text("utf-8") for path in paths))


def test_links_between_documents_lead_somewhere() -> None:
    for path in kept_texts():
        text = _FENCE.sub("", path.read_text("utf-8"))
        for target in re.findall(r"\]\((?!https?:|#|/)([^)#\s]+)", re.sub(r"`[^`\n]*`", "", text)):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_files_that_documents_name_are_there() -> None:
    for path in (DOCS / name for name in ("architecture.md", "plugins.md", "security.md")):
        text = _FILE.sub("", path.read_text("utf-8"))
        for name in re.findall(r"`((?:wiki|plugins|templates|tests)/[\w/.]+)`", text):
            assert (ROOT / name).exists(), f"{path.name}: {name}"


def test_each_decision_is_in_the_index_and_each_gap_is_explained() -> None:
    index = (DOCS / "decisions" / "README.md").read_text("utf-8")
    records = sorted((DOCS / "decisions").glob("[0-9]*.md"))
    titles = [path.read_text("utf-8").partition("\n")[0].removeprefix("# ") for path in records]
    lines = [
        f"- [{path.name[:4]}]({path.name}) {title}"
        for path, title in zip(records, titles, strict=True)
    ]
    assert sorted(re.findall(r"^- \[.*$", index, re.M)) == lines
    numbers = {int(path.name[:4]) for path in records}
    assert len(numbers) == len(records)
    gaps = re.findall(r"^- ([\d, ]+):", index.partition("## Gaps")[2], re.M)
    missing = {int(one) for row in gaps for one in row.split(", ")}
    assert set(range(1, max(numbers) + 1)) - numbers == missing


def test_a_language_is_added_as_the_guide_says(tmp_path: Path) -> None:
    """Its lines are run; what is translated is said, the rest stays English."""
    from wiki.translation import gettext, set_operators, use_language

    guide = (ROOT / "docs" / "translating.md").read_text("utf-8")
    (steps,) = [text for _, kind, text in _FENCE.findall(guide) if kind == "sh"]
    begun = '\nsed -i \'/^msgid "History"$/{n;s/""/"Historio"/}\' eo.po\n'
    first, end, rest = re.sub(r"\bar\b", "eo", steps).partition("> eo.po")
    way = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["sh", "-ec", re.sub("  #.*", "", first + end + begun + rest.partition("\n")[2])],
        cwd=tmp_path,
        env=way,
        check=True,
        capture_output=True,
        text=True,
    )
    assert "eo  Esperanto: 1 strings, " in done.stdout
    set_operators(tmp_path / "instance" / "translations")
    try:
        with use_language("eo"):
            assert gettext("History") == "Historio"
            assert gettext("On this page") == "On this page"
    finally:
        set_operators(None)


def write_plugin(name: str, folder: Path) -> int:
    """Writes down the files that the guide has for a plugin; returns their lines."""
    files = [(file, text) for plugin, file, text in _FILE.findall(GUIDE) if plugin == name]
    for file, text in files:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(text, "utf-8")
    return sum(text.count("\n") for _, text in files)


def test_the_first_plugin_of_the_guide_works(settings: Settings, tmp_path: Path) -> None:
    """Its files are written down, loaded, asked for a page, and said in French."""
    from wiki.app import create_app
    from wiki.instance import close_instance, open_instance
    from wiki.parts.creation import found

    folder = tmp_path / "merci"
    assert 0 < write_plugin("merci", folder) <= 60
    fences = [(kind, text) for _, kind, text in _FENCE.findall(GUIDE)]
    (source,) = [text for kind, text in fences if kind == "markdown" and "deux matinées" in text]
    (wanted,) = [text for kind, text in fences if kind == "html" and "2 mercis" in text]

    found(settings, empty=True)
    instance = open_instance(settings, with_plugin("merci", folder))
    try:
        save(instance, {"page.md": source})
        page = create_app(instance).test_client().get("/page").get_data(as_text=True)
        assert neat(wanted) in neat(page)
    finally:
        close_instance(instance)


def test_the_card_of_the_guide_has_its_form(settings: Settings, tmp_path: Path) -> None:
    from wiki.app import create_app
    from wiki.instance import close_instance, open_instance
    from wiki.parts.creation import found
    from wiki.testing.places import Place

    folder = tmp_path / "merci"
    write_plugin("merci", folder)
    (form,) = [text for _, _, text in _FENCE.findall(GUIDE) if text.startswith("FORM = ItemForm(")]
    code = (folder / "__init__.py").read_text("utf-8")
    start, end = code.index("@hookimpl\ndef block_help"), code.index("def show(")
    code = f"{code[:start]}{form}\n\n{code[end:]}"
    code = code.replace("BlockHelp, BlockView", "BlockHelp, BlockView, ItemField, ItemForm")
    (folder / "__init__.py").write_text(code, "utf-8")

    found(settings, empty=True)
    instance = open_instance(settings, with_plugin("merci", folder))
    try:
        place = Place(instance, create_app(instance))
        place.person("Awa")
        assert "Whom do you thank?" in place.see("awa", "/-/edit/page")
        source = "::: merci\n- le fablab, pour la *découpe* #découpe\n\n:::"
        (card,) = json.loads(place.send("awa", "/-/blocks/page", 200, text=source))
        (line,) = card["items"]
        assert line["words"] == "le fablab, pour la découpe"
        assert [one[2] for one in line["parts"]["kinds"]["keywords"]] == ["découpe"]
    finally:
        close_instance(instance)


#: runs the tests that the guide has for its poll, in a process that knows that plugin
_POLL = """
import importlib, importlib.util, sys
from pathlib import Path
from wiki import plugins
from wiki.app import create_app
from wiki.config import load_settings
from wiki.parts.creation import found
from wiki.instance import open_instance
from wiki.testing.places import Place

folder = Path(sys.argv[1])
bundled = list(plugins._bundled_folders())
plugins._bundled_folders = lambda: [*bundled, ("poll", folder)]
settings = load_settings(folder.parent / "instance", {})
found(settings, empty=True)
instance = open_instance(settings)
part = lambda name: importlib.import_module(f"wiki_plugins.poll.{name}")
place = Place(instance, create_app(instance), part=part)
spec = importlib.util.spec_from_file_location("test_poll", folder / "tests" / "test_poll.py")
tests = importlib.util.module_from_spec(spec)
spec.loader.exec_module(tests)
tests.prepare(place)
for name in [name for name in vars(tests) if name.startswith("test_")]:
    place.rewind()
    getattr(tests, name)(place)
    print(name)
"""


def test_the_poll_of_the_guide_passes_its_tests(tmp_path: Path) -> None:
    folder = tmp_path / "poll"
    assert write_plugin("poll", folder)
    ran = subprocess.run(
        [sys.executable, "-c", _POLL, folder], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert len(ran.stdout.split()) == 3


def with_plugin(name: str, folder: Path) -> Any:
    """All plugins and the one in ``folder``, loaded as a package of its own would be."""
    import importlib.util

    from wiki.plugins import Plugins, load_plugins
    from wiki.translation import add_translations

    spec = importlib.util.spec_from_file_location(name, folder / "__init__.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    plugins = load_plugins(extra=[module])
    add_translations(folder / "translations")
    return Plugins(plugins.manager, {**plugins.folders, name: folder}, plugins.providers)


def save(instance: "Instance", files: dict[str, str]) -> None:
    from wiki.repository.commit import commit
    from wiki.repository.objects import WIKI_AUTHOR

    changes: dict[str, Any] = {name: text.encode() for name, text in files.items()}
    commit(instance.repository, instance.repository.head(), changes, WIKI_AUTHOR, "un exemple")


def test_the_test_of_the_guide_is_one(tmp_path: Path) -> None:
    (case,) = [text for _, kind, text in _FENCE.findall(GUIDE) if text.startswith("## Each line")]
    (tmp_path / "blocks.md").write_text(case, "utf-8")
    assert len(block_cases(tmp_path / "blocks.md")) == 1


def test_code_in_documents_is_code() -> None:
    for path in kept_texts():
        for _, kind, text in _FENCE.findall(path.read_text("utf-8")):
            if kind == "python":
                ast.parse(text)
            elif kind == "toml":
                tomllib.loads(text)


@pytest.mark.parametrize("name", ["instance", "starter", "write", "person", "client", "log_in",
                                  "show", "serve_web", "chromium", "real_data"])  # fmt: skip
def test_fixtures_of_the_guide_are_there(name: str, request: pytest.FixtureRequest) -> None:
    assert f"`{name}" in GUIDE
    assert request._fixturemanager.getfixturedefs(name, request.node)
