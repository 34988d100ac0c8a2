"""Booklets and exports, whose bytes are packed: opened, and held to those of a wiki without it."""

from collections.abc import Callable

import pytest

from wiki.documents.write.book import Book, Chapter
from wiki.documents.write.exporter import make_document

from .asking import Asker, Role, differing, spoken, unpacked
from .canaries import canaries, forbidden
from .exits import Ask
from .world import World

#: each is made twice, with a cover that is drawn
pytestmark = pytest.mark.timeout(600)

#: who asks, what they may know of, for whom they have it made, of which pages and as what
MADE = (
    (Role("visitor"), (), "booklet", ("dossiers/sols",), ("epub", "docx", "pdf")),
    (Role("visitor"), (), "booklet", ("listes",), ("site", "markdown")),
    (Role("admin", "admin"), (), "booklet", ("dossiers/sols",), ("site",)),
    (
        Role("outsider", "outsider"),
        ("members", "outsider"),
        "booklet-own",
        ("dossiers/sols",),
        ("site", "markdown", "pdf"),
    ),
)


@pytest.fixture(scope="module")
def both(copied: Callable[..., World]) -> tuple[World, World]:
    """A wiki with every secret, and one with those of members alone."""
    return copied("all"), copied("members")


@pytest.mark.parametrize(
    ("role", "may", "scope", "paths", "formats"),
    MADE,
    ids=[f"{one[0].name} {one[3][0]}" for one in MADE],
)
def test_no_document_tells(
    role: Role,
    may: tuple[str, ...],
    scope: str,
    paths: tuple[str, ...],
    formats: tuple[str, ...],
    both: tuple[World, World],
) -> None:
    askers = [Asker(world, role) for world in both]
    for path in paths:
        for kind in formats:
            full, twin = (made(asker, path, scope, kind) for asker in askers)
            assert forbidden(canaries(full), may) == set(), (path, kind)
            assert differing(full, twin) == "", (path, kind)
            assert "LoRa à la ferme" in full, (path, kind)
            assert "Un mot sur lui" not in full, (path, kind)


def test_whatever_a_pdf_says_is_read() -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>'
    html = (
        '<h2 id="a">canari-titre</h2><p>canari-mot <a href="https://x.org/canari-lien">x</a></p>'
        '<p><img src="media/1.svg" alt="canari-image" title=""></p>'
    )
    media = {"media/1.svg": svg.encode()}
    chapters = [Chapter("Titre", html, anchor="p1")]
    book = Book("canari-livre", "fr", chapters, note="canari-note", media=media)
    said = unpacked(make_document(book, "pdf", seconds=60))
    for one in ("titre", "mot", "lien", "image", "livre", "note"):
        assert f"canari-{one}" in said, one


def test_what_was_made_is_for_who_had_it_made(both: tuple[World, World]) -> None:
    full, _twin = both
    admin = Asker(full, Role("admin", "admin"))
    form: dict[str, object] = {"scope": "booklet-own", "format": "epub"}
    place = admin.ask(Ask("", "POST", "/-/export/dossiers/sols", form=form)).location
    assert "canari" in spoken(admin.ask(Ask("", "GET", f"{place}/file")))
    for other in (Role("visitor"), Role("outsider", "outsider"), Role("insider", "insider")):
        asker = Asker(full, other)
        for url in (place, f"{place}/file"):
            answer = asker.ask(Ask("", "GET", url))
            assert answer.status_code == 404
            assert "canari" not in spoken(answer)


def made(asker: Asker, path: str, scope: str, kind: str) -> str:
    """A document, made and fetched, as one text."""
    form: dict[str, object] = {"scope": scope, "format": kind}
    sent = asker.ask(Ask("", "POST", f"/-/export/{path}", form=form))
    assert sent.status_code == 303, sent.get_data(as_text=True)[:2000]
    file = asker.ask(Ask("", "GET", f"{sent.location}/file"))
    assert file.status_code == 200
    return spoken(file)
