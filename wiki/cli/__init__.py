"""The command ``wiki``: each subcommand is a thin reading of its arguments; plugins add theirs.

Modules are imported where they are used: `wiki serve` must not wait for what it does not need.

    frame.py      the group, its faults, --instance      instances.py   serve, init, many
    content.py    render, search, reindex                people.py      accounts
    checks.py     check, and its repairs.py         backups.py     backup, restore, upgrade
    tasks.py      the work of the background       mirrors.py     repositories elsewhere
    translations.py  languages of the interface    imports.py  what other programs kept
    exports.py     the site in other forms         sisters.py     other Carrefours
    rows.py        private rows to another database    plugins.py    those of others, looked at
"""

from wiki.cli import (
    backups,
    checks,
    content,
    exports,
    imports,
    instances,
    mirrors,
    people,
    plugins,
    rows,
    sisters,
    tasks,
    translations,
)
from wiki.cli.frame import command_instance, command_person, command_settings, instance_option, main

__all__ = [
    "backups",
    "checks",
    "command_instance",
    "command_person",
    "command_settings",
    "content",
    "exports",
    "imports",
    "instance_option",
    "instances",
    "main",
    "mirrors",
    "people",
    "plugins",
    "rows",
    "sisters",
    "tasks",
    "translations",
]
