"""Pictures: what a camera wrote into them is taken out before they are stored, widths are made.

An upload is drawn anew: where it was taken (EXIF, XMP), what is tied to its end and what else a
file can carry beside its picture never enter the repository, from which nothing can be taken back.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from PIL import Image, ImageOps, ImageSequence

from wiki.errors import BadUpload, TooLarge
from wiki.files.types import FileType
from wiki.translation import gettext as _

#: widths that may be asked for, so that nobody fills a disk with others
WIDTHS = (160, 480, 960, 1600)
_FORMATS = {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG", "gif": "GIF", "webp": "WEBP"}
_MAX_FRAMES = 500
#: pixels of all frames together, as a multiple of what one picture may have
_MOVING = 4
_QUALITY = 90
_SMALL_QUALITY = 80
_ORIENTATION = 0x0112
_ON_ITS_SIDE = frozenset({5, 6, 7, 8})


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
        # For JPEG this reads no more than is needed.
        image.draft("RGB", (width, width * image.height // max(image.width, 1) + 1))
        upright = ImageOps.exif_transpose(image)
        alpha = "A" in upright.getbands() or "transparency" in upright.info
        small = upright.convert("RGBA" if alpha else "RGB")
        if small.width > width:
            height = max(1, round(small.height * width / small.width))
            small = small.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)
        out = BytesIO()
        small.save(out, "WEBP", quality=_SMALL_QUALITY, method=3)
        return out.getvalue()


def size(data: bytes, kind: FileType, *, max_pixels: int) -> tuple[int, int]:
    """Width and height as shown. Raises as ``cleaned``."""
    with _reading(), _opened(data, kind, max_pixels) as image:
        turned = image.getexif().get(_ORIENTATION, 1) in _ON_ITS_SIDE
        return (image.height, image.width) if turned else image.size


@contextmanager
def _reading() -> Iterator[None]:
    """A decoder given hostile bytes may raise anything; all of it means one thing."""
    try:
        yield
    except (TooLarge, BadUpload):
        raise
    except Exception as error:
        raise _unreadable() from error


def _opened(data: bytes, kind: FileType, max_pixels: int) -> Image.Image:
    if kind.extension not in _FORMATS:
        raise _unreadable()
    try:
        image = Image.open(BytesIO(data), formats=[_FORMATS[kind.extension]])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large(max_pixels) from error
    if image.width * image.height > max_pixels:
        image.close()
        raise _too_large(max_pixels)
    return image


def _drawn_anew(image: Image.Image, format: str, max_pixels: int) -> bytes:
    frames = getattr(image, "n_frames", 1)
    out = BytesIO()
    if frames > 1 and format in {"GIF", "WEBP", "PNG"}:
        if frames > _MAX_FRAMES or frames * image.width * image.height > _MOVING * max_pixels:
            raise _too_large(max_pixels)
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


def _too_large(max_pixels: int) -> TooLarge:
    return TooLarge(
        _("The picture has more than {count} million pixels. Nothing was saved.").format(
            count=max_pixels // 1_000_000
        )
    )


def _unreadable() -> BadUpload:
    return BadUpload(_("This picture cannot be read: the file is damaged. Nothing was saved."))
