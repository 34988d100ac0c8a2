"""Links of one text led to our addresses; code is left as it is (pure)."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from wiki.api.imports.foreign import change_words, code_lines

_WIKI = re.compile(
    r"(?<!\\)(?P<shown>!?)\[\[(?P<target>[^\[\]|#\n\\]*)(?P<anchor>#[^\[\]|\n\\]*)?"
    r"(?:(?P<bar>\\?\|)(?P<words>[^\[\]\n]*))?\]\]"
)
_MARKDOWN = re.compile(
    r"(?P<shown>!?)\[(?P<words>(?:[^\[\]\\\n]|\\.|\[[^\[\]\n]*\])*+)\]"
    r"\((?P<target><[^<>\n]*>|(?:[^\s()\\]|\\.|\([^\s()]*\))*+)(?P<rest>(?:[ \t][^()\n]*)?)\)"
)
_REFERENCE = re.compile(r"^(?P<start> {0,3}\[(?!\^)[^\]\n]+\]:[ \t]*)(?P<target><[^<>\n]*>|\S+)")
_HTML = re.compile(r"(?P<start>\b(?:src|href)=)(?P<quote>[\"'])(?P<target>[^\"'\n]*)(?P=quote)")
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|#|\Z")
_SIZE = re.compile(r"\d{1,5}(?:x\d{1,5})?")
#: what Gollum says of pictures behind a bar
_OPTION = re.compile(r"(?:alt|width|height|align|float)=")
_FLAGS = frozenset({"frame", "float"})


@dataclass(frozen=True)
class Led:
    """Where a link leads: an ``address`` of ours; ``path`` of a page, "" for a file."""

    address: str
    path: str = ""
    picture: bool = False


#: what a target means: called with it, whether it stands in ``[[…]]``, and its line
Resolve = Callable[[str, bool, int], Led | None]


def repaired(text: str, resolve: Resolve, *, turned: bool = False) -> str:
    """``text`` with its links led on; what ``resolve`` does not know stays as it is.

    ``turned``: in ``[[words|page]]`` what stands behind the bar may be the page, as Gollum and An
    Otter Wiki have it; their pictures are such links, too.
    """
    lines = text.split("\n")
    for number, line, in_code in code_lines(lines):
        if not in_code:
            lines[number] = _repair_line(line, resolve, number + 1, turned=turned)
    return "\n".join(lines)


def _repair_line(line: str, resolve: Resolve, number: int, *, turned: bool) -> str:
    return change_words(line, lambda words: _repair(words, resolve, number, turned=turned))


def _repair(text: str, resolve: Resolve, number: int, *, turned: bool) -> str:
    def wiki(found: re.Match[str]) -> str:
        if turned:
            return _turned(found, resolve, number)
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
            _repair(found["words"], resolve, number, turned=turned)
            if "](" in found["words"]
            else found["words"]
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


def _turned(found: re.Match[str], resolve: Resolve, number: int) -> str:
    """``[[page]]``, ``[[words|page]]``, ``[[page|words]]`` or ``[[picture|alt=words]]``."""
    inner, bar = found[0].removeprefix("!")[2:-2], found["bar"] or "|"
    first, *others = (part.strip() for part in inner.split(bar))
    options = dict(one.partition("=")[::2] for one in others if _OPTION.match(one))
    plain = [one for one in others if one not in _FLAGS and not _OPTION.match(one)]
    last = plain[-1] if plain else ""
    target, words = (last, first) if last else (first, "")
    if _ELSEWHERE.match(target) and "://" in target:
        return f"[{words or target}]({target})"
    bare, sign, anchor = target.partition("#")
    led = resolve(bare, True, 0) if bare else None
    if led is None and last:
        other, sign, anchor = first.partition("#")
        led = resolve(other, True, 0)
        bare, words = (other, last) if led is not None else (bare, words)
    if led is None:
        if bare:
            resolve(bare, True, number)  # tells that it leads nowhere
        elif not sign:
            return found[0]
        return f"[[{bare}{sign}{anchor}{bar}{words}]]" if words else found[0]
    words = words or options.get("alt", "")
    name = bare.rpartition("/")[2]
    if led.path:
        return f"[[{led.path}{sign}{anchor}{bar}{words or name}]]"
    if not led.picture:
        return f"[{words or name}]({led.address})"
    width = re.fullmatch(r"(\d{1,5})(?:px)?", options.get("width", ""))
    return f"![{words}]({led.address}{f' ={width[1]}x' if width else ''})"


def _anchor(target: str, led: Led) -> str:
    _name, sign, anchor = target.partition("#")
    return f"#{anchor}" if sign and led.path else ""
