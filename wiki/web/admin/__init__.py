"""The rooms of administrators: what needs them, how the wiki is doing, people, content, use.

::

    sections.py   the registry: what stands on the index page, from this room and from others
    index.py      the index page, and the guard of everything below /-/admin
    people.py     accounts: roles, blocking, sessions, person pages
    invitations.py   invitations by mail, and codes that open sign-up
    handovers.py  projects that someone offers to take over
    backups.py    what is kept where, how its trial went, taking one along
    mirrors.py    repositories elsewhere, and how they go
    needs.py      what of the machine needs someone: mails, tasks, disk, index, copies
    server.py     room on the disk, what waits in the background and what fails there
    mails.py      mails that were given up
    health.py     processes, how quick it is, what is kept in memory
    faults.py     faults, by the reference that a reader was told
    content.py    broken links, pages wanted, alone, gone or old; spaces that nobody acts for
    figures.py    how it is used, in sums that follow nobody
    violations.py what browsers refused by the site's policy
    settings/     what administrators choose of the wiki's settings
    look/         what they choose of its look
    trail.py      the audit trail

Another room adds lines and needs to the index page by ``register(Section(…))`` when it is imported,
and its pages by views on ``bp``, which only administrators reach.
"""

from wiki.web.admin import (
    backups,
    content,
    faults,
    figures,
    handovers,
    health,
    look,
    mails,
    mirrors,
    people,
    server,
    settings,
    trail,
    violations,
)
from wiki.web.admin import invitations as inviting
from wiki.web.admin.index import bp
from wiki.web.admin.sections import Line, Need, Section, register

__all__ = [
    "Line",
    "Need",
    "Section",
    "backups",
    "bp",
    "content",
    "faults",
    "figures",
    "handovers",
    "health",
    "inviting",
    "look",
    "mails",
    "mirrors",
    "people",
    "register",
    "server",
    "settings",
    "trail",
    "violations",
]
