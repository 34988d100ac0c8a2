"""The sizes of the house: modules, folders, lines, names that plugins may use, hooks.

Counted in ``wiki/`` and ``plugins/``, their tests left out.
"""

import ast
import inspect
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bench.lines import Line, percentile
from wiki.plugins import load_plugins
from wiki.reading import Reader

_ROOT = Path(__file__).parents[1]
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
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in modules()}
    ordered = sorted(lengths.values())
    yield _at_most("own lines without tests", sum(ordered), None, f"in {len(ordered)} files")
    yield _at_most("module, lines: median", int(percentile(ordered, 0.5)), 100)
    yield _at_most("module, lines: p90", int(percentile(ordered, 0.9)), 220)
    yield _at_most("module, lines: longest", ordered[-1], 350)
    functions = sorted(length for path in lengths for length in _functions(path))
    yield _at_most("function, lines: median", int(percentile(functions, 0.5)), None)
    yield _at_most("function, lines: longest", functions[-1], None)
    folders = Counter(path.parent.relative_to(_ROOT) for path in lengths)
    full = sorted(f"{name} {count}" for name, count in folders.items() if count > 20)
    yield _at_most("folders of more than 20 modules", len(full), 0, ", ".join(full))
    verbal = sorted({path.stem for path in lengths if verbal_name(path.stem)})
    yield _at_most("modules named by a participle or a gerund", len(verbal), 0, ", ".join(verbal))
    yield from _desk()
    members = [name for name in dir(Reader) if not name.startswith("_")]
    yield _at_most("public members of Reader", len(members), None)
    yield from _hooks()


def modules() -> list[Path]:
    """The modules that are counted."""
    found = (path for name in ("wiki", "plugins") for path in (_ROOT / name).rglob("*.py"))
    return sorted(p for p in found if not {"node_modules", "tests"} & set(p.parts))


def verbal_name(name: str) -> bool:
    """Whether a module's name is a bare participle or a gerund that is no term of the field."""
    return name not in TERMS and (name in _PARTICIPLES or bool(_VERBAL.match(name)))


def _functions(path: Path) -> Iterator[int]:
    """The lengths of a module's functions, in lines."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.end_lineno is not None:
            yield node.end_lineno - node.lineno + 1


def _desk() -> Iterator[Line]:
    """The names that ``wiki.api`` offers, and those of its largest module."""
    counts = [_offered(path) for path in (_ROOT / "wiki" / "api").rglob("*.py")]
    yield _at_most("names in wiki.api", sum(counts), None, f"in {sum(map(bool, counts))} modules")
    yield _at_most("names in a module of wiki.api: most", max(counts), 16)


def _offered(path: Path) -> int:
    """How many names a module hands on; ``wiki/api/__init__.py`` itself hands on none."""
    nodes = ast.parse(path.read_text("utf-8")).body
    found = [node for node in nodes if isinstance(node, ast.ImportFrom)]
    return sum(len(node.names) for node in found if (node.module or "").startswith("wiki."))


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
