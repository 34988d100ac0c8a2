"""A head changed: one key without touching the rest, or all of it where it was read leniently."""

from collections.abc import Mapping

from wiki.errors import BadField
from wiki.pages.head.frontmatter import MARK, head_source, read_head
from wiki.pages.head.lenient import as_yaml, read_loosely
from wiki.pages.head.toml import toml_as_yaml
from wiki.pages.head.yaml_subset import Place, Refused, Value, block, read_keys, scalar
from wiki.translation import gettext as _

_TWICE = "the key stands twice"
_OTHERWISE = "read again, it says something else"


def plain_head(text: str) -> str:
    """``text`` with a head that was read leniently as YAML that says the same; raises BadField."""
    source = head_source(text)
    try:
        if source.lines is None or not read_head(text).head.lenient:
            return text
        lines = source.lines
        yaml = toml_as_yaml(lines) if source.toml else as_yaml(read_loosely(lines))
    except Refused as refused:
        raise _refusal() from refused
    return f"---\n{yaml}---\n{text[source.end :]}"


def _refusal() -> BadField:
    return BadField("text", _("Something between the --- lines at the top cannot be read."))


def whole_head(text: str) -> str:
    """The head of ``text`` with the lines around it; "" where it has none that ends."""
    return text[: head_source(text).end]


def key_lines(text: str) -> list[tuple[str, str]]:
    """Each key (lower case) of a head that can be read, with its lines, in order.

    Comments go with the key below them.
    """
    try:
        source = head_source(plain_head(text)).lines or ""
        places = sorted(read_keys(source).places.items(), key=lambda one: one[1].key_start)
    except (Refused, BadField):
        return []
    starts = [_line_start(source, place.key_start) for _key, place in places]
    if not starts:
        return []
    starts[0] = 0  # a comment above the first key goes with it
    ends = [*starts[1:], len(source)]
    return [
        (key.casefold(), source[start:end])
        for (key, _place), start, end in zip(places, starts, ends, strict=True)
    ]


def _line_start(source: str, at: int) -> int:
    """Where the line of ``at`` begins, with the lines of comments above it."""
    start = source.rfind("\n", 0, at) + 1
    while start and source[(above := source.rfind("\n", 0, start - 1) + 1)] == "#":
        start = above
    return start


def edit_head(text: str, changes: Mapping[str, object]) -> str:
    """``text`` with keys set, or deleted where the value is None; all else as the author wrote it.

    Values are texts, numbers, dates, or lists of them. A head is made where there is none. Raises
    BadField where the head cannot be read, or is written in a way that cannot be changed safely;
    one that was read leniently is mended first.
    """
    text = plain_head(text)
    source = head_source(text)
    yaml = source.lines or ""
    try:
        if source.lines is not None and not source.end:
            raise _refusal()
        for key, value in changes.items():
            yaml = _set(yaml, key, value)
    except Refused as refused:
        raise _refusal() from refused
    if source.lines is None:
        body = text.removeprefix(MARK)
        mark = text[: len(text) - len(body)]
        return f"{mark}---\n{yaml}---\n{body}" if yaml else text
    body = text[source.end :]
    if not yaml and source.lines and head_source(body).lines is None:
        # Without a key its two lines would be read, and shown, as rules.
        return f"{MARK}{body}" if text.startswith(MARK) else body
    start = text.index("\n") + 1
    return text[:start] + yaml + text[start + len(source.lines) :]


def _set(yaml: str, key: str, value: object) -> str:
    keys = read_keys(yaml)
    if any(name.casefold() == key.casefold() for name, _line, _value in keys.twice):
        raise Refused(0, _TWICE)  # which of the two is to be changed is not for us to say
    wanted = {name.casefold(): old for name, old in keys.values.items()}
    name = next((name for name in keys.places if name.casefold() == key.casefold()), None)
    if value is None:
        wanted.pop(key.casefold(), None)
        changed = yaml if name is None else _without(yaml, keys.places[name])
    else:
        wanted[key.casefold()] = _as_read(value)
        if name is None:
            gap = "" if not yaml or yaml.endswith("\n") else "\n"
            changed = f"{yaml}{gap}{scalar(key)}:{block(value)}\n"
        else:
            changed = _replaced(yaml, keys.places[name], value)
    read = {name.casefold(): new for name, new in read_keys(changed).values.items()}
    if read != wanted:
        raise Refused(0, _OTHERWISE)
    return changed


def _without(yaml: str, place: Place) -> str:
    end = yaml.find("\n", place.end)
    return yaml[: place.key_start] + (yaml[end + 1 :] if end >= 0 else "")


def _replaced(yaml: str, place: Place, value: object) -> str:
    colon = yaml.index(":", place.key_end) + 1
    line_end = yaml.find("\n", colon)
    same_line = line_end < 0 or place.start <= line_end
    if isinstance(value, list | tuple):
        if place.flow:
            flow = ", ".join(scalar(one, flow=True) for one in value)
            return f"{yaml[: place.start]}[{flow}]{yaml[place.end :]}"
        if place.entries and value and not same_line:
            return yaml[: line_end + 1] + _entries(yaml, place, value) + yaml[place.end :]
        return yaml[:colon] + block(value) + yaml[place.end :]
    if same_line and place.start > colon:
        return yaml[: place.start] + scalar(value) + yaml[place.end :]
    return f"{yaml[:colon]} {scalar(value)}{yaml[place.end :]}"


def _entries(yaml: str, place: Place, value: list[object] | tuple[object, ...]) -> str:
    """The lines of a list: those that stay as they were, with their comments and quotes."""
    start = yaml.rfind("\n", 0, place.entries[0][1]) + 1
    indent = yaml[start : yaml.index("-", start)]
    begin = yaml.find("\n", place.key_end) + 1
    lines: dict[Value, str] = {}
    for old, _start, end in place.entries:
        stop = place.end if end == place.end else yaml.index("\n", end)
        lines.setdefault(old, yaml[begin:stop])
        begin = stop + 1
    return "\n".join(lines.get(str(one), f"{indent}- {scalar(one)}") for one in value)


def _as_read(value: object) -> Value:
    if isinstance(value, list | tuple):
        return tuple(str(one) for one in value)
    return str(value).lower() if isinstance(value, bool) else str(value)
