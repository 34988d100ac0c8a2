"""The look that administrators choose: a file and its pictures, in one commit and in the trail.

What nobody shows any more goes with the same commit.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from wiki.config.look import FOLDER, LOOK_FILE, Look
from wiki.config.look.values import LONGEST, NAMES, read_look, write_look
from wiki.editing.settings.changes import check_may_change
from wiki.editing.settings.look import check_look
from wiki.editing.write_queue import write_turn
from wiki.errors import TooLarge
from wiki.instance import Instance
from wiki.people.audit import record_audit
from wiki.people.person import Person
from wiki.repository.commit import Change, commit
from wiki.repository.objects import Author, BlameLine
from wiki.repository.repository import Repository
from wiki.translation import gettext as _

_HEAD = """\
# How this wiki looks. Administrators change it in the browser, at /-/admin/settings/look.
"""


def change_look(
    instance: Instance,
    person: Person,
    values: Mapping[str, Any],
    pictures: Mapping[str, bytes] | None = None,
) -> None:
    """Has ``values``, by the names of ``Look``, in force from now on, and ``pictures`` with them.

    Pictures are by the names that the look gives them. What is as it was costs nothing. Raises
    Forbidden for who is no administrator, BadSetting, with ``field`` and a sentence, where
    something cannot be used: then nothing has changed.
    """
    check_may_change(person)
    with write_turn(instance):
        instance.in_force.follow()
        before = instance.look
        look = replace(before, **values)
        changed = [name for name in NAMES if getattr(look, name) != getattr(before, name)]
        if not changed:
            return
        repository = instance.repository
        head = repository.head()
        written = _written(repository, head, look)
        check_look(look, written)
        words = ", ".join(changed)
        with instance.private.session("settings") as session:
            record_audit(instance.private, person.id, "look", "", words, session=session)
            changes: dict[str, Change] = {
                f"{FOLDER}{name}": data
                for name, data in (pictures or {}).items()
                if name in look.pictures
            }
            for name in before.pictures - look.pictures:
                changes[f"{FOLDER}{name}"] = None
            changes[LOOK_FILE] = written
            said = _("Changed the look: {names}").format(names=words)
            commit(repository, head, changes, Author(person.name, person.alias), said)
    instance.in_force.follow()


def look_changes(instance: Instance) -> Mapping[str, tuple[str, datetime]]:
    """Who changed what the file says, and when, by the name of what it is."""
    repository = instance.repository
    head = repository.head()
    if repository.blob_id(LOOK_FILE, head) is None:
        return {}
    found: dict[str, BlameLine] = {}
    name = ""
    for line in repository.blame(LOOK_FILE, head):
        text = line.line.strip()
        first = text.strip("[]") if text.startswith("[[") else text.partition("=")[0].strip()
        # Below the head of a table, and inside a text of several lines, is what began above.
        if first in NAMES:
            name = first
        if name and (name not in found or line.when > found[name].when):
            found[name] = line
    return {name: (line.author_name, line.when) for name, line in found.items()}


def _written(repository: Repository, head: str, look: Look) -> bytes:
    """The file as it says ``look``; what people noted in it stays, where that can be kept."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    told = write_look(look)
    try:
        blob = repository.read(LOOK_FILE, head, LONGEST)
        file = tomlkit.parse(blob.data.decode() if blob else _HEAD)
        for name in NAMES:
            if name not in told:
                file.pop(name, None)
            elif name not in file or file[name].unwrap() != told[name]:
                file[name] = told[name]
        data = tomlkit.dumps(file).encode()
        if read_look(data).look == look:
            return data
    except (TOMLKitError, UnicodeDecodeError, TooLarge, ValueError):
        pass
    # What stood there was no TOML, or stood where it cannot be changed in place.
    file = tomlkit.parse(_HEAD)
    for name, value in told.items():
        file[name] = value
    return tomlkit.dumps(file).encode()
