"""The picture of a cover: tiles in the colours of the themes, always the same for the same page."""

import random
from collections.abc import Sequence
from hashlib import sha256
from io import BytesIO

from PIL import Image, ImageDraw

_WIDE, _HIGH, _TILE = 8, 6, 360
#: drawn this much larger, then made small: smooth edges
_LARGER = 2
_GROUND = "#f4f0e8"
#: dark, middle, light of each family; they are those of the site
_FAMILIES = (
    ("#0d646c", "#5fa9ab", "#cfe6e4"),
    ("#9c4314", "#e0905c", "#f6ddc8"),
    ("#2b5fb8", "#86a9e0", "#d8e4f7"),
    ("#7b3f98", "#b78acb", "#ead9f1"),
    ("#5d6212", "#b1b44e", "#eaebc6"),
    ("#a5175f", "#d87aa8", "#f5d6e5"),
    ("#1f6130", "#7ab387", "#d5ead8"),
)


def motif(name: str, themes: Sequence[str]) -> bytes:
    """A PNG, four wide and three high, in the colours of the first themes; ``name`` shapes it."""
    chosen = list(dict.fromkeys(_number(theme) % len(_FAMILIES) for theme in themes[:3]))
    if len(chosen) < 2:
        chosen.append((chosen[0] + 1 if chosen else _number(name)) % len(_FAMILIES))
    colours = [colour for number in chosen for colour in _FAMILIES[number]]
    chance = random.Random(_number(name))  # noqa: S311 - no secret
    size = (_WIDE * _TILE, _HIGH * _TILE)
    image = Image.new("RGB", size, _GROUND)
    draw = ImageDraw.Draw(image)
    for row in range(_HIGH):
        for column in range(_WIDE):
            ground, shape = chance.sample([*colours, _GROUND], 2)
            _tile(draw, column * _TILE, row * _TILE, ground, shape, chance)
    small = image.resize((size[0] // _LARGER, size[1] // _LARGER), Image.Resampling.BOX)
    out = BytesIO()
    small.quantize(64, dither=Image.Dither.NONE).save(out, "PNG")
    return out.getvalue()


def _tile(
    draw: ImageDraw.ImageDraw, x: int, y: int, ground: str, shape: str, chance: random.Random
) -> None:
    end = _TILE
    draw.rectangle((x, y, x + end - 1, y + end - 1), ground)
    kind = chance.randrange(6)
    turn = chance.randrange(4)
    # A corner of the tile, as the middle of a disc.
    cx, cy = x + end * (turn in (1, 2)), y + end * (turn in (2, 3))
    if kind <= 1:
        draw.pieslice((cx - end, cy - end, cx + end, cy + end), turn * 90, turn * 90 + 90, shape)
        if kind == 1:
            half = end // 2
            around = (cx - half, cy - half, cx + half, cy + half)
            draw.pieslice(around, turn * 90, turn * 90 + 90, ground)
    elif kind == 2:
        gap = end // 6
        draw.ellipse((x + gap, y + gap, x + end - gap, y + end - gap), shape)
    elif kind == 3:
        corners = [(x, y), (x + end, y), (x + end, y + end), (x, y + end)]
        draw.polygon([*corners[:turn], *corners[turn + 1 :]], shape)
    elif kind == 4:
        step = end // 6
        for line in range(0, 6, 2):
            begin = x + line * step if turn % 2 else y + line * step
            if turn % 2:
                draw.rectangle((begin, y, begin + step, y + end - 1), shape)
            else:
                draw.rectangle((x, begin, x + end - 1, begin + step), shape)


def _number(words: str) -> int:
    return int.from_bytes(sha256(words.casefold().encode()).digest()[:6], "big")
