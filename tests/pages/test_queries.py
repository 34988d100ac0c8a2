"""Queries of list blocks: what is not understood lists nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.pages.queries import read_query

KEYS = {
    "theme": "theme",
    "themes": "theme",
    "territoire": "territory",
    "territory": "territory",
    "maturity": "maturity",
    "ouvert": "open",
    "open": "open",
    "sort": "sort",
}


def test_a_query_in_both_languages() -> None:
    query = read_query(
        'thèmes:iot,"objets connectés" territoire:«Pays de la Loire» maturity:prototype..market '
        "sort:updated Ouvert",
        KEYS,
    )
    assert query.values == {
        "theme": ("iot", "objets connectés"),
        "territory": ("Pays de la Loire",),
        "sort": ("updated",),
    }
    assert query.ranges == {"maturity": ("prototype", "market")}
    assert query.flags == {"open"}
    assert not query.nothing
    assert query.value("sort") == "updated"
    assert query.value("maturity", "x") == "x"


def test_or_and_open_ranges() -> None:
    assert read_query("theme:a, b theme:c", KEYS).values == {"theme": ("a", "b", "c")}
    assert read_query("maturity:..pilot", KEYS).ranges == {"maturity": ("", "pilot")}
    assert read_query("", KEYS) == read_query("  ", KEYS)


@pytest.mark.parametrize(
    ("args", "kind"),
    [
        ("colour:red", "unknown-key"),
        ("red", "unknown-key"),
        ("theme:", "no-value"),
        ("theme:,", "no-value"),
        ('theme:"a', "open-quote"),
        ("maturity:a..b,c", "mixed-range"),
        ("maturity:a..b maturity:c", "mixed-range"),
        ("theme:" + "a" * 3000, "query-too-long"),
    ],
)
def test_what_is_not_understood_lists_nothing(args: str, kind: str) -> None:
    query = read_query(args, KEYS, line=7)
    assert query.nothing
    assert [(problem.kind, problem.line) for problem in query.problems] == [(kind, 7)]
    assert query.problems[0].words


@given(st.text() | st.text('theme:,."a \n«»'))
def test_a_query_never_raises(args: str) -> None:
    query = read_query(args, KEYS)
    assert query.nothing == bool(query.problems)
    assert set(query.values) <= set(KEYS.values())
    assert all(values and all(values) for values in query.values.values())


names = st.sampled_from(["theme", "territory", "sort"])
plain = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8)


@given(st.dictionaries(names, st.lists(plain, min_size=1, max_size=3, unique=True)))
def test_what_is_asked_for_is_read(wanted: dict[str, list[str]]) -> None:
    args = " ".join(
        f'{key}:"{values[0]}"' + "".join(f",{v}" for v in values[1:])
        for key, values in wanted.items()
    )
    assert read_query(args, KEYS).values == {key: tuple(values) for key, values in wanted.items()}
