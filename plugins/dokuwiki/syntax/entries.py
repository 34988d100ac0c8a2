"""Forms that the plugins data and struct put into a text: fields of a page, and lists of them."""

import re

#: ``---- dataentry person ----``
_OPENS = re.compile(r"-{4,}[ \t]*(?P<name>\w+)[ \t]*(?P<kind>[^\n]*?)[ \t]*-*[ \t]*\Z")
#: what stands behind the name of a field says what kind of value it has
_TYPED = re.compile(
    r"_(?:dt|pages?|wiki|nspage|title|pageid|mail|url|tag|img|user|hidden)s?\Z", re.I
)


def read_entry(said: str, text: str) -> tuple[str, dict[str, str]] | None:
    """The kind and the fields of an entry; None of what is a list of those of other pages."""
    found = _OPENS.match(said)
    if found is None or found["name"].lower() != "dataentry":
        return None
    fields: dict[str, str] = {}
    for line in text.split("\n"):
        line = re.sub(r"(?<![&\\])#.*", "", line).replace("\\#", "#")
        key, colon, value = (part.strip() for part in line.partition(":"))
        name = _TYPED.sub("", key).replace("_", " ").strip()
        if colon and name and value:
            fields[name] = f"{fields[name]}, {value}" if name in fields else value
    return found["kind"].strip(), fields
