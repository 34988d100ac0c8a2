"""Every expression that reads a text takes time in proportion to it, however hostile the text.

Each pattern that a module holds is put to long runs of what it looks for, in a process that the
kernel ends: what costs the square of its length takes a hundred times what is allowed.
"""

import importlib
import json
import os
import re
import signal
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import wiki
from wiki.plugins import load_plugins
from wiki.resources import bundled

codes: Any = importlib.import_module("re._constants")
parser: Any = importlib.import_module("re._parser")

#: a pattern by its name, and how it is asked
Found = tuple[str, re.Pattern[Any], set[str]]

#: characters of a text, and seconds of the processor for it: in proportion, it takes some
#: thousandths. What is slow by the first is tried by the second, where a moment's noise is nothing.
_SIEVES = ((7_500, 0.016), (30_000, 0.25))
#: characters of a pattern that are tried, and pairs of them
_MOST = 12
_SAMPLES = {"CATEGORY_DIGIT": "1", "CATEGORY_SPACE": " \n", "CATEGORY_NOT_WORD": "-"}
_SEARCHING = ("search", "sub", "subn", "finditer", "findall", "split")
_ELSEWHERE = frozenset({"tests", "testing", "frontend", "__main__"})
#: modules that read HTML, SVG and XML that is ours: there each ``<`` has its ``>``
_OURS = {
    "wiki.documents.write.binder",
    "wiki.documents.write.site",
    "wiki.documents.write.styles",
    "wiki.documents.write.titles",
}


def modules() -> Iterator[str]:
    core = Path(wiki.__file__).parent
    for folder, package in ((core, "wiki"), (bundled("plugins"), "wiki_plugins")):
        for file in sorted(folder.rglob("*.py")):
            parts = file.relative_to(folder).with_suffix("").parts
            ours = not _ELSEWHERE.intersection(parts)
            name = ".".join((package, *parts)).removesuffix(".__init__")
            if ours and name not in _OURS and "re.compile(" in file.read_text("utf-8"):
                yield name


def patterns() -> Iterator[Found]:
    """Each pattern by the name that it has in its module, and how that module asks it."""
    load_plugins()
    for name in modules():
        module = importlib.import_module(name)
        source = Path(str(module.__file__)).read_text("utf-8")
        for key, value in vars(module).items():
            if isinstance(value, re.Pattern) and re.search(rf"^{key}\b", source, re.M):
                yield f"{name}:{key}", value, set(re.findall(rf"\b{key}\.(\w+)", source))


def characters(parsed: Any) -> Iterator[str]:
    """What the pattern looks for, a character of each kind."""
    for code, value in parsed:
        if code is codes.LITERAL:
            yield chr(value)
        elif code is codes.CATEGORY:
            yield _SAMPLES.get(str(value), "a")
        elif code is codes.RANGE:
            yield chr(value[0])
        elif code in (codes.NOT_LITERAL, codes.ANY, codes.NEGATE):
            yield "a"
        elif code is codes.IN:
            negated = value[0][0] is codes.NEGATE
            yield from characters(value[:1] if negated else value)
            yield from characters(value[1:]) if negated else ""
        else:
            yield from (one for part in _inner(code, value) for one in characters(part))


def _inner(code: Any, value: Any) -> list[Any]:
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
        return [value[2]]
    if code is codes.SUBPATTERN:
        return [value[3]]
    if code is codes.BRANCH:
        return list(value[1])
    if code in (codes.ASSERT, codes.ASSERT_NOT):
        return [value[1]]
    if code is codes.GROUPREF_EXISTS:
        return [one for one in value[1:] if one]
    return [value] if code is codes.ATOMIC_GROUP else []


def sample(parsed: Any) -> str:
    """A text that the pattern finds, or nearly: the first of each choice."""
    words = []
    for code, value in parsed:
        if code in (codes.LITERAL, codes.ANY, codes.NOT_LITERAL, codes.IN):
            words.append(next(characters([(code, value)]), "a")[:1])
        elif code not in (codes.ASSERT, codes.ASSERT_NOT):
            words += [sample(part) for part in _inner(code, value)[:1]]
    return "".join(words)


def texts(pattern: re.Pattern[Any], length: int) -> Iterator[Any]:
    raw = isinstance(pattern.pattern, bytes)
    said = pattern.pattern.decode("latin-1") if raw else pattern.pattern
    parsed = parser.parse(said, pattern.flags & ~(0 if not raw else re.UNICODE))
    each = [*dict.fromkeys("".join(characters(parsed)))][:_MOST]
    found = sample(parsed)
    runs = dict.fromkeys(
        (
            *each,
            "a",
            " ",
            "\n",
            found,
            f"{found} ",
            found[:-1],
            found[: len(found) // 2],
            *map("".join, pairwise(each)),
        )
    )
    starts = dict.fromkeys(("", found, found[:1]))
    for run, start in product(runs, starts):
        text = start + run * (length // max(len(run), 1)) + "\0"
        yield text.encode("latin-1", "replace") if raw else text


def asked(pattern: re.Pattern[Any], how: set[str]) -> Iterator[Callable[[Any], object]]:
    if how.intersection(_SEARCHING) or not how:
        yield lambda text: sum(1 for _found in pattern.finditer(text))
    if "match" in how:
        yield pattern.match
    if "fullmatch" in how:
        yield pattern.fullmatch


def slow_ones(found: list[Found]) -> list[str]:
    """The names of those that took too long for a text, with how the text begins."""
    told: list[str] = []
    for sieve in _SIEVES:
        slow = _slow(found, sieve)
        found, told = [found[number] for number in slow], list(slow.values())
    return told


def _slow(found: list[Found], sieve: tuple[int, float]) -> dict[int, str]:
    slow, at = {}, 0
    while at < len(found):
        reader, writer = os.pipe()
        child = os.fork()
        if not child:
            _try(found, at, writer, sieve)
        os.close(writer)
        with os.fdopen(reader) as told:
            last = json.loads(told.read().splitlines()[-1])
        _child, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            assert os.WTERMSIG(status) == signal.SIGVTALRM, last
            slow[last[0]] = f"{found[last[0]][0]} {last[1]!r}"
        at = last[0] + 1
    return slow


def _try(found: list[Found], at: int, told: int, sieve: tuple[int, float]) -> None:
    code, (length, seconds) = 1, sieve
    try:
        signal.signal(signal.SIGVTALRM, signal.SIG_DFL)
        for number, (_name, pattern, how) in enumerate(found[at:], at):
            for text in texts(pattern, length):
                os.write(told, json.dumps([number, str(text[:30])]).encode() + b"\n")
                for ask in asked(pattern, how):
                    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
                    ask(text)
        code = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(code)


def test_no_pattern_costs_the_square_of_a_text() -> None:
    bad = re.compile(r"[^@]+@")
    assert slow_ones([("bad", bad, {"search"}), ("good", re.compile("[^@]++"), set())]) == [
        "bad 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'"
    ]
    found = list(patterns())
    assert len(found) > 200
    assert slow_ones(found) == []
