"""Pictures of every size and kind: drawn by a child, once, few at a time, kept within bounds."""

import os
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.files import samples
from wiki.config import Settings
from wiki.errors import BadUpload, TooLarge
from wiki.files.images import on_paper, resized
from wiki.files.pictures import PAPER, clean_upload, draw
from wiki.files.types import by_name
from wiki.sandbox.turns import Busy, hold_one

BLOB = "0123456789abcdef0123456789abcdef01234567"
PNG = by_name("a.png")


def picture(format: str, mode: str, size: tuple[int, int], **options: Any) -> bytes:
    out = BytesIO()
    Image.new(mode, size, 0 if mode in "1LPI;16" else None).save(out, format, **options)
    return out.getvalue()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK"])
@pytest.mark.parametrize(
    ("size", "shown"),
    [
        ((1, 1), (1, 1)),
        ((160, 90), (160, 90)),
        ((161, 3), (160, 3)),
        ((65_000, 1), (160, 1)),
        ((1, 65_000), (1, 16_383)),
        ((30, 20_000), (25, 16_383)),
    ],
)
def test_every_mode_and_size_is_drawn(
    mode: str, size: tuple[int, int], shown: tuple[int, int]
) -> None:
    format = "JPEG" if mode == "CMYK" else "PNG"
    kind = by_name(f"a.{format.lower()}")
    data = picture(format, mode, size)
    with Image.open(BytesIO(resized(data, kind, 160, max_pixels=50_000_000))) as small:
        assert small.size == shown
    extension, drawn = on_paper(data, kind, max_pixels=50_000_000)
    with Image.open(BytesIO(drawn)) as paper:
        assert (paper.format, extension) in {("PNG", "png"), ("JPEG", "jpg")}
        assert paper.width <= 1600


def test_sixteen_bits_of_grey_stay_grey() -> None:
    image = Image.new("I;16", (200, 10), 0x8000)
    out = BytesIO()
    image.save(out, "PNG")
    with Image.open(BytesIO(resized(out.getvalue(), PNG, 160, max_pixels=10_000))) as small:
        red, green, blue = small.convert("RGB").getpixel((80, 5))  # type: ignore[misc]
    assert {red, green, blue} <= {126, 127, 128, 129, 130}


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_way_to_hold_a_camera(orientation: int) -> None:
    image = Image.new("RGB", (40, 20), "white")
    image.paste("black", (0, 0, 20, 10))
    exif = image.getexif()
    exif[0x0112] = orientation
    out = BytesIO()
    image.save(out, "PNG", exif=exif)
    with Image.open(BytesIO(resized(out.getvalue(), PNG, 160, max_pixels=10_000))) as small:
        upright = small.convert("L")
    wide, high = upright.size
    assert (wide, high) == ((20, 40) if orientation >= 5 else (40, 20))
    corners = [(1, 1), (wide - 2, 1), (wide - 2, high - 2), (1, high - 2)]
    dark = [number for number, at in enumerate(corners) if upright.getpixel(at) < 99]  # type: ignore[operator]
    # Where the upper left corner of what the camera stored belongs (EXIF 2.32, 4.6.5.B).
    assert dark == [[0, 1, 2, 3, 0, 1, 2, 3][orientation - 1]]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path)


@pytest.fixture
def drawing(settings: Settings) -> Callable[..., Any]:
    """``drawing(data)``: the picture 160 wide, and how often its bytes were asked for."""

    def drawing(data: bytes, blob: str = BLOB, size: str = "160", **other: Any) -> tuple[Any, int]:
        loads: list[int] = []

        def load() -> bytes:
            loads.append(1)
            return data

        own = replace(settings, **other)
        try:
            return draw(own, blob, size, PNG, load, patience=20).extension, len(loads)
        except (BadUpload, TooLarge) as error:
            return type(error), len(loads)

    return drawing


def test_each_is_drawn_once_and_so_is_what_cannot_be(
    drawing: Callable[..., Any], settings: Settings
) -> None:
    good = samples.picture("PNG", (300, 200))
    assert [drawing(good) for _ in range(2)] == [("webp", 1), ("webp", 0)]
    assert drawing(good, size=PAPER) == ("png", 1)
    cut, bomb = "1" * 40, "2" * 40
    assert [drawing(good[:200], cut) for _ in range(2)] == [(BadUpload, 1), (BadUpload, 0)]
    assert [drawing(good, bomb, max_pixels=99) for _ in range(2)] == [(TooLarge, 1), (TooLarge, 0)]
    assert drawing(good, bomb) == ("webp", 1), "the limit was another"


def test_they_take_no_more_room_than_the_setting(
    drawing: Callable[..., Any], settings: Settings
) -> None:
    good = samples.picture("PNG", (300, 200))
    for number in range(4):
        drawing(good, f"{number}" * 40, picture_cache=12_288)
        folder = settings.instance / "index" / "pictures"
        when = number + 1
        os.utime(folder / f"{str(number) * 40}-160", (when, when))
    assert sorted(path.name[0] for path in folder.glob("*-160")) == ["2", "3"]


def test_where_others_are_drawn_one_is_sent_away(settings: Settings) -> None:
    folder = settings.instance / "index" / "pictures"
    with hold_one(folder, ["slot-0"], 0), hold_one(folder, ["slot-1"], 0), pytest.raises(Busy):
        draw(settings, BLOB, "160", PNG, lambda: b"", patience=0)


def test_an_upload_is_cleaned_within_bounds(settings: Settings) -> None:
    with Image.open(BytesIO(clean_upload(settings, samples.located(), by_name("a.jpg")))) as image:
        assert not image.getexif()
    with pytest.raises(BadUpload):
        clean_upload(settings, b"\x89PNG", PNG)
