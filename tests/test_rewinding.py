"""What the tests of a module share is for each of them as it was at first."""

from typing import TYPE_CHECKING

from wiki.people.accounts import find_person
from wiki.reading.history import list_history
from wiki.testing import Place

if TYPE_CHECKING:
    from flask import Flask

    from wiki.instance import Instance

PAGE = "---\ntype: project\ntitle: {}\n---\n\nDes ruches.\n"


def test_nothing_of_what_a_test_did_is_left(shared_wiki: "tuple[Instance, Flask]") -> None:
    place = Place(*shared_wiki)
    place.keep("empty")
    place.write({"index.md": "# Avant\n", "projets/a.md": PAGE.format("Premier")})
    place.person("Awa")
    place.keep()
    begin, head = place.now, place.instance.repository.head()
    for _test in range(2):
        assert "Avant" in place.see("awa", "/")
        assert "Second" not in place.see("", "/-/search?q=ruches")
        place.see("", "/projets/b", 404)
        assert find_person(place.instance.private, "lea@example.org") is None
        assert [row.commit for row in list_history(place.reader(), "projets/a")] == [head]

        place.write({"index.md": "# Après\n", "projets/b.md": PAGE.format("Second")})
        place.write({"projets/a.md": None})
        place.person("Léa")
        place.later(days=3)
        object.__setattr__(place.instance.settings, "max_page", 1)
        assert "Après" in place.see("awa", "/")
        assert "Second" in place.see("", "/-/search?q=ruches")

        place.rewind()
        assert (place.now, place.instance.private.now()) == (begin, begin)
        assert place.instance.settings.max_page > 1
        assert list(place.people) == ["awa"] and place.shown == []
    place.rewind("empty")
    assert place.people == {}
    place.write({"projets/b.md": PAGE.format("Second")})
    found = place.see("", "/-/search?q=ruches")
    assert "Second" in found and "Premier" not in found
