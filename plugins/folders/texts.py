"""One file as a text of ours: Markdown in other programs' words, or a document."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from wiki.api.errors import BadField
from wiki.api.imports import Stage
from wiki.api.imports.files import convert_document, decode_text
from wiki.api.imports.foreign import MARKDOWN, Lose, read_foreign
from wiki.api.pages import edit_head
from wiki.api.translation import gettext as _

from .heads import mapped
from .kinds import has_id, title_of
from .notion import ROWS, database, is_database, listed

_MAIL = re.compile(r"[\w.+-]{1,64}+@[\w-]{1,64}+(?:\.[\w-]{1,64}+)+")
#: leads the links of a text on; some lead to pictures inside of its file, of that time
Repair = Callable[[str, Mapping[str, bytes], datetime | None], str]


@dataclass(frozen=True)
class Text:
    """A page as it is saved."""

    text: str
    when: datetime | None = None
    author: str = ""
    private: bool = False


def read_text(
    stage: Stage,
    name: str,
    data: bytes,
    lose: Lose,
    repair: Repair,
    rows: Sequence[tuple[str, str]],
) -> Text:
    """What the file called ``name`` says. Raises WikiError where it cannot be read.

    ``rows``: where it is a database of Notion, the pages of its rows.
    """
    if is_database(name):
        return _database(name, data, lose, repair, rows)
    if name.lower().endswith(MARKDOWN):
        return _markdown(name, data, lose, repair)
    return _document(stage, name, data, lose, repair)


def _markdown(name: str, data: bytes, lose: Lose, repair: Repair) -> Text:
    text, guessed = decode_text(data)
    if guessed:
        lose(_("A text in another encoding, which was guessed"), 0, guessed)
    if has_id(name):
        text = listed(text)
    headed = mapped(repair(read_foreign(text, lose), {}, None), title_of(name))
    if headed.faulty:
        lose(_("A front matter that cannot be changed: its tags stay tags"), 1, "")
    if headed.granted:
        words = _("Rights that the front matter gave: give them here, where they are wanted")
        lose(words, 1, "; ".join(headed.granted))
    if mail := _MAIL.search(headed.text):
        lose(_("A mail address stands in a text that is published"), 0, mail[0])
    return Text(headed.text, headed.when, headed.author, headed.private)


def _database(
    name: str, data: bytes, lose: Lose, repair: Repair, rows: Sequence[tuple[str, str]]
) -> Text:
    table, beyond = database(decode_text(data)[0], rows)
    if beyond:
        lose(_("A row of a table that is too long for a page"), 0, f"{ROWS:,} + {beyond:,}")
    title = title_of(name)
    return Text(edit_head(f"\n{repair(table, {}, None)}", {"title": title}))


def _document(stage: Stage, name: str, data: bytes, lose: Lose, repair: Repair) -> Text:
    called = f"{title_of(name)}.{name.rpartition('.')[2]}"
    found = convert_document(stage, called, data)
    for words, detail in found.remarks:
        lose(words, 0, detail)
    for comment in found.comments:
        lose(_("A comment, which is no part of the text"), 0, comment)
    pictures = {f"{found.folder}/{one}": data for one, data in found.pictures.items()}
    text = repair(found.text, pictures, found.when)
    try:
        text = edit_head(text, {"themes": [*found.keywords]}) if found.keywords else text
    except BadField:
        lose(_("Keywords that cannot be themes"), 0, ", ".join(found.keywords))
    return Text(text, found.when, found.author)
