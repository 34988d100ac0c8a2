"""Proposes a text for a page that one may not write in at once: it is held, and nothing is public.

::

    visitor ──────────┐                               ┌─▶ editing.reviewing ─▶ commits
    held newcomer ────┼─▶ propose ─▶ a row, a ref ────┤
    who reads alone ──┘   amend, withdraw             └─▶ declined, in words

Whoever proposed comes back by a signed link, or by their account. The text is held in git, beside
the repository (``wiki.repository.proposals``); ref first, then the row.
"""

import hmac
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256

from wiki.cache.topics import SITE, own
from wiki.editing.rights import (
    check_may_propose,
    check_no_rights,
    check_told_apart,
)
from wiki.editing.saved_text import tidy, tidy_message
from wiki.editing.shared_names import sign_by_link
from wiki.editing.templates import PLACES, NewSpace, checked_title, free_path, pages_of
from wiki.errors import BadField, NotFound, StorageFailed, TooMany
from wiki.instance import Instance
from wiki.pages.access import visible
from wiki.pages.head.changes import edit_head
from wiki.pages.page import Page
from wiki.pages.paths import files_of
from wiki.people.accounts import get_person
from wiki.people.accounts.fields import check_name, fold_email
from wiki.people.limits.durable import DAY, HOUR, Limit, attempt, client_network, count_attempts
from wiki.people.person import Person
from wiki.people.review import proposals
from wiki.people.review.proposals import WAITING, Proposal
from wiki.reading import Reader
from wiki.reading.pages import find_page, find_page_at
from wiki.repository.commit import blob_hash
from wiki.repository.objects import Author
from wiki.translation import gettext as _

#: times an hour that one waiting proposal may be changed
_AMENDED = 30
#: a day has room for so many hours' worth
_HOURS_A_DAY = 4
#: proposals that somebody takes along
_MINE = 1000
#: links to elsewhere that a first contribution may add
MOST_LINKS = 5
_LINK = re.compile(r"https?://|\bwww\.", re.IGNORECASE)


@dataclass(frozen=True)
class ProposalForm:
    """What the form holds; ``base`` is the commit that its text started from.

    ``name`` and ``email`` are a visitor's and may be empty; ``address`` is where it came from,
    ``program`` what wrote it in the person's name.
    """

    text: str
    base: str = ""
    message: str = ""
    name: str = ""
    email: str = ""
    lang: str = "fr"
    address: str = ""
    program: str = ""


def propose(reader: Reader, path: str, sent: ProposalForm) -> Proposal:
    """Holds a text for who edits the page ``path`` to decide.

    Raises BadField, TooLarge, TooMany, and what ``rights`` raises; then nothing is held.
    """
    check_may_propose(reader, path)
    before, readers = _started_from(reader, path, sent.base)
    text = _checked(reader, path, before, sent.text)
    name, email = _visitor(reader, path, sent)
    person = reader.person
    new = Proposal(
        path=path,
        before=before.text if before else None,
        text=text,
        readers=readers,
        file=before.file if before else files_of(path)[0],
        blob=blob_hash(text.encode()),
        sender=sender_of(reader, sent.address),
        message=tidy_message(sent.message),
        name=name,
        email=email,
        lang=person.lang if person else sent.lang,
        person=person.id if person else None,
        program=sent.program,
    )
    _count(reader, sent.address)
    base = before.commit if before else reader.head
    author = _author(person, name)

    def hold(id: str) -> str:
        return reader.instance.proposed.put(id, base, new.file, text, author, new.message)

    with reader.instance.repository.lock():  # before the rows' own, as whoever decides does
        return proposals.keep(reader.instance.private, new, hold)


