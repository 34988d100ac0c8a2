"""A sister Carrefour for a test: files of its, put here as its copy, as after an exchange."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wiki.instance import Instance


def mount_sister(
    instance: "Instance", name: str, files: Mapping[str, str | bytes], title: str = ""
) -> None:
    """Has the sister ``name`` show these ``files`` here, and nothing that it showed before.

    Its address is ``https://<name>.example``.
    """
    from wiki.people.sisters import registry as sisters
    from wiki.repository.commit import commit
    from wiki.repository.objects import EMPTY, Author
    from wiki.repository.repository import Repository
    from wiki.sisters.mount import mount
    from wiki.sisters.tree import Bounds, read_source

    title = title or f"Carrefour {name}"
    if name not in sisters.by_name(instance.private):
        address = f"https://{name}.example"
        sisters.add(instance.private, name, address, title, kid=f"kid-{name}", key="{}")
    with TemporaryDirectory() as folder:
        origin = Repository.create(Path(folder) / "wiki.git", Path(folder) / "lock")
        data = {
            file: text.encode() if isinstance(text, str) else text for file, text in files.items()
        }
        head = commit(origin, EMPTY, data, Author(title, "site@example.net"), "Tout")
        source = read_source(origin, head, Bounds(), sisters.blocked_pages(instance.private, name))
        mount(instance, name, title, origin, source)
        origin.close()
    sisters.note_copied(instance.private, name, head, source.pages, source.size)
