"""A page: its path and its text as of a commit, a value that never changes."""

from collections.abc import Mapping
from dataclasses import dataclass

from wiki.cache.properties import cached_property
from wiki.pages.access import team_of_head
from wiki.pages.document import Document, read_document
from wiki.pages.head.frontmatter import Head, HeadReading, read_head
from wiki.pages.paths import title_from_path
from wiki.pages.words import fold, keyword
from wiki.translation import is_language, language_tag

TYPES = ("project", "person", "organisation", "dossier", "event", "carrefour")
LANGUAGES = ("fr", "en")
#: former paths of one page; those behind them are not read
ALIASES = 100


def type_of_head(head: Head) -> str:
    """The type that a head says, one of TYPES; "" for an ordinary page."""
    word = head.text("type").casefold()
    return word if word in TYPES else ""


@dataclass(frozen=True)
class Page:
    """``file`` is where it lies in the repository, ``blob`` the id of its content there."""

    path: str
    file: str
    text: str
    commit: str = ""
    blob: str = ""

    @cached_property
    def _reading(self) -> HeadReading:
        return read_head(self.text)

    @property
    def head(self) -> Head:
        """The front matter; an empty one where there is none."""
        return self._reading.head

    @property
    def body(self) -> str:
        """The text below the front matter."""
        return self._reading.body

    @cached_property
    def document(self) -> Document:
        """The one reading of the text."""
        return read_document(self.text)

    @cached_property
    def type(self) -> str:
        """One of TYPES; "" for an ordinary page."""
        return type_of_head(self.head)

    @cached_property
    def title(self) -> str:
        """What the head says, else the first heading, else made from the path."""
        if title := self.head.text("title"):
            return title
        first = next((heading.text for heading in self.document.headings if heading.text), "")
        return first or title_from_path(self.path)

    @cached_property
    def summary(self) -> str:
        """One sentence, or ""."""
        return self.head.text("summary")

    @cached_property
    def lang(self) -> str:
        """The one of LANGUAGES that the words of its grammar and its search are taken from."""
        word = fold(self.head.text("lang"))[:2]
        return word if word in LANGUAGES else LANGUAGES[0]

    @cached_property
    def tongue(self) -> str:
        """The language that the text is written in, as HTML calls it, whichever it is."""
        code = self.head.text("lang").strip().replace("-", "_")
        return language_tag(code) if is_language(code) else self.lang

    @property
    def themes(self) -> tuple[str, ...]:
        """Its keywords, as written, but for a ``#`` before them."""
        return tuple(dict.fromkeys(filter(None, map(keyword, self.head.words("themes")))))

    @property
    def territory(self) -> str:
        """Where it takes place, as written."""
        return self.head.text("territory")

    @cached_property
    def team(self) -> tuple[str, ...]:
        """The person pages of its team; nobody where that cannot be read for sure."""
        return team_of_head(self.head) or ()

    @property
    def aliases(self) -> tuple[str, ...]:
        """Its former paths, the last ones first; no more than ALIASES count."""
        return self.head.links("aliases")[:ALIASES]

    @property
    def source(self) -> str:
        """The id of the imported record that it comes from, or ""."""
        return self.head.text("source")

    @property
    def facts(self) -> Mapping[str, tuple[str, ...]]:
        """All that the head says, each key in lower case with its texts."""
        return {key.casefold(): self.head.words(key) for key in self.head}
