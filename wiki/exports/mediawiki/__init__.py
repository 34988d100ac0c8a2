"""Pages with their history as MediaWiki takes them in: its XML, its markup, its names of files.

::

    dump ──▶ titles    path ──▶ a title that MediaWiki holds; file ──▶ a name without folders
      └────▶ wikitext  the one reading of a text ──▶ wikitext
"""
