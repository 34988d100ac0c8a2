"""Forms: their fields, by WTForms, and what a view of a form answers.

::

    GET  form(…) ──▶ render_tool("poll/new.html", values=typed_values(question=""))
    POST save(…) ──▶ see_other(url, words)
            └─ raises WikiError ──▶ form(…) again: its status, ``errors``, what was typed

    request.form ──Form.read()──▶ form.day.data (a date)
                        └─ raises BadField(field, words) for the first that is wrong

    @bp.post("/poll/<name>")
    def vote(name: str, words: FormLine, sure: FormFlag) -> Response: …

A short form needs no class: a view's parameters of the types below are fields (``read_fields``).
WTForms is here with flask-wtf, and its words are ours: each field says what is wrong in a sentence
of the plugin, or of the core.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache, partial, wraps
from http import HTTPStatus
from inspect import Parameter, signature, unwrap
from typing import Annotated, Any, Self, TypeVar

from flask import g, redirect, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response
from wtforms import BooleanField, Field, StringField, ValidationError
from wtforms import Form as BaseForm
from wtforms.fields.core import UnboundField

from wiki.errors import BadField, NotFound, WikiError
from wiki.translation import gettext as _
from wiki.web.support import Errors, flash_message, render_page
from wiki.web.throttle import set_retry_after

Outcome = TypeVar("Outcome")

_HOUR = re.compile(r"(\d{1,2})\s*[:h]\s*(\d{2})?")


class Form(BaseForm):  # type: ignore[misc]
    """What a form holds: fields as attributes, each with its typed ``data``."""

    @classmethod
    def read(cls, sent: "MultiDict[str, str] | None" = None) -> Self:
        """What was sent, with this request or in ``sent``. Raises BadField for the first wrong."""
        form = cls(request.form if sent is None else sent)
        if not form.validate():
            field, errors = next(iter(form.errors.items()))
            raise BadField(field, str(errors[0]))
        return form


class LineField(StringField):  # type: ignore[misc]
    """One line without blanks around or twice: at most ``most`` characters, ``empty`` if none.

    Without ``long`` what is beyond ``most`` is left out; ``empty`` and ``long`` are words.
    """

    def __init__(self, most: int, *, empty: object = "", long: object = "", **options: Any) -> None:
        super().__init__(**options)
        self._most, self._empty, self._long = most, empty, long

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Takes what was sent."""
        said = self._tidy(valuelist[0] if valuelist else "")
        self.data = said if self._long else said[: self._most]

    def pre_validate(self, form: BaseForm) -> None:
        """Raises ValidationError for what is missing, too long or cannot be seen."""
        if not self.data and self._empty:
            raise ValidationError(self._empty)
        if len(self.data) > self._most:
            raise ValidationError(self._long)

    @staticmethod
    def _tidy(typed: str) -> str:
        return " ".join(typed.split())


class TextField(LineField):
    """Several lines, each as a ``LineField`` has one; none around them."""

    @staticmethod
    def _tidy(typed: str) -> str:
        return "\n".join(" ".join(line.split()) for line in typed.strip().splitlines())


class DayField(StringField):  # type: ignore[misc]
    """A day as in 2027-03-18: a date, or None where none is given and none is ``needed``."""

    data: Any

    def __init__(self, *, needed: bool = False, words: object = "", **options: Any) -> None:
        super().__init__(**options)
        self._needed, self._words = needed, words

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Takes what was sent. Raises ValueError for what is no day."""
        typed = (valuelist[0] if valuelist else "").strip()
        self.data = None
        if typed or self._needed:
            try:
                self.data = date.fromisoformat(typed)
            except ValueError:
                words = self._words or _("Please give the day as in 2027-03-18.")
                raise ValueError(words) from None


class HourField(StringField):  # type: ignore[misc]
    """An hour as in 18:30 or 18h30, kept as ``18:30``; "" where none is given."""

    data: Any

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Takes what was sent. Raises ValueError for what is no hour."""
        typed = (valuelist[0] if valuelist else "").strip()
        read = _HOUR.fullmatch(typed)
        if typed and (read is None or int(read[1]) > 23 or int(read[2] or 0) > 59):
            raise ValueError(_("Please give the hour as in 18:30."))
        self.data = f"{int(read[1]):02}:{read[2] or '00'}" if read else ""


class ListField(Field):  # type: ignore[misc]
    """All that was sent under one name, in its order."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Takes what was sent."""
        self.data = list(valuelist)


def _to_line(typed: str) -> str:
    return " ".join(typed.split())


def _to_newlines(typed: str) -> str:
    return typed.replace("\r\n", "\n")


