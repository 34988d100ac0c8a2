"""What the examples are made of: whole ones, spoilt here and there, and words readers trip over."""

import os
from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from wiki.plugins import load_plugins

CORPUS = Path(__file__).parent / "corpus"
#: how many times as many examples as in a run of all tests; where it is set, chance chooses them
TIMES = int(os.environ.get("WIKI_FUZZ_TIMES", "0"))
Test = TypeVar("Test", bound=Callable[..., Any])

#: what a reader of numbers, dates, names, addresses, marks or encodings may stumble over
WORDS = (
    "",
    " ",
    "0",
    "-1",
    "1",
    "9" * 5_000,
    "²",
    "٣",
    "1e400",
    "NaN",
    "0x10",
    "1_0",
    "+1",
    "null",
    "0000-00-00",
    "0001-01-01",
    "9999-12-31",
    "10000-01-01",
    "2027-02-30",
    "2027-W01-1",
    "20270301",
    "2027-03-01T25:00",
    "0001-01-01T00:00+14:00",
    "9999-12-31T23:59-12:00",
    "24:00",
    "٢٠:٠٠",
    "\0",
    "\r\nX-Other: 1",
    "\x1b[0m",
    "\x85",
    "\u2028",
    "\u202e",
    "\ufeff",
    "\ufffd",
    "\ud800",
    "\udfff\ud800",
    "e\u0301" * 40,
    "ﷺ" * 40,
    "İ",
    "ß",
    "ſ",
    "\U0001f469\u200d\U0001f52c",
    "../../etc/passwd",
    "..\\..\\x",
    ".",
    "..",
    "/",
    "//",
    "//evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "http://[::1",
    "http://a:b@c:99999/",
    "mailto:",
    "%",
    "%00",
    "%zz",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "&#x0;",
    "&amp" * 20,
    "]]>",
    "{{",
    "{% raw %}",
    "{0.__class__}",
    "%(x)s",
    "%s%n",
    "$(id)",
    "`id`",
    "'; --",
    '"',
    "'",
    "*",
    ":",
    "::",
    ":::",
    "a:b:c",
    "type:",
    "-type:x",
    "theme:x,y",
    "[[",
    "[[a|b#c]]",
    "#",
    "@",
    "--",
    "-x",
    "--output=x",
    "HEAD",
    "refs/heads/main",
    "HEAD~1",
    "@{-1}",
    ":/x",
    "0" * 40,
    "f" * 40,
    "a" * 300,
    "a/" * 150,
    "a" * 10_000,
    "con",
    "index",
    "index.md",
    "x.md",
    "-",
    "=1+1",
    "a,b,,c",
    "x@y",
    "@",
    "a@b@c",
    '"a b"@c.d',
    "x@" + "y" * 300,
    "é@é.é",
    "[]",
    "{}",
    "true",
    "\t",
    "\n\n",
)


def fuzzed(examples: int) -> Callable[[Test], Test]:
    """Tries a test with so many examples, the same each time; with ``TIMES`` as many by chance."""
    # Wikis are shared by the examples of a test on purpose, and slow machines are no fault.
    suppressed = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    return settings(
        max_examples=examples * max(TIMES, 1),
        derandomize=not TIMES,
        database=None,
        deadline=None,
        # A fault found in a run of all tests is told as it is: making it small may take minutes.
        phases=tuple(Phase) if TIMES else (Phase.explicit, Phase.generate),
        suppress_health_check=[*suppressed, HealthCheck.data_too_large],
        print_blob=bool(TIMES),
    )


def corpus(name: str) -> list[bytes]:
    """The examples that are kept for a target, in their order."""
    found = sorted((CORPUS / name).iterdir())
    return [one.read_bytes() for one in found]


@cache
def part(plugin: str, name: str) -> Any:
    """A module of a plugin, as the wiki loads it."""
    load_plugins()
    return import_module(f"wiki_plugins.{plugin}.{name}")


def words(*known: str) -> st.SearchStrategy[str]:
    """A short text: one that is known to work, one that breaks readers, or any."""
    texts = st.one_of(st.sampled_from(WORDS), st.text(max_size=30))
    return st.one_of(st.sampled_from(known), texts) if known else texts


@st.composite
def spoilt(draw: st.DrawFn, whole: Sequence[bytes], pieces: Sequence[bytes] = ()) -> bytes:
    """One of ``whole`` with some places changed: cut, doubled, overwritten, with another's part."""
    data = bytearray(draw(st.sampled_from(whole)))
    inserted = st.one_of(
        st.binary(max_size=6),
        st.sampled_from([*pieces, b"\0" * 8, b"\xff" * 8, b"\x7f\xff\xff\xff", b"9" * 30]),
    )
    for _ in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(data)))
        # Near places most of the time: what is cut away is not tried.
        end = min(len(data), start + draw(st.one_of(st.integers(0, 8), st.integers(0, 400))))
        match draw(st.sampled_from(["write", "over", "cut", "double", "other", "bit"])):
            case "write":
                data[start:start] = draw(inserted)
            case "over":
                data[start:end] = draw(inserted)
            case "cut":
                del data[start:end]
            case "double":
                data[end:end] = data[start:end] * draw(st.sampled_from([1, 2, 30]))
            case "other":
                other = draw(st.sampled_from(whole))
                data[start:end] = other[start:end]
            case _ if start < len(data):
                data[start] ^= 1 << draw(st.integers(0, 7))
    return bytes(data)


def texts(whole: Sequence[bytes], pieces: Sequence[str] = ()) -> st.SearchStrategy[str]:
    """Likewise as text, line ends and halves of characters included."""
    inside = [one.encode("utf-8", "surrogatepass") for one in (*pieces, *WORDS)]
    return spoilt(whole, inside).map(lambda data: data.decode("utf-8", "surrogateescape"))
