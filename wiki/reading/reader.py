"""One reader: a person, at one commit, with their rights."""

import logging
from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from wiki.cache.properties import cached_property
from wiki.cache.topics import DAY, HEAD, note, noted
from wiki.hookspecs.notifications import entrusted
from wiki.instance import Instance
from wiki.pages.access import ALL, Access, access
from wiki.pages.members import GROUP
from wiki.people.access import policy
from wiki.people.access.share_links import ALLOWS, ShareLink
from wiki.people.accounts import as_by_now
from wiki.people.membership import groups_of
from wiki.people.person import Person
from wiki.projections.catalogue import Catalogue
from wiki.projections.changes import Changes
from wiki.projections.heads import bodies_since
from wiki.projections.interface import Projection
from wiki.projections.links import Links
from wiki.projections.pagespan import levels
from wiki.projections.search import SearchProjection

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Shared:
    """A link that a visitor came by, and the pages that it shows at this moment."""

    link: ShareLink
    pages: frozenset[str]


class Reader:
    """``person`` (None: a visitor) at ``instance``, as of ``commit``.

    What is done with one are the functions of this package, ``get_page(reader, path)``.

    ``audience`` is for commands that act for nobody, such as an import: then it is given. ``links``
    says what a visitor is shown by links (``shared.py``).
    """

    def __init__(
        self,
        instance: Instance,
        person: Person | None = None,
        *,
        audience: frozenset[str] | None = None,
        links: Callable[[], Collection[Shared]] | None = None,
    ) -> None:
        self.instance = instance
        self.person = person
        self.commit = instance.projections.commit()
        #: what was worked out for this reader and does not change while they are there
        self.memory: dict[Hashable, Any] = {}
        #: what asks in the person's name, as they call it; "" where they do themselves
        self.program = ""
        self._given = audience
        self._links = links

    def renewed(self) -> "Reader":
        """The same person at this moment: for the door in, once it holds the lock.

        Whoever waited for the lock may have been given a page meanwhile, by their own other click,
        or have lost what they could do.
        """
        person = self.person
        if person is not None:
            person = as_by_now(self.instance.private, person)
        reader = Reader(self.instance, person, audience=self._given, links=self._links)
        reader.program = self.program
        known = "audience" in vars(self) and self._links is None
        if known and self._goes_by() == reader._goes_by():
            reader.audience = self.audience
        return reader

    def _goes_by(self) -> tuple[object, ...]:
        """What the audience of a person is worked out from."""
        return self.commit, self.person, self.names, self._today

    @property
    def head(self) -> str:
        """The commit that answers are from. Whoever looks at it depends on all that is in git."""
        note((HEAD,))
        return self.commit

    @cached_property
    def audience(self) -> frozenset[str]:
        """The groups that the person is in, such as ``public``, ``members``, ``team:<path>``."""
        if self._given is not None:
            return self._given
        if self.person is None:
            shown = [(path, one.link.allows) for one in self.shared for path in one.pages]
            return policy.audience_by_link(shown) if shown else policy.VISITOR
        entrusted = self.entrusted if self.person.role == "programme" else ()
        names = self.names
        if not names:
            return policy.audience(self.person, (), entrusted)
        projections = self.instance.projections
        catalogue = cast(Catalogue, projections.part("catalogue"))
        current = self._follows_heads(catalogue) or projections.bring("catalogue")
        teams, reads = catalogue.lines_naming(names, self.today)
        audience = policy.audience(self.person, teams, entrusted, reads)
        if not current:
            # Who has left a team since is in it still, by what is known here.
            projections.check_secrecy("catalogue", audience)
        return audience

    @cached_property
    def names(self) -> frozenset[str]:
        """What the person is called in the lines of heads: their page, and each of their groups."""
        if self.person is None or not self.person.id:
            return frozenset()
        groups = groups_of(self.instance.private, self.person.id)
        own = self.person.page
        page = {own} if own and not own.startswith(GROUP) else set()
        return frozenset(page | {GROUP + name for name in groups})

    def _follows_heads(self, catalogue: Catalogue) -> bool:
        """Whether the teams that the catalogue knows are those of the newest commit, for who saves.

        Heads tell teams; who saves among others would else work out all that the others wrote.
        """
        pin, repository = self.instance.projections.pin, self.instance.repository
        if pin is not None and not pin.follows:
            return False
        return bodies_since(catalogue, repository, self.commit) is not None

    @cached_property
    def shared(self) -> tuple[Shared, ...]:
        """What the links show that a visitor came by."""
        return () if self._links is None else tuple(self._links())

    def link_to(self, path: str) -> Shared | None:
        """The link that shows the page to this visitor; of several, the one that allows most."""
        found = [one for one in self.shared if path in one.pages]
        return max(found, key=lambda one: ALLOWS.index(one.link.allows), default=None)

    @cached_property
    def teams(self) -> frozenset[str]:
        """The pages on whose team the person is; their own person page is one."""
        found = (group.partition(":") for group in self.audience)
        return frozenset(path for kind, _colon, path in found if kind == "team")

    @property
    def entrusted(self) -> tuple[str, ...]:
        """The spaces that plugins say the programme team reads: a matter of theirs."""
        return self.instance.private.remembered(
            ("entrusted", self.commit),
            lambda: tuple(self.instance.plugins.call(entrusted, self.instance)),
        )

    @property
    def today(self) -> date:
        """The day that it is on the site, by the clock of the private rows."""
        if (topics := noted.get()) is not None:
            topics.add(DAY)
        return self._today

    @cached_property
    def _today(self) -> date:
        return self.instance.private.now().astimezone(self.instance.settings.zone).date()

    def access(self, path: str, commit: str | None = None) -> Access:
        """Who the page is for, or would be for if it existed; says nothing of its existence.

        With ``commit``, a full hash that is known: who it was for then.
        """
        return levels(self.instance.repository, commit or self.commit).access(path)

    def may_read(self, path: str, commit: str | None = None) -> bool:
        """Whether the person may read what is, or was at ``commit``, at ``path``."""
        return policy.may_read(self.audience, self.access(path, commit), path)

    def inherited(self, path: str) -> Access:
        """What a page at ``path`` that says nothing itself inherits."""
        return access(path, levels(self.instance.repository, self.commit).above(path))

    def may_edit(self, path: str) -> bool:
        """Whether what the person writes at ``path`` is saved at once."""
        if self.person is None:
            return False
        return policy.may_edit(self.person, self.audience, self.access(path), path)

    def may_begin(self, path: str) -> bool:
        """Whether the person may make a page at ``path``, at once or once read; a visitor may
        where whoever has just opened an account does.
        """
        if self.person is not None:
            return self.may_add(path)
        newcomer = Person("", "", "")
        return policy.may_edit(newcomer, policy.audience(newcomer), self.access(path), path)

    def may_add(self, path: str) -> bool:
        """Whether what the person adds at ``path`` is theirs to say, at once or once read."""
        return policy.may_propose_new(self.person, self.audience, self.access(path), path)

    def may_propose(self, path: str) -> bool:
        """Whether the person, or a visitor, may send a text for ``path`` that someone accepts."""
        there = levels(self.instance.repository, self.commit).head(path) is not None
        ask = policy.may_propose if there else policy.may_propose_new
        return ask(self.person, self.audience, self.access(path), path)

    def may_comment_by_link(self, path: str) -> bool:
        """Whether a link lets this visitor comment on the page."""
        return policy.may_comment_by_link(self.audience, self.access(path), path)

    def may_change_rights(self, path: str) -> bool:
        """Whether the person may change who reads and edits the page, or move it elsewhere."""
        if self.person is None:
            return False
        return policy.may_change_rights(self.person, self.audience, self.access(path), path)

    def projection(self, name: str) -> Projection:
        """What is worked out from git under ``name``, for questions that name this audience.

        Where it cannot catch up, its old state answers, unless pages were closed to this person
        since: then raises Busy. For who acts for nobody, closed to anybody.
        """
        projections = self.instance.projections
        if self.person is None and self._given is not None:
            return projections[name]
        return projections.read(name, self.audience)

    @property
    def catalogue(self) -> Catalogue:
        """Typed pages, their facts, block items: each question takes an audience."""
        return cast(Catalogue, self.projection("catalogue"))

    @property
    def links(self) -> Links:
        """Who points where."""
        return cast(Links, self.projection("links"))

    @property
    def changes(self) -> Changes:
        """Who changed what, when."""
        return cast(Changes, self.projection("changes"))

    @property
    def searching(self) -> SearchProjection:
        """Full text."""
        return cast(SearchProjection, self.projection("search"))


def system_reader(instance: Instance, reason: str) -> Reader:
    """A reader of everything, for work that acts for nobody; ``reason`` is logged."""
    log.debug("everything is read: %s", reason)
    return Reader(instance, audience=frozenset({ALL}))
