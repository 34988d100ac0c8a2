"""Projections as rows of SQL tables, written and asked in SQLAlchemy Core.

::

    projection.py ── rows and marker ──▶ rows.py ── a text, compiled once ──▶ store.py
      │ conditions.py  who sees a row       │ dialect.py                       SQLite's file
      └ row_changes.py ─▶ markers.py: topics of the rows that differ
                            names.py: texts that come again and again, kept once

What is for SQLite alone stands in ``store.py`` (connections and transactions), ``row_changes.py``
(triggers) and ``dialect.py`` (words that Core lacks, with what PostgreSQL says).
"""
