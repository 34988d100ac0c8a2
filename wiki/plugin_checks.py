"""What a plugin is held to, ours by the tests and those of others by ``wiki plugin check``.

::

    with open_wiki(folder, load_plugins()) as app:
        for title, check in CHECKS.items():
            [*check(Subject("merci", app))]      # its faults: where each is, and what to do
"""

import ast
import logging
import logging.handlers
import re
import sys
import tomllib
import traceback
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from functools import cache, partial
from importlib.metadata import distributions
from inspect import unwrap
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import uuid4

from wiki.app import create_app
from wiki.config import load_settings
from wiki.errors import BadRequest, NotFound
from wiki.instance import Instance, close_instance, open_instance
from wiki.pages.page import TYPES
from wiki.parts.creation import found
from wiki.people.accounts import add_person
from wiki.people.accounts.sessions import open_session
from wiki.people.models.tables import Base
from wiki.people.privacy.erasure import find_unerased
from wiki.people.store.migrations import find_branches, find_misnamed
from wiki.plugins import ENTRY_POINT_GROUP, PACKAGE, Plugins, load_plugins
from wiki.repository.commit import commit
from wiki.repository.objects import Author
from wiki.resources import bundled
from wiki.translation import catalogues
from wiki.translation.compiler import compile_catalogue
from wiki.translation.extraction import Words, code_of, find_words
from wiki.web.support import current_instance

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.routing import Rule

#: bytes and files of a wheel
_LARGEST, _MOST = 500_000_000, 20_000
#: what a view, or what it calls, asks who reads with; or says that it is the same for everybody
_RIGHTS = re.compile(r"(?:current|feed|signed_in)_(?:reader|person)|anonymous_view|is_unknown")
_PARAMETER = re.compile(r"<(?:(\w++)(?:\(([^)<]*+)\))?:)?\w++>")
#: what is asked of addresses beside their paths: a word of a closed page, and its address
_BY_WORD = ("q", "question", "theme", "territory", "keyword", "title", "value")
_BY_PATH = ("path", "page", "of", "project", "event", "next")
#: no word of any language, so that it is found wherever it was written
_CANARY = "canariclos"
_PAGE = """\
---
title: {word}title
type: {type}
visibility: {seen}
team: ["[[personnes/initiee]]"]
summary: {word}summary
themes: [{word}theme]
---

{word}body #{word}keyword

"""
_BLOCK = """\
::: {name}
- {word}item [[close/{type}]] #{word}keyword
- [ ] {word}box (2027-03-10)

:::

"""


class Subject:
    """The plugin that is looked at, in the wiki of an application."""

    def __init__(self, name: str, app: "Flask") -> None:
        self.name, self.app = name, app
        with app.app_context():
            self.instance = current_instance()
        self.folder = self.instance.plugins.folders[name]
        self.module: Any = self.instance.plugins.manager.get_plugin(name)

    def sources(self) -> Iterator[tuple[str, ast.Module]]:
        """Each module, tests apart: its name for people, and what it says."""
        for path in sorted(self.folder.rglob("*.py")):
            if "tests" not in path.relative_to(self.folder).parts:
                yield self.show(path), ast.parse(path.read_text("utf-8"))

    def tables(self) -> list[Any]:
        """The private tables that its modules declare."""
        own = f"{self.module.__name__}."
        mappers = (
            one for one in Base.registry.mappers if f"{one.class_.__module__}.".startswith(own)
        )
        return [table for mapper in mappers for table in mapper.tables]

    def rules(self) -> list["Rule"]:
        """The addresses that its blueprints add."""
        names = {one.name for one in getattr(self.module, "blueprints", list)()}
        rules = self.app.url_map.iter_rules()
        return [rule for rule in rules if rule.endpoint.partition(".")[0] in names]

    def show(self, path: Path) -> str:
        """A file's name, from the package's folder on."""
        return path.relative_to(self.folder.parent).as_posix()


