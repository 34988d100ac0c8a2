"""Backups: everything that cannot be worked out again, kept elsewhere, and tried.

::

    rows ─┐                                   ┌─▶ folder ─┐
    git ──┼─▶ archive.py ─▶ encryption.py ─▶ ─┼─▶ s3      ├─▶ trial.py ─▶ restored, counted, gone
    texts ┘   (manifest.py)    (age)          └─▶ restic… ┘   restore.py ─▶ an instance
              maker.py: each day, and before an upgrade           retention.py: what goes

A new site's place is taken by one of a backup, or of a repository (candidate.py): takeover.py.
"""
