"""Catalogues joined into one, in the form of gettext, without what cannot be used of them."""

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from gettext import c2py
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo, write_mo
from babel.messages.plurals import PLURALS
from babel.messages.pofile import PoFileParser

from wiki.translation.checks import fault, isolated
from wiki.translation.locales import text_direction

if TYPE_CHECKING:
    from wiki.translation.catalogues import Source

#: more forms than any language has, so that one too many is seen
_MOST_FORMS = 10
_RULE = re.compile(rb'"Plural-Forms: *nplurals=(\d{1,2}); *plural=([^;"\\]{1,900})')


class Refused(NamedTuple):
    """A string that cannot be used, and why; "" where it is the whole file."""

    path: Path
    line: int
    words: str
    why: str


@dataclass(frozen=True)
class Compiled:
    """A catalogue as ``.mo``, the strings that it has, and what was left out."""

    data: bytes
    words: Set[str | tuple[str, str]]
    refused: Sequence[Refused]


class _Parser(PoFileParser):
    """One that says nothing of what it cannot read, and goes on."""

    def _invalid_pofile(self, *_told: object) -> None:
        return


def compile_catalogue(lang: str, sources: Sequence["Source"]) -> Compiled:
    """``sources`` as one: where two say the same, the last one counts."""
    forms, rule = _plural_rule(lang, sources)
    whole = Catalog(locale=lang)
    whole.mime_headers = [("Plural-Forms", f"nplurals={forms}; plural={rule};")]
    rtl = text_direction(lang) == "rtl"
    refused: list[Refused] = []
    for source in sources:
        try:
            for message in messages_of(source):
                words = _said(message, forms)
                if why := _why_not(message, words, forms):
                    first = message.id if isinstance(message.id, str) else message.id[0]
                    refused.append(Refused(source.path, message.lineno or 0, first, why))
                    continue
                if rtl:
                    words = [isolated(one) for one in words]
                string = words[0] if isinstance(message.id, str) else tuple(words)
                whole.delete(message.id)
                whole.add(message.id, string)
        except Exception as bad:
            # Whatever Babel trips over: one file of somebody's keeps nobody from reading.
            refused.append(Refused(source.path, 0, "", f"the rest cannot be read: {bad}"))
    compiled = BytesIO()
    write_mo(compiled, whole)
    held = {
        one.id if isinstance(one.id, str) else (one.id[0], one.id[1]) for one in whole if one.id
    }
    return Compiled(compiled.getvalue(), held, refused)


def _plural_rule(lang: str, sources: Iterable["Source"]) -> tuple[int, str]:
    """How many forms nouns have, and which is whose: what is known, else what a file says."""
    for code in (lang, lang.partition("_")[0]):
        if code in PLURALS:
            return PLURALS[code]
    for source in sources:
        if (found := _RULE.search(source.data[:10_000])) and 0 < (forms := int(found[1])) <= 6:
            rule = found[2].decode("ascii", "replace").strip()
            try:
                which = c2py(rule)
                if all(0 <= which(count) < forms for count in range(300)):
                    return forms, rule
            except (ValueError, ArithmeticError, RecursionError):
                continue
    return 2, "(n != 1)"


def messages_of(source: "Source") -> Iterator[Message]:
    """The strings of a file that somebody has translated."""
    if source.path.suffix == ".mo":
        catalog = read_mo(BytesIO(source.data))
    else:
        # Its head is not asked: what it says wrongly of itself would stop the reading.
        catalog = Catalog(charset="utf-8")
        catalog.mime_headers = [("Plural-Forms", f"nplurals={_MOST_FORMS}; plural=0;")]
        text = source.data.decode("utf-8-sig")
        _start, _blank, rest = text.partition("\n\n") if _is_head(text) else ("", "", text)
        _Parser(catalog, ignore_obsolete=True).parse(rest.splitlines(keepends=True))
    for message in catalog:
        said = message.string
        if (
            message.id
            and (said if isinstance(said, str) else any(said or ()))
            and not message.fuzzy
            and message.context is None
        ):
            yield message


def _is_head(text: str) -> bool:
    """Whether a file begins with what it says of itself: a string of no words."""
    return re.match(r'(?:#.*\n|\s)*msgid ""\n(?!")', text) is not None


def _said(message: Message, forms: int) -> list[str]:
    said = message.string
    if isinstance(said, str):
        return [said]
    kept = list(said or ())
    while len(kept) > forms and not kept[-1]:
        kept.pop()
    return kept


def _why_not(message: Message, words: Sequence[str], forms: int) -> str:
    if isinstance(message.id, str):
        return fault([message.id], words)
    if len(words) != forms:
        return f"it has {len(words)} plural forms, and the language {forms}"
    return fault(list(message.id), words)