#: a text as it was sent
FormText = Annotated[str, StringField(default="")]
#: a text without the blanks around it
FormWord = Annotated[str, StringField(default="", filters=[str.strip])]
#: a text on one line, without blanks around or twice
FormLine = Annotated[str, StringField(default="", filters=[_to_line])]
#: a text whose lines end as those of pages do
FormLines = Annotated[str, StringField(default="", filters=[_to_newlines])]
#: whether a box was ticked, or a button pressed
FormFlag = Annotated[bool, BooleanField(default=False)]
#: what was chosen of several
FormList = Annotated[list[str], ListField(default=())]
#: a day, or None where none is given
FormDay = Annotated[date | None, DayField()]


def read_fields(view: Callable[..., Outcome]) -> Callable[..., Outcome]:
    """Decorates a function: its parameters of a type that is a field are read from the form.

    Their defaults stand for what was not sent; what the caller gives is not read. Raises BadField.
    Views, and what ``redisplay`` and ``pressed_button`` are given, need no decorator.
    """
    declared = unwrap(view)
    fields = any(map(_field_in, getattr(declared, "__annotations__", {}).values()))
    if not fields or hasattr(view, "reads_form"):
        return view
    form = _form_of(declared)

    @wraps(view)
    def answer(*given: Any, **named: Any) -> Outcome:
        return view(*given, **form.read().data | named)

    answer.reads_form = True  # type: ignore[attr-defined]
    return answer


@cache
def _form_of(view: Callable[..., Any]) -> type[Form]:
    """The form whose fields are the parameters of ``view``."""
    fields = {}
    for name, parameter in signature(view).parameters.items():
        if (field := _field_in(parameter.annotation)) is not None:
            given = parameter.default is not Parameter.empty
            options = field.kwargs | ({"default": parameter.default} if given else {})
            fields[name] = field.field_class(*field.args, **options)
    return type("Fields", (Form,), fields)


def _field_in(annotation: object) -> UnboundField | None:
    found: tuple[object, ...] = getattr(annotation, "__metadata__", ())
    return next((one for one in found if isinstance(one, UnboundField)), None)


def render_tool(template: str, status: int = 200, /, **values: Any) -> Response:
    """``render_page`` of a form or a list of tasks: search engines are asked not to keep it."""
    return render_page(template, status, noindex=True, **values)


def see_other(url: str, words: str = "", kind: str = "done") -> Response:
    """The answer to a form that was taken: the page at ``url``, with ``words`` in a notice."""
    if words:
        flash_message(words, kind)
    return redirect(url, HTTPStatus.SEE_OTHER)


def typed_values(*names: str, **kept: str) -> dict[str, str]:
    """What this request sends for fields of those names; else "", or what is ``kept``."""
    values = dict.fromkeys(names, "") | kept
    return {name: request.form.get(name, value) for name, value in values.items()}


def pressed_button(actions: Mapping[str, Callable[..., Outcome]]) -> Callable[..., Outcome]:
    """What the ``action`` that was pressed stands for: ``actions`` by name. Raises NotFound.

    It reads its fields itself (``read_fields``).
    """
    action = actions.get(request.form.get("action", ""))
    if action is None:
        raise NotFound(_("There is nothing of that name to do."))
    return read_fields(action)


def redisplay(
    form: Callable[..., Response],
    only: type[WikiError] = WikiError,
    but: type[WikiError] | tuple[type[WikiError], ...] = NotFound,
) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """Decorates a view that takes a form: a refusal of it is answered with the form once more.

    ``form`` is called with the view's arguments, and reads its own fields. Its template finds the
    words of the refusal in ``errors``, under the name of the field (``BadField``) or "". What is
    ``but``, or no ``only``, is raised on, as is what ``form`` raises itself.
    """

    def decorate(view: Callable[..., Response]) -> Callable[..., Response]:
        read = read_fields(view)

        @wraps(read)
        def answer(**arguments: Any) -> Response:
            try:
                return read(**arguments)
            except but:
                raise
            except only as refused:
                error = refused
            return show_refusal(partial(read_fields(form), **arguments), error)

        return answer

    return decorate


def show_refusal(
    form: Callable[[], Response], error: WikiError, field: str | None = None
) -> Response:
    """What ``form`` answers, with the words of ``error`` in it, its status and Retry-After.

    They stand under ``field``, or under the field that they are about.
    """
    field = getattr(error, "field", "") if field is None else field
    g.errors = Errors({field: error.words})
    response = read_fields(form)()
    if response.status_code == HTTPStatus.OK:
        response.status_code = error.status
    return set_retry_after(response, error)
