"""What a text of a YesWiki is read against: the pages, files and forms of its site (pure)."""

from collections.abc import Mapping
from typing import Protocol

from wiki.api.imports.dialects import Target


class Site(Protocol):
    """The site that a text is of."""

    def target(self, link: str) -> Target:
        """Where a link leads: a name of a page, an address, ``files/…``."""

    def is_page(self, tag: str) -> bool:
        """Whether a page of that name came, so that the bare name in a text is a link."""

    def file(self, name: str, page: str) -> Target:
        """The file that ``{{attach}}`` of ``page`` names."""

    def listing(self, form: str, parameters: Mapping[str, str]) -> str | None:
        """The block that lists the entries of a form; None where there is none for it."""
