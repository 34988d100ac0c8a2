"""What one does with a need or an offer, saved in its page: each twice is the same as once."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from wiki.api.errors import BadField, WikiError
from wiki.api.pages import Page, read_document
from wiki.api.pages.editing import (
    ProposalForm,
    add_story_line,
    change_page,
    propose,
    propose_space,
    save,
    story_page,
    write_turn,
)
from wiki.api.pages.items import new_identity
from wiki.api.pages.spaces import NewSpace
from wiki.api.reading import Reader, find_page_at, get_page
from wiki.api.reading.item_rows import ItemRow, find_items, select_items
from wiki.api.reading.rows import get_row
from wiki.api.translation import gettext
from wiki.api.web.json_api import Proposal

from .fields import Fields, fields_of
from .model import KIND_BY_BLOCK, MET, NEED, OPEN, SLEEPING, STATE_BY_BOX, Kind, entry_of
from .places import may_say, page_for, story_space
from .text import gone, item_in, with_fields, with_item, with_news, with_state

_MOST_WORDS = 200
_TITLE = 60
#: open items of a page that one which is sent again is looked for among
_HERE = 200
#: what ``mark_met`` puts behind the words of an item, and ``reopen`` takes away again
_FOUND = re.compile(r"(?<!\s)\s++— (?:trouvé avec|fait avec|found with|done with) [^—]*\Z")
#: signs that would make a mark, or a code, of someone's words
_SIGNS = re.compile(r"(?:^|(?<=\s))[#@](?=\S)|(?:(?<!\s)\s++)?\{#[^{}\n]*\}|—")


@dataclass(frozen=True)
class Answer:
    """By whom or what an item was met: a page, words, or neither; ``told`` in the story too."""

    path: str | None = None
    words: str = ""
    told: bool = False


def add(reader: Reader, path: str, kind: Kind, fields: Fields, identity: str) -> str:
    """Writes a new item, said at ``path``; its identity, which is ``identity`` unless another's.

    The same item sent twice is written once, by an old form or by a new one. Raises BadField, and
    what ``save`` does.
    """
    with write_turn(reader.instance):
        reader = reader.renewed()
        target = page_for(reader, path, kind)
        here = find_items(reader, select_items(kind.blocks, (" ",), path=target), limit=_HERE).rows
        if there := next((one.identity for one in here if says(one, fields)), None):
            return there
        while reader.catalogue.identity_owner(identity) is not None:
            identity = new_identity(kind.prefix)

        def edit(page: Page) -> str:
            return with_item(page.text, kind, fields, identity, page.lang)

        said = _short(fields.what)
        verb = gettext("Needs: {said}") if kind is NEED else gettext("Offers: {said}")
        change_page(reader, target, edit, verb.format(said=said))
    return identity


def propose_new(
    reader: Reader, path: str, kind: Kind, fields: Fields, identity: str, address: str
) -> bool:
    """Holds a new item for who may decide, where the person may not write it at once.

    Where ``path`` is "", it is held with the first page of their own. Whether it did; False where
    ``add`` is to write it. ``address`` is where it was sent from. Raises BadField, and what
    ``propose`` does.
    """
    if not path:
        if reader.person is None or not reader.person.held:
            return False
    else:
        target = page_for(reader, path, kind)
        if reader.may_edit(target) or not may_say(reader, target):
            return False
    hold(reader, path, kind, fields, identity, ProposalForm("", reader.head, address=address))
    return True


def hold(
    reader: Reader, path: str, kind: Kind, fields: Fields, identity: str, form: ProposalForm
) -> Proposal:
    """Holds a new item, said at ``path``, for who may decide, whoever writes it.

    Where ``path`` is "", with the first page of their own. ``form`` says where it comes from.
    Raises BadField, and what ``propose`` does.
    """
    verb = gettext("Needs: {said}") if kind is NEED else gettext("Offers: {said}")
    form = replace(form, message=verb.format(said=_short(fields.what)))

    def edit(page: Page) -> str:
        return with_item(page.text, kind, fields, identity, page.lang)

    if not path and reader.person is not None:
        return propose_space(reader, NewSpace("person", reader.person.name), form, edit)
    target = page_for(reader, path, kind)
    return propose(reader, target, replace(form, text=edit(get_page(reader, target))))


def rewrite(reader: Reader, row: ItemRow, fields: Fields, base: str) -> None:
    """Has an item say ``fields``, which its writer began from at the commit ``base``.

    Raises EditConflict where the same line changed since, NotFound where it is gone.
    """
    before = find_page_at(reader, row.path, base)
    start = before if before is not None and _holds(before, row) else get_page(reader, row.path)
    commit = base if start is before else reader.head
    entry = entry_of(row, KIND_BY_BLOCK[row.block])
    if entry.state_on(reader.today) == SLEEPING:
        fields = replace(fields, seen=reader.today.isoformat())
    text = with_fields(start.text, row.identity or "", fields, start.lang)
    words = gettext("Said again: {said}").format(said=_short(fields.what))
    save(reader, row.path, text, commit, words)


def renew(reader: Reader, row: ItemRow) -> None:
    """Says that an item still stands, or stands again."""
    today = reader.today.isoformat()
    _change(
        reader,
        row,
        lambda page: with_news(page.text, row.identity or "", today, page.lang),
        gettext("Still stands: {said}"),
    )


def withdraw(reader: Reader, row: ItemRow) -> None:
    """Takes an item from the boards; it stays in its page."""
    _change(
        reader,
        row,
        lambda page: with_state(page.text, row.identity or "", "-"),
        gettext("Withdrew: {said}"),
    )


def reopen(reader: Reader, row: ItemRow) -> None:
    """Opens an item again that was met or withdrawn, and forgets what met it."""
    identity, today = row.identity or "", reader.today.isoformat()

    def edit(page: Page) -> str:
        text = page.text
        item, _kind = item_in(text, identity)
        if STATE_BY_BOX[item.state] == OPEN:
            return text
        if found := _FOUND.search(item.text):
            fields = replace(fields_of(item), what=" ".join(item.text[: found.start()].split()))
            text = with_fields(text, identity, fields, page.lang)
        return with_news(text, identity, today, page.lang)

    _change(reader, row, edit, gettext("Opened again: {said}"))


def mark_met(reader: Reader, row: ItemRow, answer: Answer) -> str:
    """Says that an item was met; the page whose story tells it, "" where none does.

    Raises BadField where the words cannot stand there, or the page named may not be known to
    everyone who reads this one.
    """
    identity, kind = row.identity or "", KIND_BY_BLOCK[row.block]
    said = _answer_words(reader, row, answer)
    done = False

    def edit(page: Page) -> str:
        nonlocal done
        item, _kind = item_in(page.text, identity)
        if STATE_BY_BOX[item.state] == MET:
            return page.text
        done = True
        text = with_state(page.text, identity, "x")
        if not said:
            return text
        by = _by(kind, page.lang).format(said=said)
        fields = fields_of(item)
        return with_fields(text, identity, replace(fields, what=f"{fields.what} {by}"), page.lang)

    _change(reader, row, edit, gettext("Found: {said}"))
    return _tell(reader, row, said) if done and answer.told else ""


def _change(reader: Reader, row: ItemRow, edit: Callable[[Page], str], message: str) -> None:
    change_page(reader, row.path, edit, message.format(said=_short(row.plain)))


def _tell(reader: Reader, row: ItemRow, said: str) -> str:
    """Writes a line in the story of the space; where that is impossible the item stays met."""
    space = story_space(reader, row.path)
    if space is None:
        return ""
    english = get_page(reader, story_page(reader, space)).lang == "en"
    by = f" {_by(NEED, 'en' if english else 'fr').format(said=said)}" if said else ""
    # Its own words may hold marks and links: bare, it is a sentence.
    sentence = f"— {'Found:' if english else 'Trouvé :'} {_bare(row.plain)}{by}"
    try:
        return add_story_line(
            reader, space, sentence, gettext("Found: {said}").format(said=_short(row.plain))
        ).path
    except WikiError:
        return ""


def _by(kind: Kind, lang: str) -> str:
    if lang == "en":
        return "— found with {said}" if kind is NEED else "— done with {said}"
    return "— trouvé avec {said}" if kind is NEED else "— fait avec {said}"


def _answer_words(reader: Reader, row: ItemRow, answer: Answer) -> str:
    words = " ".join(_SIGNS.sub("", " ".join(answer.words.split())).split())
    if len(words) > _MOST_WORDS:
        raise BadField("words", gettext("A few words are enough here."))
    link = ""
    if answer.path is not None:
        named, here = get_row(reader, answer.path), get_row(reader, row.path)
        if named is None or here is None or named.group not in ("public", here.group):
            raise BadField(
                "who",
                gettext("Not everyone who reads this page may know of that one: say it in words."),
            )
        link = f"[[{answer.path}]]"
    return f"{link} ({words})" if link and words else link or words


def _holds(page: Page, row: ItemRow) -> bool:
    return any(
        item.identity == row.identity for block in page.document.blocks for item in block.items
    )


def says(row: ItemRow, fields: Fields) -> bool:
    """Whether the item says what a form does, and all of it."""
    details, nested = (" ".join(text.split()) for text in (fields.details, row.nested))
    return row.plain in _plain(fields) and details in nested


def _plain(fields: Fields) -> tuple[str, ...]:
    block = f"::: besoins\n- [ ] {fields.what}\n\n:::\n"
    return tuple(item.plain for one in read_document(block).blocks for item in one.items)


def _bare(words: str) -> str:
    """Words that mean nothing but themselves in Markdown."""
    return re.sub(r"([\\`*_\[\]<>{}#@])", r"\\\1", words)


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= _TITLE else f"{words[: _TITLE - 1].rstrip()}…"


__all__ = [
    "Answer",
    "add",
    "gone",
    "hold",
    "mark_met",
    "propose_new",
    "renew",
    "reopen",
    "rewrite",
    "withdraw",
]
