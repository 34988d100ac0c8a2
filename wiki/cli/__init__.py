"""The command ``wiki``: each subcommand is a thin reading of its arguments; plugins add theirs.

Modules are imported where they are used: `wiki serve` must not wait for what it does not need.

    frame.py      the group, its faults, --instance      instances.py   serve, init, import, backups
    content.py    render, search, reindex, check         people.py      accounts
    tasks.py      the work of the background       mirrors.py     repositories elsewhere
"""

from wiki.cli import content, instances, mirrors, people, tasks
from wiki.cli.frame import instance_option, main, opened, person_as, settings_of

__all__ = [
    "content",
    "instance_option",
    "instances",
    "main",
    "mirrors",
    "opened",
    "people",
    "person_as",
    "settings_of",
    "tasks",
]
