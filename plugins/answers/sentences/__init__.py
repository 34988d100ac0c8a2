"""Sentences of a language model that the operator has named, as far as passages support them.

::

    passages.py   what may be sent of the answer, and to which server
      ├── prompt.py    the question and the passages between marks that nobody can forge
      ├── model.py     one call to a server as OpenAI's are, within bounds
      ├── citation.py  what it said, cut into sentences with the passages that they name (pure)
      └── support.py   whether a passage says what a sentence says (pure)
"""
