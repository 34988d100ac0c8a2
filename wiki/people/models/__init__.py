"""The private tables of the core, a module for each concern; whoever imports one has them all.

::

    accounts     who they are                       texts      drafts, deposits, proposals, reports
    entries      how they are let in                exchanges  pushes, mirrors
    invitations  who else may join                  running    mails, tasks, the audit trail
    following    what they follow, have read        counts     for limits
"""

from wiki.people.models import accounts, counts, entries, exchanges, invitations, texts
from wiki.people.models import background as running
from wiki.people.models import subscriptions as following

__all__ = [
    "accounts",
    "counts",
    "entries",
    "exchanges",
    "following",
    "invitations",
    "running",
    "texts",
]
