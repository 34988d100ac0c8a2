"""Words of another program as they stand in our Markdown: escaped, styled, as code (pure)."""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import groupby

_ANYWHERE = re.compile(
    r"[\\`*\[\]]|~(?=~)|(?<![^\W_])_|_(?![^\W_])|<(?=[A-Za-z/!?])|&(?=#?\w{1,40};)|\{(?=\{)"
)
_LINE = re.compile(
    r"(?m)^([ \t]*)"
    r"(?=#{1,6}(?:[ \t]|$)|[-+](?:[ \t]|$)|[-=_]{2,}[ \t]*$|>|:|\||-[-|: ]*\||~~~|\+\+\+)"
)
_NUMBERED = re.compile(r"(?m)^([ \t]*\d{1,9})(?=[.)](?:[ \t]|$))")
_PARTS = re.compile(r"[\[\]]")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")

_LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"
_HARD_BREAK = "\\\n"
_RAISED = str.maketrans(
    "0123456789+-=()abcdefghijklmnoprstuvwxyz",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ",
)
_LOWERED = str.maketrans("0123456789+-=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")


@dataclass(frozen=True)
class Style:
    """How a run of words is written."""

    bold: bool = False
    italic: bool = False
    struck: bool = False


Run = tuple[str, Style]
_PLAIN = Style()


def resolved(text: str) -> str:
    """``text`` with its entities as the characters that they stand for."""
    return _ENTITY.sub(lambda found: unescape(found[0]), text) if "&" in text else text


def escaped(words: str) -> str:
    """``words`` of a text."""
    return _ANYWHERE.sub(lambda found: f"\\{found[0]}", words)


def at_line_starts(markdown: str) -> str:
    """A paragraph of which no line begins as something else."""
    return _NUMBERED.sub(_stopped, _LINE.sub(_stopped, markdown))


def _stopped(found: re.Match[str]) -> str:
    return f"{found[1]}\\"


def code_span(text: str) -> str:
    """``text`` on one line, as code."""
    text = " ".join(text.split("\n")).strip()
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    ticks = "`" * (longest + 1)
    pad = " " if text[:1] == "`" or text[-1:] == "`" else ""
    return f"{ticks}{pad}{text}{pad}{ticks}" if text else ""


def code_block(text: str, language: str = "") -> str:
    """``text`` as a block of code."""
    longest = max((len(run) for run in re.findall(r"(?m)^[ \t]*(`{3,})", text)), default=2)
    fence = "`" * (longest + 1)
    language = re.sub(r"[^\w+#.-]", "", language)[:40]
    return f"{fence}{language}\n{text}\n{fence}"


def address(url: str) -> str:
    """An address as it stands in the round brackets of a link."""
    url = "".join(char for char in url if char.isprintable())
    for sign, code in (
        ("(", "%28"),
        (")", "%29"),
        (" ", "%20"),
        ("<", "%3C"),
        (">", "%3E"),
        ("\\", "%5C"),
    ):
        url = url.replace(sign, code)
    return url.replace("*", "%2A").replace("|", "%7C").replace("`", "%60")


def unbracketed(words: str) -> str:
    """Words as they may stand in ``[[path|words]]``, where brackets would end it."""
    return _PARTS.sub(lambda found: {"[": "(", "]": ")"}[found[0]], words)


def placed(words: str, *, above: bool) -> str:
    """``words`` raised or lowered, where there is a sign for each of them; else as they are."""
    signs = words.translate(_RAISED if above else _LOWERED)
    lost = any(one == other and one.strip() for one, other in zip(signs, words, strict=True))
    return words if lost else signs


def styled(runs: Sequence[Run]) -> str:
    """Runs of words as Markdown, each mark beside a word: a blank inside it stands outside."""
    if all(style == _PLAIN for _words, style in runs):
        return _joined(runs)
    return _wrapped(runs, lambda style: style.bold, "**", _in_italics)


def _in_italics(runs: Sequence[Run]) -> str:
    return _wrapped(runs, lambda style: style.italic, "*", _struck)


def _struck(runs: Sequence[Run]) -> str:
    return _wrapped(runs, lambda style: style.struck, "~~", _joined)


def _joined(runs: Sequence[Run]) -> str:
    return "".join(words for words, _style in runs)


def _wrapped(
    runs: Sequence[Run],
    marked: Callable[[Style], bool],
    mark: str,
    inner: Callable[[Sequence[Run]], str],
) -> str:
    made: list[str] = []
    for on, group in groupby(runs, key=lambda run: marked(run[1])):
        words = inner(list(group))
        made.append(_marked(words, mark) if on else words)
    return "".join(made)


def _marked(words: str, mark: str) -> str:
    lead, core, tail = "", words, ""
    while core.endswith(_HARD_BREAK):
        core, tail = core[: -len(_HARD_BREAK)], _HARD_BREAK + tail
    while core.startswith(_HARD_BREAK):
        core, lead = core[len(_HARD_BREAK) :], lead + _HARD_BREAK
    bare = core.strip()
    if not bare:
        return words
    before, after = core[: -len(core.lstrip())], core[len(core.rstrip()) :]
    return f"{lead}{before}{mark}{bare}{mark}{after}{tail}"


def identity_of(letter: str, *name: str) -> str:
    """The identity of a need (``b``) or an offer (``o``), always the same for that name.

    Answers and introductions refer to it, and a second import finds the same text.
    """
    number = int.from_bytes(hashlib.sha256("\x1f".join(name).encode()).digest()[:8], "big")
    letters = ""
    for _count in range(8):
        number, rest = divmod(number, len(_LETTERS))
        letters += _LETTERS[rest]
    return f"{letter}-{letters}"
