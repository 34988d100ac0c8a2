"""Carrefour: a git-backed Markdown wiki where projects meet the people they need."""

from wiki.charsets import bound_codecs

__version__ = "0.1.0"

bound_codecs()
