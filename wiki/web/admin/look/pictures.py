"""Pictures that administrators send for the look: small, safe, and named by what they hold."""

import gzip
from hashlib import sha1

from werkzeug.datastructures import FileStorage

from wiki.config.look.values import picture_name
from wiki.documents.write.typst import picture_on_page
from wiki.editing.files import checked_upload
from wiki.errors import BadSetting, BadUpload, TooLarge
from wiki.files.pictures import draw
from wiki.files.types import by_name
from wiki.instance import Instance
from wiki.translation import gettext as _

#: bytes that are taken in; what is kept of them is smaller
MOST_SENT = 5_000_000
#: bytes, compressed, of a picture that comes with each first view, and of one at the foot
MOST_LOGO, MOST_PARTNER = 15_000, 40_000
_KINDS = ("svg", "png", "webp", "jpg", "jpeg")
_WIDTH = "480"
_PATIENCE, _SECONDS = 10.0, 20.0


def read_picture(
    instance: Instance, sent: FileStorage, stem: str, field: str, most: int
) -> tuple[str, bytes, bytes]:
    """The name and the bytes of a picture as the look keeps it, and the bytes as they were sent.

    SVG stays as it is, where nothing in it runs or refers outside; all else is drawn anew, no wider
    than it is shown. Raises BadSetting, which says what to do, BadUpload and TooMany.
    """
    data = sent.stream.read(MOST_SENT + 1)
    if len(data) > MOST_SENT:
        raise BadSetting(_("Please send a picture of at most 5 MB."), field)
    kind = by_name(sent.filename or "")
    if kind.extension not in _KINDS:
        raise BadSetting(_("Please send a picture as SVG, PNG, WebP or JPEG."), field)
    try:
        _name, clean = checked_upload(instance.settings, f"{stem}.{kind.extension}", data)
    except (BadUpload, TooLarge) as error:
        if kind.extension == "svg":
            words = _(
                "This SVG holds a script, a link to elsewhere or something else that is no "
                "drawing. Save it as “plain SVG” in the drawing program, or send a PNG."
            )
            raise BadSetting(words, field) from error
        raise BadSetting(error.words, field) from error
    if kind.extension == "svg":
        kept, extension = clean, "svg"
    else:
        blob = sha1(clean, usedforsecurity=False).hexdigest()
        drawn = draw(instance.settings, blob, _WIDTH, kind, lambda: clean, patience=_PATIENCE)
        kept, extension = drawn.data, drawn.extension
    if len(gzip.compress(kept)) > most:
        words = _(
            "This picture is too heavy: it would come with each page, and phones on slow lines "
            "wait for it. Please send a simpler one, of at most {most} kB."
        )
        raise BadSetting(words.format(most=most // 1000), field)
    return picture_name(stem, extension, kept), kept, clean


def draw_from_logo(data: bytes, extension: str) -> dict[str, tuple[str, bytes]]:
    """What is made of a logo: ``icon`` for tabs and ``share`` for links elsewhere, name and bytes.

    Raises Unmade where it cannot be drawn, TooLarge, TooMany.
    """
    pages = {
        "icon": "width: 48pt, height: 48pt, margin: 2pt, fill: none",
        "share": 'width: 450pt, height: 236.25pt, margin: 50pt, fill: rgb("#fcfaf6")',
    }
    made = {}
    for name, page in pages.items():
        drawn = picture_on_page(data, extension, page, seconds=_SECONDS)
        made[name] = (picture_name(name, "png", drawn), drawn)
    return made
