"""The private tables of the core, a module for each concern; whoever imports one has them all.

::

    tables         what all are declared with
    accounts       who they are                     texts       drafts, deposits, proposals, reports
    entries        how they are let in              exchanges   pushes, mirrors
    invitations    who else may join                background  mails, tasks, the audit trail
    subscriptions  what they follow, have read      counts      for limits, of use, of faults
    instance       whose rows they are              settings    what administrators chose
    guides         what they are led through        factors     what proves more than a password
    share_links    what is shown by a link          groups      who is in which
    sisters        other Carrefours                 pen_names   what they wrote as elsewhere
"""

from wiki.people.models import (
    accounts,
    background,
    counts,
    entries,
    exchanges,
    factors,
    groups,
    guides,
    instance,
    invitations,
    pen_names,
    settings,
    share_links,
    sisters,
    subscriptions,
    texts,
)

__all__ = [
    "accounts",
    "background",
    "counts",
    "entries",
    "exchanges",
    "factors",
    "groups",
    "guides",
    "instance",
    "invitations",
    "pen_names",
    "settings",
    "share_links",
    "sisters",
    "subscriptions",
    "texts",
]
