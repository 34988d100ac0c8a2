"""What a wikitext is made of before its lines are read: templates, arguments, links, tags."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Template:
    """``{{name|one|key=two}}``: the name, then each part; ``source`` is as it stands."""

    parts: "tuple[Nodes, ...]"
    source: str = field(repr=False)


@dataclass(frozen=True)
class Argument:
    """``{{{name|default}}}``, in a template."""

    parts: "tuple[Nodes, ...]"
    source: str = field(repr=False)


@dataclass(frozen=True)
class Link:
    """``[[target|part|part]]``: of a page, or a file with its options and caption."""

    parts: "tuple[Nodes, ...]"
    source: str = field(repr=False)


@dataclass(frozen=True)
class Tag:
    """``<name attributes>inner</name>``, which is read for itself; None inside: ``<name/>``."""

    name: str
    attributes: str
    inner: str | None
    source: str = field(repr=False)


Node = str | Template | Argument | Link | Tag
Nodes = tuple[Node, ...]


def split_argument(part: Nodes) -> tuple[Nodes | None, Nodes]:
    """The name of a part of a template, None where it has none, and its value."""
    for number, node in enumerate(part):
        if isinstance(node, str) and "=" in node:
            name, _sign, value = node.partition("=")
            return (*part[:number], name), (value, *part[number + 1 :])
    return None, part
