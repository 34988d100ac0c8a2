"""Fields of forms, by WTForms: what was sent, stripped, of a length and type, or refused.

::

    request.form ──Form.read()──▶ form.day.data (a date)
                        └─ raises BadField(field, words) for the first that is wrong

WTForms is here with flask-wtf, and its words are ours: each field says what is wrong in a sentence
of the plugin, or of the core.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any, Self

from flask import request
from werkzeug.datastructures import MultiDict
from wtforms import Form as BaseForm
from wtforms import StringField, ValidationError

from wiki.errors import BadField
from wiki.translation import gettext as _

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
