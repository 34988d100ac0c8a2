"""What may be attached, told by name and content together."""

import json
import tracemalloc
from io import BytesIO
from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.files import samples
from wiki.errors import BadUpload, TooLarge
from wiki.files.types import EXTENSIONS, by_name, identify

LIMIT = 1_000_000
MP3 = b"ID3\x03\0\0\0\0\0\0" + b"\xff\xfb\x90\0" * 100
OGG = b"OggS\0\x02" + b"\0" * 60
WAV = b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 40


HONEST = {
    "plan.pdf": samples.PDF,
    "a.PNG": samples.picture("PNG"),
    "a.jpg": samples.picture("JPEG"),
    "a.jpeg": samples.picture("JPEG"),
    "a.gif": samples.picture("GIF"),
    "a.webp": samples.picture("WEBP"),
    "logo.svg": samples.SVG,
    "budget.docx": samples.docx(),
    "notes.odt": samples.odt(),
    "mesures.csv": "nom;valeur\néolienne;3\n".encode(),
    "bom.csv": b"\xef\xbb\xbfa;b\n",
    "lisez.txt": b"Ce que <b> veut dire\n",
    "lieux.geojson": json.dumps({"type": "FeatureCollection"}).encode(),
    "son.mp3": MP3,
    "son.ogg": OGG,
    "son.wav": WAV,
}


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_file_is_taken(name: str) -> None:
    kind = identify(name, HONEST[name], max_bytes=LIMIT)
    assert kind == by_name(name)
    assert kind.extension in EXTENSIONS


@pytest.mark.parametrize("name", HONEST)
@pytest.mark.parametrize("other", HONEST)
def test_content_under_the_name_of_another_kind_is_refused(name: str, other: str) -> None:
    texts = {"csv", "txt", "geojson"}
    same = by_name(name).media == by_name(other).media
    both = {by_name(name).extension, by_name(other).extension} <= texts
    if same or both:
        assert identify(other, HONEST[name], max_bytes=LIMIT)
    else:
        with pytest.raises(BadUpload):
            identify(other, HONEST[name], max_bytes=LIMIT)


HTML = b"<!DOCTYPE html><script>alert(1)</script>"


def svg(inside: bytes, attributes: bytes = b"") -> bytes:
    return b'<svg xmlns="http://www.w3.org/2000/svg" ' + attributes + b">" + inside + b"</svg>"


DISHONEST = {
    "empty": ("a.png", b""),
    "html as text": ("a.txt", HTML),
    "html as csv, after a comment": ("a.csv", b"  <!-- x --><html>"),
    "html as json": ("a.json", b"\n<script>1</script>"),
    "svg as text": ("a.txt", samples.SVG),
    "php": ("a.txt", b"<?php system($_GET[0]);"),
    "shell": ("a.txt", b"#!/bin/sh\n"),
    "binary as text": ("a.txt", b"a\0b"),
    "latin-1 as text": ("a.csv", b"\xe9t\xe9"),
    "html page": ("a.html", HTML),
    "script": ("a.js", b"alert(1)"),
    "program": ("a.exe", b"MZ"),
    "page of ours": ("a.md", b"# a"),
    "macro by name": ("a.docm", samples.docx()),
    "no name": ("", samples.PDF),
    "no extension": ("pdf", samples.PDF),
    "two extensions": ("a.pdf.html", samples.PDF),
    "pdf that begins with a page": ("a.pdf", HTML + samples.PDF),
    "pdf that ends as an archive": ("a.pdf", samples.PDF + samples.docx() + b"%%EOF"),
    "truncated pdf": ("a.pdf", samples.PDF[:20]),
    "archive behind a picture": ("a.docx", samples.picture("PNG") + samples.docx()),
    "archive with a tail": ("a.docx", samples.docx() + HTML),
    "archive that climbs": ("a.docx", samples.docx(**{"../x": b""})),
    "archive with a root": ("a.docx", samples.docx(**{"/etc/x": b""})),
    "archive with a program": ("a.docx", samples.docx(**{"word/vbaProject.bin": b"x"})),
    "odt with a program": ("a.odt", samples.odt(**{"Basic/Standard/m.xml": b"x"})),
    "archive that is no document": ("a.docx", samples.archive({"a": b"b"})),
    "odt of another kind": ("a.ods", samples.odt()),
    "half an archive": ("a.docx", samples.docx()[:-30]),
    "sound with an archive": ("a.mp3", MP3 + samples.docx()),
    "sound with a page": ("a.wav", WAV + b"<SCRIPT>"),
    "svg: script": ("a.svg", svg(b"<script>alert(1)</script>")),
    "svg: script in another vocabulary": (
        "a.svg",
        svg(b'<x:script xmlns:x="http://www.w3.org/1999/xhtml">1</x:script>'),
    ),
    "svg: handler": ("a.svg", svg(b"", b'onload="alert(1)"')),
    "svg: page inside": (
        "a.svg",
        svg(b'<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">a</p></foreignObject>'),
    ),
    "svg: link": ("a.svg", svg(b'<a href="javascript:alert(1)"><text>a</text></a>')),
    "svg: old link": (
        "a.svg",
        svg(b'<use xlink:href="//e/x#y"/>', b'xmlns:xlink="http://www.w3.org/1999/xlink"'),
    ),
    "svg: animated link": ("a.svg", svg(b'<set attributeName="href" to="javascript:1"/>')),
    "svg: animation": ("a.svg", svg(b'<animateTransform attributeName="x"/>')),
    "svg: style that loads": ("a.svg", svg(b"<style>@import '//e'</style>")),
    "svg: paint that loads": ("a.svg", svg(b'<rect fill="url(https://e/x)"/>')),
    "svg: letters by number": ("a.svg", svg(rb"<style>a{fill:u\72 l(//e)}</style>")),
    "svg: letters as themselves": ("a.svg", svg(rb'<rect fill="\u\r\l(//e)"/>')),
    "svg: import by number": ("a.svg", svg(rb"<style>@\000069mport '//e'</style>")),
    "svg: a broken line": ("a.svg", svg(b"<style>@imp\\\nort '//e'</style>")),
    "svg: pictures to choose from": ("a.svg", svg(b"<style>a{b:image-set('//e' 1x)}</style>")),
    "svg: entities": ("a.svg", b'<!DOCTYPE svg [<!ENTITY a "b">]>' + samples.SVG),
    "svg: style sheet": ("a.svg", b'<?xml-stylesheet href="x"?>' + samples.SVG),
    "svg: other root": ("a.svg", b"<html/>"),
    "svg: deep": ("a.svg", svg(b"<g>" * 300 + b"</g>" * 300)),
    "svg: other encoding": ("a.svg", "<svg/>".encode("utf-16")),
}


