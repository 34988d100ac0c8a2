"""Pictures lose what they should not carry, keep what they show, and never fill the memory."""

import struct
import zlib
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.files import samples
from wiki.errors import BadUpload, TooLarge
from wiki.files.images import WIDTHS, cleaned, resized
from wiki.files.types import by_name
from wiki.rendering import links

PIXELS = 50_000_000
JPEG = by_name("a.jpg")


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


def frames_of(image: Image.Image) -> int:
    return int(getattr(image, "n_frames", 1))


def test_where_a_photograph_was_taken_is_taken_out() -> None:
    data = samples.located()
    assert b"SecretCamera" in data
    assert b"SecretComment" in data
    clean = cleaned(data, JPEG, max_pixels=PIXELS)
    assert b"Secret" not in clean
    assert b"Exif" not in clean
    assert not opened(clean).getexif()


@pytest.mark.parametrize("name", ["a.png", "a.webp", "a.gif", "a.jpg"])
def test_what_is_tied_to_a_picture_is_cut_off(name: str) -> None:
    kind = by_name(name)
    format = {"jpg": "JPEG"}.get(kind.extension, kind.extension.upper())
    data = samples.picture(format) + b"<script>alert(1)</script>PK\5\6"
    clean = cleaned(data, kind, max_pixels=PIXELS)
    assert b"script" not in clean
    assert opened(clean).size == (40, 20)


def test_words_in_a_png_are_taken_out() -> None:
    image = Image.new("RGBA", (4, 4), (1, 2, 3, 4))
    out = BytesIO()
    info = PngInfo()
    info.add_text("Author", "SecretName")
    info.add_itxt("XML:com.adobe.xmp", "<x>SecretPlace</x>")
    image.save(out, "PNG", pnginfo=info)
    clean = cleaned(out.getvalue(), by_name("a.png"), max_pixels=PIXELS)
    assert b"Secret" not in clean
    assert opened(clean).convert("RGBA").getpixel((0, 0)) == (1, 2, 3, 4)


def test_a_photograph_taken_sideways_stands_upright() -> None:
    data = samples.located(orientation=6)
    assert opened(cleaned(data, JPEG, max_pixels=PIXELS)).size == (20, 40)
    assert opened(resized(data, JPEG, 160, max_pixels=PIXELS)).size == (20, 40)


def test_a_transparent_palette_stays_transparent() -> None:
    image = Image.new("P", (4, 4), 0)
    image.putpalette([255, 0, 0, 0, 255, 0])
    out = BytesIO()
    image.save(out, "PNG", transparency=0)
    clean = cleaned(out.getvalue(), by_name("a.png"), max_pixels=PIXELS)
    assert opened(clean).convert("RGBA").getpixel((0, 0)) == (255, 0, 0, 0)


def test_a_moving_picture_still_moves_and_its_small_one_stands() -> None:
    frames = [Image.new("RGB", (30, 30), color) for color in ("red", "lime", "blue")]
    out = BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=70, loop=0)
    kind = by_name("a.gif")
    clean = opened(cleaned(out.getvalue(), kind, max_pixels=PIXELS))
    assert (frames_of(clean), clean.info["duration"], clean.info["loop"]) == (3, 70, 0)
    assert frames_of(opened(resized(out.getvalue(), kind, 160, max_pixels=PIXELS))) == 1


@pytest.mark.parametrize("width", WIDTHS)
def test_a_small_one_keeps_the_proportions(width: int) -> None:
    data = samples.picture("JPEG", (2000, 1000))
    assert opened(resized(data, JPEG, width, max_pixels=PIXELS)).size == (width, width // 2)


def test_a_small_one_is_never_larger() -> None:
    assert opened(resized(samples.picture("JPEG"), JPEG, 960, max_pixels=PIXELS)).size == (40, 20)


def test_other_widths_are_refused() -> None:
    with pytest.raises(ValueError, match="161"):
        resized(samples.picture("JPEG"), JPEG, 161, max_pixels=PIXELS)


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        sum_ = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", sum_)

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(8000, 8000), (10_000, 10_000), (60_000, 60_000), (1, 2**31 - 1)])
def test_too_many_pixels_are_told_from_the_head(size: tuple[int, int]) -> None:
    kind = by_name("a.png")
    with pytest.raises(TooLarge):
        cleaned(bomb(*size), kind, max_pixels=PIXELS)
    with pytest.raises(TooLarge):
        resized(bomb(*size), kind, 160, max_pixels=PIXELS)


def test_the_limit_of_pixels_itself_is_taken() -> None:
    data = samples.picture("PNG", (100, 100))
    kind = by_name("a.png")
    assert cleaned(data, kind, max_pixels=10_000)
    with pytest.raises(TooLarge):
        cleaned(data, kind, max_pixels=9_999)


def test_too_many_frames_are_refused() -> None:
    frames = [Image.new("L", (50, 50), shade) for shade in range(20)]
    out = BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    with pytest.raises(TooLarge):
        cleaned(out.getvalue(), by_name("a.gif"), max_pixels=2_500)


@given(st.sampled_from(["PNG", "JPEG", "GIF", "WEBP"]), st.data())
@settings(max_examples=60, deadline=None)
def test_a_damaged_picture_is_drawn_or_refused(format: str, draw: st.DataObject) -> None:
    data = bytearray(samples.picture(format))
    for _ in range(draw.draw(st.integers(1, 8))):
        at = draw.draw(st.integers(0, len(data) - 1))
        data[at] = draw.draw(st.integers(0, 255))
    del data[draw.draw(st.integers(0, len(data))) :]
    kind = by_name("a." + format.lower())
    try:
        assert cleaned(bytes(data), kind, max_pixels=10_000)
    except (BadUpload, TooLarge) as refused:
        assert refused.words


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(BadUpload):
        cleaned(samples.SVG, by_name("a.svg"), max_pixels=PIXELS)


def test_pages_ask_for_widths_that_are_made() -> None:
    assert set(links.WIDTHS) <= set(WIDTHS)
