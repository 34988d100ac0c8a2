"""The wiki on somebody's device: installed as an application, read where there is no line.

::

    manifest   what an installation is told: name, colours, icons, ways in
    worker     the script that keeps pages (``frontend/src/js/worker.js``), and what stands in
"""
