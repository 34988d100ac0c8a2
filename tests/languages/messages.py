"""``python -m tests.languages.messages``: the templates that translators work from (.pot).

A template for each component: those of the core by the room of ``wiki/translations/fr/`` that has
the string, and one for each plugin. By alphabet, with the files that say a string and no line
numbers, so that two of them differ only where what is said does.
"""

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from tests.languages.extraction import told_in
from wiki.translation.extraction import Words, code_of, read_words, words_of

ROOT = Path(__file__).parents[2]
#: the list of templates
WEBLATE = ROOT / "wiki" / "translations" / "weblate.json"
_HEAD = """\
# What the interface says, for translators: made by `make messages`.
msgid ""
msgstr ""
"Project-Id-Version: carrefour\\n"
"Language: \\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
_BRACE = re.compile(r"\{\w+\}")


def templates() -> dict[Path, bytes]:
    """Each template as it has to be, by its file."""
    made = dict(_core())
    for folder in sorted(init.parent for init in (ROOT / "plugins").glob("*/__init__.py")):
        own = {words for path in _files(folder) for words in read_words(path)} - _said(
            ROOT / "wiki"
        )
        if own:
            made[folder / "translations" / "messages.pot"] = _written(own, [folder])
    return made


def components(made: Iterable[Path]) -> str:
    """Each template, and where its translations are, as ``weblate import_json`` reads it."""
    found = []
    for path in sorted(made):
        folder, owner = path.parent.relative_to(ROOT).as_posix(), path.parents[1].name
        name = f"{owner}-{path.stem}" if owner == "wiki" else owner
        known = {"slug": name, "name": name, "file_format": "po", "source_language": "en"}
        known |= {"filemask": f"{folder}/*/{path.stem}.po", "new_base": f"{folder}/{path.name}"}
        found.append(known)
    return json.dumps(found, indent=1) + "\n"


def _core() -> Iterator[tuple[Path, bytes]]:
    folder = ROOT / "wiki" / "translations"
    rooms = {words: path.stem for path in sorted(folder.glob("fr/*.po")) for words in _ids(path)}
    by_room: dict[str, set[Words]] = defaultdict(set)
    places = [ROOT / "wiki", ROOT / "templates"]
    for place in places:
        for path in _files(place):
            for words in read_words(path):
                by_room[rooms.get(words, "messages")].add(words)
    for room, said in by_room.items():
        yield folder / f"{room}.pot", _written(said, places)


def _written(said: set[Words], folders: list[Path]) -> bytes:
    where: dict[Words, list[str]] = defaultdict(list)
    told: dict[Words, set[str]] = defaultdict(set)
    for path in [path for folder in folders for path in _files(folder)]:
        for words in read_words(path) & said:
            where[words].append(path.relative_to(ROOT).as_posix())
            told[words].update(told_in(path).get(words, ()))
    catalog = Catalog()
    for words in said:
        whole = words if isinstance(words, str) else words[1]
        catalog.add(
            words,
            locations=[(name, 0) for name in sorted(where[words])],
            flags=["python-brace-format"] if _BRACE.search(whole) else [],
            auto_comments=sorted(told[words]),
        )
    body = BytesIO()
    write_po(body, catalog, width=0, sort_output=True, omit_header=True, include_lineno=False)
    return _HEAD.encode() + body.getvalue().strip() + b"\n"


@cache
def _files(folder: Path) -> tuple[Path, ...]:
    return tuple(code_of(folder))


@cache
def _said(folder: Path) -> frozenset[Words]:
    """What the core has translated: plugins say it too, and need not have it again."""
    return frozenset(words for path in folder.glob("translations/fr/*.po") for words in _ids(path))


def _ids(path: Path) -> list[Words]:
    with path.open("rb") as file:
        return [words_of(one.id) for one in read_po(file, locale="fr") if one.id]


def main() -> None:
    """Writes them, and takes away those of before that nobody needs."""
    made = templates()
    for folder in (ROOT / "wiki", *(ROOT / "plugins").iterdir()):
        for path in folder.glob("translations/*.pot"):
            if path not in made:
                path.unlink()
    for path, text in made.items():
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text)
    WEBLATE.write_text(components(made), "utf-8")
    count = sum(text.count(b"msgid ") - 1 for text in made.values())
    sys.stdout.write(f"{len(made)} templates, {count} strings\n")


if __name__ == "__main__":
    main()