def find_plugins(path: Path, work: Path) -> list[str]:
    """Has what is in ``path``, a wheel or a folder, found as if it were installed: the plugins.

    ``work`` is an empty folder. Raises NotFound and BadRequest, with what to do.
    """
    path = path.resolve()
    if not path.exists():
        raise NotFound(f"There is nothing at {path}.")
    if path.parent == bundled("plugins"):
        return [path.name]
    sys.path.insert(0, str(work))
    if path.is_file():
        _unpack(path, work)
    else:
        project, points = _read_folder(path)
        sys.path[1:1] = [str(one) for one in (path, path / "src", path.parent)]
        # Of the same name as what a build, or an editable install, left: Python takes the first.
        told = work / f"{re.sub('[-_.]+', '_', project)}-1.dist-info"
        told.mkdir()
        (told / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project}\nVersion: 1\n")
        lines = "".join(f"{name} = {module}\n" for name, module in points.items())
        (told / "entry_points.txt").write_text(f"[{ENTRY_POINT_GROUP}]\n{lines}")
    points_of = (one.entry_points for one in distributions(path=[str(work)]))
    names = [one.name for points in points_of for one in points if one.group == ENTRY_POINT_GROUP]
    if not names:
        words = f"it has neither an entry point {ENTRY_POINT_GROUP} nor an __init__.py."
        raise BadRequest(f"{path} is no plugin: {words}")
    return names


def _unpack(path: Path, work: Path) -> None:
    try:
        with zipfile.ZipFile(path) as wheel:
            parts = wheel.infolist()
            if len(parts) > _MOST or sum(part.file_size for part in parts) > _LARGEST:
                raise BadRequest(f"{path} is too large for a plugin.")
            wheel.extractall(work)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise BadRequest(f"{path} is no wheel that can be read: {error}") from error


def _read_folder(path: Path) -> tuple[str, dict[str, str]]:
    """The name of the project in a folder, and its entry points."""
    try:
        project = tomllib.loads((path / "pyproject.toml").read_text("utf-8"))["project"]
        points = project.get("entry-points", {}).get(ENTRY_POINT_GROUP, {})
        return str(project["name"]), {str(name): str(module) for name, module in points.items()}
    except FileNotFoundError:
        whole = (path / "__init__.py").is_file() and path.name.isidentifier()
        return path.name, {path.name: path.name} if whole else {}
    except (ValueError, LookupError, AttributeError) as error:
        raise BadRequest(f"{path / 'pyproject.toml'} cannot be read: {error}") from error


def check_path(path: Path, work: Path) -> Iterator[str | list[str]]:
    """Every check of each plugin in ``path``: its title as it begins, then its faults.

    ``work`` is an empty folder. What it raises is about the check that was begun.
    """
    (work / "unpacked").mkdir()
    yield "it can be loaded, its hooks are known, a wiki opens with it"
    names = find_plugins(path, work / "unpacked")
    with open_wiki(work / "wiki", load_plugins()) as app:
        yield []
        for name in names:
            for title, check in CHECKS.items():
                yield f"{name}: {title}"
                yield [*check(Subject(name, app))]


@contextmanager
def open_wiki(place: Path, plugins: Plugins) -> Iterator["Flask"]:
    """The application of a new wiki in ``place``."""
    settings = load_settings(place, environ={})
    found(settings, empty=True)
    instance = open_instance(settings, plugins)
    try:
        yield create_app(instance)
    finally:
        close_instance(instance)


