"""What a view of a form answers: the form, the form once more with what is wrong, or a redirect.

::

    GET  form(…) ──▶ render_tool("poll/new.html", values=typed_values(question=""))
    POST save(…) ──▶ see_other(url, words)
            └─ raises WikiError ──▶ form(…) again: its status, ``errors``, what was typed
"""

from collections.abc import Callable, Mapping
from functools import partial, wraps
from http import HTTPStatus
from typing import Any, TypeVar

from flask import g, redirect, request
from werkzeug.wrappers import Response

from wiki.errors import NotFound, WikiError
from wiki.translation import gettext as _
from wiki.web.forms import read_fields
from wiki.web.support import Errors, flash_message, render_page
from wiki.web.throttle import set_retry_after

Outcome = TypeVar("Outcome")


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
