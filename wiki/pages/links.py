"""Links as they stand in a text, rewritten where the page that they lead to has moved."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from urllib.parse import quote

from wiki.pages.document import read_document
from wiki.pages.head.changes import edit_head
from wiki.pages.head.frontmatter import read_head
from wiki.pages.members import GROUP
from wiki.pages.paths import ROOT, folder_of, follow

_WIKI_LINK = re.compile(r"(\[\[\s*/?)([^\[\]|#\n]+?)(\s*(?:[|#][^\[\]\n]*)?\]\])")
_ANY_WIKI_LINK = re.compile(r"(!?\[\[\s*/?)([^\[\]|#\n]+?)(\s*(?:[|#][^\[\]\n]*)?\]\])")
#: the address of ``[text](address "title")`` and of ``[label]: address``
_ADDRESS = re.compile(r"(\]\(\s*<?|^ {0,3}\[[^\]\n]+\]:\s*<?)([^\s<>()]+)")
#: keys of a head whose values are links to pages
LINK_KEYS = ("team", "readers", "programme", "presented")
#: those that name a page of the whole wiki too, when all of it is put below a folder
_ROOTED_KEYS = (*LINK_KEYS, "organisation", "aliases")


def repair_links(text: str, file: str, moved: Mapping[str, str]) -> str:
    """``text``, which lies in ``file``, with the links to pages of ``moved`` leading to their new
    paths, and those to pages below them likewise; all else is left as its writer put it.
    """
    text = _with_head(text, LINK_KEYS, moved)
    return _on_lines(text, lambda line: _in_line(line, file, moved))


def root_links(text: str, file: str, folder: str) -> str:
    """``text`` of another wiki, which lies in ``file`` there, as it stands once all of that wiki
    lies below ``folder``: whatever it names is there too, and never what stood here before.

    What names a group is left out: that is one of ours. Raises BadField where its head is written
    in a way that cannot be changed safely.
    """
    head = read_head(text).head
    changes: dict[str, object] = {}
    for key in _ROOTED_KEYS:
        words = head.words(key)
        rooted = [_rooted_word(one, folder) for one in words if not _names_group(one)]
        if list(words) != rooted:
            changes[key] = rooted
    text = edit_head(text, changes) if changes else text
    address = partial(_rooted_address, file=file, folder=folder)
    wiki = partial(_rooted_link, folder=folder)
    return _on_all_lines(text, lambda line: _ADDRESS.sub(address, _ANY_WIKI_LINK.sub(wiki, line)))


def _on_all_lines(text: str, change: Callable[[str], str]) -> str:
    """As ``_on_lines``, where nearly every text changes: what comes of it is read in any case, and
    mostly tells by itself that all that was changed are links.
    """
    lines = text.split("\n")
    changed: set[int] = set()
    for number in range(read_head(text).body_line, len(lines)):
        if (line := change(lines[number])) != lines[number]:
            lines[number] = line
            changed.add(number)
    result = "\n".join(lines)
    if changed <= {link.line for link in read_document(result).links}:
        return result
    return _on_lines(text, change)


def _on_lines(text: str, change: Callable[[str], str]) -> str:
    document = read_document(text)
    lines = text.split("\n")
    # Lines of code hold no links: only those where the one reading saw one are touched.
    for number in sorted({link.line for link in document.links}):
        if number < len(lines):
            lines[number] = change(lines[number])
    return "\n".join(lines)


def _names_group(word: str) -> bool:
    """Whether the entry of a head names a group of people."""
    kind, colon, _name = word.replace("[[", "").strip().partition(":")
    return bool(colon) and kind.strip().casefold() in (GROUP[:-1], "group")


def _rooted_word(word: str, folder: str) -> str:
    if "[[" in word:
        return _ANY_WIKI_LINK.sub(partial(_rooted_link, folder=folder), word)
    return _below(word.strip().strip("/"), folder)


def _rooted_link(found: re.Match[str], folder: str) -> str:
    before, target, after = found[1], found[2].strip(), found[3]
    if before.startswith("!") and "/" not in target:
        return found[0]  # a picture by its name, which lies beside the page
    words = after.strip("]")
    shown = after if "|" in words or before.startswith("!") else f"{words}|{target}]]"
    return f"{before.rstrip('/')}{_below(target, folder)}{shown}"


def _rooted_address(found: re.Match[str], file: str, folder: str) -> str:
    address, hash_sign, fragment = found[2].partition("#")
    path, question, query = address.partition("?")
    target = follow(file, path) if path else None
    if target is None:
        return found[0]
    ending = ".md" if path.endswith(".md") and target != ROOT else ""
    rest = question + query + hash_sign + fragment
    return f"{found[1]}/{quote(_below(target, folder))}{ending}{rest}"


def _below(path: str, folder: str) -> str:
    return folder if path == ROOT else f"{folder}/{path}"


def repair_team(text: str, moved: Mapping[str, str]) -> str:
    """``text`` with the people of its ``team`` and ``readers`` at their new paths, and no more."""
    return _with_head(text, ("team", "readers"), moved)


def _with_head(text: str, keys: Iterable[str], moved: Mapping[str, str]) -> str:
    head = read_head(text).head
    if head.broken:
        return text
    changes: dict[str, object] = {}
    for key in keys:
        if key in head.doubtful:
            continue  # a key that stands twice is its writer's to mend
        words = head.words(key)
        repaired = [_in_head(word, moved) for word in words]
        if list(words) != repaired:
            changes[key] = repaired
    return edit_head(text, changes) if changes else text


def moved_path(path: str, moved: Mapping[str, str]) -> str | None:
    """Where the page at ``path`` stands after the move; None where it did not move."""
    if path in moved:
        return moved[path]
    for old, new in moved.items():
        if path.startswith(f"{old}/"):
            return f"{folder_of(new)}{path[len(old) :]}".removeprefix("/")
    return None


def _in_head(word: str, moved: Mapping[str, str]) -> str:
    if word.startswith("[["):
        return _WIKI_LINK.sub(lambda found: _wiki(found, moved), word)
    return moved_path(word, moved) or word


def _in_line(line: str, file: str, moved: Mapping[str, str]) -> str:
    def address(found: re.Match[str]) -> str:
        target = follow(file, found[2])
        new = moved_path(target, moved) if target else None
        if new is None:
            return found[0]
        anchor = found[2].partition("#")[2]
        ending = ".md" if found[2].partition("#")[0].endswith(".md") else ""
        return f"{found[1]}/{quote(new)}{ending}" + (f"#{anchor}" if anchor else "")

    line = _WIKI_LINK.sub(lambda found: _wiki(found, moved), line)
    return _ADDRESS.sub(address, line)


def _wiki(found: re.Match[str], moved: Mapping[str, str]) -> str:
    new = moved_path(found[2].strip(), moved)
    return found[0] if new is None else f"{found[1]}{new}{found[3]}"