def propose_space(
    reader: Reader,
    new: NewSpace,
    sent: ProposalForm,
    edit: Callable[[Page], str] = lambda page: page.text,
) -> Proposal:
    """Holds the first page of something new, filled in from its template and changed by ``edit``.

    Raises as ``propose``, and what ``edit`` does.
    """
    title = checked_title(new)
    own = reader.person.page if reader.person else None
    path = free_path(reader, new.above or PLACES[new.type][0] or "index", title, own)
    page = next(pages_of(reader, new, title, path))
    # Who edits it is not for a proposal to say, nor for the template that it began with.
    text = edit_head(edit(page), {"editors": None})
    return propose(reader, path, replace(sent, text=text))


def amend(reader: Reader, proposal: Proposal, text: str, message: str) -> Proposal:
    """Puts ``text`` in place of what waits.

    Raises NotFound where it was decided meanwhile, and as ``propose``.
    """
    check_readable(reader, proposal)
    path, private = proposal.path, reader.instance.private
    before = None
    if proposal.before is not None:
        before = Page(path, files_of(path)[0], proposal.before)
    text, message = _checked(reader, path, before, text), tidy_message(message)
    attempt(private, f"amend:{proposal.id}", _AMENDED, HOUR)
    with reader.instance.repository.lock():
        found = find(reader.instance, proposal.id)
        if found is None or found.state != WAITING:
            raise NotFound(_("This proposal has been answered meanwhile."))
        proposal = replace(found, text=text, blob=blob_hash(text.encode()), message=message)
        _hold_anew(reader.instance, proposal)
    return proposal


def withdraw(reader: Reader, proposal: Proposal) -> None:
    """Takes a proposal back, with its text. Raises NotFound where it was decided meanwhile."""
    check_readable(reader, proposal)
    with reader.instance.repository.lock():
        if not proposals.withdraw(reader.instance.private, proposal.id):
            raise NotFound(_("This proposal has been answered meanwhile."))
        reader.instance.proposed.drop(proposal.id)


def find(instance: Instance, proposal_id: str) -> Proposal | None:
    """The proposal with this id, with its texts while it waits; the id may be anything."""
    found = proposals.find(instance.private, proposal_id)
    if found is None or found.state != WAITING or found.text:
        return found  # not of this id, without a text any more, or as an older version kept it
    held = instance.proposed.read(found.id, found.file, found.blob)
    # Lost, or decided just now: then there is nothing left to read, and it can be declined.
    return replace(found, before=held.before, text=held.text) if held else found


def held_texts(reader: Reader) -> Iterator[tuple[str, str]]:
    """The texts of one's own that wait, by the ids of their proposals."""
    if reader.person is not None:
        for one in proposals.proposals_of(reader.instance.private, reader.person.id, _MINE):
            found = find(reader.instance, one.id) if one.state == WAITING else None
            if found is not None and found.text:
                yield found.id, found.text


def tidy_held(instance: Instance) -> None:
    """Puts into git what an older version kept in rows, and forgets what is decided. Each day."""
    with instance.repository.lock():
        for old in proposals.in_rows(instance.private):
            _hold_anew(instance, replace(old, blob=blob_hash(old.text.encode())))
    instance.proposed.tidy(proposals.waiting_files(instance.private))


def check_readable(reader: Reader, proposal: Proposal) -> None:
    """Raises NotFound for who may not read the page."""
    if not readable(reader, proposal):
        raise NotFound(_("There is nothing here."))


def readable(reader: Reader, proposal: Proposal) -> bool:
    """Whether one may read the page, as it is now and as it was then."""
    path, audience = proposal.path, reader.audience
    groups = reader.access(path).group, proposal.readers
    return all(visible(group, path, audience) for group in groups)


def invalidate_pages(instance: Instance, *topics: str) -> None:
    """Lets no kept answer stand that called ``depends_on`` one of ``topics``; without any, none.

    For what is neither on a page nor in a table of the private rows: these are seen to change.
    """
    with suppress(StorageFailed):
        instance.private.bump(own(topics) or (SITE,))


def link_token(secret: bytes, proposal_id: str) -> str:
    """What the address of one's own proposal ends with: its id, signed."""
    return f"{proposal_id}.{_signature(secret, f'proposal:{proposal_id}')}"


