"""The reference that pages are compared with: Flask, one route, 12 KB from memory."""

from flask import Flask

app = Flask(__name__)
_PAGE = "<!doctype html><title>Une page</title>" + "<p>Des mots, et encore des mots.</p>\n" * 320


@app.get("/")
def page() -> str:
    """The page."""
    return _PAGE
