"""What a repository of Markdown would be as a wiki, told before one is made of it.

::

    repository ──▶ conversion.py   names and encodings as pages have them here, committed
                      └─▶ survey.py   pages, readers, links, names ──▶ Survey ──▶ a command, a page
                             └─ mends.py   what one more commit would put right

No account, no instance and no projection is needed: it reads the newest commit.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from wiki.pages.access import ADMINS, PUBLIC, access
from wiki.pages.foreign.names import MARKUPS
from wiki.pages.foreign.texts import read_foreign
from wiki.pages.head.frontmatter import Head
from wiki.pages.head.rights_words import hiding_flags
from wiki.pages.markdown.walk import Link
from wiki.pages.names import OURS, Dialect, Names, dialect, named
from wiki.pages.page import Page
from wiki.pages.paths import (
    alike,
    ancestors,
    follow,
    is_servable,
    names_in,
    page_of,
)
from wiki.parts.conversion import convert
from wiki.projections.pagespan import head_of, text_of
from wiki.repository.objects import EMPTY
from wiki.repository.repository import Repository

#: pages whose links are followed; of a larger wiki those of the first are told
FOLLOWED = 5_000
Step = Callable[[], object]


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
    same. ``renamed``, ``recoded`` as in Conversion; ``foreign`` pages bear marks of other programs,
    of which ``lost`` is what cannot be said here (where, what); ``markups`` are no pages here.
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
    dialect: Dialect = OURS
    renamed: list[tuple[str, str]] = field(default_factory=list)
    recoded: list[tuple[str, str]] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    lost: list[tuple[str, str]] = field(default_factory=list)
    markups: list[str] = field(default_factory=list)

    @property
    def mendable(self) -> bool:
        """Whether there is something in texts that can be written as this wiki writes it."""
        return bool(self.lenient or self.foreign)

    @property
    def visible(self) -> int:
        """The pages that everyone would read."""
        return self.pages - len(self.hidden)


@dataclass(frozen=True)
class Limits:
    """Bytes of a page and of another file beyond which they are told."""

    page: int
    upload: int


def survey(repository: Repository, limits: Limits, step: Step = lambda: None) -> Survey:
    """Converts names and encodings, and looks at what that makes of the newest commit.

    ``step`` is called before each file, and may raise.
    """
    made = convert(repository, step)
    found = Survey(commit=repository.head(), renamed=made.renamed, recoded=made.recoded)
    found.doubled += made.doubled
    blobs = _names(repository, found, limits, step)
    heads: dict[str, Head] = {}
    for path, (file, blob) in blobs.items():
        step()
        text = text_of(repository, blob)
        heads[path] = head_of(text)
        _read_marks(found, file, text)
    flags = {path: hiding_flags(head) for path, head in heads.items()}
    closed = {path for path, keys in flags.items() if keys}
    for path, (file, _blob) in blobs.items():
        hidden = why_hidden(path, file, heads) or _closed(path, file, closed)
        if hidden is not None:
            found.hidden.append(hidden)
        if heads[path].lenient:
            found.lenient.append(file)
        found.flagged += [(file, key) for key in flags[path][:1]]
    found.dialect = _software(heads, (file for file, _blob in repository.files(found.commit)))
    _follow(repository, found, blobs, step)
    return found


def _read_marks(found: Survey, file: str, text: str) -> None:
    def lose(what: str, line: int, detail: str) -> None:
        if detail.startswith("{{") and detail[2:3].isalpha():
            return  # may be a query of ours, within a line
        found.lost.append((f"{file}:{line}", detail or what))

    if read_foreign(text, lose) != text:
        found.foreign.append(file)


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


def _names(
    repository: Repository, found: Survey, limits: Limits, step: Step
) -> dict[str, tuple[str, str]]:
    """The file and blob of each page; counts what else there is on the way."""
    pages: dict[str, tuple[str, str]] = {}
    seen: dict[str, str] = {}
    for file, blob in repository.files(found.commit):
        step()
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
            if f".{file.rpartition('.')[2].lower()}" in MARKUPS:
                found.markups.append(file)
        elif path in pages:
            found.doubled.append(max(file, pages[path][0]))
            # “x.md” wins over “x/index.md”, whichever comes first.
            if file == f"{path}.md":
                pages[path] = file, blob
        else:
            pages[path] = file, blob
    found.pages = len(pages)
    return pages


def _software(heads: dict[str, Head], files: Iterable[str]) -> Dialect:
    """The dialect of a repository; what is only guessed changes nothing of how links are read."""
    tops = {file.partition("/")[0] for file in files}
    found = dialect(heads.get, tops.__contains__)
    wiki_js = sum("editor" in head and "datecreated" in head for head in heads.values())
    return found if found.software or wiki_js * 2 <= len(heads) else Dialect("Wiki.js")


def _follow(
    repository: Repository, found: Survey, blobs: dict[str, tuple[str, str]], step: Step
) -> None:
    """Follows the links of the pages, as readers would."""

    def page(path: str) -> Page:  # made anew each time: what was read of all would fill the memory
        step()
        file, blob = blobs[path]
        return Page(path, file, text_of(repository, blob))

    names = Names(named(page(path)) for path in blobs)
    files = {file for file, _blob in repository.files(found.commit)}
    pictures = {file.rpartition("/")[2] for file in files}
    for done, path in enumerate(blobs):
        if done >= FOLLOWED:
            found.unfollowed = len(blobs) - done
            break
        file = blobs[path][0]
        read = page(path)
        for link in read.document.links:
            if link.kind == "external" or not link.target:
                continue
            found.links += 1
            if link.kind == "wiki":
                leads = _leads(names, link, found.dialect)
            else:
                to = follow(file, link.target)
                leads = to is not None and (names.find_path(to) is not None or to in files)
                # ``![[plan.png]]`` is found by its name alone, as ``find_picture`` does.
                by_name = found.dialect.by_name or f"![[{link.target}" in read.text
                leads = leads or (by_name and link.target.rpartition("/")[2] in pictures)
            if not leads:
                found.dead.append((path, link.target))


def _leads(names: Names, link: Link, written: Dialect) -> bool:
    targets = (link.text, link.target) if written.turned else (link.target,)
    return any(names.find(one, by_name=written.by_name) is not None for one in targets)
