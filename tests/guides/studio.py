"""Pictures of the guides, made while somebody walks them: ``make pictures``."""

import io
import os
import re
from typing import Any

from PIL import Image

from tests.guides.guide import DOCS, ROLES, Guide
from tests.journeys.stopwatch import Count

IMAGES = DOCS / "images"
#: a screen as pictures show it, and how wide they are kept
SCREEN, KEPT = {"width": 1280, "height": 900}, 960
#: a ring around what is pressed next
_RING = """target => {
  const box = target.getBoundingClientRect(), ring = document.createElement("div");
  ring.id = "guide-ring";
  ring.style.cssText = `position: fixed; left: ${box.left - 6}px; top: ${box.top - 6}px;
    width: ${box.width + 12}px; height: ${box.height + 12}px; box-sizing: border-box; z-index: 9999;
    border: 3px solid #c2571a; border-radius: 10px; pointer-events: none;`;
  document.documentElement.append(ring);
}"""
_NO_RING = "() => document.getElementById('guide-ring')?.remove()"


#: the heads of the table of how long each first task takes, between two marks of index.md
_TABLE = re.compile(r"(?<=<!-- stopwatch -->\n)(.*?)(?=<!-- /stopwatch -->)", re.S)
_HEADS = {
    "fr": ("premier geste", "mots lus", "caractères tapés", "gestes", "minutes"),
    "en": ("first task", "words read", "characters typed", "presses", "minutes"),
}


def table(language: str) -> str:
    """The table of the guides' first page in a language."""
    found = _TABLE.search((DOCS / language / "index.md").read_text("utf-8"))
    assert found
    return found[1]


class Studio:
    """Keeps pictures and counts where ``WIKI_PICTURES`` is set; else does nothing."""

    def __init__(self, language: str) -> None:
        self.language, self.open = language, bool(os.environ.get("WIKI_PICTURES"))
        self._counts: dict[str, Count] = {}

    def picture(self, page: Any, name: str, target: Any = None) -> None:
        """The screen, with a ring around what is pressed next."""
        if self.open:
            shot = take(page, target)
            shot = shot.resize(
                (KEPT, round(shot.height * KEPT / shot.width)), Image.Resampling.LANCZOS
            )
            shot.save(IMAGES / f"{name}-{self.language}.webp", quality=72, method=6)

    def clock(self, role: str, count: Count) -> None:
        """Notes what the first task of a role takes; the table is written at once."""
        self._counts[role] = count
        if self.open and len(self._counts) == len(ROLES):
            path = DOCS / self.language / "index.md"
            path.write_text(_TABLE.sub(self._write_table(), path.read_text("utf-8")), "utf-8")

    def _write_table(self) -> str:
        heads = _HEADS[self.language]
        lines = [f"| {' | '.join(heads)} |", "| --- | ---: | ---: | ---: | ---: |"]
        for role, count in self._counts.items():
            guide = Guide(role, self.language)
            title = guide.first_task.partition("\n")[0].partition(":")[2].strip()
            minutes = f"{count.seconds / 60:.1f}"
            if self.language == "fr":
                minutes = minutes.replace(".", ",")
            name = f"[{title[0].upper()}{title[1:]}](roles/{guide.path.name})"
            lines.append(f"| {name} | {count.words} | {count.keys} | {count.presses} | {minutes} |")
        return "\n".join([*lines, ""])


def take(page: Any, target: Any = None) -> Image.Image:
    """A picture of what the browser shows, with a ring around ``target``."""
    if target is not None:
        target.evaluate(_RING)
    shot = page.screenshot(animations="disabled", caret="hide")
    if target is not None:
        page.evaluate(_NO_RING)
    return Image.open(io.BytesIO(shot)).convert("RGB")
