"""The tests of a module share a wiki, which begins anew for each."""

from wiki.testing.module_wiki import app, instance

__all__ = ["app", "instance"]
