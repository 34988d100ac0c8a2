"""Moving in: what another program kept, as pages on their own history.

::

    address ─▶ download.py ─▶ a plugin's fetcher, by elsewhere.py ─▶ files
    file ─▶ intake.py ─▶ a plugin's Source, in a child ─▶ Stage: pages, files, losses in a folder
                                                            │   inventory.py: a preview, a yes
    branch ◀── commits.py ◀── earlier.py: what is here already ┘

Nothing is ever half imported: the branch moves once. Each commit names the states that it brings
(``Imported-From: source key``), so that a second run brings the new ones alone.
"""
