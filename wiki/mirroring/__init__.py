"""Mirrors: repositories elsewhere that the wiki is copied to, or takes commits from.

::

    runner.py ──a mirror that is due──▶ exchange.py ──▶ pull.py    fetch, check, merge, take
        │                                    │  └──────▶ push.py    never over what is not ours
        └── rows, mails: notifications.py          └── secrets.py            what lets us in
                     └── words.py: what a state means and what one can do, for mails, the command
                                   and the page of administrators

A run may be killed anywhere: the branch moves in one step or not at all, and the row says that the
run is due again.
"""

from wiki.mirroring.runner import TASK, count_waiting, run, run_now

__all__ = ["TASK", "count_waiting", "run", "run_now"]
