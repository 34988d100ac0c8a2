"""Which page it is that stands at an address: the same through moves and a return, no other."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from wiki.api.tables import birth_of

if TYPE_CHECKING:
    from wiki.instance import Instance

Write = Callable[..., str]
A, B = "projets/lora", "projets/radio"
LINES = "".join(f"Ligne {n} du projet.\n" for n in range(30))


def page(team: str = "awa", words: str = LINES, head: str = "") -> str:
    said = f"team: ['[[personnes/{team}]]']\n" if team else ""
    return f"---\ntype: project\ntitle: LoRa\n{said}{head}---\n{words}"


def name(instance: "Instance", path: str) -> str:
    birth = birth_of(instance, path)
    return birth.name if birth else ""


def test_a_page_is_the_same_while_it_changes_and_comes_back(
    instance: "Instance", write: Write
) -> None:
    write({f"{A}.md": page()})
    first = name(instance, A)
    write({f"{A}.md": page("marc", LINES + "Encore.\n")})
    assert first and name(instance, A) == first
    write({f"{A}.md": None})
    assert name(instance, A) == ""
    write({f"{A}.md": page("eve", "Autre.\n")})
    second = name(instance, A)
    assert second not in ("", first)
    write({f"{A}.md": None})
    write({f"{A}.md": page("marc", LINES + "Encore.\n")})
    assert name(instance, A) == first, "as it was when it went"
    write({f"{A}.md": None})
    write({f"{A}.md": page()})
    assert name(instance, A) not in (first, second), "an older state is another team's"


def test_a_page_that_moves_is_the_same_unless_someone_is_new_on_its_team(
    instance: "Instance", write: Write
) -> None:
    write({f"{A}.md": page()})
    first = name(instance, A)
    write({f"{A}.md": None, f"{B}.md": page()})
    assert name(instance, B) == first, "git sees that it moved"
    write({f"{B}.md": None, f"{A}.md": page(words="Court.\n", head=f"aliases: [{B}]\n")})
    assert name(instance, A) == first, "it names the address that went in the same commit"
    write({f"{A}.md": page()})
    write({f"{A}.md": None, f"{B}.md": page("eve")})
    assert name(instance, B) not in ("", first)


def test_a_page_that_claims_an_address_is_another(instance: "Instance", write: Write) -> None:
    write({f"{A}.md": page(), f"{B}.md": page(words="Autre.\n")})
    first, other = name(instance, A), name(instance, B)
    assert first != other, "of one commit, at two addresses"
    write({f"{A}.md": None})
    write({f"{B}.md": page(words="Autre.\n", head=f"aliases: [{A}]\n")})
    assert name(instance, B) == other
    write({"projets/c.md": page(words="Encore.\n", head=f"aliases: [{A}]\n")})
    assert name(instance, "projets/c") not in ("", first, other)


def test_a_page_of_a_space_is_another_where_the_space_is(
    instance: "Instance", write: Write
) -> None:
    inside = f"{A}/cahier"
    write({f"{A}.md": page(), f"{inside}.md": page("")})
    first = name(instance, inside)
    write({f"{A}.md": None, f"{inside}.md": None})
    write({f"{A}.md": page("eve", "Autre.\n"), f"{inside}.md": page("")})
    assert name(instance, inside) not in ("", first)
    write({f"{A}.md": None, f"{inside}.md": None})
    write({f"{A}.md": page(), f"{inside}.md": page("")})
    assert name(instance, inside) not in ("",)
