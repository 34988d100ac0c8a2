"""The rooms of administrators: people, invitations and codes, handing over, mirrors, the trail.

::

    sections.py   the registry: what stands on the index page, from this room and from others
    index.py      the index page, and the guard of everything below /-/admin
    people.py     accounts: roles, blocking, sessions, person pages
    invitations.py   invitations by mail, and codes that open sign-up
    handovers.py  projects that someone offers to take over
    mirrors.py    repositories elsewhere, and how they go
    server.py     room on the disk, what waits in the background and what fails there
    violations.py what browsers refused by the site's policy
    settings/     what administrators choose of the wiki's settings
    trail.py      the audit trail

Another room adds its lines to the index page by ``register(Section(…))`` when it is imported, and
its pages by views on ``bp``, which only administrators reach.
"""

from wiki.web.admin import handovers, mirrors, people, server, settings, trail, violations
from wiki.web.admin import invitations as inviting
from wiki.web.admin.index import bp
from wiki.web.admin.sections import Line, Section, register

__all__ = [
    "Line",
    "Section",
    "bp",
    "handovers",
    "inviting",
    "mirrors",
    "people",
    "register",
    "server",
    "settings",
    "trail",
    "violations",
]
