"""What reads bytes of strangers does so in a process of its own, bounded, that can be killed.

::

    functions.call(function, …) ─▶ child.py ─▶ the function, in Python        its answer, or Failed,
    runner.run(command, …) ──────▶ limits.py ─▶ the program (pandoc, typst)   TimedOut, in time
"""
