"""The nodes of pandoc's tree: ``{"t": kind, "c": content}``, made and read."""

from typing import Any

Node = dict[str, Any]
Inlines = list[Node]
#: neither id nor class nor anything else
NO_ATTR: list[Any] = ["", [], []]
SPACE: Node = {"t": "Space"}


def parts_of(node: Node) -> tuple[str, Any]:
    """The kind and the content of a node."""
    return node["t"], node.get("c")


def plain(nodes: Any) -> str:
    """The words of any part of a tree, on one line."""
    return " ".join("".join(_plain(nodes)).split())


def _plain(node: Any) -> list[str]:
    if isinstance(node, list):
        return [part for one in node for part in _plain(one)]
    if not isinstance(node, dict):
        return []
    kind, content = parts_of(node)
    if kind in ("Space", "SoftBreak", "LineBreak"):
        return [" "]
    if kind == "Str":
        return [content]
    if kind in ("Code", "Math"):
        return [content[1]]
    parts = _plain(content)
    return [*parts, " "] if kind in ("Para", "Plain", "Header") else parts


def words_of(text: str) -> Inlines:
    """A text as words and the spaces between them."""
    words: Inlines = []
    for word in text.split():
        words += [{"t": "Str", "c": word}, SPACE]
    return words[:-1]


def is_a(node: Any, kind: str) -> bool:
    """Whether ``node`` is one of that kind."""
    return isinstance(node, dict) and node.get("t") == kind


def some(kind: str, content: list[Any]) -> list[Node]:
    """A node with ``content``; none at all where there is nothing in it."""
    return [{"t": kind, "c": content}] if content else []
