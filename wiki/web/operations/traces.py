"""Requests, measured: by the pattern of a route, since an address would tell who reads what."""

from flask import Flask, g, request
from werkzeug.wrappers import Response

from wiki.telemetry.traces import span, spans_of


def trace_requests(app: Flask) -> None:
    """Has the requests of ``app`` measured in each worker, as a part of what a proxy measures."""

    @app.before_request
    def _begin() -> None:
        name = f"{request.method} {request.url_rule or '-'}"
        g.traced = span(name, spans_of(request.headers), route=str(request.url_rule or ""))
        g.measured = g.traced.__enter__()

    @app.after_request
    def _tell(response: Response) -> Response:
        if (measured := g.get("measured")) is not None:
            measured.set_attribute("http.response.status_code", response.status_code)
        return response

    @app.teardown_request
    def _end(_error: BaseException | None) -> None:
        if (traced := g.pop("traced", None)) is not None:
            traced.__exit__(None, None, None)
