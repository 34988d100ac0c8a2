"""Fields of forms: what was sent comes back typed, or is refused in words beside its field."""

from datetime import date
from typing import Annotated

import pytest
from flask import Flask, Response, g
from werkzeug.datastructures import MultiDict

from wiki.api.web.forms import DayField, Form, HourField, LineField, TextField, redisplay
from wiki.errors import BadField, NotFound, WikiError
from wiki.web.forms import FormFlag, FormLine, FormList, FormText, pressed_button, read_fields


class VisitForm(Form):
    """One field of each kind."""

    day = DayField(needed=True)
    hour = HourField()
    place = LineField(5)
    name = LineField(20, empty="Say who.", long="Shorter.")
    words = TextField(40)


SENT = {"day": " 2027-03-18 ", "name": " Awa \t Diop ", "words": " one \r\n\r\n two  words\n"}


def read(**sent: str) -> VisitForm:
    return VisitForm.read(MultiDict(SENT | sent))


def test_what_was_sent_is_typed() -> None:
    form = read(hour="8h", place="Rennes")
    assert form.data == {
        "day": date(2027, 3, 18),
        "hour": "08:00",
        "place": "Renne",
        "name": "Awa Diop",
        "words": "one\n\ntwo words",
    }


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"day": "tomorrow"}, "day"),
        ({"day": ""}, "day"),
        ({"hour": "25:00"}, "hour"),
        ({"name": " "}, "name"),
        ({"name": "a" * 21}, "name"),
        ({"day": "?", "name": ""}, "day"),
    ],
)
def test_the_first_that_is_wrong_is_refused(sent: dict[str, str], field: str) -> None:
    with pytest.raises(BadField) as refused:
        read(**sent)
    assert refused.value.field == field
    assert refused.value.words


@pytest.mark.parametrize(
    ("refusal", "field"), [(BadField("day", "Say when."), "day"), (WikiError("Not now."), "")]
)
def test_a_refused_form_is_shown_once_more_with_the_words(refusal: WikiError, field: str) -> None:
    def show(name: str) -> Response:
        return Response(f"{name}: {g.errors[field]}")

    @redisplay(show)
    def take(name: str) -> Response:
        raise refusal if name == "visit" else NotFound("There is no such form.")

    app = Flask("forms")
    with app.test_request_context(method="POST"):
        answer = take(name="visit")
        assert (answer.status_code, answer.get_data(as_text=True)) == (
            refusal.status,
            f"visit: {refusal.words}",
        )
        with pytest.raises(NotFound):
            take(name="other")


def test_parameters_that_are_fields_are_read() -> None:
    def show(name: str, words: FormText) -> Response:
        return Response(f"{name} once more: {words}")

    def save(sure: FormFlag, chosen: FormList, words: FormLine = "none") -> str:
        return f"{sure} {chosen} {words}"

    @redisplay(show)
    def take(name: str, day: Annotated[date, DayField(needed=True)]) -> Response:
        return Response(f"{name} {day:%d}: {pressed_button({'save': save})()}")

    def answer(**sent: str | list[str]) -> str:
        with Flask("forms").test_request_context(method="POST", data=sent):
            return take(name="visit").get_data(as_text=True)

    assert answer(
        day="2027-03-18", action="save", chosen=["b", "a"], sure="on", words=" a  b "
    ) == ("visit 18: True ['b', 'a'] a b")
    assert answer(day="2027-03-18", action="save") == "visit 18: False [] none"
    assert answer(day="?", words=" a ") == "visit once more:  a "


def test_what_the_caller_gives_is_not_read_from_the_form() -> None:
    def take(sure: FormFlag, kind: str = "mine") -> tuple[bool, str]:
        return sure, kind

    with Flask("forms").test_request_context(method="POST", data={"sure": "on", "kind": "other"}):
        assert read_fields(take)() == (True, "mine")
        assert read_fields(read_fields(take))(sure=False) == (False, "mine")