def describe(error: BaseException) -> str:
    """What was raised, and where."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {error}{place}"


def check_imports(subject: Subject) -> Iterator[str]:
    """Imports of the inside of the wiki, and of other plugins."""
    others = {
        module.__name__.partition(".")[0]
        for _name, module in subject.instance.plugins.manager.list_name_plugin()
        if isinstance(module, ModuleType)
    }
    others -= {subject.module.__name__.partition(".")[0], PACKAGE}
    for place, tree in subject.sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            else:
                continue
            for name in names:
                first, api, *_rest = *name.split("."), ""
                if (first == "wiki" and api != "api") or first in (*others, PACKAGE, "plugins"):
                    words = "may change any day. Import what wiki.api has of it."
                    yield f"{place}:{node.lineno}: {name} {words}"


def check_names(subject: Subject) -> Iterator[str]:
    """Templates, tables and revisions that another's could be taken for, or nobody finds."""
    own = subject.folder / "templates" / subject.name
    for path in sorted((subject.folder / "templates").rglob("*")):
        if path.is_file() and path.parent not in (own, own / "mail"):
            words = f"a template lies in templates/{subject.name}/, or in its folder mail/."
            yield f"{subject.show(path)}: {words}"
    for table in subject.tables():
        if table.name != subject.name and not table.name.startswith(f"{subject.name}_"):
            yield f"The table {table.name} does not begin with {subject.name}_: rename it."
    for branch in find_branches():
        if branch.folder.is_relative_to(subject.folder):
            for name in find_misnamed(branch):
                yield f"The revision {name} is not called as its file, or follows none."


def check_translations(subject: Subject) -> Iterator[str]:
    """Strings that lack a language of the plugin, and translations that cannot be used."""
    folder = subject.folder / "translations"
    said = find_words(code_of(subject.folder))
    known = _said_by_core()
    for lang in sorted({"fr", *(one.name for one in folder.glob("*/"))}):
        own = compile_catalogue(lang, [*catalogues.read_sources(lang, [folder])])
        for one in own.refused:
            yield f"{subject.show(one.path)}:{one.line}: “{one.words}”: {one.why}"
        for words in said.keys() - known - own.words:
            first = words if isinstance(words, str) else words[0]
            lacks = f"“{first}” is not said in {lang}: add it to translations/{lang}/."
            yield f"{subject.show(said[words])}: {lacks}"


@cache
def _said_by_core() -> Set[Words]:
    """What the wiki itself says in French: nobody says that again."""
    return compile_catalogue("fr", [*catalogues.read_sources("fr", [catalogues.CORE])]).words


def check_rights(subject: Subject) -> Iterator[str]:
    """Addresses whose view, and all that it calls of the plugin, never asks who reads."""
    calls: dict[str, set[str]] = {}
    for _place, tree in subject.sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                parts = [*ast.walk(node)]
                named = {part.id for part in parts if isinstance(part, ast.Name)}
                named |= {part.attr for part in parts if isinstance(part, ast.Attribute)}
                calls.setdefault(node.name, set()).update(named)
    for rule in subject.rules():
        view = unwrap(subject.app.view_functions[rule.endpoint])
        seen: set[str] = set()
        waiting = {view.__name__}
        while waiting:
            seen |= waiting
            waiting = {name for one in waiting for name in calls.get(one, ())} - seen
        if not any(map(_RIGHTS.fullmatch, seen)) and not rule.endpoint.endswith(".static"):
            place = f"{Path(view.__code__.co_filename).name}:{view.__code__.co_firstlineno}"
            words = "Begin with current_reader() or signed_in_reader(), or mark it @anonymous_view"
            yield f"{place}: {rule.rule} asks nobody’s rights. {words} if all are told the same."


def check_people(subject: Subject) -> Iterator[str]:
    """Columns that say who, which neither erasing an account nor the copy of one's data finds."""
    for column in find_unerased(subject.tables()):
        yield f"{column} says who, and erasing them would not find it: make it an Owner or Actor."


