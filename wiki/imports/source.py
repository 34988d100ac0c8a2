"""What a plugin offers for one foreign program: how its files are told, asked about, and read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wiki.errors import WikiError
from wiki.imports.stage import Stage

#: so many done, of so many where that is known
ImportProgress = Callable[[int, int | None], None]


@dataclass(frozen=True)
class Choice:
    """Something to ask before reading, such as what a column of a table holds.

    ``options`` are values with their labels, ``guess`` one of the values; ``hint`` says below the
    field what helps to choose, ``examples`` are what it is about, such as the first cells of the
    column. ``then``: by the answer, what is asked next.
    """

    name: str
    label: str
    options: Sequence[tuple[str, str]]
    guess: str
    hint: str = ""
    examples: Sequence[str] = ()
    then: Mapping[str, "Sequence[Choice]"] = field(default_factory=dict)


def answer_of(choice: Choice, given: Mapping[str, str]) -> str:
    """The answer ``given`` by the name of a choice, if it is one of its options; else the guess."""
    said = given.get(choice.name, choice.guess)
    return said if said in dict(choice.options) else choice.guess


def settle(choices: Sequence[Choice], given: Mapping[str, str]) -> list[tuple[Choice, str]]:
    """What is asked, in its order, each with the answer ``given`` by its name, else the guess."""
    settled = []
    for choice in choices:
        said = answer_of(choice, given)
        settled += [(choice, said), *settle(choice.then.get(said, ()), given)]
    return settled


class Source:
    """Reads what one program leaves: offered with ``provide(importer.named("mediawiki"), Made)``.

    ``Made`` is called without arguments and gives the source: a class of this kind will do. All of
    its methods run in a child without network, bounded in time and memory, in the language of who
    asked: ``path`` is a file as it was sent, or a folder. They raise BadRequest, which names the
    line where there is one, for what cannot be read; whatever else they raise is told as a file
    that could not be read.
    """

    #: the name of the program, “MediaWiki”; words of a language are ``lazy``
    label: Any
    #: one sentence, likewise: where to find there what is to be sent here
    hint: Any
    #: it takes what may be of any program, such as tables: another that takes a file for its own
    #: comes first
    general = False

    def recognises(self, path: Path) -> bool:
        """Whether ``path`` is of this program; of what cannot be read, it is not."""
        try:
            return self.is_own(path)
        except (WikiError, OSError):
            return False

    def is_own(self, path: Path) -> bool:
        """Whether the beginning of ``path`` is of this program. Raises WikiError, OSError."""
        raise NotImplementedError

    def choices(self, path: Path) -> Sequence[Choice]:
        """What is to be asked about ``path``. Raises BadRequest."""
        return ()

    def read(
        self, path: Path, stage: Stage, answers: Mapping[str, str], progress: ImportProgress
    ) -> None:
        """Puts all that ``path`` holds on the stage.

        ``answers`` has a value for each choice, by its name. ``progress(done, total)`` may be
        called as often as one likes. Raises BadRequest: then nothing is imported.
        """
        raise NotImplementedError
