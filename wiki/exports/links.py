"""Links of a text as any reader of Markdown follows them: relative, to files of the export."""

import re
from collections.abc import Mapping
from posixpath import relpath
from urllib.parse import quote

from wiki.exports.contents import PageFile
from wiki.pages.document import read_document
from wiki.pages.paths import follow
from wiki.reading import Reader
from wiki.reading.dialect import dialect_of, find_picture
from wiki.reading.pages import get_title, resolve_target

_WIKI = re.compile(r"(!?)\[\[\s*/?([^\[\]|#\n]*?)\s*(?:#([^\[\]|\n]*))?(?:\|([^\[\]\n]*))?\]\]")
#: the address of ``[text](address "title")`` and of ``[label]: address``
_ADDRESS = re.compile(r"(\]\(\s*<?|^ {0,3}\[[^\]\n]+\]:\s*<?)([^\s<>()]+)")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
#: what is code in a line
_CODE = re.compile(r"(?<!`)(`++)(?:[^`\n]|(?!\1(?!`))`++)++\1")


def relative_links(
    reader: Reader,
    page: PageFile,
    text: str,
    pages: Mapping[str, str],
    files: Mapping[str, str],
) -> str:
    """``text`` of ``page`` with its links to ``pages`` (path → name) and ``files`` made relative.

    A link to what is not in the export stays as it was written; so does code.
    """
    links = _Links(reader, page, pages, files)
    body = len(text) - len(read_document(text).body) if "\r" not in text else 0
    lines, fence = text[body:].split("\n"), ""
    for number, line in enumerate(lines):
        if found := _FENCE.match(line):
            mark = found[1]
            fence = "" if fence and mark.startswith(fence) else fence or mark
        elif not fence and "[" in line:
            lines[number] = links.in_line(line)
    return text[:body] + "\n".join(lines)


class _Links:
    def __init__(
        self, reader: Reader, page: PageFile, pages: Mapping[str, str], files: Mapping[str, str]
    ) -> None:
        self._reader, self._page, self._pages, self._files = reader, page, pages, files
        self._turned = dialect_of(reader).turned
        self._from = files[page.file].rpartition("/")[0] or "."

    def in_line(self, line: str) -> str:
        parts, end = [], 0
        for code in _CODE.finditer(line):
            parts += [self._words(line[end : code.start()]), code[0]]
            end = code.end()
        return "".join([*parts, self._words(line[end:])])

    def _words(self, words: str) -> str:
        return _ADDRESS.sub(self._address, _WIKI.sub(self._wiki, words))

    def _to(self, name: str, anchor: str = "") -> str:
        return quote(relpath(name, self._from), safe="/.-_~") + (f"#{anchor}" if anchor else "")

    def _address(self, found: re.Match[str]) -> str:
        address, _hash, anchor = found[2].partition("#")
        target = follow(self._page.file, address) if address else None
        name = None
        if target is not None:
            name = self._pages.get(target) or self._files.get(target)
        return found[0] if name is None else found[1] + self._to(name, anchor)

    def _wiki(self, found: re.Match[str]) -> str:
        embeds, target, anchor, text = found[1], found[2], found[3] or "", found[4] or ""
        if embeds:
            file = find_picture(self._reader, self._page.file, target)
            name = self._files.get(file) if file else None
            return found[0] if name is None else f"![{text or target}]({self._to(name)})"
        if self._turned and text:
            target, text = text.strip(), target
        if not target:
            return f"[{text or anchor}](#{_anchor(anchor)})" if anchor else found[0]
        path = resolve_target(self._reader, target)
        name = self._pages.get(path) if path else None
        if path is None or name is None:
            return found[0]
        label = (text or get_title(self._reader, path)).replace("[", "(").replace("]", ")")
        return f"[{label}]({self._to(name, _anchor(anchor))})"


def _anchor(heading: str) -> str:
    """The place of a heading, as forges and editors name it."""
    return quote(re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-"))
