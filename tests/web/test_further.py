"""Each type's facts in the head of its pages, and all else that their front matter says below."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.testing import module_wiki
from wiki.translation import use_language
from wiki.web.page.head_facts import time_words

if TYPE_CHECKING:
    from flask.testing import FlaskClient

#: one wiki for all of them, empty for each
app, instance = module_wiki.app, module_wiki.instance

Write = Callable[..., str]
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def facts(client: "FlaskClient") -> Callable[..., dict[str, str]]:
    """``facts(path, where)``: what the list of the class ``where`` says on the page, by label."""

    def facts(path: str, where: str) -> dict[str, str]:
        page = client.get(f"/{path}").get_data(as_text=True)
        found = re.search(rf'<dl class="{where}">(.*?)</dl>', page, re.S)
        lines = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", found[1] if found else "", re.S)
        return dict(lines)

    return facts


Facts = Callable[..., dict[str, str]]
HEAD, FOOT = "space-facts", "further"


def test_what_no_part_of_the_page_shows_stands_at_its_foot(write: Write, facts: Facts) -> None:
    write(
        {
            "organisations/ferme.md": "---\ntype: organisation\nacronym: F&L\n---\n\n# La ferme\n",
            "organisations/secrete.md": "---\nvisibility: team\n---\n\n# Un secret\n",
            "projets/x.md": "---\ntype: project\nthemes: [eau]\nterritory: Bretagne\n"
            "website: https://www.example.org/x/\nrepository: voir https://example.net/a_(b).\n"
            'sponsors: ["[[organisations/ferme]]", "[[organisations/secrete]]", "[[La ferme|eux]]"]'
            "\naudiences: [élus, <b>tous</b>]\naccessibilité: '<script>alert(1)</script>'\n"
            "mon_champ-à-moi:\n  a: 1\n  b: [x, y]\nempty:\nsource: x-1\naliases: [y]\n"
            "partners: [[organisations/ferme]]\njs: 'javascript:alert(1)'\n---\n\n# X\n",
        }
    )
    assert facts("projets/x", FOOT) == {
        "Site": '<a class="external" rel="nofollow noopener" href="https://www.example.org/x/">'
        "example.org/x</a>",
        "Dépôt": 'voir <a class="external" rel="nofollow noopener"'
        ' href="https://example.net/a_(b)">example.net/a_(b)</a>.',
        "Porteurs": '<a href="/organisations/ferme">La ferme</a>, Secrete, '
        '<a href="/organisations/ferme">eux</a>',
        "Publics": "élus, &lt;b&gt;tous&lt;/b&gt;",
        "Accessibilité": "&lt;script&gt;alert(1)&lt;/script&gt;",
        "Mon champ à moi": "a: 1; b: x, y",
        "Partners": '<a href="/organisations/ferme">La ferme</a>',
        "Js": "javascript:alert(1)",
    }
    assert facts("organisations/ferme", FOOT) == {"Sigle": "F&amp;L"}


def test_what_the_head_of_a_space_shows_is_not_said_twice(write: Write, facts: Facts) -> None:
    head = "themes: [eau]\nskills: [radio]\nstarts: 2026-03-05\nprogramme: [un]\n"
    kinds = {"person": "person", "event": "event", "project": "project", "": "note"}
    write({f"{name}.md": f"---\ntype: {kind}\n{head}---\n\n# A\n" for kind, name in kinds.items()})
    assert list(facts("person", FOOT)) == ["Début", "Programme"]
    assert list(facts("event", FOOT)) == ["Connaît"]
    assert list(facts("project", FOOT)) == ["Connaît", "Début", "Programme"]
    assert list(facts("note", FOOT)) == ["Thèmes", "Connaît", "Début", "Programme"]


def test_a_list_without_end_is_bounded(write: Write, facts: Facts) -> None:
    many = ", ".join(f"mot{number}" for number in range(100))
    write({"a.md": f"---\nchoses: [{many}]\nlong: {'x' * 2000}\n---\n\n# A\n"})
    shown = facts("a", FOOT)
    assert shown["Choses"].count("mot") == 40 and shown["Choses"].endswith(" …")
    assert len(shown["Long"]) == 501


def test_a_project_says_where_it_was_presented_as_far_as_one_may_see(
    write: Write, facts: Facts
) -> None:
    write(
        {
            "evenements/rennes.md": "---\ntype: event\n---\n\n# Carrefour de Rennes\n",
            "evenements/prive.md": "---\ntype: event\nvisibility: team\n---\n\n# Un secret\n",
            "projets/x/index.md": '---\ntype: project\npresented: ["[[evenements/rennes]]",'
            ' "[[evenements/prive]]", "[[nulle-part]]"]\n---\n\n# X\n',
            "projets/x/besoins.md": "# Besoins de X\n",
            "projets/y.md": '---\ntype: project\npresented: ["[[evenements/prive]]"]\n---\n\n# Y\n',
        }
    )
    for path in ("projets/x", "projets/x/besoins"):
        shown = facts(path, HEAD)["Présenté à"]
        assert shown == '<a href="/evenements/rennes">Carrefour de Rennes</a>'
    assert "Présenté à" not in facts("projets/y", HEAD)


def test_an_event_says_when_where_and_what_it_is(write: Write, facts: Facts) -> None:
    write(
        {
            "evenements/e.md": "---\ntype: event\nkind: workshop\nstarts: 2026-03-05T18:30\n"
            "ends: 2026-03-05T21:00\nplace: Médiathèque, salle B, Rennes\n"
            "territory: Bretagne\n---\n\n# E\n"
        }
    )
    shown = facts("evenements/e", HEAD)
    assert shown["Quand"] == "5 mars 2026, de 18:30 à 21:00"
    assert shown["Nature"] == "atelier"
    assert shown["Lieu"] == "Médiathèque, salle B, Rennes, Bretagne"


def test_a_person_says_roles_and_time_in_words(write: Write, facts: Facts) -> None:
    head = "type: person\nroles: [partner, jardinière]\nterritory: Bretagne\navailability: "
    write({"a.md": f"---\n{head}2\n---\n\n# A\n", "b.md": f"---\n{head}0\n---\n\n# B\n"})
    shown = facts("a", HEAD)
    assert ">partenaire</a>" in shown["Prend part comme"]
    assert ">jardinière</a>" in shown["Prend part comme"]
    assert shown["Temps disponible"] == "2 demandes par mois"
    assert shown["Lieu"] == "Bretagne"
    assert "pas" in facts("b", HEAD)["Temps disponible"]


@pytest.mark.parametrize(
    ("starts", "ends", "words"),
    [
        ("2026-03-01", "", "1er mars 2026"),
        ("2026-03-01T18:30", "", "1er mars 2026 à 18:30"),
        ("2026-03-01T18:30+00:00", "2026-03-01T20:00+00:00", "1er mars 2026, de 19:30 à 21:00"),
        ("2026-03-01T18:30", "2026-03-02", "du 1er mars 2026 au 2 mars 2026"),
        ("2026-03-01T18:30", "2026-02-01T10:00", "1er mars 2026 à 18:30"),
        ("un jour", "2026-03-02", "un jour"),
        ("", "", ""),
    ],
)
def test_times_are_said_as_people_do(starts: str, ends: str, words: str) -> None:
    with use_language("fr"):
        assert time_words(starts, ends, PARIS) == words


@given(st.text(max_size=30), st.text(max_size=30))
def test_no_time_raises(starts: str, ends: str) -> None:
    assert isinstance(time_words(starts, ends, PARIS), str)
    assert time_words("0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00", PARIS)
