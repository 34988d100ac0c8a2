"""The words and the links of a line of text, from its inline tokens."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from wiki.api.reading import Reader, get_title, resolve_target


@dataclass(frozen=True)
class Link:
    """Some words, and the whole address that they lead to."""

    words: str
    url: str


#: (target, anchor, whether it is a link of the wiki) → address, "" for none
Address = Callable[[str, str, bool], str]


def words_of(tokens: Iterable[Any], reader: Reader | None = None) -> str:
    """What one reads, without Markdown; a link of the wiki says the title of its page."""
    return " ".join("".join(_words(token, reader) for token in tokens).split())


def links_of(tokens: Iterable[Any], address: Address) -> list[Link]:
    """The links that lead somewhere, each address once."""
    found: dict[str, Link] = {}
    opened: tuple[str, list[Any]] | None = None
    for token in tokens:
        if token.type == "link_open":
            opened = str(token.attrs.get("href", "")), []
        elif token.type == "link_close" and opened:
            _add(found, words_of(opened[1]), address(opened[0], "", False))
            opened = None
        elif token.type == "wikilink":
            target, anchor = token.meta["target"], token.meta["anchor"]
            _add(found, token.meta["text"] or target, address(target, anchor, True))
        elif opened:
            opened[1].append(token)
    return list(found.values())


def _add(found: dict[str, Link], words: str, url: str) -> None:
    if url:
        found.setdefault(url, Link(words or url, url))


def _words(token: Any, reader: Reader | None) -> str:
    if token.type == "wikilink":
        target = str(token.meta["target"] or token.meta["anchor"] or "")
        if text := token.meta["text"]:
            return str(text)
        path = resolve_target(reader, target) if reader is not None else None
        return get_title(reader, path) if reader is not None and path else target
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    if token.type == "image":
        return "".join(_words(child, reader) for child in token.children or ())
    if token.type in ("text", "code_inline", "math_inline", "mark"):
        return str(token.content)
    return ""
