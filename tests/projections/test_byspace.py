"""Items by the space that they belong to: counts and newest lines, as reading all has it."""

from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wiki.projections.catalogue import select_items

from .world import MEMBER, TODAY, VISITOR, World, page


def test_a_hidden_line_counts_for_nobody_and_is_nobodys_newest(world: World) -> None:
    story = "::: historique\n- 2024-05-01 un essai\n- 2031-01-01 à venir\n- sans date\n:::\n"
    world.write(
        {
            "p/a.md": page(story, type="project", title="A"),
            "p/a/suite.md": page("::: historique\n- 2025-02-03 la suite\n:::\n"),
            "p/a/clos.md": page(
                "::: historique\n- 2026-01-01 secret\n:::\n\n::: besoins\n- [ ] Un bras\n:::\n",
                visibility="members",
            ),
            "seule.md": page("::: besoins\n- [ ] Une antenne\n- [x] Deux bras\n:::\n"),
        }
    )
    told = select_items(["historique"], until=TODAY.isoformat())
    newest = world.catalogue.newest_items(told, VISITOR, TODAY)
    assert {path: item.plain for path, item in newest.items()} == {"p/a": "la suite"}
    assert world.catalogue.newest_items(told, MEMBER, TODAY)["p/a"].plain == "secret"
    needs = select_items(["besoins"], states=[" "])
    assert world.catalogue.item_counts(needs, VISITOR, TODAY) == {"seule": 1}
    assert world.catalogue.item_counts(needs, MEMBER, TODAY) == {"seule": 1, "p/a": 1}


def test_a_hidden_space_has_no_name(world: World) -> None:
    world.write(
        {
            "p.md": page("", type="project", visibility="members"),
            "p/q.md": page("::: besoins\n- [ ] Un besoin\n- [ ] 2025-02-03 Deux\n:::\n"),
        }
    )
    guest = VISITOR | {"guest:p/q"}
    assert world.catalogue.item_counts(select_items(), guest, TODAY) == {"p/q": 2}
    assert list(world.catalogue.newest_items(select_items(), guest, TODAY)) == ["p/q"]
    assert world.catalogue.item_counts(select_items(), MEMBER, TODAY) == {"p": 2}


Line = tuple[bool, date | None]
_days = st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1))
_lines = st.lists(st.tuples(st.booleans(), _days), max_size=5)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_lines, min_size=1, max_size=4))
def test_as_reading_all_lines_has_it(
    world: World, spaces: list[list[tuple[bool, date | None]]]
) -> None:
    def said(lines: list[tuple[bool, date | None]]) -> str:
        each = (
            f"- [{' ' if new else 'x'}] {day or ''} mot {at}\n"
            for at, (new, day) in enumerate(lines)
        )
        return f"::: besoins\n{''.join(each)}:::\n"

    world.write(
        {f"p/{at}.md": page(said(lines), type="project") for at, lines in enumerate(spaces)}
    )
    chosen = select_items(
        ["besoins"], states=[" "], subjects=[f"p/{at}" for at in range(len(spaces))]
    )
    rows = world.catalogue.items(chosen, VISITOR, TODAY, "date", 100).rows
    counts: dict[str, int] = {}
    newest: dict[str, str] = {}
    for row in rows:
        counts[row.path] = counts.get(row.path, 0) + 1
        if row.date:
            newest.setdefault(row.path, row.plain)
    assert world.catalogue.item_counts(chosen, VISITOR, TODAY) == counts
    found = world.catalogue.newest_items(chosen, VISITOR, TODAY)
    assert {path: item.plain for path, item in found.items()} == newest


def _said(lines: list[Line]) -> str:
    each = (
        f"- [{' ' if new else 'x'}] {day or ''} mot {at}\n" for at, (new, day) in enumerate(lines)
    )
    return f"::: besoins\n{''.join(each)}:::\n"
