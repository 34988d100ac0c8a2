"""How long a person takes for what a journey does: what they read, type and press, by the book.

Reading at 200 words a minute: adults read 238 in silence on average, most between 175 and 300
(Brysbaert 2019, a review of 190 studies), and these are forms. Typing at 36 words of five
characters a minute, as on a phone; 52 with a keyboard (Palin et al. 2019; Dhakal et al. 2018). A
press is 3 seconds: 1.35 to make up one's mind, 1.1 to point, 0.4 to move the hand, 0.1 to press
(Card, Moran and Newell 1980, the keystroke-level model). What the machine takes is not counted.
"""

from dataclasses import dataclass, field
from typing import Any

WORDS_A_MINUTE, KEYS_A_MINUTE, SECONDS_A_PRESS = 200, 36 * 5, 3


@dataclass
class Count:
    """What was read (words), typed (characters) and pressed."""

    words: int = 0
    keys: int = 0
    presses: int = 0

    @property
    def seconds(self) -> float:
        """How long a person takes for it."""
        read, typed = self.words / WORDS_A_MINUTE, self.keys / KEYS_A_MINUTE
        return 60 * (read + typed) + SECONDS_A_PRESS * self.presses


@dataclass
class Stopwatch:
    """Counts what is done in browsers, by the step that it belongs to."""

    steps: dict[str, Count] = field(default_factory=dict)
    _step: str = ""

    def step(self, name: str) -> None:
        """What follows is part of the step ``name``."""
        self._step = name
        self.steps.setdefault(name, Count())

    def command(self, line: str) -> None:
        """A command that is typed into a terminal."""
        self._now.keys += len(line) + 1

    def look(self, words: str) -> None:
        """Reads what stands elsewhere than in a browser, and presses the address in it."""
        self._now.words += len(words.split())
        self._now.presses += 1

    def read(self, page: Any, selector: str = "main") -> None:
        """Reads all that is seen of it: of a closed list, what is chosen."""
        seen = page.locator(selector).first
        unseen = seen.locator("option:not(:checked)").all_inner_texts()
        self._now.words += len(str(seen.inner_text()).split()) - len(" ".join(unseen).split())

    def fill(self, page: Any, name: str, words: str) -> None:
        """Presses into a field, and types."""
        self._now.presses += 1
        self._now.keys += len(words)
        page.fill(f"main [name={name}]", words)

    def choose(self, page: Any, selector: str) -> None:
        """Presses a choice."""
        self._now.presses += 1
        page.click(selector)

    def press(self, page: Any, selector: str) -> None:
        """Presses what leads to another page."""
        self._now.presses += 1
        with page.expect_navigation():
            page.click(selector)

    @property
    def _now(self) -> Count:
        return self.steps[self._step]

    @property
    def total(self) -> Count:
        """All steps together."""
        counts = self.steps.values()
        return Count(*(sum(getattr(one, name) for one in counts) for name in vars(Count())))

    def table(self) -> str:
        """The steps, what each takes, and all of them."""
        rows = [*self.steps.items(), ("All of it", self.total)]
        lines = [
            "| step | words read | characters typed | presses | minutes |",
            "| - | - | - | - | - |",
        ]
        lines += [
            f"| {name} | {one.words} | {one.keys} | {one.presses} | {one.seconds / 60:.1f} |"
            for name, one in rows
        ]
        return "\n".join(lines)
