"""Records as they lie in the folder, and where each goes."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from wiki.api.errors import BadRequest
from wiki.api.paths import slug

Record = Mapping[str, Any]

#: file → the field that holds a record's id, and where its pages go
FILES = {
    "projects.jsonl": ("slug", "projets"),
    "people.jsonl": ("id", "personnes"),
    "organisations.jsonl": ("id", "organisations"),
}

#: what holds several of something; anything else there is left out
LISTS = frozenset({"aliases", "team", "sponsors", "status_history"})

#: what a record cannot do without, by file
NEEDED = {
    "projects.jsonl": ("slug", "title"),
    "people.jsonl": ("id",),
    "organisations.jsonl": ("id",),
    "themes.jsonl": ("label",),
    "history.jsonl": ("slug", "date", "author", "text"),
}


def read_records(path: Path) -> Iterator[Record]:
    """The records of one file of JSON lines; nothing where it is missing. Raises BadRequest."""
    if not path.is_file():
        return
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
                # What cannot be written down, such as half a character, would fail half way.
                json.dumps(record, ensure_ascii=False).encode()
            except (ValueError, RecursionError) as error:
                raise BadRequest(f"{path.name}, line {number}: not JSON ({error})") from error
            if not isinstance(record, dict):
                raise BadRequest(f"{path.name}, line {number}: not a record")
            for field in LISTS & record.keys():
                if not isinstance(record[field], list):
                    record[field] = []
            for field in NEEDED.get(path.name, ()):
                if not isinstance(record.get(field), str) or not record[field].strip():
                    raise BadRequest(f"{path.name}, line {number}: no {field}")
            yield record


def read_moment(text: str) -> datetime:
    """An ISO date and time; one without an offset is in UTC. Raises BadRequest."""
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError as error:
        raise BadRequest(f"history.jsonl: {text[:40]!r} is no date") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def names_of(ids: Iterable[str]) -> dict[str, str]:
    """A page name for each id: its slug; a collision gets ``-2``, by the order of the ids."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for identity in sorted(set(ids)):
        stem = slug(identity) or "sans-nom"
        name, number = stem, 2
        while name in taken:
            name, number = f"{stem}-{number}", number + 1
        taken.add(name)
        names[identity] = name
    return names
