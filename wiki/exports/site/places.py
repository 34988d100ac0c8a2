"""Where pages and files lie in the site, and how one leads to another."""

from urllib.parse import quote, unquote, urlsplit

from wiki.errors import BadPath
from wiki.exports.contents import Attachment, Contents
from wiki.exports.names import Names
from wiki.pages.paths import normalise

#: what is of the site itself lies here
OWN = "_site"
PAGE = ".html"
#: what a browser would run where it is opened from a disk
_RUNS = (".html", ".htm", ".xhtml", ".shtml", ".xht", ".mht", ".mhtml", ".xml", ".xsl", ".hta")


class Places:
    """The names of everything in the site; addresses among it are relative."""

    def __init__(self, contents: Contents, site: str) -> None:
        self.names = Names()
        self.own = self.names.reserve(OWN)
        self._site = site
        #: by path of a page, and by file
        self.pages = {
            one.path: self.names.file(one.file, one.path + PAGE) for one in contents.pages
        }
        self._files = {one.file: "" for one in contents.attachments}

    def keep(self, one: Attachment, *, runs: bool) -> str:
        """The name for a file; ``runs``: it is not to be opened as what it is."""
        name = self.names.file(one.file, f"{one.file}.txt" if runs else "")
        self._files[one.file] = name
        return name

    def drop(self, file: str) -> None:
        """The file is not in the site."""
        self._files.pop(file, None)

    def name_of(self, url: str) -> str | None:
        """What the address ``url`` of the wiki leads to in the site; None where it is not there."""
        parts = urlsplit(url.removeprefix(self._site) if self._site else url)
        if parts.scheme or parts.netloc or parts.path.startswith("/-/"):
            return None
        path = unquote(parts.path).removeprefix("/")
        if name := self._files.get(path):
            return name
        try:
            return self.pages.get(normalise(path))
        except BadPath:
            return None

    @staticmethod
    def up(name: str) -> str:
        """What leads from ``name`` to the top of the site."""
        return "../" * name.count("/")


def may_run(file: str) -> bool:
    """Whether a browser would run what is in ``file``, by its name."""
    return file.lower().endswith(_RUNS)


def address(name: str, up: str, fragment: str = "") -> str:
    """The address of ``name`` from where ``up`` leads to the top."""
    return f"{up}{quote(name)}" + (f"#{fragment}" if fragment else "")
