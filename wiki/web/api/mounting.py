"""Stands before the wiki's application and hands what is below ``/-/api/`` to the API's."""

from collections.abc import Iterable
from threading import Lock
from typing import TYPE_CHECKING

from flask import Flask

from wiki.instance import Instance
from wiki.web.api.address import PREFIX

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from flask_openapi3.openapi import OpenAPI

_EXTENSION = "carrefour-api"


class MountedApi:
    """A WSGI application around ``app``; builds the API's when it is first asked for."""

    def __init__(self, app: "WSGIApplication", instance: Instance) -> None:
        self._app = app
        self._instance = instance
        self._built: OpenAPI | None = None
        self._building = Lock()

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        if environ.get("PATH_INFO", "").startswith(PREFIX):
            return self.application.wsgi_app(environ, start_response)
        return self._app(environ, start_response)

    @property
    def application(self) -> "OpenAPI":
        """The API's own application; ``url_map`` has its routes, ``api_doc`` its document."""
        if self._built is None:
            with self._building:
                if self._built is None:
                    from wiki.web.api.application import build

                    self._built = build(self._instance)
        return self._built


def mount(app: Flask, instance: Instance) -> None:
    """Mounts the API of ``instance`` before ``app``."""
    mounted = MountedApi(app.wsgi_app, instance)
    app.extensions[_EXTENSION] = mounted
    app.wsgi_app = mounted  # type: ignore[method-assign]


def api_of(app: Flask) -> "OpenAPI":
    """The application of the API that is mounted before ``app``."""
    mounted: MountedApi = app.extensions[_EXTENSION]
    return mounted.application
