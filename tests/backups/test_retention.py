"""Which backups go, whatever there is; and what names say."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from wiki.backups.names import Named, make_name, owner_of, parse_name
from wiki.backups.retention import Rule

ZONE = ZoneInfo("Europe/Paris")
START = datetime(2026, 1, 1, tzinfo=UTC)
HOURS = st.integers(0, 24 * 800)
NAMED = st.builds(
    lambda hours, upgrade: named(START + timedelta(hours=hours), upgrade), HOURS, st.booleans()
)
RULES = st.builds(Rule, st.integers(1, 9), st.integers(0, 6), st.integers(0, 12))


def named(made: datetime, upgrade: bool = False) -> Named:
    name = make_name("a" * 8, made, version="1.2.0" if upgrade else "", encrypted=False)
    found = parse_name(name)
    assert found is not None
    return found


@given(st.sets(NAMED, max_size=60), RULES)
def test_the_newest_stays_and_the_rule_is_kept(found: set[Named], rule: Rule) -> None:
    gone = set(rule.find_superfluous(found, ZONE))
    kept = found - gone
    # Once is enough.
    assert rule.find_superfluous(kept, ZONE) == []
    for upgrade, most in ((False, rule.daily + rule.weekly + rule.monthly), (True, 3)):
        some = [one for one in found if one.before_upgrade == upgrade]
        left = [one for one in kept if one.before_upgrade == upgrade]
        assert len(left) <= most
        if some:
            assert max(some, key=lambda one: one.made) in left
    # Of each of the last days the newest is there.
    days: dict[object, Named] = {}
    for one in sorted(found, key=lambda one: one.made):
        if not one.before_upgrade:
            days[one.made.astimezone(ZONE).date()] = one
    assert set(list(days.values())[-rule.daily :]) <= kept


@given(st.sets(NAMED, min_size=1, max_size=20), RULES, st.data())
def test_what_was_tried_well_is_spared(found: set[Named], rule: Rule, data: st.DataObject) -> None:
    spared = data.draw(st.sampled_from(sorted(one.name for one in found)))
    assert spared not in {one.name for one in rule.find_superfluous(found, ZONE, [spared])}


def test_two_years_of_days_leave_days_weeks_and_months() -> None:
    found = [named(START + timedelta(days=day, hours=3)) for day in range(730)]
    gone = set(Rule(7, 4, 6).find_superfluous(found, ZONE))
    kept = sorted((one.made.date().isoformat() for one in set(found) - gone), reverse=True)
    assert kept[:7] == [f"2027-12-{day}" for day in (31, 30, 29, 28, 27, 26, 25)]
    assert kept[7:9] == ["2027-12-19", "2027-12-12"]
    ends = ("11-30", "10-31", "09-30", "08-31", "07-31")
    assert kept[9:] == [f"2027-{day}" for day in ends]


#: years are written in four digits
moments = st.datetimes(min_value=datetime(1000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(moments, st.text(max_size=60), st.booleans(), st.booleans())
def test_a_name_says_what_it_was_made_of(
    made: datetime, version: str, packed: bool, sealed: bool
) -> None:
    name = make_name(
        owner_of("0aB" + version), made, version=version, compressed=packed, encrypted=sealed
    )
    found = parse_name(name)
    assert found is not None, name
    assert found.made == made.replace(microsecond=0) and found.encrypted == sealed
    assert found.owner == owner_of("0aB" + version)


@given(st.text(max_size=80))
def test_other_names_are_nobodys(name: str) -> None:
    found = parse_name(name)
    assert found is None or name.startswith("carrefour-")


def test_near_misses_are_nobodys() -> None:
    for name in (
        "carrefour-aaaaaaaa-20261345T000000Z.tar.gz",
        "carrefour-aaaaaaaa-20260101T000000Z.tar.gz.part",
        ".carrefour-aaaaaaaa-20260101T000000Z.tar.gz",
        "carrefour-aaaaaaaa-20260101T000000Z.tar.gz\n",
        "carrefour-aaaa-20260101T000000Z.tar.gz",
    ):
        assert parse_name(name) is None, name
