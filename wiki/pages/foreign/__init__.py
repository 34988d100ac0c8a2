"""Markdown as other programs keep and write it, read the one way (pure).

::

    names.py   which files are pages, and which is its folder's own, whatever they are called
    texts.py   what MkDocs, Hugo, Obsidian, Gollum … write beyond Markdown, as this wiki says it
    boxes.py   their boxes around paragraphs

``wiki init --from`` asks all of it (``parts/survey.py``), imports texts and names, pushes names.
"""
