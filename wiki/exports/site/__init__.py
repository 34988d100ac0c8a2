"""The site as plain files, which a browser reads from a disk without a server.

::

    writer ──▶ places    each page and file ──▶ its name; links between them, relative
       ├─────▶ body      the gate's HTML ──▶ the same, leading to files alone
       ├─────▶ lists     the menu, and what it leads to: a page for each kind, and one for all
       ├─────▶ search    an index as a script, since a page on a disk may fetch nothing
       └─────▶ look      style sheets, fonts and pictures of the look that was chosen
"""
