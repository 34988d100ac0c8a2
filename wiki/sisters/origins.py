"""Which sister a page of the copies is of: what it is called, where it is at home."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from wiki.pages.paths import ROOT
from wiki.pages.urls import action_url, page_url
from wiki.pages.words import slug
from wiki.people.sisters.registry import Sister, by_name
from wiki.reading import Reader


@dataclass(frozen=True)
class Origin:
    """A sister as a page is marked with it; ``address`` is without a final slash."""

    name: str
    title: str
    address: str

    def home_url(self, path: str, anchor: str = "") -> str:
        """Where the page at ``path`` of the copies is at home."""
        return self.address + page_url(self.home_path(path), anchor)

    def home_path(self, path: str) -> str:
        """What the page at ``path`` of the copies is called there."""
        return path.removeprefix(self.name).removeprefix("/") or ROOT


def origin_of(reader: Reader, path: str) -> Origin | None:
    """The sister whose page stands at ``path`` of the copies; None where that is none's."""
    sister = by_name(reader.instance.private).get(path.partition("/")[0])
    return None if sister is None else _origin(reader, sister)


def list_origins(reader: Reader) -> list[Origin]:
    """All sisters of which something is shown, by title."""
    found = by_name(reader.instance.private).values()
    shown = (_origin(reader, one) for one in found if one.copied is not None)
    return sorted(shown, key=lambda one: (one.title.casefold(), one.name))


def _origin(reader: Reader, sister: Sister) -> Origin:
    """The sister as pages are marked with it: by its host too, where its title is another's too.

    Each chooses its own title, and may change it whenever it likes.
    """
    known = by_name(reader.instance.private).values()
    others = {slug(one.title) for one in known if one.name != sister.name}
    title, called = sister.title, slug(sister.title)
    if not called or called in others or called == slug(reader.instance.settings.site_name):
        title = f"{title} ({urlsplit(sister.address).netloc})"
    return Origin(sister.name, title, sister.address)


def copy_url(path: str, anchor: str = "") -> str:
    """Where the page, or the file, at ``path`` of the copies is read here."""
    url = action_url("carrefours", path)
    return f"{url}#{anchor}" if anchor else url
