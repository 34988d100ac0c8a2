"""What is counted of requests, in memory that all processes of a server share; of nobody who asks.

::

    kept answers ──┐                                  ┌──▶ /-/metrics
    views ─────────┼──▶ counters: a place a process ──┼──▶ /-/admin/health
    searches ──────┘                                  └──▶ each minute, days of use (jobs/usage.py)
"""
