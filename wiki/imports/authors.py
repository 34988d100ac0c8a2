"""Who wrote it, as a name: addresses of authors are published nowhere."""

import hashlib
import re
from collections.abc import Mapping

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
#: and how these are reached
_ADDRESSES = frozenset({"author_email", "authoremail", "author_mail", "email_author"})


def name_only(author: str) -> str:
    """A name without its mail address; of an address alone, what stands before the sign."""
    rest = re.sub(r"\s+(?=[,;])", "", _MAIL.sub("", author)).strip(" ,;")
    return rest or _MAIL.sub(lambda found: found["name"], author)


def mail_in(author: str) -> str:
    """The mail address that stands in the name of one author, if there is one."""
    found = [match[0].strip("<>()[]").removeprefix("mailto:") for match in _MAIL.finditer(author)]
    return found[0] if len(found) == 1 else ""


def message_without_addresses(message: str) -> str:
    """What somebody wrote of a change: lines that git adds name people by their addresses."""
    return "\n".join(map(_spoken, message.split("\n"))) if "@" in message else message


def key_without_address(key: str) -> str:
    """The name of a state, as a commit has it: of one that holds an address, nothing is left."""
    if not _MAIL.search(key):
        return key
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:32]


def without_addresses(text: str) -> str:
    """A page whose head names its authors, without their addresses."""
    if not text.startswith("---") or "@" not in text:
        return text
    head = read_head(text).head
    changes: dict[str, object] = {}
    for key in head:
        known = re.sub(r"[ -]", "_", key.casefold())
        if known in _ADDRESSES:
            changes[key] = None
        if known not in _KEYS:
            continue
        value = head[key]
        told = value if isinstance(value, tuple) else (value,)
        if any(isinstance(one, Mapping) for one in told):
            words, names = [], [name for one in told if (name := _name_in(one))]
        else:
            words = list(head.words(key))
            names = [name_only(word) for word in words]
        if names != words:
            changes[key] = names if len(names) > 1 else "".join(names) or None
    try:
        return edit_head(text, changes) if changes else text
    except BadField:
        return text


def _name_in(author: object) -> str:
    """The name of an author whom a head describes by keys, or says in one word."""
    if isinstance(author, Mapping):
        author = author.get("name") or author.get("nom") or ""
    return name_only(author) if isinstance(author, str) else ""


def _spoken(line: str) -> str:
    """A line of words: beside a name its address goes, elsewhere the name in it stays."""
    return _MAIL.sub(lambda found: "" if found[0][0] in "<([" else found["name"], line).rstrip()
