"""The references that pages are compared with: Flask, one route, 12 KB from memory; and no Flask.

``constant`` gives the file that ``BODY`` names in the environment: the most that any application
can reach with this server.
"""

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

from flask import Flask

app = Flask(__name__)
_PAGE = "<!doctype html><title>Une page</title>" + "<p>Des mots, et encore des mots.</p>\n" * 320


@app.get("/")
def page() -> str:
    """The page."""
    return _PAGE


@cache
def _answer() -> tuple[list[tuple[str, str]], list[bytes]]:
    body = Path(os.environ["BODY"]).read_bytes()
    names = ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "ETag", "Vary")
    headers = [*((name, "word " * 5) for name in names), ("Content-Length", str(len(body)))]
    return [("Content-Type", "text/html; charset=utf-8"), *headers], [body]


def constant(_environ: object, start_response: Callable[..., object]) -> list[bytes]:
    """The same bytes each time, with as many headers as a page has."""
    headers, body = _answer()
    start_response("200 OK", headers)
    return body
