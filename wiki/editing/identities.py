"""Gives identities to the items that came by an import or a push, in commits of the wiki's own."""

from wiki.editing.saved_text import complete_identities
from wiki.editing.write_queue import write_turn
from wiki.instance import Instance
from wiki.plugins import identified_blocks
from wiki.projections.upkeep import doubled_identities, unidentified_pages
from wiki.reading import Reader, system_reader
from wiki.reading.pages import find_page
from wiki.repository.commit import Change, commit
from wiki.repository.objects import WIKI_AUTHOR

_MESSAGE = "Identités des besoins et des offres"
_BATCH = 500


def stamp_identities(instance: Instance) -> int:
    """Stamps what misses an identity, and copies that bear another's; returns how many pages."""
    stamped = 0
    while changes := _missing(instance):
        stamped += len(changes)
        if len(changes) < _BATCH:
            break
    return stamped


def _candidates(reader: Reader) -> list[str]:
    catalogue = reader.catalogue
    blocks = identified_blocks(reader.instance.plugins)
    copies = [
        path
        for _identity, paths in doubled_identities(catalogue, limit=_BATCH)
        for path in paths[1:]
    ]
    return sorted({*unidentified_pages(catalogue, blocks, limit=_BATCH), *copies})


def _missing(instance: Instance) -> dict[str, Change]:
    """One batch of pages, stamped and committed under the lock."""
    changes: dict[str, Change] = {}
    with write_turn(instance):
        reader = system_reader(instance, "identities")
        for path in _candidates(reader):
            page = find_page(reader, path)
            if page is not None and (done := complete_identities(reader, page)).text != page.text:
                changes[page.file] = done.text.encode()
        if changes:
            commit(instance.repository, reader.head, changes, WIKI_AUTHOR, _MESSAGE)
    return changes
