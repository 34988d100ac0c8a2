"""Documents in and out: pages as PDF, Word, OpenDocument, EPUB or Markdown, and texts from them.

Out: ``gathering`` says which pages, ``binding`` makes a ``book`` of them as one reader sees them
(``leaves``, ``pictures``), ``making`` gives it a form (``typesetting``, ``styles``); ``folder``
gives them as they are written. In: ``taking`` has a document read by a child process, which is
``parsing`` (``containers``, ``tree``). Programs of others run in the sandbox, by ``running`` alone.
"""
