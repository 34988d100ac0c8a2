"""`wiki check`: what is wrong with an instance, a sentence each; nothing where all is well."""

from collections.abc import Iterator

from wiki.instance import Instance
from wiki.pages.paths import is_servable, page_of
from wiki.reading import Reader

#: faults of one kind that are named one by one
_NAMED = 50


def faults(instance: Instance) -> Iterator[str]:
    """The faults of repository, derived stores and private database; reads everything, slow."""
    yield from instance.repository.check()
    yield from instance.private.check()
    for name in instance.projections:
        if not instance.projections.catch_up(name):
            yield f"{name} could not be brought up to date: run `wiki reindex --only {name}`"
    yield from _files(instance)
    yield from _identities(instance)


def _files(instance: Instance) -> Iterator[str]:
    unserved = 0
    twice = 0
    seen: set[str] = set()
    for file, _id in instance.repository.files(instance.repository.head()):
        if not is_servable(file):
            unserved += 1
            if unserved <= _NAMED:
                yield f"not served, its name is not safe: {file!r}"
        elif (path := page_of(file)) is not None:
            if path in seen:
                twice += 1
                if twice <= _NAMED:
                    yield f"two files for one page, {path}.md wins: {file!r}"
            seen.add(path)
    for count, words in ((unserved, "not served"), (twice, "two files for one page")):
        if count > _NAMED:
            yield f"{words}: {count - _NAMED} more"


def _identities(instance: Instance) -> Iterator[str]:
    reader = Reader(instance)
    for identity, pages in reader.catalogue.doubled():
        yield f"identity {identity} stands on several pages: {', '.join(pages)}"
