"""From DokuWiki's syntax to our Markdown; pure: text in, text and what it lost out.

::

    text ─▶ scanner.py: what is whole set aside (code, links, footnotes, boxes)
         ─▶ blocks.py: lines ─▶ inline.py: words ─▶ Markdown
"""
