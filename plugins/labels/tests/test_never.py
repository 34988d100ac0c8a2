"""Whatever the edits and the token: no badge for a project that is not in the programme."""

import contextlib
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from wiki.errors import WikiError

from .conftest import EVENT, PROJECT, Evening, event, project

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
#: what becomes of a label that there is
NEXT = {
    ("given up", "take"): "held",
    ("held", "give up"): "given up",
    ("held", "take back"): "taken back",
    ("given up", "take back"): "taken back",
    ("taken back", "give back"): "held",
}
STEPS = st.lists(st.sampled_from([*PAGES, *DEEDS, *sorted(OPEN), "take", "a project"]), max_size=9)


def do(place: Evening, deed: str) -> None:
    """One deed of a person, refused or not, past the forms: those only narrow it."""
    keeping, team, organiser = place.part("store"), place.reader("lea"), place.reader("awa")
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


class Births:
    """Which page stands at an address, by number: one that is back as it went is the same."""

    def __init__(self) -> None:
        self.here: int | None = None
        self._text: str | None = None
        self._gone: list[tuple[str | None, int]] = []
        self._last = 0

    def write(self, text: str | None) -> None:
        if text is None:
            if self.here is not None:
                self._gone.append((self._text, self.here))
            self.here = None
        elif self.here is None:
            back = [birth for then, birth in self._gone if then == text]
            self._last += 1
            self.here = back[-1] if back else self._last
        self._text = text


@dataclass
class Label:
    """A label of the model: of which pages, and what became of it."""

    births: tuple[int | None, int | None]
    state: str = "held"

    def is_of(self, here: tuple[int | None, int | None]) -> bool:
        return all(now in (None, then) for then, now in zip(self.births, here, strict=True))


def taken(labels: list[Label], here: tuple[int | None, int | None]) -> None:
    """What is taken where it may be: what organisers took back is not had by a page made anew."""
    mine = [one for one in labels if one.is_of(here)]
    if mine:
        mine[0].state = NEXT.get((mine[0].state, "take"), mine[0].state)
    elif not any(one.state == "taken back" and one.births[1] == here[1] for one in labels):
        labels.append(Label(here))


def test_whatever_the_order(place: Evening) -> None:
    """Many orders on one wiki: its past is part of what is tried."""
    births = {f"{PROJECT}.md": Births(), f"{EVENT}.md": Births()}

    # What failed is told as it happened: tried again, it would have another past.
    @given(steps=STEPS)
    @example(["take", "no project page", "a project for members", "a project"])
    @example(["take", "take back", "no event page", "cancelled", "in the programme", "take"])
    @settings(max_examples=15, phases=[Phase.explicit, Phase.generate])
    def orders(steps: list[str]) -> None:
        an_order(place, births, steps)

    orders()


def an_order(place: Evening, births: dict[str, Births], steps: list[str]) -> None:
    from sqlalchemy import delete

    def write(files: dict[str, str | None]) -> None:
        place.write(files)
        for name, text in files.items():
            births[name].write(text)

    models = place.part("models")
    with place.instance.private.session() as session:
        session.execute(delete(models.LabelRow))
    write({f"{EVENT}.md": event(), f"{PROJECT}.md": project()})
    programme, there = "in the programme", "a project"
    labels: list[Label] = []
    for at, step in enumerate(steps, 1):
        shown = programme in OPEN and there == "a project"
        here = (births[f"{PROJECT}.md"].here, births[f"{EVENT}.md"].here)
        if step in PAGES:
            write(PAGES[step])
            programme = step if f"{EVENT}.md" in PAGES[step] else programme
            there = step if f"{PROJECT}.md" in PAGES[step] else there
        else:
            do(place, step)
            if step == "take" and shown:
                taken(labels, here)
            for one in labels if step not in ("take", "take the other") else ():
                one.state = NEXT.get((one.state, step), one.state) if one.is_of(here) else one.state
        shown = programme in OPEN and there == "a project"
        here = (births[f"{PROJECT}.md"].here, births[f"{EVENT}.md"].here)
        mine = [one for one in labels if one.is_of(here)]
        rows = place.part("store").of_project(place.instance, PROJECT)
        assert len(rows) == len(mine), (steps, step)
        tokens = [place.part("links").PROOF.token(place.instance, row.id) for row in rows]
        held = sum(one.state == "held" for one in mine) if shown else 0
        # What the page says of it is asked once an order.
        shown_by = place.holds if at == len(steps) else place.shows
        assert sum(shown_by(token) for token in tokens) == held, (steps, step)
        others = place.part("store").of_project(place.instance, "projets/autre")
        for row in others:
            token = place.part("links").PROOF.token(place.instance, row.id)
            seen = programme in ("with another", "out of the programme")
            assert place.shows(token) is (seen and row.revoked is None), (steps, step)


@given(data=st.data())
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_token_that_is_not_ours_shows_nothing(place: Evening, data: Any) -> None:
    from itsdangerous import Signer

    token = place.part("links").PROOF.token(place.instance, "0" * 12)
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
    read = place.part("links").PROOF.read(place.instance, forged)
    assert read is None or forged == token
