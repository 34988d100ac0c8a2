"""Documents in and out: pages as PDF, Word, OpenDocument, EPUB or Markdown, and texts from them.

Out: ``gathering`` says which pages, ``binding`` makes a ``book`` of them as one reader sees them
(``leaves``, ``pictures``), ``making`` gives it a form (``typesetting``, ``styles``); ``folder``
gives them as they are written. In: ``taking`` reads a document (``containers``, ``tree``). Programs
of others run fenced, by ``running`` alone.
"""
