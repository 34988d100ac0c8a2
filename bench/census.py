"""The weight of the house: its code, and what one request or one change must enter.

Counted in ``wiki/`` and ``plugins/``, their tests left out. ``tests/weight.toml`` holds the figures
that may not rise (``ratchet``).
"""

import ast
import inspect
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from bench.lines import Line
from wiki.plugins import load_plugins
from wiki.reading import Reader

_ROOT = Path(__file__).parents[1]
#: the figures that the last landed commit had: none of them may rise
WEIGHT = _ROOT / "tests" / "weight.toml"
#: what each house is made of, by the beginning of a path; what is in none is the engine's where it
#: lies in ``wiki/``, else the network's
HOUSES = {
    "moving in": (
        *("wiki/imports/", "wiki/web/imports/", "plugins/dokuwiki/", "plugins/folders/"),
        *("plugins/mediawiki/", "plugins/sheets/", "plugins/yeswiki/", "plugins/carrefour/"),
        "plugins/calendars/",
    ),
    "between sites": (
        *("wiki/sisters/", "wiki/people/sisters/", "wiki/web/sisters/", "plugins/fediverse/"),
        *("plugins/mcp/", "plugins/murmurations/", "plugins/webhooks/"),
    ),
    "documents": ("wiki/documents/", "plugins/booklets/", "plugins/documents/"),
    "many machines": (
        *("wiki/hosting/", "wiki/repository/shared/", "wiki/files/objects/"),
        "wiki/projections/postgres/",
    ),
}
#: the module whose imports are those of a page view
_PAGE_VIEW = "wiki.web.page.views"
_TOKENS = re.compile(r"token_urlsafe|itsdangerous|^(?:import|from) hmac\b", re.MULTILINE)
_FORM = re.compile(r"\brequest\.form\b")
#: gerunds and participles that are nouns or adjectives of the field
# fmt: off
TERMS = frozenset(
    (
        "routing", "encoding", "ranking", "matching", "parsing", "rendering", "testing",
        "reading", "editing", "publishing", "mounting", "importing", "exporting", "indexing",
        "meaning", "spelling", "heading", "string", "setting", "missing", "funding", "training",
    )
)
# fmt: on
_VERBAL = re.compile(r"^(?:.*(?:ing|[^e]ed))$")
# fmt: off
_PARTICIPLES = frozenset(
    (
        "told", "said", "shown", "kept", "sent", "held", "begun", "written", "alike", "sealed",
        "done", "made", "found", "known", "gone", "given", "taken", "seen", "met", "left", "put",
    )
)
# fmt: on


def census() -> Iterator[Line]:
    """One line a figure."""
    weights = read_weights()
    for name, number in ratchet().items():
        yield _at_most(name, number, weights.get(name))
    texts = [path.read_text("utf-8") for path in modules()]
    yield _at_most("lines", sum(len(text.splitlines()) for text in texts), None)
    yield _at_most("modules", len(texts), None)
    yield _at_most("folders", len({path.parent for path in modules()}), None)
    verbal = sorted({path.stem for path in modules() if verbal_name(path.stem)})
    yield _at_most("modules named by a participle or a gerund", len(verbal), 0, ", ".join(verbal))
    members = [name for name in dir(Reader) if not name.startswith("_")]
    yield _at_most("public members of Reader", len(members), None)
    yield from _hooks()


def ratchet() -> dict[str, int]:
    """The figures that may not rise, by name."""
    code: Counter[str] = Counter()
    for path in modules():
        code[house_of(path)] += count_code_lines(path)
    texts = {path: path.read_text("utf-8") for path in modules()}
    names = [name for path in modules() for name in _function_names(path)]
    return {
        "code lines": code.total(),
        **{f"code lines: {house}": code[house] for house in ("engine", "network", *HOUSES)},
        "names in wiki.api": sum(map(_offered, (_ROOT / "wiki" / "api").rglob("*.py"))),
        "services with one provider": _count_single_services(),
        "uses of request.form": sum(len(_FORM.findall(text)) for text in texts.values()),
        "modules that make tokens": sum(1 for text in texts.values() if _TOKENS.search(text)),
        "functions named by a participle": sum(map(verbal_name, names)),
        "modules that the page view reaches": len(reached_modules(_PAGE_VIEW)),
    }


def read_weights() -> dict[str, int]:
    """The figures in ``tests/weight.toml``."""
    return {str(name): int(number) for name, number in tomllib.loads(WEIGHT.read_text()).items()}


