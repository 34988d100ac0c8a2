"""Markdown as other programs keep and write it: read by all that moves in, the one way.

::

    text = read_foreign(text, lose)  # ``!!! note`` is a callout; lose(what, line, detail) is told
    for number, line, in_code in code_lines(text.split("\\n")): ...
"""

from wiki.pages.foreign.names import MARKDOWN, MARKUPS, OWN
from wiki.pages.foreign.texts import Lose, read_foreign
from wiki.pages.lines import change_words, code_lines
