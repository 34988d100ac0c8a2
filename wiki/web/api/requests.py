"""Bodies read strictly: what two programs could read in two ways is refused."""

import json
from http import HTTPStatus
from typing import Any

from flask import Request

from wiki.errors import BadRequest
from wiki.translation import gettext as _


class NotJson(BadRequest):
    """A body of another kind than JSON."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE


class StrictRequest(Request):
    """A request whose JSON is one object, each name in it once, without NaN."""

    def get_json(self, force: bool = False, silent: bool = False, cache: bool = True) -> Any:
        """The object that was sent, whatever ``silent`` says. Raises BadRequest, NotJson."""
        if self.mimetype != "application/json":
            raise NotJson(_("Send the body as application/json."))
        try:
            return _read(self.get_data().decode("utf-8"))
        except (ValueError, RecursionError) as error:
            raise BadRequest(_("The body is no JSON object that can be read.")) from error


def _read(text: str) -> dict[str, Any]:
    found = json.loads(text, object_pairs_hook=_once, parse_constant=_refuse)
    if not isinstance(found, dict):
        raise ValueError("no object")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _refuse(word: str) -> float:
    raise ValueError(f"{word} is no JSON")