def opened(reader: Reader, token: str) -> Proposal:
    """The proposal that a link leads its writer to. Raises NotFound."""
    proposal_id, _dot, signature = token.partition(".")
    right = _signature(reader.instance.secret, f"proposal:{proposal_id}")
    found = None
    if hmac.compare_digest(signature.encode("utf-8", "replace"), right.encode("ascii")):
        found = find(reader.instance, proposal_id)
    if found is None:
        raise NotFound(_("There is nothing here."))
    check_readable(reader, found)
    return found


def sender_of(reader: Reader, address: str) -> str:
    """Where something comes from, as a keyed hash: an account, else a network address."""
    who = f"account:{reader.person.id}" if reader.person else f"address:{client_network(address)}"
    return _signature(reader.instance.secret, f"sender:{who}")


def check_links(reader: Reader, before: str, text: str) -> None:
    """Raises BadField where a first contribution adds many links to elsewhere."""
    added = len(_LINK.findall(text)) - len(_LINK.findall(before))
    if added > MOST_LINKS and not reader.instance.settings.alone:
        words = _("A first contribution may add {count} links to other sites at most.")
        raise BadField("text", words.format(count=MOST_LINKS))


def _started_from(reader: Reader, path: str, base: str) -> tuple[Page | None, str]:
    """The text that the writer began with, and the group that it was shown to."""
    then = find_page_at(reader, path, base)
    if then is not None:
        return then, reader.access(path, base).group
    return find_page(reader, path), reader.access(path).group


def _checked(reader: Reader, path: str, before: Page | None, text: str) -> str:
    text = tidy(reader, text)
    if before is not None and text == before.text:
        raise BadField("text", _("You have not changed anything yet."))
    if before is None:
        check_told_apart(reader, files_of(path)[0])
    after = Page(path, before.file if before else files_of(path)[0], text)
    check_no_rights(reader, path, before, after)
    if reader.person is None or reader.person.held:
        check_links(reader, before.text if before else "", text)
    return text


def _hold_anew(instance: Instance, proposal: Proposal) -> None:
    """Puts the text of a proposal in place of the one that is held for it, or is in its row."""
    author = _author(get_person(instance.private, proposal.person or ""), proposal.name)
    id, file, text = proposal.id, proposal.file or files_of(proposal.path)[0], proposal.text
    held = instance.proposed.read(id, file)
    if held is None or not held.commit.parents:
        commit = instance.proposed.put_apart(id, file, proposal.before, text, author)
    else:
        base = held.commit.parents[0]
        commit = instance.proposed.put(id, base, file, text, author, proposal.message)
    message = proposal.message
    proposals.hold_anew(instance.private, id, file, commit, proposal.blob, message)


def _author(person: Person | None, name: str) -> Author:
    """Who a held text names: the commits that come of it are named by ``reviewing``."""
    return Author(person.name, person.alias) if person else Author(name, "visitor@visitors.invalid")


def _visitor(reader: Reader, path: str, sent: ProposalForm) -> tuple[str, str]:
    if reader.person is not None:
        return "", ""
    name = sign_by_link(reader, path, sent.name)
    if not name and sent.name.strip():
        name = check_name(sent.name)
    return name, fold_email(sent.email) if sent.email.strip() else ""


def _count(reader: Reader, address: str) -> None:
    hourly = reader.instance.settings.proposals_per_hour
    key = f"proposal:{sender_of(reader, address)}"
    limits = [Limit(f"{key}:hour", hourly, HOUR), Limit(f"{key}:day", hourly * _HOURS_A_DAY, DAY)]
    if hourly == 0:
        raise TooMany(_("No proposals are taken here just now."), retry_after=DAY)
    count_attempts(reader.instance.private, limits)


def _signature(secret: bytes, what: str) -> str:
    return hmac.new(secret, what.encode("utf-8", "replace"), sha256).hexdigest()[:40]
