"""Who wrote it, as a name: addresses of authors are published nowhere."""

import re

from wiki.errors import BadField
from wiki.pages.head.changes import edit_head
from wiki.pages.head.frontmatter import read_head

_MAIL = re.compile(
    r"[<(\[]?(?:mailto:)?(?<![^\s<>()\[\],;:@])(?P<name>[^\s<>()\[\],;:@]++)@"
    r"[^\s<>()\[\],;@]+\.[^\s<>()\[\],;@]+[>)\]]?"
)
#: what heads of other programs call them
_KEYS = frozenset(
    {
        *("author", "authors", "auteur", "auteurs", "autrice", "autrices", "creator"),
        *("created_by", "createdby", "updated_by", "last_modified_by", "contributors", "editor"),
    }
)


def name_only(author: str) -> str:
    """A name without its mail address; of an address alone, what stands before the sign."""
    rest = re.sub(r"\s+(?=[,;])", "", _MAIL.sub("", author)).strip(" ,;")
    return rest or _MAIL.sub(lambda found: found["name"], author)


def mail_in(author: str) -> str:
    """The mail address that stands in the name of one author, if there is one."""
    found = [match[0].strip("<>()[]").removeprefix("mailto:") for match in _MAIL.finditer(author)]
    return found[0] if len(found) == 1 else ""


def without_addresses(text: str) -> str:
    """A page whose head names its authors, without their addresses."""
    if not text.startswith("---") or "@" not in text:
        return text
    head = read_head(text).head
    changes: dict[str, object] = {}
    for key in head:
        if key.casefold() not in _KEYS:
            continue
        words = list(head.words(key))
        names = [name_only(word) for word in words]
        if names != words:
            changes[key] = names if len(names) > 1 else names[0]
    try:
        return edit_head(text, changes) if changes else text
    except BadField:
        return text
