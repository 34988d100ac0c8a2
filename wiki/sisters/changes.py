"""What administrators do about sisters: name one, block it or a page of it, end it."""

from collections.abc import Sequence
from dataclasses import dataclass

from wiki.errors import BadField, BadRequest
from wiki.instance import Instance
from wiki.pages.words import slug
from wiki.people.audit import NOBODY
from wiki.people.sisters import exchanges, registry
from wiki.people.sisters.registry import Sister
from wiki.repository.repository import Repository
from wiki.sisters import upkeep
from wiki.sisters.calls import address_of, ask_statement
from wiki.sisters.fetch import remote_folder
from wiki.sisters.keys import fingerprint, own_key
from wiki.sisters.mount import hide, mount, unmount
from wiki.sisters.poll import TASK
from wiki.sisters.statement import Statement, read_statement
from wiki.sisters.tree import Bounds, read_source
from wiki.task_queue import wake
from wiki.translation import gettext as _


@dataclass(frozen=True)
class Candidate:
    """A site that was asked who it is, before anyone has said yes to it.

    ``known``: the sister at that address, which has another key by now. ``name`` is proposed.
    """

    said: Statement
    name: str
    known: Sister | None

    @property
    def fingerprint(self) -> str:
        """That of its key, to be compared with what its administrators say."""
        return fingerprint(self.said.kid)


def look(instance: Instance, typed: str) -> Candidate:
    """Asks the site at the address that somebody typed who it is. Raises BadField."""
    address = address_of(typed)
    if address == instance.settings.public_url:
        raise BadField("address", _("This is the address of this site itself."))
    try:
        said = read_statement(ask_statement(instance, address), address, instance.private.now())
    except BadRequest as error:
        raise BadField("address", error.words) from error
    if said.kid == own_key(instance.private).kid:
        words = _(
            "That site signs with the key of this one: it is a copy, or was made from a backup."
            " Give it a key of its own first: wiki sisters key revoke, there."
        )
        raise BadField("address", words)
    known = registry.listed(instance.private)
    same = next((one for one in known if one.address == address), None)
    if same is not None and same.kid == said.kid:
        raise BadField("address", _("This site is a sister already."))
    taken = {one.name for one in known}
    name = slug(said.name)[:30].strip("-") or "carrefour"
    names = (name, *(f"{name}-{number}" for number in range(2, 100)))
    return Candidate(said, next(one for one in names if one not in taken), same)


def agree(instance: Instance, typed: str, kid: str, name: str = "", *, by: str = NOBODY) -> Sister:
    """Has the site be a sister, or a sister be known by its new key; ``kid`` is what was seen.

    Raises BadField, AlreadyExists.
    """
    found = look(instance, typed)
    if found.said.kid != kid:
        words = _("Its key is another one than the one that you saw. Look again.")
        raise BadField("address", words)
    private, said = instance.private, found.said
    if found.known is not None:
        registry.set_key(private, found.known.name, kid, said.key, by=by)
        sister = registry.get(private, found.known.name)
    else:
        made = name or found.name
        sister = registry.add(private, made, said.address, said.name, kid=kid, key=said.key, by=by)
    wake(instance.settings, TASK)
    return sister


def remove(instance: Instance, name: str, *, by: str = NOBODY) -> None:
    """Ends the exchange; the copy is gone when this returns. Raises NotFound."""
    registry.remove(instance.private, name, by=by)
    upkeep.remove(instance, name)


def block(instance: Instance, name: str, *, by: str = NOBODY) -> None:
    """Shows nothing of the sister any more, nor tells it anything. Raises NotFound."""
    registry.set_blocked(instance.private, name, blocked=True, by=by)
    upkeep.remove(instance, name)


def unblock(instance: Instance, name: str, *, by: str = NOBODY) -> None:
    """Asks the sister again. Raises NotFound."""
    registry.set_blocked(instance.private, name, blocked=False, by=by)
    wake(instance.settings, TASK)


def block_page(
    instance: Instance, name: str, path: str, *, blocked: bool, by: str = NOBODY
) -> None:
    """Hides a page of the sister's with all below it, or shows it again. Raises NotFound."""
    private = instance.private
    before, taken = registry.get(private, name), exchanges.get(private, name).head
    registry.block_page(private, name, path, blocked=blocked, by=by)
    if not taken or before.blocked:
        return  # nothing is shown of it
    if blocked:
        pages = hide(instance, name, list_blocked(instance, name))
        registry.note_copied(private, name, taken, pages, before.size)
    else:
        _mount_again(instance, before, taken)
    upkeep.run(instance)


def list_blocked(instance: Instance, name: str) -> Sequence[str]:
    """The pages of the sister that are blocked, by their paths there."""
    return registry.blocked_pages(instance.private, name)


def _mount_again(instance: Instance, sister: Sister, taken: str) -> None:
    """Shows what was ``taken`` of the sister last, as it may be shown now: it need not be there."""
    folder = remote_folder(instance, sister.name)
    if not (folder / "HEAD").is_file():
        return
    repository = Repository(folder, folder / "lock")
    try:
        if (head := repository.head()) != taken:
            return  # what came since was refused: it is asked again
        bounds = Bounds(size=instance.settings.sister_size)
        blocked = list_blocked(instance, sister.name)
        source = read_source(repository, head, bounds, blocked)
        if source.files:
            mount(instance, sister.name, sister.title, repository, source)
        else:
            unmount(instance, sister.name)
        registry.note_copied(instance.private, sister.name, head, source.pages, source.size)
    finally:
        repository.close()
