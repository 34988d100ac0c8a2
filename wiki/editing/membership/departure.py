"""Leaving: an account ends, its name is shown no more, and its page goes or stays."""

from wiki.editing.move import delete
from wiki.editing.rights import someone
from wiki.people.person import Person
from wiki.people.privacy.erasure import erase
from wiki.people.sisters import registry
from wiki.reading import Reader
from wiki.reading.pages import find_page
from wiki.repository.commit import commit
from wiki.repository.objects import EMPTY, WIKI_AUTHOR
from wiki.translation import gettext as _


def leave_for_good(reader: Reader, person: Person, *, with_page: bool = False) -> None:
    """Erases the account of ``person``; ``reader`` is theirs, or an admin's.

    ``with_page``: their person page is deleted first, by whoever ``reader`` is; where that is
    refused, nothing is erased. Raises BadField for the last admin, and what ``delete`` raises.
    """
    if with_page and person.page and find_page(reader, person.page) is not None:
        # Without its title in the message: it is the name that shall be gone.
        delete(reader, person.page, _("A page removed with its owner’s account"))
    if registry.listed(reader.instance.private):
        _sign_newest(reader)
    erase(reader.instance.private, person.id, by=someone(reader).id)


def _sign_newest(reader: Reader) -> None:
    """Has the newest commit be by nobody: sisters have that one alone, with its author's name."""
    repository = reader.instance.repository
    with repository.lock():
        if (head := repository.head()) != EMPTY:
            commit(repository, head, {}, WIKI_AUTHOR, _("An account was erased"), empty=True)
