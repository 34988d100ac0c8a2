"""A guest edits the page that is lent to them; it is not theirs to move or to take away."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from wiki.editing import move, save
from wiki.errors import Forbidden, NotFound
from wiki.people.access.grants import grant_guest, guests_of
from wiki.people.accounts import get_person
from wiki.reading import Reader

if TYPE_CHECKING:
    from wiki.instance import Instance
    from wiki.people.person import Person


def test_a_guest_writes_and_neither_moves_nor_deletes(
    instance: "Instance", write: Callable[..., str], person: "Callable[..., Person]"
) -> None:
    write(
        {
            "p/index.md": "---\ntype: project\nvisibility: team\nteam: [x]\n---\n\n# P\n",
            "p/q.md": "# Q\n",
            "libre.md": "# Libre\n",
        }
    )
    made = person("Mallory")
    for path in ("p/q", "libre"):
        grant_guest(instance.private, made.id, path, by="test")
    guest = get_person(instance.private, made.id)
    save.save(Reader(instance, guest), "p/q", "# Q\n\nMieux.\n", Reader(instance).head)
    with pytest.raises(Forbidden):
        move.delete(Reader(instance, guest), "p/q")
    with pytest.raises((Forbidden, NotFound)):
        move.move(Reader(instance, guest), "p/q", "p/r")
    # What one may edit anyway is not lent.
    move.delete(Reader(instance, guest), "libre")


def test_who_was_a_guest_of_a_page_that_is_gone_is_none_of_the_next_one(
    instance: "Instance", write: Callable[..., str], person: "Callable[..., Person]"
) -> None:
    write({"libre.md": "# Libre\n"})
    grant_guest(instance.private, person("Mallory").id, "libre", by="test")
    write({"libre.md": None})
    reader = Reader(instance, person("Awa"))
    save.save(reader, "libre", "# Une autre\n", reader.head)
    assert guests_of(instance.private, "libre") == []
