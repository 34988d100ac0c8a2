"""The index that the site is searched by, as MiniSearch reads it: a script, so that a page on a
disk may load it.

Words are folded and cut here as ``frontend/src/js/exportsearch.js`` folds and cuts what is asked.
It grows by eight bytes for each word of a page; the words themselves are kept once.
"""

import json
import re
import unicodedata
from array import array
from collections import Counter
from collections.abc import Iterator

_WORD = re.compile(r"[^\W_]+")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "’": "'"})
#: letters of the longest word, and words of one page, that are kept
_LETTERS, _WORDS = 40, 20_000
_FIELDS = ("title", "words")


def terms(text: str) -> list[str]:
    """The words of ``text`` without case and accents, in order."""
    folded = text.lower().translate(_LIGATURES)
    if not folded.isascii():
        parts = unicodedata.normalize("NFD", folded)
        folded = "".join(one for one in parts if not unicodedata.combining(one))
    return [one[:_LETTERS] for one in _WORD.findall(folded)]


class SearchIndex:
    """Pages, taken one after the other, then written once."""

    def __init__(self) -> None:
        #: word → number of a page, then how often it has the word in its title and in its text
        self._found: dict[str, array[int]] = {}
        self._lengths: list[tuple[int, int]] = []
        #: what is shown of each page, as JSON
        self._stored: list[bytes] = []

    def add(self, url: str, title: str, above: str, summary: str, words: str) -> None:
        """A page at ``url``, shown by its ``title``, the titles ``above`` it and a ``summary``."""
        number = len(self._stored)
        in_title, in_words = Counter(terms(title)), Counter(terms(words)[:_WORDS])
        for word in in_title.keys() | in_words.keys():
            places = self._found.setdefault(word, array("I"))
            places.extend((number, min(in_title[word], 255) << 16 | min(in_words[word], 65_535)))
        self._lengths.append((in_title.total(), in_words.total()))
        shown = {"url": url, "title": title, "above": above, "summary": summary[:300]}
        self._stored.append(json.dumps(shown, ensure_ascii=False).encode("utf-8", "replace"))

    def script(self) -> Iterator[bytes]:
        """The script, in pieces."""
        count = len(self._stored)
        ids = {str(number): number for number in range(count)}
        sums = [sum(pair[field] for pair in self._lengths) for field in range(2)]
        head = {
            "documentCount": count,
            "nextId": count,
            "documentIds": ids,
            "fieldIds": {name: number for number, name in enumerate(_FIELDS)},
            "fieldLength": {
                str(number): {"0": pair[0], "1": pair[1]}
                for number, pair in enumerate(self._lengths)
            },
            "averageFieldLength": [total / max(count, 1) for total in sums],
            "dirtCount": 0,
            "serializationVersion": 2,
        }
        yield b"window.wikiSearchIndex = " + json.dumps(head).encode()[:-1] + b', "storedFields": {'
        for number, shown in enumerate(self._stored):
            yield (b"," if number else b"") + b'"%d":' % number + shown
        yield b'}, "index": ['
        for number, word in enumerate(sorted(self._found)):
            yield (b",\n" if number else b"\n") + self._entry(word)
        yield b"\n]};\n"

    def _entry(self, word: str) -> bytes:
        places = self._found[word]
        fields: tuple[dict[str, int], dict[str, int]] = ({}, {})
        for page, counts in zip(places[::2], places[1::2], strict=True):
            if counts >> 16:
                fields[0][str(page)] = counts >> 16
            if counts & 0xFFFF:
                fields[1][str(page)] = counts & 0xFFFF
        entry = {str(number): found for number, found in enumerate(fields) if found}
        return json.dumps([word, entry], ensure_ascii=False, separators=(",", ":")).encode()
