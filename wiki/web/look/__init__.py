"""How the wiki looks, to browsers: what administrators chose, as pages and files.

::

    themes   those that plugins bring           presenters   what the frame of a page is given
    home     the home page, as it was arranged  lines        menu and foot, as they were chosen

The files themselves are given by ``web/page/look_files.py``.
"""
