"""Carrefour: a git-backed Markdown wiki where projects meet the people they need."""

__version__ = "0.1.0"
