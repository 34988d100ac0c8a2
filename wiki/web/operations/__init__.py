"""How the wiki itself is doing: alive, ready, how quick, what failed. For programs that watch it.

::

    health.py     /-/healthz, /-/readyz, /-/metrics, and who may be told what
    readiness.py  whether what it stands on answers
    metrics.py    what Prometheus is told
    latency.py    how long each request takes, and what use of the wiki it is
    faults.py     the references of faults
"""
