"""Sister Carrefours: each other's public pages, exchanged over git, read beside one's own.

::

    their wiki.git ──fetch──▶ tree.py: may it be here? ──▶ mount.py: below their name in
                                                           index/sisters/content.git
    pages, boards, search ◀── reader.py ◀── the same projections, of the copies

No page of theirs is ever in ``content.git``, and none of ours in their folder: what a sister does
wrong shows below its own name, and nowhere else.
"""
