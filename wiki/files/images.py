"""Pictures: what a camera wrote into them is taken out before they are stored, sizes are made.

An upload is drawn anew: where it was taken (EXIF, XMP), what is tied to its end and what else a
file can carry beside its picture never enter the repository, from which nothing can be taken back.
All of it is the work of a child process: see ``pictures.py``, which calls ``clean`` and ``draw``.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from PIL import Image, ImageOps, ImageSequence

from wiki.errors import BadUpload, TooLarge
from wiki.files.types import FileType, by_name
from wiki.translation import gettext as _

#: widths that may be asked for, so that nobody fills a disk with others
WIDTHS = (160, 480, 960, 1600)
_FORMATS = {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG", "gif": "GIF", "webp": "WEBP"}
_MAX_FRAMES = 500
#: pixels of all frames together, as a multiple of what one picture may have
_MOVING = 4
_QUALITY = 90
_SMALL_QUALITY = 80
_PAPER_WIDTH, _PAPER_QUALITY = 1600, 85
#: WebP holds no more points in a row
_LONGEST_SIDE = 16_383
_ORIENTATION = 0x0112
_ON_ITS_SIDE = frozenset({5, 6, 7, 8})
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

Answer = tuple[Mapping[str, Any], Sequence[bytes]]


def clean(question: Mapping[str, Any], data: bytes) -> Answer:
    """``cleaned``, for a child."""
    kind = by_name(f"picture.{question['extension']}")
    return {}, [cleaned(data, kind, max_pixels=question["max_pixels"])]


def draw(question: Mapping[str, Any], data: bytes) -> Answer:
    """``on_paper`` or ``resized``, by ``size``, for a child; the answer has its ``extension``."""
    kind = by_name(f"picture.{question['extension']}")
    size, most = question["size"], question["max_pixels"]
    if size.isdigit():
        return {"extension": "webp"}, [resized(data, kind, int(size), max_pixels=most)]
    extension, drawn = on_paper(data, kind, max_pixels=most)
    return {"extension": extension}, [drawn]


def cleaned(data: bytes, kind: FileType, *, max_pixels: int) -> bytes:
    """The picture alone, upright, in its format. Raises TooLarge over ``max_pixels`` (told from
    its head, before anything is unpacked), BadUpload where it cannot be drawn."""
    with _reading(), _opened(data, kind, max_pixels) as image:
        return _drawn_anew(image, _FORMATS[kind.extension], max_pixels)


def resized(data: bytes, kind: FileType, width: int, *, max_pixels: int) -> bytes:
    """The picture at most ``width`` wide (one of WIDTHS), upright, as WebP; a moving one stands
    still. Raises ValueError for another width, else as ``cleaned``."""
    if width not in WIDTHS:
        raise ValueError(width)
    with _reading(), _opened(data, kind, max_pixels) as image:
        out = BytesIO()
        _small(image, width).save(out, "WEBP", quality=_SMALL_QUALITY, method=3)
        return out.getvalue()


def on_paper(data: bytes, kind: FileType, *, max_pixels: int) -> tuple[str, bytes]:
    """The picture as PNG or JPEG, upright, standing still, no wider than paper can show, after the
    ending of its format. Raises as ``cleaned``."""
    with _reading(), _opened(data, kind, max_pixels) as image:
        kept = image.format in ("PNG", "JPEG") and image.width <= _PAPER_WIDTH
        if kept and not image.getexif():
            image.load()  # a damaged one is none
            return "jpg" if image.format == "JPEG" else "png", data
        small, out = _small(image, _PAPER_WIDTH), BytesIO()
        if "A" in small.getbands():
            small.save(out, "PNG")
            return "png", out.getvalue()
        small.save(out, "JPEG", quality=_PAPER_QUALITY)
        return "jpg", out.getvalue()


def _small(image: Image.Image, width: int) -> Image.Image:
    """It at most ``width`` wide, upright, in a mode that every format takes.

    Turned when it is small: of a large one there is never more than one copy.
    """
    turn = image.getexif().get(_ORIENTATION, 1)
    wide, high = image.size[::-1] if turn in _ON_ITS_SIDE else image.size
    scale = min(1.0, width / wide, _LONGEST_SIDE / high)
    shown = (max(1, round(wide * scale)), max(1, round(high * scale)))
    drawn = shown[::-1] if turn in _ON_ITS_SIDE else shown
    # For JPEG this reads no more than is needed.
    image.draft("RGB", drawn)
    small = _coloured(image)
    if small.size != drawn:
        small = small.resize(drawn, Image.Resampling.LANCZOS, reducing_gap=2.0)
    return small.transpose(_TURNS[turn]) if turn in _TURNS else small


def _coloured(image: Image.Image) -> Image.Image:
    if image.mode.startswith(("I", "F")):
        # Sixteen bits of grey: convert would cut off all that is brighter than the darkest.
        return image.convert("I").point(lambda shade: shade * (1 / 256)).convert("L")
    clear = "A" in image.getbands() or "transparency" in image.info
    mode = "RGBA" if clear else "L" if image.mode == "L" else "RGB"
    return image if image.mode == mode else image.convert(mode)


@contextmanager
def _reading() -> Iterator[None]:
    """A decoder given hostile bytes may raise anything; all of it means one thing."""
    try:
        yield
    except (TooLarge, BadUpload):
        raise
    except Exception as error:
        raise unreadable() from error


def _opened(data: bytes, kind: FileType, max_pixels: int) -> Image.Image:
    if kind.extension not in _FORMATS:
        raise unreadable()
    try:
        image = Image.open(BytesIO(data), formats=[_FORMATS[kind.extension]])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise too_large(max_pixels) from error
    if image.width * image.height > max_pixels:
        image.close()
        raise too_large(max_pixels)
    return image


def _drawn_anew(image: Image.Image, format: str, max_pixels: int) -> bytes:
    frames = getattr(image, "n_frames", 1)
    out = BytesIO()
    if frames > 1 and format in {"GIF", "WEBP", "PNG"}:
        if frames > _MAX_FRAMES or frames * image.width * image.height > _MOVING * max_pixels:
            raise too_large(max_pixels)
        _save_moving(image, format, out)
        return out.getvalue()
    options: dict[str, Any] = {"icc_profile": image.info.get("icc_profile")}
    if format == "JPEG":
        upright = image.getexif().get(_ORIENTATION, 1) == 1
        # Untouched pixels keep the very tables they were made with.
        options |= {"quality": "keep"} if upright else {"quality": _QUALITY}
        options |= {"optimize": True, "progressive": True, "comment": b""}
    elif format == "WEBP":
        options |= {"quality": _QUALITY, "method": 4, "exif": b"", "xmp": b""}
    elif format == "PNG":
        options |= {"optimize": False, "transparency": image.info.get("transparency")}
    drawn = image
    if image.getexif().get(_ORIENTATION, 1) != 1:
        drawn = ImageOps.exif_transpose(image)
    image.load()
    if drawn is image:
        image.info = {}
        image.getexif().clear()
    else:
        drawn.info = {}
    drawn.save(out, format, **{key: value for key, value in options.items() if value is not None})
    return out.getvalue()


def _save_moving(image: Image.Image, format: str, out: BytesIO) -> None:
    durations, frames = [], []
    for frame in ImageSequence.Iterator(image):
        durations.append(int(frame.info.get("duration", 100) or 100))
        copy = frame.copy()
        copy.info = {
            key: value for key, value in frame.info.items() if key in {"transparency", "background"}
        }
        frames.append(copy)
    frames[0].save(
        out,
        format,
        save_all=True,
        append_images=frames[1:],
        duration=durations,
        loop=int(image.info.get("loop", 0) or 0),
        **({"disposal": 2} if format == "GIF" else {}),
    )


def too_large(max_pixels: int) -> TooLarge:
    """Of a picture of more pixels than that."""
    return TooLarge(
        _("The picture has more than {count} million pixels. Nothing was saved.").format(
            count=max_pixels // 1_000_000
        )
    )


def unreadable() -> BadUpload:
    """Of a picture that no decoder takes, or not within its bounds."""
    return BadUpload(_("This picture cannot be read: the file is damaged. Nothing was saved."))
