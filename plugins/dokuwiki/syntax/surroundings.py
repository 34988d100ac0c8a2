"""What a text is read against: the site that it comes from."""

from typing import Protocol

from wiki.api.imports.dialects import Target


class Site(Protocol):
    """The site that pages come from; there, ``CamelCase`` may be a link."""

    @property
    def links_by_capitals(self) -> bool:
        """Whether it is."""

    def link(self, raw: str, page: str) -> Target:
        """What ``[[raw]]`` leads to in the text of ``page``."""

    def medium(self, raw: str, page: str) -> Target:
        """What ``{{raw}}`` shows there."""
