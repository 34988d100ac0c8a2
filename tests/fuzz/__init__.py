"""What reads a stranger's bytes, given bytes of every kind: nothing is raised but refusals.

::

    make test ──▶ test_*.py: the same few examples each time
    make fuzz ──▶ __main__.py ──▶ test_*.py: others each time, until the time is up
                                     ▲
    corpus/ ── whole examples ── material.py: spoilt here and there

An example that was a fault becomes a test of its own beside what was mended.
"""
