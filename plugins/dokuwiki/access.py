"""Who could read a page there, by the rules of its site (``acl.auth.php``); pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from .ids import spaces_above

PUBLIC, MEMBERS, TEAM = "public", "members", "team"
_ALL = "@ALL"
_READ, _EDIT = 1, 2
_RULE = re.compile(r"(\S+)[ \t]+(\S+)[ \t]+(\d{1,3})\s*(?:#.*)?\Z")
_PLACEHOLDER = re.compile(r"%(?:USER|GROUP)%")


@dataclass(frozen=True)
class Right:
    """Who reads: all, all with an account, or some alone; whether these accounts also edit."""

    readers: str
    edited: bool = True
    who: tuple[str, ...] = ()


class Access:
    """The rules, read once."""

    def __init__(self, lines: Iterable[str], members: str = "user") -> None:
        self._members = f"@{members.lower()}"
        self._rules: dict[str, list[tuple[str, int]]] = {}
        self._wide: list[tuple[re.Pattern[str], str, int]] = []
        self._known: dict[tuple[str, ...], Right] = {}
        for line in lines:
            found = _RULE.match(line.strip())
            if found is None or line.lstrip().startswith(("#", "<")):
                continue
            scope, who, level = found[1], unquote(found[2]), int(found[3])
            who = who if who == _ALL else who.lower()
            if _PLACEHOLDER.search(scope):
                parts = map(re.escape, _PLACEHOLDER.split(scope))
                self._wide.append((re.compile("[^:]+".join(parts)), who, level))
            else:
                self._rules.setdefault(scope, []).append((who, level))

    def of_page(self, id: str) -> Right:
        """Who reads the page."""
        return self._right((id, *self._scopes(id)))

    def of_space(self, space: str) -> Right:
        """Who reads the files of a namespace, "" for the root."""
        return self._right(tuple(self._scopes(f"{space}:x" if space else "x")))

    def _scopes(self, id: str) -> Sequence[str]:
        return [f"{space}:*" if space else "*" for space in spaces_above(id)]

    def _right(self, scopes: tuple[str, ...]) -> Right:
        said = [self._said(scope) for scope in scopes]
        said = [rules for rules in said if rules]
        key = tuple(str(rules) for rules in said)
        if key not in self._known:
            self._known[key] = self._strictest(said)
        return self._known[key]

    def _said(self, scope: str) -> list[tuple[str, int]]:
        wide = [(who, level) for form, who, level in self._wide if form.fullmatch(scope)]
        return [*self._rules.get(scope, ()), *wide]

    def _strictest(self, said: Sequence[Sequence[tuple[str, int]]]) -> Right:
        """What the least of those has that a word means: a group that is shut out counts too."""
        named = {who for rules in said for who, _level in rules} - {_ALL, self._members}
        visitor = _level(said, {_ALL})
        member = _level(said, {_ALL, self._members})
        # What names one person gives them their own; it takes from all where it shuts them out.
        each = {who: _level(said, {_ALL, self._members, who}) for who in named}
        least = min([member, *each.values()])
        edited = member >= _EDIT
        if min(visitor, least) >= _READ:
            return Right(PUBLIC, edited)
        if least >= _READ:
            return Right(MEMBERS, edited)
        return Right(TEAM, edited, tuple(sorted(who for who, level in each.items() if level)))


def _level(said: Sequence[Sequence[tuple[str, int]]], groups: set[str]) -> int:
    """As DokuWiki counts it: the nearest scope that says anything of them, the most of that."""
    for rules in said:
        levels = [level for who, level in rules if who in groups]
        if levels:
            return max(levels)
    return 0