def write_weights() -> None:
    """Writes the figures of this checkout into ``tests/weight.toml``."""
    lines = (f'"{name}" = {number}\n' for name, number in ratchet().items())
    WEIGHT.write_text("# Written by `python -m bench.census`; none may rise.\n" + "".join(lines))


def house_of(path: Path) -> str:
    """The house that a module belongs to (``HOUSES``)."""
    name = path.relative_to(_ROOT).as_posix()
    for house, places in HOUSES.items():
        if name.startswith(places):
            return house
    return "engine" if name.startswith("wiki/") else "network"


def count_code_lines(path: Path) -> int:
    """The lines of a module that are neither blank, comments, docstrings nor imports."""
    text = path.read_text("utf-8")
    left_out: set[int] = set()
    for node in _statements(path):
        body = getattr(node, "body", None)
        if isinstance(node, ast.Import | ast.ImportFrom):
            left_out.update(range(node.lineno, (node.end_lineno or 0) + 1))
        elif isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and body:
            first = body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                left_out.update(range(first.lineno, (first.end_lineno or 0) + 1))
    lines = ((number, line.strip()) for number, line in enumerate(text.splitlines(), 1))
    return sum(1 for number, line in lines if line and line[0] != "#" and number not in left_out)


def reached_modules(name: str) -> set[str]:
    """The modules of ours that importing ``name`` brings in, itself too."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        module = waiting.pop()
        path = _module_path(module)
        if module in found or path is None:
            continue
        found.add(module)
        waiting += (module.rpartition(".")[0], *_imports(module, path))
    return found


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


@cache
def _statements(path: Path) -> tuple[ast.AST, ...]:
    """The module, and each statement in it, however deep; no expressions, which are most nodes."""
    found: list[ast.AST] = []
    waiting: list[ast.AST] = [_tree(path)]
    while waiting:
        node = waiting.pop()
        found.append(node)
        for field in ("body", "orelse", "handlers", "finalbody", "cases"):
            inner = getattr(node, field, ())
            waiting += inner if isinstance(inner, list) else ()
    return tuple(found)


def _module_path(module: str) -> Path | None:
    place = _ROOT / module.replace(".", "/")
    both = (place / "__init__.py", place.with_suffix(".py"))
    return next((p for p in both if module.startswith("wiki") and p.is_file()), None)


def _imports(module: str, path: Path) -> Iterator[str]:
    """What a module names at its top level; what is imported for types alone is left out."""
    for node in _tree(path).body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def modules() -> tuple[Path, ...]:
    """The modules that are counted."""
    found = (path for name in ("wiki", "plugins") for path in (_ROOT / name).rglob("*.py"))
    return tuple(sorted(p for p in found if not {"node_modules", "tests"} & set(p.parts)))


def verbal_name(name: str) -> bool:
    """Whether a name is a bare participle or a gerund that is no term of the field."""
    name = name.lstrip("_")
    return name not in TERMS and (
        name in _PARTICIPLES or ("_" not in name and bool(_VERBAL.match(name)))
    )


def _function_names(path: Path) -> Iterator[str]:
    for node in _statements(path):
        if isinstance(node, ast.FunctionDef):
            yield node.name


def _offered(path: Path) -> int:
    """How many names a module hands on; ``wiki/api/__init__.py`` itself hands on none."""
    found = [node for node in _tree(path).body if isinstance(node, ast.ImportFrom)]
    return sum(len(node.names) for node in found if (node.module or "").startswith("wiki."))


def _count_single_services() -> int:
    """How many services have one provider: an import in disguise."""
    counts = Counter(name for name, _key in load_plugins().providers)
    return sum(1 for count in counts.values() if count == 1)


def _hooks() -> Iterator[Line]:
    """How many hooks there are, and how many have one implementer."""
    plugins = load_plugins()
    hooks = {
        name: len(hook.get_hookimpls())
        for name, hook in inspect.getmembers(plugins.hook)
        if not name.startswith("_")
    }
    alone = sorted(name for name, count in hooks.items() if count == 1)
    yield _at_most("hooks", len(hooks), None)
    yield _at_most("hooks with one implementer", len(alone), 0, ", ".join(alone))


def _at_most(what: str, number: int, aim: int | None, note: str = "") -> Line:
    reached = None if aim is None else number <= aim
    ratio = f"{number / aim:.2f} ×" if aim else ""
    return Line(what, f"{number:,}", note, ratio, "" if aim is None else f"≤ {aim}", reached)


if __name__ == "__main__":
    write_weights()
