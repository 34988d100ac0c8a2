"""Pages in other markups than Markdown, such as Gollum's, read by pandoc where it is there."""

from wiki.api.documents import missing_programs, read_markup
from wiki.api.errors import WikiError
from wiki.api.imports.foreign import MARKUPS

#: what pandoc calls them
_FORMATS = {
    **dict.fromkeys((".adoc", ".asc", ".asciidoc"), "asciidoc"),
    ".creole": "creole",
    ".mediawiki": "mediawiki",
    ".org": "org",
    **dict.fromkeys((".rst", ".rest"), "rst"),
    ".textile": "textile",
}
#: those that it reads none of
_UNREAD = (".pod", ".rdoc")
_SECONDS = 20.0


class Markups:
    """Reads each text once; one that cannot be read is told to whoever asks."""

    def __init__(self) -> None:
        self._missing = missing_programs()

    def read(self, name: str, text: str) -> tuple[str, str]:
        """``text`` of the file ``name`` as Markdown, and why it could not be read, else ""."""
        format = _FORMATS.get(ending_of(name), "")
        if not format:
            return text, ""
        if self._missing:
            return text, self._missing
        try:
            return read_markup(text, format, seconds=_SECONDS), ""
        except WikiError as error:
            return text, error.words


def ending_of(name: str) -> str:
    """The ending of a file's name, with its dot, in small letters."""
    stem, dot, ending = name.rpartition("/")[2].rpartition(".")
    return f".{ending.lower()}" if dot and stem else ""


def is_markup(name: str) -> bool:
    """Whether the file called ``name`` is a page in another markup."""
    return ending_of(name) in MARKUPS


def is_unread(name: str) -> bool:
    """Whether nothing reads it."""
    return ending_of(name) in _UNREAD
