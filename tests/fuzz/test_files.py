"""Files and mails of any kind: taken for what they are, or refused in words; nothing else."""

import json
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.documents.samples import reviewed, word
from tests.files import samples
from wiki.config import Settings
from wiki.documents.read.archives import check_container
from wiki.documents.read.importer import take_document
from wiki.errors import WikiError
from wiki.files.images import cleaned, on_paper, resized
from wiki.files.types import EXTENSIONS, by_name, identify
from wiki.files.vectors import check_svg

from .material import WORDS, corpus, fuzzed, part, spoilt

FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
_PIECES = [word.encode("utf-8", "surrogatepass") for word in WORDS]


def moving(format: str) -> bytes:
    """A picture that moves, of few points."""
    frames = [Image.new("RGB", (8, 6), (shade, 0, 90)) for shade in (0, 120, 240)]
    out = BytesIO()
    frames[0].save(out, format, save_all=True, append_images=frames[1:], duration=40)
    return out.getvalue()


PICTURES = {
    format: [
        samples.picture(format, (9, 7)),
        *([moving(format)] if format != "JPEG" else [samples.located(6)]),
    ]
    for format in FORMATS
}


@fuzzed(20)
@given(st.data())
def test_any_picture_is_drawn_or_refused(data: st.DataObject) -> None:
    format = data.draw(st.sampled_from(FORMATS))
    picture = data.draw(spoilt(PICTURES[format]))
    kind = by_name(f"a.{format.lower()}")
    try:
        clean = cleaned(picture, kind, max_pixels=10_000)
    except WikiError as refused:
        assert refused.words
        return
    again = Image.open(BytesIO(clean))
    assert again.format == format and again.width * again.height <= 10_000
    assert not {"exif", "xmp", "comment"} & set(again.info)
    small = resized(clean, kind, 160, max_pixels=10_000)
    _ending, paper = on_paper(clean, kind, max_pixels=10_000)
    for drawn in (small, paper):
        Image.open(BytesIO(drawn)).load()


WORD = reviewed(
    word("# Titre\n\nUn *mot*, une [^1] note.\n\n| a | b |\n|---|---|\n| c | d |\n\n[^1]: ici\n")
)
ARCHIVES = {
    "docx": [samples.docx(), WORD],
    "odt": [samples.odt()],
}


@st.composite
def archives(draw: st.DrawFn, extension: str) -> bytes:
    """An archive spoilt as it is, or in its parts."""
    whole = draw(st.sampled_from(ARCHIVES[extension]))
    if draw(st.booleans()):
        return draw(spoilt([whole]))
    out = BytesIO()
    with ZipFile(BytesIO(whole)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        chosen = draw(st.sets(st.sampled_from(old.namelist()), max_size=2))
        for part in old.infolist():
            found = old.read(part)
            new.writestr(part, draw(spoilt([found], _PIECES)) if part.filename in chosen else found)
    return out.getvalue()


@fuzzed(25)
@given(st.data())
def test_any_archive_is_looked_into_or_refused(data: st.DataObject) -> None:
    extension = data.draw(st.sampled_from(sorted(ARCHIVES)))
    try:
        check_container(data.draw(archives(extension)), extension)
    except WikiError as refused:
        assert refused.words


@fuzzed(1)
@given(st.data())
def test_any_document_is_read_or_refused(data: st.DataObject) -> None:
    extension = data.draw(st.sampled_from(["docx", "html", "md"]))
    settings = Settings(instance=Path("nowhere"))
    kept = {"html": [b"<h1>A</h1><p>b <img src=x><table><tr><td>c</table>"], "md": [b"# A\n\nb\n"]}
    data_ = data.draw(archives("docx") if extension == "docx" else spoilt(kept[extension], _PIECES))
    try:
        taken = take_document(settings, f"a.{extension}", data_, seconds=20)
    except WikiError as refused:
        assert refused.words
        return
    assert taken.title and taken.text.encode()


SVGS = [samples.SVG, *corpus("svg")]


@fuzzed(40)
@given(
    spoilt(
        SVGS,
        [
            b"<script>",
            b"&#x6a;",
            b"url(//x)",
            b" href=",
            b"<set ",
            b"<!DOCTYPE a [",
            b"style=",
            b"\\75",
        ],
    )
)
def test_any_drawing_is_taken_or_not(drawing: bytes) -> None:
    if check_svg(drawing, "svg"):
        lowered = drawing.lower()
        assert b"<script" not in lowered and b"<!doctype" not in lowered


FILES = [
    *(one for group in PICTURES.values() for one in group),
    *(one for group in ARCHIVES.values() for one in group),
    samples.PDF,
    samples.SVG,
    b"a,b\n1,2\n",
    b'{"a": [1]}',
    b"<html>",
    b"RIFF\0\0\0\0WAVEfmt ",
]


@fuzzed(30)
@given(st.sampled_from(EXTENSIONS), spoilt(FILES))
def test_any_file_is_what_its_name_says_or_refused(extension: str, data: bytes) -> None:
    try:
        assert identify(f"a.{extension}", data, max_bytes=1_000_000).extension == extension
    except WikiError as refused:
        assert refused.words


MAILS = corpus("mail")


@fuzzed(50)
@given(
    mail=spoilt(
        MAILS,
        [
            b"\r\n\r\n",
            b"--b\r\n",
            b"Content-Type: ",
            b"multipart/mixed; boundary=",
            b"=?utf-8?q?",
            b"?=",
            b"charset=",
            b"base64",
            b"<!--",
            b"<",
            *_PIECES,
        ],
    )
)
def test_any_mail_is_read_or_set_aside(mail: bytes) -> None:
    reading = part("correspondents", "reading_mail")
    assert len(reading.identity_of(mail)) == 64
    assert reading.sender_of(mail).isprintable()
    try:
        said, files = reading.parse({"ours": []}, mail)
    except Exception:
        return
    json.dumps(said).encode()
    if "machine" not in said:
        assert said["title"].isprintable() and 0 < len(said["title"]) <= 150
        assert len(said["text"]) <= 20_000 and len(said["files"]) == len(files)
        for field in ("sender", "name", "text"):
            said[field].encode()
