"""The names of those who wrote: every author that is shown, by any door, passes here.

Git keeps a name as it was written. Where it is shown, a mail address in it is masked, and whoever
erased their account is a former member: known by the alias in the commit, which says nothing else.
Whoever said that a name of another program is theirs is called as they are here.
"""

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from wiki.pages.mail_mask import MASKED, masked
from wiki.people.person import ALIAS
from wiki.translation import gettext as _

#: a line that git tools put below a message for each further author
_CREDIT = re.compile(r"^([\w-]+-by:)[ \t]*([^<\n]*?)[ \t]*<([^>\n]*)>[ \t]*$", re.M)


@dataclass(frozen=True)
class Names:
    """Who wrote, in the words that may be shown; ``erased``: the ids of accounts that are gone,
    ``claimed``: what those are called whose names of elsewhere have these ids.

    Where it is not ``known`` which are, nobody who has or had an account is named.
    """

    erased: Set[str] = frozenset()
    claimed: Mapping[str, str] = field(default_factory=dict)
    known: bool = True

    def author(self, name: str, mail: str) -> str:
        """What to call whoever committed as ``name <mail>``."""
        if not self.known and mail.endswith(f"@{ALIAS}"):
            return _("A member")
        if self.is_erased(mail):
            return self.former
        id, _at, host = mail.partition("@")
        return masked(self.claimed.get(id, name) if host == ALIAS else name)

    @property
    def former(self) -> str:
        """What to call whoever has left."""
        return _("Former member")

    def message(self, text: str) -> str:
        """The message of a commit, with those whom its last lines name called alike."""
        if "-by:" in text:
            text = _CREDIT.sub(self._credit, text)
        return masked(text)

    def is_erased(self, mail: str) -> bool:
        """Whether ``mail`` is the alias of someone who has left."""
        name, at, host = mail.partition("@")
        return bool(at) and host == ALIAS and name in self.erased

    def _credit(self, line: re.Match[str]) -> str:
        return f"{line[1]} {self.author(line[2], line[3]) or MASKED}"
