"""Days, hours, words and addresses as people type them."""

from datetime import date, datetime, time

import pytest
from babel.dates import format_date
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.sheets.dates import month_first, read_day, read_hours, read_moment, read_time
from plugins.sheets.values import READERS, Around, Unreadable, is_mail, is_phone, split_words

_DAYS = st.dates(date(1970, 1, 1), date(2069, 12, 31))


@settings(max_examples=60)
@given(_DAYS)
def test_every_day_is_read_in_every_form(day: date) -> None:
    for text in (
        day.isoformat(),
        f"{day:%d/%m/%Y}",
        f"{day.day}.{day.month}.{day.year}",
        f"{day:%d-%m-%y}",
        *(
            format_date(day, form, locale=lang)
            for form in ("full", "long", "medium")
            for lang in ("fr", "en")
        ),
        format_date(day, "full", locale="fr").replace(" 1 ", " 1er "),
    ):
        assert read_day(text) == day, text
    assert read_day(f"{day:%m/%d/%Y}", american=True) == day


@settings(max_examples=60)
@given(_DAYS, st.times())
def test_every_moment_is_read_in_every_form(day: date, hour: time) -> None:
    hour = hour.replace(second=0, microsecond=0, fold=0)
    moment = datetime.combine(day, hour)
    for text in (
        moment.isoformat("T", "minutes"),
        moment.isoformat(" ", "seconds"),
        f"{day:%d/%m/%Y} {hour:%H:%M}",
        f"{day:%d/%m/%Y} à {hour.hour}h{hour:%M}",
        f"{format_date(day, 'full', locale='fr')}, {hour.hour} h {hour:%M}",
        f"{format_date(day, 'long', locale='en')} at {hour:%I:%M %p}",
    ):
        assert read_moment(text) == moment, text


@given(st.text(max_size=40))
def test_no_text_is_more_than_a_day_or_none(text: str) -> None:
    for found in (read_day(text), read_moment(text), read_time(text), read_hours(text)):
        assert found is None or found


@pytest.mark.parametrize(
    "text",
    ["bientôt", "mars 2027", "2027", "32/01/2027", "12/2027", "12/03/2027 ou 13", "3,14", ""],
)
def test_what_names_no_single_day_is_none(text: str) -> None:
    assert read_day(text) is None


def test_hours_and_americans() -> None:
    assert read_hours("de 18h30 à 21h") == ("18:30", "21:00")
    assert read_hours("18:30 - 20:00") == ("18:30", "20:00")
    assert read_hours("18h30") is None
    assert month_first(["03/04/2027", "03/25/2027"])
    assert not month_first(["03/04/2027", "25/03/2027", "03/25/2027"])


def test_several_words_in_a_cell() -> None:
    assert split_words("eau, énergie , eau") == ("eau", "énergie")
    assert split_words("Travail / Emploi | Jeunesse") == ("Travail / Emploi", "Jeunesse")
    assert split_words("- un, deux\n• trois") == ("un, deux", "trois")
    assert READERS["words"]("#lora; #eau douce", Around()) == ("lora", "eau douce")
    assert READERS["items"]("Un local, à Sète\n- Une juriste", Around()) == (
        "Un local, à Sète",
        "Une juriste",
    )


def test_how_people_are_reached_is_known() -> None:
    assert is_mail("a.b@exemple.fr")
    assert is_mail("a@exemple.fr; b@exemple.fr")
    assert not is_mail("@Bretagne")
    assert is_phone("06 12 34 56 78")
    assert is_phone("+33 (0)6 12 34 56 78")
    assert not is_phone("2027-03-12")
    assert not is_phone("01/02/2027")


@pytest.mark.parametrize(
    ("shape", "good", "value", "bad"),
    [
        ("state", "En expérimentation", "pilote", "en cours de réflexion"),
        ("box", "Trouvé", "x", "peut-être"),
        ("web", "www.exemple.fr/page", "https://www.exemple.fr/page", "javascript:alert(1)"),
        ("web", "http://exemple.fr", "http://exemple.fr", "voir le site"),
        ("siret", "123 456 789 00012", "12345678900012", "12 34"),
        ("availability", "ponctuelle", "2", "le mardi"),
        ("readers", "Privé", "team", "le comité"),
        ("mail", "a@b.fr", "a@b.fr", "a chez b"),
    ],
)
def test_a_value_is_read_or_told(shape: str, good: str, value: str, bad: str) -> None:
    assert READERS[shape](good, Around()) == value
    with pytest.raises(Unreadable) as told:
        READERS[shape](bad, Around())
    assert bad in told.value.words
