"""Whoever holds the writers' queue works nothing out in it that could be worked out before."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from wiki.editing.files import attach
from wiki.editing.identities import stamp_identities
from wiki.editing.move import delete, move
from wiki.editing.save import save
from wiki.editing.spaces import make_space
from wiki.editing.templates import NewSpace
from wiki.editing.write_queue import write_turn
from wiki.people.accounts import add_person
from wiki.projections.catalogue import Catalogue
from wiki.projections.changes import Changes
from wiki.reading import Reader

if TYPE_CHECKING:
    from wiki.instance import Instance

NEEDS = "# Page\n\n::: besoins\n- {}\n\n:::\n"


@pytest.fixture
def held(instance: "Instance", monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each catching up of the catalogue, or the changes, held the queue."""
    seen: list[bool] = []
    for projection in (Catalogue, Changes):
        write = projection.write

        def noted(self: Any, *rest: Any, write: Any = write) -> None:
            seen.append(instance.repository.write_lock.is_mine)
            write(self, *rest)

        monkeypatch.setattr(projection, "write", noted)
    return seen


def test_identities_are_given_from_what_was_worked_out_before(
    instance: "Instance", write: Callable[..., str], held: list[bool]
) -> None:
    person = add_person(instance.private, email="une@example.org", name="Une", role="admin")
    write({"page.md": NEEDS.format("un besoin"), "autre.md": "# Autre\n"})
    reader = Reader(instance, person)
    saved = save(reader, "page", NEEDS.format("un autre besoin"), reader.head)
    assert held == [False, False]
    assert b"{#b-" in instance.repository.read("page.md", saved.commit).data  # type: ignore[union-attr]
    write({"pushed.md": NEEDS.format("un troisième")})
    held.clear()
    assert stamp_identities(instance) == 1
    assert held and not any(held)
    for act in (
        lambda: attach(reader, "page", "plan.txt", b"Un plan"),
        lambda: move(reader, "autre", "ailleurs"),
        lambda: make_space(reader, NewSpace("project", "Un projet")),
        lambda: delete(reader, "ailleurs"),
    ):
        write({"pushed.md": f"# Encore {len(held)}\n"})
        held.clear()
        act()
        assert held and not any(held)


def test_who_is_overtaken_goes_to_the_end_of_the_queue(
    instance: "Instance",
    write: Callable[..., str],
    held: list[bool],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write({"page.md": "# Page\n"})
    bring = instance.projections.bring
    others = iter(["deux", "trois"])

    def overtaken(name: str) -> bool:
        done = bring(name)
        if name == "catalogue" and (word := next(others, None)):
            write({"page.md": f"# {word}\n"})
        return done

    monkeypatch.setattr(instance.projections, "bring", overtaken)
    with write_turn(instance):
        assert not instance.projections.behind("catalogue")
        with write_turn(instance):
            pass
    assert not any(held)
    write({"page.md": "# quatre\n"})
    with instance.repository.lock(), write_turn(instance):
        assert instance.projections.behind("catalogue")
