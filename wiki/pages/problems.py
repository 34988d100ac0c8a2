"""What is wrong in a text: on which line, of which kind, in words for its author."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from wiki.translation import gettext


@dataclass(frozen=True)
class Problem:
    """Something a text gets wrong; never an exception, and never a reason to refuse the text.

    ``line`` counts from 0 in the whole text, front matter included. ``kind`` is a stable slug such
    as ``bad-date``. ``message`` is an English msgid with ``{name}`` places, filled from ``params``.
    """

    line: int
    kind: str
    message: str
    params: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def words(self) -> str:
        """The sentence for the author, in the language in force."""
        return gettext(self.message).format(**self.params)
