"""What a page's text is read against: the site that it comes from, as far as it is known.

A target may be of the kind ``category`` (its name) or ``language`` (the page in another language).
"""

from typing import Protocol

from wiki.api.imports.dialects import Target

from .nodes import Nodes


class Site(Protocol):
    """The site that pages come from."""

    name: str

    def target(self, title: str, page: str) -> Target:
        """What ``[[title]]`` leads to in the text of ``page``; without its fragment."""

    def template(self, name: str) -> Nodes | None:
        """What the template of that name puts into a page; None where it is not there."""