def check_leaks(subject: Subject) -> Iterator[str]:
    """Words of closed pages that a visitor or a stranger is told, and faults that they meet."""
    instance, client = subject.instance, subject.app.test_client()
    write_pages(instance, [*getattr(subject.module, "block_views", dict)()])
    stranger = add_person(instance.private, email=f"{uuid4().hex}@example.org", name="Passant")
    told_of: set[str] = set()  # a line an address, whatever is asked of it
    with collect_faults() as records:
        for who in ("a visitor", "an account without rights"):
            for url in addresses(subject):
                answer = client.get(url)
                told = answer.get_data().decode("utf-8", "replace")
                shown = {one for one in re.findall(rf"{_CANARY}\w+", told) if one not in url}
                wrong = f"fails for {who}." if answer.status_code == 500 else ""
                if shown:
                    words = ", ".join(sorted(shown))
                    wrong = f"tells {who} of a closed page: {words}. Ask the reader."
                if wrong and (path := url.partition("?")[0]) not in told_of:
                    told_of.add(path)
                    yield f"GET {url} {wrong}"
            with client.session_transaction() as session:
                session["_user_id"] = open_session(instance.private, stranger.id)
                session["_fresh"] = True
    for record in records:
        fault = record.exc_info and record.exc_info[1]
        yield f"{record.getMessage()}: {describe(fault) if fault else ''}"


@contextmanager
def collect_faults() -> Iterator[list[logging.LogRecord]]:
    """The faults that are logged meanwhile."""
    handler = logging.handlers.BufferingHandler(10_000)
    handler.setLevel(logging.ERROR)
    logging.getLogger().addHandler(handler)
    try:
        yield handler.buffer
    finally:
        logging.getLogger().removeHandler(handler)


def fill(word: str, parameter: re.Match[str]) -> str:
    """What stands for a parameter of an address."""
    kind, choices = parameter[1], parameter[2] or ""
    return {"int": "1", "any": choices.split(",")[0].strip("\"' ")}.get(kind, word)


def write_pages(instance: Instance, blocks: Sequence[str]) -> None:
    """A page of each type that everybody reads, with each block, and a closed one with canaries."""
    pages = {
        "index.md": "# Accueil\n",
        "personnes/initiee.md": "---\ntype: person\n---\n# Initiée\n",
    }
    for kind in TYPES:
        for path, seen, word in (("ouverte", "public", "mot"), ("close", "team", _CANARY)):
            items = (_BLOCK.format(name=name, word=word, type=kind) for name in blocks)
            page = _PAGE.format(word=word, type=kind, seen=seen)
            pages[f"{path}/{kind}.md"] = page + "".join(items)
    changes = {name: text.encode() for name, text in pages.items()}
    author = Author("Une main", "main@people.invalid")
    commit(instance.repository, instance.repository.head(), changes, author, "pages")


def addresses(subject: Subject) -> Iterator[str]:
    """What is asked: pages with its blocks, what lists all pages, and its own addresses."""
    yield from (f"/ouverte/{kind}" for kind in TYPES)
    word = f"{_CANARY}theme"
    for rule in subject.rules():
        if "GET" in (rule.methods or ()):
            for path in ("close/project", "close/event", "ouverte/project", word):
                url = _PARAMETER.sub(partial(fill, path), rule.rule)
                yield from (url, f"{url}?{urlencode(dict.fromkeys(_BY_PATH, path))}")
                yield f"{url}?{urlencode(dict.fromkeys(_BY_WORD, word))}"
    for url in ("/", "/-/search", "/-/changes.atom", "/-/api/v1/search", "/-/api/v1/pages"):
        yield f"{url}?q={word}"


#: the checks of a plugin that is loaded, by what each holds it to
CHECKS: Mapping[str, Callable[[Subject], Iterator[str]]] = {
    "imports wiki.api, and nothing else of the wiki": check_imports,
    "keeps its files and tables under its name": check_names,
    "says everything in French, and in each language that it has": check_translations,
    "asks who reads, at each of its addresses": check_rights,
    "keeps of people what they can have and have erased": check_people,
    "tells a visitor and a stranger nothing of closed pages, and never fails": check_leaks,
}
