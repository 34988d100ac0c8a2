"""Links of one text led to our addresses; code is left as it is (pure)."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_FENCE = re.compile(r"[ \t>]*(?:[-*+][ \t]+|\d{1,9}[.)][ \t]+)*(`{3,}|~{3,})")
_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_WIKI = re.compile(
    r"(?P<shown>!?)\[\[(?P<target>[^\[\]|#\n\\]*)(?P<anchor>#[^\[\]|\n\\]*)?"
    r"(?:(?P<bar>\\?\|)(?P<words>[^\[\]\n]*))?\]\]"
)
_MARKDOWN = re.compile(
    r"(?P<shown>!?)\[(?P<words>(?:[^\[\]\\\n]|\\.|\[[^\[\]\n]*\])*+)\]"
    r"\((?P<target><[^<>\n]*>|(?:[^\s()\\]|\\.|\([^\s()]*\))*+)(?P<rest>(?:[ \t][^()\n]*)?)\)"
)
_REFERENCE = re.compile(r"^(?P<start> {0,3}\[[^\]\n]+\]:[ \t]*)(?P<target><[^<>\n]*>|\S+)")
_HTML = re.compile(r"(?P<start>\b(?:src|href)=)(?P<quote>[\"'])(?P<target>[^\"'\n]*)(?P=quote)")
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|#|\Z")
_SIZE = re.compile(r"\d{1,5}(?:x\d{1,5})?")


@dataclass(frozen=True)
class Led:
    """Where a link leads: an ``address`` of ours; ``path`` of a page, "" for a file."""

    address: str
    path: str = ""
    picture: bool = False


#: what a target means: called with it, whether it stands in ``[[…]]``, and its line
Resolve = Callable[[str, bool, int], Led | None]


def repaired(text: str, resolve: Resolve) -> str:
    """``text`` with its links led on; what ``resolve`` does not know stays as it is."""
    lines = text.split("\n")
    for number, line, in_code in code_lines(lines):
        if not in_code:
            lines[number] = _repair_line(line, resolve, number + 1)
    return "\n".join(lines)


def code_lines(lines: list[str]) -> Iterator[tuple[int, str, bool]]:
    """Each line with its number from 0, and whether it belongs to a block of code."""
    fence = ""
    for number, line in enumerate(lines):
        found = _FENCE.match(line)
        if fence:
            closes = found is not None and found[1].startswith(fence)
            yield number, line, True
            if closes and not line[found.end() :].strip("`~ \t"):  # type: ignore[union-attr]
                fence = ""
        elif found is not None:
            fence = found[1]
            yield number, line, True
        else:
            yield number, line, False


def _repair_line(line: str, resolve: Resolve, number: int) -> str:
    parts, at = [], 0
    for code in _CODE.finditer(line):
        parts += [_repair(line[at : code.start()], resolve, number), code[0]]
        at = code.end()
    return "".join([*parts, _repair(line[at:], resolve, number)])


def _repair(text: str, resolve: Resolve, number: int) -> str:
    def wiki(found: re.Match[str]) -> str:
        target, words = found["target"].strip(), (found["words"] or "").strip()
        led = resolve(target, True, number) if target else None
        if led is None:
            return found[0]
        anchor = "" if (found["anchor"] or "").startswith("#^") else found["anchor"] or ""
        if led.path:
            shown = words if not _SIZE.fullmatch(words) else ""
            return (
                f"[[{led.path}{anchor}{found['bar'] or '|'}{shown or target.rpartition('/')[2]}]]"
            )
        name = target.rpartition("/")[2]
        if not found["shown"]:
            return f"[{words or name}]({led.address})"
        if not led.picture:
            return f"[{name}]({led.address})"
        width = _SIZE.fullmatch(words)
        size = f" ={words if 'x' in words else words + 'x'}" if width else ""
        return f"![{'' if width else words}]({led.address}{size})"

    def markdown(found: re.Match[str]) -> str:
        words = (
            _repair(found["words"], resolve, number) if "](" in found["words"] else found["words"]
        )
        target = found["target"].strip("<>")
        led = None if _ELSEWHERE.match(target) else resolve(target, False, number)
        if led is None and "notion.so/" in target:
            led = resolve(target.partition("?")[0].rpartition("/")[2], False, 0)
        if led is None:
            return f"{found['shown']}[{words}]({found['target']}{found['rest']})"
        shown = found["shown"] if led.picture else ""
        return f"{shown}[{words}]({led.address}{_anchor(target, led)}{found['rest']})"

    def plain(found: re.Match[str]) -> str:
        target = found["target"].strip("<>")
        led = None if _ELSEWHERE.match(target) else resolve(target, False, number)
        if led is None:
            return found[0]
        quote = found.groupdict().get("quote") or ""
        return f"{found['start']}{quote}{led.address}{_anchor(target, led)}{quote}"

    # The brackets of wiki links last: what they become is not to be led on again.
    return _WIKI.sub(wiki, _REFERENCE.sub(plain, _HTML.sub(plain, _MARKDOWN.sub(markdown, text))))


def _anchor(target: str, led: Led) -> str:
    _name, sign, anchor = target.partition("#")
    return f"#{anchor}" if sign and led.path else ""
