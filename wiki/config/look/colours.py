"""Colours that can be read: contrast as WCAG 2.2 has it, and the nearest colour that has enough.

The measure is that of WCAG 2.2: 4.5 to 1 for text (1.4.3), of which 3 to 1 for borders and controls
(1.4.11) follows, as one accent is all of these. “Nearest” is in OKLCH: the hue stays, lightness
moves until it is enough.
"""

import re
from functools import lru_cache

#: what is asked of text (AA)
TEXT = 4.5
#: the grounds that a colour is read on, in light and in dark: no theme has one nearer to the middle
GROUNDS = {"light": "#f0ede4", "dark": "#2a2a2a"}
#: words on a button in the accent
ON_ACCENT = ("#ffffff", "#161412")

_COLOUR = re.compile(r"#[0-9a-f]{6}")
_STEPS = 24


def is_colour(value: str) -> bool:
    """Whether it is written as a style sheet of ours has it: ``#1b4f9c``."""
    return _COLOUR.fullmatch(value) is not None


@lru_cache(maxsize=512)
def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white)."""
    from coloraide import Color

    return float(Color(one).contrast(other, method="wcag21"))


def passes(colour: str, mode: str) -> bool:
    """Whether words in ``colour`` can be read on the grounds of ``mode``, light or dark."""
    return contrast(colour, GROUNDS[mode]) >= TEXT


@lru_cache(maxsize=512)
def nearest(colour: str, mode: str) -> str:
    """The colour of the same hue, as near as it can be, in which words can be read."""
    if passes(colour, mode):
        return colour
    from coloraide import Color

    wanted = Color(colour).convert("oklch")
    # Between what does not pass and what does: black on light grounds, white on dark ones.
    bad, good = float(wanted["lightness"]), 0.0 if mode == "light" else 1.0
    found = "#000000" if mode == "light" else "#ffffff"
    for _step in range(_STEPS):
        middle = (bad + good) / 2
        moved = wanted.clone().set("lightness", middle).convert("srgb")
        tried = str(moved.fit(method="oklch-chroma").to_string(hex=True))
        if passes(tried, mode):
            good, found = middle, tried
        else:
            bad = middle
    return found


def words_on(colour: str) -> str:
    """What is written in on a button of ``colour``."""
    return max(ON_ACCENT, key=lambda one: contrast(colour, one))


@lru_cache(maxsize=512)
def hovered(colour: str) -> str:
    """``colour`` under the pointer: further away from what is written on it."""
    from coloraide import Color

    away = "black" if words_on(colour) == ON_ACCENT[0] else "white"
    mixed = Color(colour).mix(away, 0.2, space="oklch").convert("srgb")
    return str(mixed.fit().to_string(hex=True))
