"""The file of public settings: written by a commit, and checked where a push brings one."""

from collections.abc import Mapping
from typing import Any

from wiki.config.browser import PUBLIC
from wiki.config.public import LONGEST, PUBLIC_FILE, read_public
from wiki.editing.settings.look import check_look_file
from wiki.editing.settings.values import checked_value
from wiki.errors import BadSetting, TooLarge
from wiki.instance import Instance
from wiki.people.person import Person
from wiki.repository.commit import commit
from wiki.repository.objects import Author, BlameLine
from wiki.translation import gettext as _

_HEAD = """\
# Settings of this wiki that everyone sees. Administrators change them in the browser, at
# /-/admin/settings; wiki.toml and the environment win over what stands here.
"""


def check_public_file(file: str, data: bytes) -> None:
    """Raises BadSetting, or BadUpload, where what a push brings as this file could not be used."""
    if file != PUBLIC_FILE:
        check_look_file(file, data)
        return
    found = read_public(data)
    if found.fault:
        raise BadSetting(_("the settings in it cannot be read: {why}.").format(why=found.fault))
    for name, value in found.values.items():
        try:
            checked_value(name, value)
        except BadSetting as error:
            raise BadSetting(f"{name}: {error.words}", name) from error


def commit_public(instance: Instance, person: Person, values: Mapping[str, Any]) -> None:
    """Writes ``values`` into the file, in the name of ``person``; None goes.

    What else stands there, and what people noted beside it, stays.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    repository = instance.repository
    head = repository.head()
    try:
        blob = repository.read(PUBLIC_FILE, head, LONGEST)
        file = tomlkit.parse(blob.data.decode() if blob else _HEAD)
    except (TOMLKitError, UnicodeDecodeError, TooLarge):
        # Nothing of it was in force.
        file = tomlkit.parse(_HEAD)
    for name, value in values.items():
        if value is None:
            file.pop(name, None)
        else:
            file[name] = value
    words = _("Changed the settings: {names}").format(names=", ".join(values))
    author = Author(person.name, person.alias)
    commit(repository, head, {PUBLIC_FILE: tomlkit.dumps(file).encode()}, author, words)


def public_changes(instance: Instance) -> Mapping[str, BlameLine]:
    """Who changed what stands in the file last, by the name of the setting."""
    repository = instance.repository
    head = repository.head()
    if repository.blob_id(PUBLIC_FILE, head) is None:
        return {}
    found: dict[str, BlameLine] = {}
    for line in repository.blame(PUBLIC_FILE, head):
        name, sign, _value = line.line.partition("=")
        if sign and name.strip() in PUBLIC:
            found[name.strip()] = line
    return found
