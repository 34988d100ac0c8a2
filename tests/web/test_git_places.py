"""git holds fewer than half of a worker's threads, and gives each place back."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from wiki.repository.smart import packet

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

REFS = "/wiki.git/info/refs?service=git-upload-pack"
KIND = "application/x-git-upload-pack-request"
ASKED = packet(b"command=ls-refs\n") + packet(b"object-format=sha1") + b"0001" + b"0000"


def test_who_finds_no_place_comes_back(
    app: "Flask", client: "FlaskClient", write: Callable[..., str]
) -> None:
    write({"index.md": "# Accueil\n"})
    places = app.extensions["carrefour-git"]
    taken = 0
    while places.acquire(blocking=False):
        taken += 1
    assert taken == 3
    refused = client.get(REFS)
    assert refused.status_code == 503
    assert refused.mimetype == "text/plain"
    assert refused.headers["Retry-After"] == "60"
    assert "réessayez" in refused.get_data(as_text=True)
    places.release()
    for _ in range(3):
        headers = {"Git-Protocol": "version=2"}
        with client.post(
            "/wiki.git/git-upload-pack", data=ASKED, content_type=KIND, headers=headers
        ) as answer:
            assert b"refs/heads/main" in answer.data
            assert answer.headers["Cache-Control"].startswith("no-cache")
        assert client.get(REFS).status_code == 200


def test_the_address_says_what_it_is_for(client: "FlaskClient") -> None:
    for path in ("/wiki.git", "/wiki.git/"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "git clone http" in answer.get_data(as_text=True)
