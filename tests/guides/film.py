"""The film of the README: two minutes of a wiki as an animated picture, with captions."""

from typing import Any

from PIL import Image

from tests.guides.studio import IMAGES, take

#: the screen that is filmed, and how wide the film is
SCREEN, WIDE = {"width": 1200, "height": 760}, 900
#: a bar below the page: what happens, in French and in English
_BAR = """([french, english]) => {
  const bar = document.createElement("div");
  bar.id = "guide-bar";
  bar.style.cssText = `position: fixed; inset: auto 0 0 0; height: 84px; z-index: 9998;
    display: flex; flex-direction: column; justify-content: center; gap: 3px; padding: 0 32px;
    background: #16302f; color: #fff; font-family: Figtree, sans-serif;`;
  for (const [words, size, shade] of [[french, 24, "#fff"], [english, 17, "#b9d3d0"]]) {
    const line = document.createElement("div");
    line.textContent = words;
    line.style.cssText = `font-size: ${size}px; line-height: 1.25; color: ${shade};`;
    bar.append(line);
  }
  document.documentElement.append(bar);
}"""
#: scrolls on, so that nothing that was scrolled to lies below the bar
_ABOVE = """() => {
  document.body.style.paddingBottom = "140px";
  window.scrollBy(0, 140);
}"""
_NO_BAR = "() => document.getElementById('guide-bar')?.remove()"


class Film:
    """Frames, each with how long it stands."""

    def __init__(self) -> None:
        self._frames: list[Image.Image] = []
        self._lasts: list[int] = []
        self._words = ("", "")

    def say(self, french: str, english: str) -> None:
        """What is told below the frames that follow."""
        self._words = (french, english)

    def shoot(self, page: Any, target: Any = None, seconds: float = 2.6) -> None:
        """A frame of what the browser shows, with a ring around what is pressed next."""
        if target is not None:
            target.scroll_into_view_if_needed()
            page.evaluate(_ABOVE)
        page.evaluate(_BAR, list(self._words))
        shot = take(page, target)
        page.evaluate(_NO_BAR)
        size = (WIDE, round(shot.height * WIDE / shot.width))
        self._frames.append(shot.resize(size, Image.Resampling.LANCZOS))
        self._lasts.append(round(1000 * seconds))

    def press(self, page: Any, target: Any) -> None:
        """A frame with a ring around what is pressed; then the press, to another page."""
        self.shoot(page, target)
        with page.expect_navigation():
            target.click()

    @property
    def seconds(self) -> float:
        """How long it is."""
        return sum(self._lasts) / 1000

    def save(self, name: str) -> int:
        """Keeps it in ``docs/images``; how large it is."""
        path = IMAGES / name
        first, *others = self._frames
        first.save(
            path,
            save_all=True,
            append_images=others,
            duration=self._lasts,
            loop=0,
            quality=66,
            method=6,
        )
        return path.stat().st_size
