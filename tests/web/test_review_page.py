"""A proposal in its page: each change is marked where it stands: tables, items, cards, fields."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wiki.editing.review.pieces import Review
from wiki.people.review import proposals
from wiki.reading import Reader
from wiki.testing import module_wiki, token
from wiki.web.review.page import page_parts

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from wiki.instance import Instance
    from wiki.people.person import Person

#: one wiki for all of them, empty for each
app, instance = module_wiki.app, module_wiki.instance

PAGE = """---
team: ['[[personnes/awa]]']
editors: team
place: Rennes
---
# Jardin

Un jardin **partagé**.

| outil | prix |
|---|---|
| pelle | 10 |
| râteau | 12 |

1. Un
2. Deux
3. Trois

::: besoins
- [ ] une salle {#b-07f070ih}
:::
"""
CHANGES = (
    ("place: Rennes", "place: Dakar"),
    ("partagé", "ouvert"),
    ("| râteau | 12 |\n", ""),
    ("2. Deux", "2. Deux, enfin"),
    ("une salle", "une cave"),
)
LINES = st.sampled_from(
    [*PAGE.split("\n"), "", "    - b", "[^1]: note", "Un[^1] mot", "> \u202eمرحبا"]
)
TEXTS = st.lists(LINES, max_size=24).map("\n".join)


def test_each_change_is_marked_in_the_page_and_answered_where_it_stands(
    write: Callable[..., str],
    instance: "Instance",
    person: Callable[..., "Person"],
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    write({"jardin.md": PAGE, "personnes/awa.md": "---\ntype: person\n---\n# Awa\n"})
    marc, awa = log_in(person("Marc")), log_in(person("Awa", page="personnes/awa"))
    text = PAGE
    for was, now in CHANGES:
        text = text.replace(was, now)
    sent = {"text": text, "message": "", "csrf_token": token(marc, "/-/new")}
    assert marc.post("/-/propose/jardin", data=sent).status_code == 303
    (held,) = proposals.waiting_for(instance.private, ["jardin"])
    url = f"/-/moderation/proposal/{held.id}"
    page = awa.get(url, headers={"Accept-Language": "fr"}).get_data(as_text=True)
    page = page[page.index("<main") : page.index("</main>")]
    bare = re.sub(r'<span class="sr-only">.*?</span>', "", page)
    assert "<dt>Lieu</dt><dd><del>Rennes</del> <ins>Dakar</ins></dd>" in bare
    assert "<strong><ins>" in bare or "<ins><strong>ouvert</strong></ins>" in bare
    assert "<td><del>râteau</del></td>" in bare and "<td>pelle</td>" in bare
    assert '<ol start="2">' in bare and "Deux<ins>, enfin</ins>" in bare
    assert re.search(r"<del>(<a[^>]*>)?salle", bare) and re.search(r"<ins>(<a[^>]*>)?cave", bare)
    assert "|---|" not in page and ":::" not in page and "**" not in page
    assert "retiré\xa0:" in page and "ajouté\xa0:" in page
    keys = re.findall(r'name="piece" value="(\w+)"', page)
    assert len(keys) == len(CHANGES) == page.count('value="take"')
    fields = {"action": "take", "piece": keys[2], "csrf_token": token(awa, "/-/new")}
    assert awa.post(url, data=fields).status_code == 303
    saved = awa.get("/jardin.md").get_data(as_text=True)
    assert "râteau" not in saved and "Rennes" in saved and "une salle" in saved
    page = awa.get(url, headers={"Accept-Language": "fr"}).get_data(as_text=True)
    assert page.count('value="take"') == len(CHANGES) - 1 and "is-answered" in page


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(old=TEXTS, new=TEXTS)
def test_any_proposal_shows_each_of_its_changes_once(
    instance: "Instance", old: str, new: str
) -> None:
    review = Review(old, new, old)
    parts = page_parts(Reader(instance, None), "jardin", review)
    assert parts is not None
    shown = [one.piece.key for one in parts if one.piece]
    assert sorted(shown) == sorted(one.key for one in review.pieces)


def test_what_is_too_long_is_shown_by_its_changes_alone(instance: "Instance") -> None:
    items = "".join(f"- point {number}\n" for number in range(3000))
    reader = Reader(instance, None)
    parts = page_parts(reader, "jardin", Review(items, items.replace("t 7\n", "t sept\n"), items))
    assert parts is not None and len([one for one in parts if one.piece]) == 1
    changed = Review(items, items.replace("point", "pas"), items)
    assert page_parts(reader, "jardin", changed) is None
    long = "Un mot. " * 60_000
    assert page_parts(reader, "jardin", Review(long, f"{long}\n\nFin.", long)) is None
    deep = "".join(f"{'  ' * level}- point {level}\n" for level in range(30))
    assert page_parts(reader, "jardin", Review(deep, f"{deep}\nFin.\n", deep)) is not None
