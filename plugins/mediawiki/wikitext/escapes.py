"""Words that would be something in our Markdown, written so that they stand there as they are."""

import re
from html import unescape

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
