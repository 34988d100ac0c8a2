"""What another site sent, looked at before it is shown: names, kinds and sizes of its files.

A link, a submodule or a name that no honest wiki gives has all of it refused: what holds one was
not made by what we speak to. Files that are of no use here, such as those with a dot before their
name, are left out.
"""

from collections.abc import Collection
from dataclasses import dataclass

from wiki.errors import BadRequest
from wiki.pages.paths import PATH_BYTES, ancestors, is_servable, owner_of, page_of
from wiki.repository.objects import LINK, REGULAR, SUBMODULE, decode_name
from wiki.repository.process import GitFailed, fields, output_of
from wiki.repository.repository import Repository
from wiki.translation import gettext as _

#: characters of a page that is taken, and folders that may lie above it: each of them costs
LONGEST_PAGE, _DEEPEST = 2_000_000, 60
#: bytes that git may have in memory for what they send
MEMORY = 250_000_000
#: seconds for looking at all names: folders in folders may be more than all time, and hold nothing
_SECONDS = 20.0
_KINDS = {LINK: "symbolic link", SUBMODULE: "submodule"}
_REFUSED = frozenset({"", ".", "..", ".git", "git~1"})


@dataclass(frozen=True)
class Bounds:
    """How much of a sister is taken, at most."""

    size: int = 200_000_000
    files: int = 50_000


@dataclass(frozen=True)
class Source:
    """The files of a sister's that are taken: name → blob, and → bytes; how large all of it is."""

    files: dict[str, str]
    sizes: dict[str, int]
    size: int
    left_out: int

    @property
    def pages(self) -> int:
        """How many of them are pages."""
        return sum(name.endswith(".md") for name in self.files)


def read_source(
    repository: Repository, commit: str, bounds: Bounds, blocked: Collection[str] = ()
) -> Source:
    """The files of ``commit`` but for ``blocked`` pages and what lies below. Raises BadRequest."""
    files: dict[str, str] = {}
    sizes: dict[str, int] = {}
    count = size = left_out = 0
    command = ("ls-tree", "-r", "-l", "-z", "--full-tree", "--end-of-options", commit)
    try:
        with output_of(repository.folder, *command, timeout=_SECONDS, memory=MEMORY) as output:
            for field in fields(output, most=2 * PATH_BYTES):
                facts, _tab, raw = field.partition(b"\t")
                mode, _type, id, length = facts.split()
                name = decode_name(raw)
                _check(name, mode)
                count, size = count + 1, size + int(length)
                if count > bounds.files or size > bounds.size:
                    raise BadRequest(_("It holds more than this site takes from a sister."))
                if _is_taken(name, int(length), blocked):
                    files[name], sizes[name] = id.decode("ascii"), int(length)
                else:
                    left_out += 1
    except GitFailed as error:
        raise BadRequest(_("What it sent cannot be read by git.")) from error
    return Source(files, sizes, size, left_out)


def _check(name: str, mode: bytes) -> None:
    parts = name.split("/")
    if mode not in REGULAR or parts[0] == "-" or any(one.lower() in _REFUSED for one in parts):
        kind = _KINDS.get(mode, "file")
        words = _("It holds something that no Carrefour gives ({kind}: {name}). Nothing was taken.")
        raise BadRequest(words.format(kind=kind, name=name[:200]))


def _is_taken(name: str, length: int, blocked: Collection[str]) -> bool:
    if name.count("/") > _DEEPEST or not is_servable(name):
        return False
    if name.endswith(".md") and length > LONGEST_PAGE:
        return False
    return not is_below(name, blocked)


def is_below(name: str, blocked: Collection[str]) -> bool:
    """Whether the file is one of ``blocked`` pages, or lies below one."""
    owner = page_of(name) or owner_of(name)
    return bool(blocked) and not {owner, *ancestors(owner)}.isdisjoint(blocked)
