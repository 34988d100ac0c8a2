"""What all routes of the API share: how they are declared, and how an answer is made."""

import inspect
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import request
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel
from werkzeug.wrappers import Response

from wiki.errors import NotFound
from wiki.pages.paths import normalise
from wiki.translation import gettext as _
from wiki.web.api.address import ROOT_URL
from wiki.web.api.cursors import Place, to_cursor
from wiki.web.api.models import Answer
from wiki.web.support import current_person, share_response

View = TypeVar("View", bound=Callable[..., Response])

#: who may read: anyone, or with a token of that scope; all else needs one (or a session)
READING: list[dict[str, list[Any]]] = [{}, {"token": ["read"]}]
_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
_CONFLICT = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Conflict"}}}
_ETAG = {"ETag": {"description": "The page's blob id", "schema": {"type": "string"}}}
_RETRY = {"Retry-After": {"description": "In seconds", "schema": {"type": "integer"}}}
_CHALLENGE = {"WWW-Authenticate": {"description": "What is needed", "schema": {"type": "string"}}}
_NEXT = {"Link": {"description": "`rel=next`: the next part", "schema": {"type": "string"}}}

#: what any address may answer besides
PROBLEMS: dict[Any, Any] = {
    "400": {"description": "It cannot be understood", "content": _PROBLEM},
    "401": {"description": "No good token", "content": _PROBLEM, "headers": _CHALLENGE},
    "403": {"description": "Not for who asks", "content": _PROBLEM},
    "422": {"description": "A field cannot be taken", "content": _PROBLEM},
    "429": {"description": "Too often", "content": _PROBLEM, "headers": _RETRY},
    "default": {"description": "Something else went wrong", "content": _PROBLEM},
}
_ALSO: dict[int, dict[str, Any]] = {
    304: {"description": "As `If-None-Match` says"},
    404: {"description": "There is none, or none for who asks", "content": _PROBLEM},
    409: {"description": "Others changed the same lines", "content": _CONFLICT},
    412: {"description": "The page is another by now", "content": _PROBLEM},
    413: {"description": "Too large", "content": _PROBLEM},
    415: {"description": "Not JSON", "content": _PROBLEM},
    428: {"description": "It does not say what it is a change of", "content": _PROBLEM},
}


def room(name: str, description: str) -> APIBlueprint:
    """A part of the API, for its routes to be declared on."""
    return APIBlueprint(
        f"api_{name}",
        __name__,
        url_prefix=ROOT_URL,
        abp_tags=[Tag(name=name, description=description)],
        operation_id_callback=named,
    )


def named(*, name: str, path: str, method: str) -> str:
    """An operation is called in the document as its view is in the code."""
    return name


def route(
    bp: APIBlueprint,
    method: str,
    rule: str,
    model: type[BaseModel] | None,
    *also: int,
    status: int = 200,
    etag: bool = False,
    scope: str = "write",
) -> Callable[[View], View]:
    """Declares a view; its docstring is the document's text, ``also`` the problems it may meet.

    ``scope``: of the token that it needs, where it does more than read.
    """
    listed = model is not None and "next" in model.model_fields
    good = {"description": HTTPStatus(status).phrase}
    responses: dict[str, Any] = {str(status): good if model is None else model}
    responses |= {str(code): dict(_ALSO[code]) if code in _ALSO else model for code in also}

    def join(view: View) -> View:
        summary, _blank, rest = (inspect.getdoc(view) or "").partition("\n")
        declare = getattr(bp, method)
        if method != "get":
            setattr(view, "scope", scope)  # noqa: B010 - a view is any function
        declare(
            rule,
            summary=summary.rstrip("."),
            description=" ".join(rest.split()) or summary,
            responses=responses | PROBLEMS,
            security=READING if method == "get" else [{"token": [scope]}],
            openapi_extensions={"x-headers": [*(["ETag"] if etag else []), *["Link"] * listed]},
        )(view)
        return view

    return join


def answer(told: Answer | BaseModel, status: int = 200) -> Response:
    """``told`` as JSON."""
    return Response(told.model_dump_json(), status, mimetype="application/json")


def shared(told: Answer | BaseModel, after: str | None = None) -> Response:
    """As ``answer``, the same for every visitor; ``after`` is where the next part is."""
    share_response()
    response = answer(told)
    if after:
        response.headers["Link"] = f'<{after}>; rel="next"'
    return response


def next_url(name: str, place: Place | None) -> str | None:
    """The address of the next part of the list called ``name``; None where there is none."""
    if place is None:
        return None
    asked = [pair for pair in request.args.items(multi=True) if pair[0] != "cursor"]
    return f"{request.path}?{urlencode([*asked, ('cursor', to_cursor(name, place))])}"


def page_path(raw: str) -> str:
    """The page that a path of an address means. Raises BadPath; NotFound for none at all."""
    if not raw.strip("/"):
        raise NotFound(_("There is no page here."))
    return normalise(raw.removesuffix(".md"))


def headers_of_documents(document: Mapping[str, Any]) -> None:
    """Moves what routes say of their headers to where OpenAPI has it."""
    known = {"ETag": _ETAG, "Link": _NEXT}
    for operations in document["paths"].values():
        for operation in operations.values():
            names = operation.pop("x-headers", [])
            for status, response in operation["responses"].items():
                if status[0] == "2" and names:
                    response["headers"] = {k: v for name in names for k, v in known[name].items()}


def for_visitors(response: Response) -> Response:
    """Lets a cache keep what a visitor got, if it asks each time whether it still stands."""
    if current_person() is None:
        response.headers["Cache-Control"] = "public, no-cache"
    return response
