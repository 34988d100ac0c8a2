"""Which names can be served safely: from addresses and git file names to page paths and back.

A page path has no leading slash and no ``.md``; ``index`` is the root and the parent of all.
Nothing climbs out: a path that holds anything doubtful (trust.md, T7) is refused, never repaired.
"""

import re
import secrets
import unicodedata
from collections.abc import Callable
from posixpath import normpath
from urllib.parse import unquote

from wiki.errors import BadPath
from wiki.pages.words import slug
from wiki.translation import gettext as _

ROOT = "index"
SEGMENT_BYTES = 200
PATH_BYTES = 1000
NAME_LENGTH = 80

#: First segments that lead elsewhere than to a page (architecture, decision 5).
_ELSEWHERE = frozenset(
    {"-", "wiki.git", "standard.git", "robots.txt", "sitemap.xml", "favicon.ico"}
)
_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?:[. ].*)?", re.I)
#: Shown as nothing, or reordering what is shown, though Unicode does not call them controls.
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\ufffd"
    "\U000e0100-\U000e01ef]"
)
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"})


def normalise(raw: str) -> str:
    """The page path that ``raw``, the percent-decoded path of an address or a form, stands for.

    The empty path and ``/`` are the root; one slash at either end and a last ``/index`` are
    dropped. Raises BadPath for what no page may be called.
    """
    if raw in ("", "/"):
        return ROOT
    if len(raw) > 4 * PATH_BYTES:
        # Too long even where accents stand apart from their letters.
        raise BadPath(_("No page can have this address."))
    path = unicodedata.normalize("NFC", raw.removeprefix("/").removesuffix("/"))
    while path.endswith("/" + ROOT):
        path = path.removesuffix("/" + ROOT)
    if not _safe(path) or path.lower().endswith(".md"):
        raise BadPath(_("No page can have this address."))
    return path


def is_servable(file: str) -> bool:
    """Whether a file of the repository, page or attachment, has a name that can be served."""
    return page_of(file) is not None if file.endswith(".md") else _safe(file)


def page_of(file: str) -> str | None:
    """The page that a file of the repository holds; None if it is no page or has an unsafe name."""
    if not file.endswith(".md"):
        return None
    path = file.removesuffix(".md").removesuffix("/" + ROOT)
    if not _safe(path) or path.lower().endswith(".md") or path.endswith("/" + ROOT):
        return None
    return path if file in files_of(path) else None


def files_of(path: str) -> tuple[str, ...]:
    """The files that may hold the page, the one that wins first."""
    return (f"{ROOT}.md",) if path == ROOT else (f"{path}.md", f"{path}/{ROOT}.md")


def folder_of(path: str) -> str:
    """The folder in which the children and the attachments of a page lie; "" for the root."""
    return "" if path == ROOT else path


def owner_of(file: str) -> str:
    """The page whose attachment ``file`` is."""
    folder = file.rpartition("/")[0]
    while folder.endswith("/" + ROOT):
        folder = folder.removesuffix("/" + ROOT)
    return folder or ROOT


def parent(path: str) -> str | None:
    """The page above, which need not exist; None above the root."""
    return None if path == ROOT else owner_of(path)


def ancestors(path: str) -> tuple[str, ...]:
    """All pages above, the root first, without the page itself."""
    above: list[str] = []
    current = parent(path)
    while current is not None:
        above.append(current)
        current = parent(current)
    return tuple(reversed(above))


def join(above: str, name: str) -> str:
    """The path of the child, or the attachment, called ``name``; raises BadPath if it is unsafe."""
    path = unicodedata.normalize("NFC", name if above == ROOT else f"{above}/{name}")
    if not _safe(path):
        raise BadPath(_("No page can have this address."))
    return path


def follow(file: str, href: str) -> str | None:
    """What a relative or rooted link in ``file`` leads to, as a git host reads it.

    Returns the path of a page (``.md`` dropped) or of an attachment; None if it is another kind of
    address, climbs out of the repository or cannot be served.
    """
    target = unquote(href.partition("#")[0].partition("?")[0])
    if not target or target.startswith("//") or "\\" in target or ":" in target:
        return None
    folder = "" if target.startswith("/") else file.rpartition("/")[0]
    path = normpath(f"{folder}/{target}".strip("/"))
    if path == ".":
        return ROOT
    path = unicodedata.normalize("NFC", path)
    return page_of(path) if path.endswith(".md") else (path if _safe(path) else None)


def new_name(title: str, taken: Callable[[str], bool]) -> str:
    """A free name for a new page: a slug of its title, ``-2`` and so on where it is taken.

    A random name if nothing of the title can stand in one. ``taken`` is asked about each name.
    """
    stem = slug(title)
    if len(stem) > NAME_LENGTH:
        stem = stem[:NAME_LENGTH].rpartition("-")[0] or stem[:NAME_LENGTH]
    if not stem:
        stem = _random_name()
    if not is_reserved(stem) and not taken(stem):
        return stem
    for number in range(2, 100):
        if not taken(name := f"{stem}-{number}"):
            return name
    return f"{stem}-{_random_name()}"


def is_reserved(name: str) -> bool:
    """Whether a new page may not have this name, though it looks like a slug."""
    return name == ROOT or name in _ELSEWHERE or _DEVICE.fullmatch(name) is not None


def alike(name: str) -> str:
    """What tells ``name`` apart on every machine: neither capitals nor how accents are encoded.

    Names of files, folders or pages for which this is the same are one on a Mac or on Windows.
    """
    if name.isascii():
        return name.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def names_in(file: str) -> tuple[str, ...]:
    """All that ``file`` of the repository takes the name of: folders, the page, itself."""
    folders = tuple(file[:at] for at, char in enumerate(file) if char == "/")
    path = page_of(file)
    return (*folders, file) if path is None or path in folders else (*folders, file, path)


def title_from_path(path: str) -> str:
    """A title for a page that says none: ``projets/lora-a-la-ferme`` is ``Lora a la ferme``."""
    words = re.sub(r"[-_]+", " ", path.rpartition("/")[2]).strip() or path
    return words[:1].upper() + words[1:]


def _random_name() -> str:
    return "".join(secrets.choice("23456789abcdefghjkmnpqrstuvwxyz") for _ in range(8))


def _safe(path: str) -> bool:
    """Whether every segment of a path or file name is safe, wherever it is served or cloned."""
    if not path or path.partition("/")[0].lower() in _ELSEWHERE:
        return False
    if path.isascii():
        if not path.isprintable() or len(path) > PATH_BYTES:
            return False
    elif not _safe_unicode(path):
        return False
    return all(_safe_segment(segment) for segment in path.split("/"))


def _safe_unicode(path: str) -> bool:
    if any(unicodedata.category(char) in _UNSAFE_CATEGORIES for char in path):
        return False
    return (
        len(path.encode()) <= PATH_BYTES
        and unicodedata.is_normalized("NFC", path)
        and _INVISIBLE.search(path) is None
    )


def _safe_segment(segment: str) -> bool:
    return (
        bool(segment)
        and segment[0] not in ".-"
        and segment[-1] != "."
        and segment == segment.strip()
        and "\\" not in segment
        and ":" not in segment
        and segment.lower() != "git~1"
        and _DEVICE.fullmatch(segment) is None
        and (len(segment) <= SEGMENT_BYTES // 4 or len(segment.encode()) <= SEGMENT_BYTES)
    )
