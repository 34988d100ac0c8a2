"""The door in: whatever a person changes in the wiki goes through a function of this package.

::

    text ──▶ rights ──▶ identities ──▶ merge with what was saved meanwhile ──▶ one commit
                                                │
                                                └──▶ EditConflict: both texts, nothing saved

Each takes a ``Reader``: who asks, and what they may know of. A save triggers nothing: no index
call, no signal, no queue. What is worked out from git (search, links, lists, history) sees a new
head the next time it is asked, see ``projections/base.py``.
"""