@pytest.mark.parametrize("case", DISHONEST)
def test_a_dishonest_file_is_refused(case: str) -> None:
    name, data = DISHONEST[case]
    with pytest.raises(BadUpload):
        identify(name, data, max_bytes=LIMIT)


@pytest.mark.parametrize("big", [False, True], ids=["list", "list-64"])
def test_an_archive_of_half_a_million_parts_is_refused_before_they_are_listed(big: bool) -> None:
    """Each is 46 bytes of the list: together they took seconds, and a hundred megabytes."""
    entry = (b"PK\x01\x02", 20, 20, 0, 0, 0, 33, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0)
    parts = pack("<4s6H3L5H2L", *entry) + b"a"
    first, many = b"PK\x03\x04" + bytes(26), parts * 100_000
    size, count = (0, 0) if big else (len(many), 100_000 % 65_536)
    end_64 = b"PK\x06\x06" + pack("<QHHLLQQQQ", 44, 45, 45, 0, 0, 1, 1, len(many), 30)
    end_64 += b"PK\x06\x07" + pack("<LQL", 0, 30 + len(many), 1)
    at = 30 + len(many) + len(end_64) if big else 30
    end = b"PK\x05\x06" + pack("<4H2LH", 0, 0, count, count, size, at, 0)
    data = first + many + (end_64 if big else b"") + end
    tracemalloc.start()
    with pytest.raises(BadUpload):
        identify("a.docx", data, max_bytes=len(data))
    taken = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert taken < 1_000_000


def test_an_archive_that_would_fill_the_disk_is_refused() -> None:
    bomb = BytesIO()
    data = samples.docx(**{"word/media/a.png": b"\0" * 1000})
    # The size is what the archive says of itself: it is never unpacked.
    size = (1000).to_bytes(4, "little")
    bomb.write(data.replace(size, (0xF0000000).to_bytes(4, "little")))
    with pytest.raises(BadUpload):
        identify("a.docx", bomb.getvalue(), max_bytes=LIMIT)


def test_the_limit_itself_is_taken_and_one_byte_more_is_not() -> None:
    identify("a.txt", b"a" * LIMIT, max_bytes=LIMIT)
    with pytest.raises(TooLarge):
        identify("a.txt", b"a" * (LIMIT + 1), max_bytes=LIMIT)


@given(st.sampled_from(EXTENSIONS), st.binary(max_size=400))
def test_any_bytes_are_taken_or_refused(extension: str, data: bytes) -> None:
    try:
        assert identify(f"a.{extension}", data, max_bytes=LIMIT).extension == extension
    except BadUpload as refused:
        assert refused.words
