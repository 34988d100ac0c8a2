"""The look: colours that can be read, a file that is never in the way, and a door for its own."""

import string
import tomllib
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from wiki.config.look import LOOK_FILE, Entry, Look, Partner
from wiki.config.look.colours import GROUNDS, TEXT, contrast, nearest, passes, words_on
from wiki.config.look.style import accents, style_sheet
from wiki.config.look.values import DEFAULT, FONTS, picture_name, read_look, write_look
from wiki.editing.settings import change_look, look_changes
from wiki.errors import BadSetting, Forbidden
from wiki.people.accounts import add_person
from wiki.people.audit import noted
from wiki.testing import PASSWORD

if TYPE_CHECKING:
    from wiki.instance import Instance
    from wiki.people.person import Person

Write = Callable[..., str]
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><circle r="4"/></svg>'

colours = st.integers(0, 0xFFFFFF).map("#{:06x}".format)
labels = st.text(string.ascii_letters + "éà «»’\"'\\[]=#", min_size=1, max_size=20).filter(
    str.strip
)
texts = st.text(string.ascii_letters + "é\n\"'\\#[]= ", max_size=60)
entries = st.builds(
    Entry,
    st.sampled_from(["/", "/projets", "https://example.org/a?b=c", "mailto:a@example.org"]),
    st.sampled_from([("fr",), ("en",), ("fr", "en")]).flatmap(
        lambda langs: st.tuples(*(st.tuples(st.just(lang), labels) for lang in langs))
    ),
)
blocks = st.lists(st.sampled_from(["actions", "soon", "#ce-qui-a-bouge"]), max_size=3).map(tuple)
looks = st.builds(
    Look,
    accent=colours.map(lambda one: nearest(one, "light")),
    accent_dark=colours.map(lambda one: nearest(one, "dark")),
    font=st.sampled_from(FONTS),
    home=blocks,
    hidden=blocks,
    welcome=texts,
    menu=st.lists(entries, max_size=3).map(tuple),
    links=st.lists(entries, max_size=3).map(tuple),
    footer=texts,
    partners=st.lists(st.builds(Partner, labels, st.just("https://example.org")), max_size=3).map(
        tuple
    ),
)


@pytest.fixture
def ada(instance: "Instance") -> "Person":
    return someone(instance, "admin")


def someone(instance: "Instance", role: str) -> "Person":
    return add_person(
        instance.private, email=f"{role}@example.org", name="Ada", role=role, password=PASSWORD
    )


def in_git(instance: "Instance") -> str:
    blob = instance.repository.read(LOOK_FILE, instance.repository.head())
    return blob.data.decode() if blob else ""


def test_contrast_is_that_of_wcag() -> None:
    # The values of the examples that tools for WCAG are checked by.
    for one, other, ratio in (
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.478),
        ("#ff0000", "#ffffff", 3.998),
        ("#0000ff", "#ffffff", 8.592),
    ):
        assert contrast(one, other) == pytest.approx(ratio, abs=0.01)


@given(colours, st.sampled_from(sorted(GROUNDS)))
def test_what_is_proposed_can_be_read_and_is_no_further_than_needed(colour: str, mode: str) -> None:
    found = nearest(colour, mode)
    assert passes(found, mode) and contrast(found, words_on(found)) >= TEXT
    assert found == colour if passes(colour, mode) else contrast(found, GROUNDS[mode]) < TEXT + 0.5


@given(looks)
def test_a_look_is_read_as_it_was_written(look: Look) -> None:
    found = read_look(tomlkit.dumps(write_look(look)).encode())
    assert found.look == look and not found.faults
    assert set(accents(look)) == {"light", "dark"} and "url(" not in style_sheet(look)


@given(st.binary(max_size=200) | texts.map(str.encode))
def test_whatever_stands_in_the_file_is_a_look(data: bytes) -> None:
    assert read_look(data).look.font in FONTS


def test_what_is_wrong_in_the_file_costs_itself_alone(
    instance: "Instance", ada: "Person", write: Write
) -> None:
    for text, told in (
        ("accent = ", ""),
        ("#" * 200_000, ""),
        ('accent = "#eeeeee"\nfont = "figtree"\n', "accent"),
        ('accent = "red;}"\nfont = "figtree"\n', "accent"),
        ('logo = "../../private.db"\nfont = "figtree"\n', "logo"),
        ('font = "figtree"\n[[menu]]\nurl = "javascript:alert(1)"\nfr = "X"\n', "menu"),
        ('font = "figtree"\nmenu = 3\n', "menu"),
        ('font = "figtree"\nlater = 3\n', None),
    ):
        write({LOOK_FILE: text})
        assert instance.look == (Look(font="figtree") if "figtree" in text else DEFAULT), text
        faults = instance.in_force.look.faults
        assert set(faults) == (set() if told is None else {told})
    # What people noted stays, and the rest with it; what could not be read gives way.
    write({LOOK_FILE: '# Voté le 3 mars\nfont = "figtree" # le nôtre\n'})
    change_look(instance, ada, {"accent": "#1f4f9e"})
    assert in_git(instance).startswith('# Voté le 3 mars\nfont = "figtree" # le nôtre\n')
    assert look_changes(instance)["accent"][0] == "Ada"
    write({LOOK_FILE: "accent = "})
    change_look(instance, ada, {"font": "atkinson"})
    assert tomllib.loads(in_git(instance)) == {"font": "atkinson"}


def test_administrators_alone_change_it_and_the_trail_says_so(
    instance: "Instance", ada: "Person"
) -> None:
    head = instance.repository.head()
    with pytest.raises(Forbidden):
        change_look(instance, someone(instance, "member"), {"font": "figtree"})
    with pytest.raises(BadSetting, match="#876700") as refused:
        change_look(instance, ada, {"accent": "#ffcc00"})
    assert refused.value.field == "accent"
    change_look(instance, ada, {"font": "literata"})
    assert instance.repository.head() == head
    first, second = (picture_name("logo", "svg", SVG + end) for end in (b"", b" "))
    change_look(instance, ada, {"logo": first}, {first: SVG, "logo-000000000000.svg": b"none"})
    change_look(instance, ada, {"logo": second, "font": "figtree"}, {second: SVG + b" "})
    files = {file for file, _blob in instance.repository.files(instance.repository.head())}
    assert files == {LOOK_FILE, f".carrefour/{second}"}
    assert [one.said for one in noted(instance.private) if one.what == "look"] == [
        "font, logo",
        "logo",
    ]
