"""From wikitext to our Markdown; pure: text in, text and what it lost out.

::

    text ─▶ reader.py: nodes ─▶ expansion.py: wikitext without templates, what is whole set aside
         ─▶ html.py: its HTML as wikitext ─▶ blocks.py: lines ─▶ inline.py: words ─▶ Markdown
"""
