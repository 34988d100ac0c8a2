"""A catalogue to work in: every string there is, with what has been said of it so far."""

from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from wiki.translation.catalogues import languages, shipped_of, sources_of
from wiki.translation.compiler import Compiled, compile_catalogue, messages_of
from wiki.translation.locales import language_name

#: the language that has all strings, beside English
_WHOLE = "fr"

Words = str | tuple[str, str]


def strings() -> dict[Words, str]:
    """Every string that the interface has, and its French, as a help."""
    found: dict[Words, str] = {}
    for source in shipped_of(_WHOLE):
        for message in messages_of(source):
            said = message.string
            words = message.id if isinstance(message.id, str) else (message.id[0], message.id[1])
            found[words] = said if isinstance(said, str) else (said or ("",))[-1]
    return found


def begin_catalogue(lang: str) -> bytes:
    """One ``.po`` file with every string, its French beside it, and what ``lang`` says already."""
    catalog = Catalog(locale=lang, project="carrefour", fuzzy=False)
    catalog.header_comment = f"# {language_name(lang)}"
    known: dict[Words, str | list[str]] = {}
    for source in sources_of(lang):
        for message in messages_of(source):
            if isinstance(message.id, str):
                known[message.id] = str(message.string)
            else:
                known[message.id[0], message.id[1]] = [one for one in message.string or () if one]
    empty = [""] * catalog.num_plurals
    for words, french in strings().items():
        said = known.get(words) or ("" if isinstance(words, str) else empty)
        catalog.add(
            words,
            said if isinstance(said, str) else tuple((said + empty)[: catalog.num_plurals]),
            auto_comments=[" ".join(french.split())],
        )
    written = BytesIO()
    write_po(written, catalog, width=0)
    return written.getvalue()


def look_over() -> dict[str, tuple[Compiled, int]]:
    """What there is of each language but English, and how many strings it lacks."""
    whole = strings().keys()
    found: dict[str, tuple[Compiled, int]] = {}
    for lang in languages():
        if sources := sources_of(lang):
            made = compile_catalogue(lang, sources)
            found[lang] = made, len(whole - made.words)
    return found
