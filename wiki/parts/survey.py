"""What a repository of Markdown would be as a wiki, told before one is made of it.

::

    repository ──▶ survey.py   pages, readers, links, names ──▶ Survey ──▶ a command, a page
                      └─ mends.py   what one commit on top would put right

No account, no instance and no projection is needed: it reads the newest commit, each page once.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from wiki.errors import StorageFailed, TooLarge
from wiki.pages.access import ADMINS, PUBLIC, access
from wiki.pages.head.frontmatter import Head
from wiki.pages.head.rights_words import hiding_flags
from wiki.pages.markdown.walk import Link
from wiki.pages.names import Names
from wiki.pages.page import Page
from wiki.pages.paths import (
    alike,
    ancestors,
    follow,
    is_servable,
    names_in,
    page_of,
)
from wiki.projections.pagespan import LARGEST
from wiki.repository.objects import EMPTY, decode
from wiki.repository.repository import Repository

#: pages whose links are followed; of a larger wiki those of the first are told
FOLLOWED = 5_000
Step = Callable[[int, int], object]


@dataclass(frozen=True)
class Hidden:
    """A page that not everyone would read: ``why`` is ``head``, ``says``, ``flag`` or ``above``.

    ``head``: its head cannot be read and may say who reads it; ``says``: it says so itself;
    ``flag``: other software would hide it; ``above``: the page ``by`` above it is hidden so.
    """

    file: str
    why: str
    by: str = ""


@dataclass
class Survey:
    """What was found. Files and names are in the order of the repository.

    ``flagged`` are pages that other software would hide, with the key that says so; ``links`` and
    ``dead`` those inside the wiki; ``clashes`` names that one machine or another takes for the
    same.
    """

    commit: str = EMPTY
    pages: int = 0
    files: int = 0
    hidden: list[Hidden] = field(default_factory=list)
    lenient: list[str] = field(default_factory=list)
    flagged: list[tuple[str, str]] = field(default_factory=list)
    links: int = 0
    dead: list[tuple[str, str]] = field(default_factory=list)
    unfollowed: int = 0
    clashes: list[tuple[str, str]] = field(default_factory=list)
    unserved: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    large: list[str] = field(default_factory=list)
    dialect: str = ""

    @property
    def visible(self) -> int:
        """The pages that everyone would read."""
        return self.pages - len(self.hidden)


@dataclass(frozen=True)
class Limits:
    """Bytes of a page and of another file beyond which they are told."""

    page: int
    upload: int


def survey(repository: Repository, limits: Limits, step: Step = lambda _done, _all: None) -> Survey:
    """Looks at the newest commit; ``step`` is told how many pages of how many are read."""
    found = Survey(commit=repository.head())
    blobs = _names(repository, found, limits)
    texts = {path: _page(repository, path, *at) for path, at in blobs.items()}
    heads = {path: page.head for path, page in texts.items()}
    flags = {path: hiding_flags(head) for path, head in heads.items()}
    closed = {path for path, keys in flags.items() if keys}
    for path, page in texts.items():
        hidden = why_hidden(path, page.file, heads) or _closed(path, page.file, closed)
        if hidden is not None:
            found.hidden.append(hidden)
        if page.head.lenient:
            found.lenient.append(page.file)
        found.flagged += [(page.file, key) for key in flags[path][:1]]
    _follow(repository, found, texts, step)
    return found


def why_hidden(path: str, file: str, heads: dict[str, Head]) -> Hidden | None:
    """Why not everyone would read the page at ``path``; None where everyone would."""
    chain = [one for one in (*ancestors(path), path) if one in heads]
    if access(path, [(one, heads[one]) for one in chain]).group == PUBLIC:
        return None
    for count, one in enumerate(chain, 1):
        upto = [(name, heads[name]) for name in chain[:count]]
        if access(one, upto).group != PUBLIC:
            if one != path:
                return Hidden(file, "above", one)
            return Hidden(file, "head" if heads[one].broken else "says")
    return Hidden(file, "above", ADMINS)


def _closed(path: str, file: str, closed: set[str]) -> Hidden | None:
    """The same for what is closed on its way in, as other software would hide it."""
    if path in closed:
        return Hidden(file, "flag")
    by = next((one for one in reversed(ancestors(path)) if one in closed), None)
    return None if by is None else Hidden(file, "above", by)


def _names(repository: Repository, found: Survey, limits: Limits) -> dict[str, tuple[str, str]]:
    """The file and blob of each page; counts what else there is on the way."""
    pages: dict[str, tuple[str, str]] = {}
    seen: dict[str, str] = {}
    kinds: Counter[str] = Counter()
    for file, blob in repository.files(found.commit):
        kinds.update(_signs(file))
        if not is_servable(file):
            found.unserved.append(file)
            continue
        for name in names_in(file):
            first = seen.setdefault(alike(name), name)
            if first != name:
                found.clashes.append((first, name))
        path = page_of(file)
        if repository.blob_size(blob) > (limits.upload if path is None else limits.page):
            found.large.append(file)
        if path is None:
            found.files += 1
        elif path in pages:
            found.doubled.append(max(file, pages[path][0]))
            # “x.md” wins over “x/index.md”, whichever comes first.
            if file == f"{path}.md":
                pages[path] = file, blob
        else:
            pages[path] = file, blob
    found.pages = len(pages)
    found.dialect = _dialect(kinds)
    return pages


def _page(repository: Repository, path: str, file: str, blob: str) -> Page:
    try:
        text = decode(repository.read_blob(blob, limit=LARGEST))
    except (TooLarge, StorageFailed):
        text = ""
    return Page(path, file, text, blob=blob)


def _follow(repository: Repository, found: Survey, pages: dict[str, Page], step: Step) -> None:
    """Follows the links of the pages, as readers would."""
    names = Names(pages.values())
    files = {file for file, _blob in repository.files(found.commit)}
    dialects: Counter[str] = Counter()
    for done, (path, page) in enumerate(pages.items()):
        step(done, len(pages))
        if done >= FOLLOWED:
            found.unfollowed = len(pages) - done
            break
        if "editor" in page.head and "datecreated" in page.head:
            dialects["Wiki.js"] += 1
        for link in page.document.links:
            if link.kind == "external" or not link.target:
                continue
            found.links += 1
            if link.kind == "wiki":
                leads = _leads(names, link, found.dialect)
            else:
                to = follow(page.file, link.target)
                leads = to is not None and (names.find_path(to) is not None or to in files)
            if not leads:
                found.dead.append((path, link.target))
    if dialects["Wiki.js"] * 2 > len(pages):
        found.dialect = "Wiki.js"


def _leads(names: Names, link: Link, dialect: str) -> bool:
    targets = (link.text, link.target) if dialect in ("Gollum", "Otter Wiki") else (link.target,)
    by_name = dialect in ("Gollum", "Obsidian")
    return any(names.find(target, by_name=by_name) is not None for target in targets)


def _signs(file: str) -> Iterator[str]:
    """What the name of a file says of the software that wrote it."""
    if file.startswith(".obsidian/"):
        yield "Obsidian"
    elif file in ("_Sidebar.md", "_Footer.md", "_Header.md", "Home.md"):
        yield "Gollum"
    elif file == "home.md":
        yield "Otter Wiki"


def _dialect(kinds: Counter[str]) -> str:
    return next((name for name in ("Obsidian", "Gollum", "Otter Wiki") if kinds[name]), "")
