"""Digests: what each follower is told, once, at their rhythm, and never more than they may know.

::

    running ── who is due ──▶ news        what changed, for all with the same audience
                               ▼
                            gathering     what one follower follows of it; what is asked of them
                               ▼
                            letters       as mails, with links to stop (links)
                               ▼
                            one transaction: the mails, and up to where they were told
"""

from wiki.digests.runner import TASK, run

__all__ = ["TASK", "run"]
