"""Builds the API's application of an instance: its routes, its rules, and the document of both."""

from typing import Any

from flask import Blueprint, jsonify, request
from flask_openapi3.models.info import Info
from flask_openapi3.models.schema import Schema
from flask_openapi3.models.security_scheme import SecurityScheme
from flask_openapi3.openapi import OpenAPI
from flask_openapi3.utils import get_model_schema
from werkzeug.routing import PathConverter
from werkzeug.wrappers import Response

from wiki import __version__
from wiki.instance import Instance
from wiki.web.api import authentication, pages, problems, proposals, stories, subscriptions
from wiki.web.api.address import ROOT_URL
from wiki.web.api.lists import lists, of_plugins
from wiki.web.api.models import HASH, Conflict, Problem
from wiki.web.api.requests import StrictRequest
from wiki.web.api.responses import PROBLEMS, headers_of_documents
from wiki.web.api.search import finding
from wiki.web.operations.latency import time_requests
from wiki.web.security import protect
from wiki.web.snapshot import AnswersAnew, pin_requests
from wiki.web.support import bind, share_response

_ABOUT = """\
Pages, their past, needs and offers, as whoever asks may see them. Without a token, what everyone
may read; with a personal token (made on the page of one's account) as `Authorization: Bearer …`,
what its owner may. What one may not know of is answered like what does not exist: 404.
Lists are given in parts: `next` is the address of the part that follows. Errors are
`application/problem+json`.
"""


class PageConverter(PathConverter):
    """A page's path, which is not the address of a page's history or of a version."""

    regex = rf"(?!.*/history$)(?!.*/versions/{HASH.strip('^$')}$){PathConverter.regex}"


class Api(AnswersAnew, OpenAPI):
    """The API's application."""


def build(instance: Instance) -> OpenAPI:
    """The WSGI application that answers below ``/-/api/``."""
    settings = instance.settings
    app = Api(
        "wiki",
        info=Info(title=settings.site_name, version=f"1 ({__version__})", description=_ABOUT),
        security_schemes={"token": _token()},
        responses=PROBLEMS,
        validation_error_model=Problem,
        validation_error_callback=problems.refuse_fields,
        doc_ui=False,
        static_folder=None,
        template_folder=None,
    )
    app.request_class = StrictRequest
    app.url_map.merge_slashes = False
    app.url_map.converters["page"] = PageConverter
    app.config.update(SECRET_KEY=instance.secret, TRUSTED_HOSTS=None)

    @app.before_request
    def _limit() -> None:
        # Text in JSON, each character of which may be written as an escape of six.
        request.max_content_length = 6 * instance.settings.max_page + 10_000

    _describe_problems(app)
    time_requests(app, instance.counters, "api", instance.settings.proxies)
    pin_requests(app, instance)
    bind(app, instance)
    protect(app, settings)
    problems.register(app)
    authentication.register(app)
    for room in (
        pages.bp,
        stories.bp,
        proposals.bp,
        subscriptions.bp,
        lists(instance),
        finding(instance),
        *of_plugins(instance),
    ):
        app.register_api(room)
    app.register_blueprint(_described(app), url_prefix=ROOT_URL)
    return app


def _describe_problems(app: OpenAPI) -> None:
    """Gives the document the models that every route refers to."""
    for model in (Problem, Conflict):
        schema = get_model_schema(model, mode="serialization")
        for name, part in {**schema.pop("$defs", {}), model.__name__: schema}.items():
            app.components_schemas[name] = Schema(**part)


def _token() -> SecurityScheme:
    return SecurityScheme(
        type="http", scheme="bearer", description="A personal token; its scopes limit it."
    )


def _described(app: OpenAPI) -> Blueprint:
    bp = Blueprint("api_document", __name__)

    @bp.get("/openapi.json")
    def document() -> Response:
        """The document itself: OpenAPI 3.1."""
        share_response()
        return jsonify(document_of(app))

    return bp


def document_of(app: OpenAPI) -> dict[str, Any]:
    """The OpenAPI document of the API's application."""
    known = bool(app.spec_json)
    told: dict[str, Any] = app.api_doc
    if not known:
        headers_of_documents(told)
    return told
