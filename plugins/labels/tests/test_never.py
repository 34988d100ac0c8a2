"""Whatever the edits and the token: no badge for a project that is not in the programme."""

import contextlib
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wiki.errors import WikiError
from wiki.reading import Reader

from .conftest import EVENT, PROJECT, Place, event, project

LEFT, BOTH = '["[[projets/autre]]"]', '["[[projets/autre]]", "[[projets/lora]]"]'
PAGES: dict[str, dict[str, str | None]] = {
    "in the programme": {f"{EVENT}.md": event()},
    "with another": {f"{EVENT}.md": event(BOTH)},
    "out of the programme": {f"{EVENT}.md": event(LEFT)},
    "an empty programme": {f"{EVENT}.md": event("")},
    "cancelled": {f"{EVENT}.md": event(cancelled="true")},
    "for members": {f"{EVENT}.md": event(visibility="members")},
    "put off": {f"{EVENT}.md": event(starts="2027-09-18T18:30", ends="")},
    "without a date": {f"{EVENT}.md": event(starts="bientôt", ends="")},
    "no event": {f"{EVENT}.md": event(type="dossier")},
    "no event page": {f"{EVENT}.md": None},
    "a project": {f"{PROJECT}.md": project()},
    "a project for members": {f"{PROJECT}.md": project(head="visibility: members\n")},
    "no project page": {f"{PROJECT}.md": None},
    "no project": {f"{PROJECT}.md": "# Une page\n"},
}
OPEN = {"in the programme", "with another"}
DEEDS = ("take", "take the other", "give up", "take back", "give back")
#: what becomes of the label of the project, "" where it has none
NEXT = {
    ("", "take"): "held",
    ("held", "give up"): "given up",
    ("given up", "take"): "held",
    ("held", "take back"): "taken back",
    ("given up", "take back"): "taken back",
    ("taken back", "give back"): "held",
}
STEPS = st.lists(st.sampled_from([*PAGES, *DEEDS, *sorted(OPEN), "take", "a project"]), max_size=9)


def do(place: Place, deed: str) -> None:
    """One deed of a person, refused or not, past the forms: those only narrow it."""
    keeping, lea, awa = place.part("keeping"), place.people["lea"], place.people["awa"]
    team, organiser = Reader(place.instance, lea), Reader(place.instance, awa)
    labels = keeping.of_project(place.instance, PROJECT)
    with contextlib.suppress(WikiError):
        if deed == "take":
            keeping.take(team, PROJECT, EVENT)
        elif deed == "take the other":
            keeping.take(team, "projets/autre", EVENT)
        for row in labels:
            if deed == "give up":
                keeping.give_up(team, row.id)
            elif deed == "take back":
                keeping.withdraw(organiser, row.id, "Parce que.")
            elif deed == "give back":
                keeping.give_back(organiser, row.id)


@given(steps=STEPS)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_the_order(place: Place, steps: list[str]) -> None:
    from sqlalchemy import delete

    models = place.part("models")
    with place.instance.private.session() as session:
        session.execute(delete(models.LabelRow))
    place.write({f"{EVENT}.md": event(), f"{PROJECT}.md": project()})
    programme, there = "in the programme", "a project"
    state = ""
    for step in steps:
        if step in PAGES:
            place.write(PAGES[step])
            programme = step if f"{EVENT}.md" in PAGES[step] else programme
            there = step if f"{PROJECT}.md" in PAGES[step] else there
        else:
            do(place, step)
        shown = programme in OPEN and there == "a project"
        if step != "take" or shown:
            state = NEXT.get((state, step), state)
        rows = place.part("keeping").of_project(place.instance, PROJECT)
        assert len(rows) == bool(state)
        for row in rows:
            token = place.part("links").make_token(place.instance, row.id)
            assert place.holds(token) is (shown and state == "held"), (steps, step)
        others = place.part("keeping").of_project(place.instance, "projets/autre")
        for row in others:
            token = place.part("links").make_token(place.instance, row.id)
            seen = programme in ("with another", "out of the programme")
            assert place.holds(token) is (seen and row.revoked is None), (steps, step)


@given(data=st.data())
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_token_that_is_not_ours_shows_nothing(place: Place, data: Any) -> None:
    from itsdangerous import Signer

    token = place.part("links").make_token(place.instance, "0" * 12)
    forged = data.draw(
        st.one_of(
            st.text(st.characters(codec="utf-8", exclude_characters="/"), min_size=1, max_size=60),
            st.integers(0, len(token) - 1).map(lambda at: token[:at] + "A" + token[at + 1 :]),
            st.text("0123456789abcdef", min_size=12, max_size=12).map(
                lambda label: f"{label}.{token.split('.')[1]}"
            ),
            st.binary(min_size=1, max_size=40).map(
                lambda key: Signer(key, salt="labels-badge").sign("0" * 12).decode()
            ),
        )
    )
    read = place.part("links").read_token(place.instance, forged)
    assert read is None or forged == token
