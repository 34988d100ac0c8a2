"""What was done to a page, in one sentence: who, and what of all that matters most."""

from collections.abc import Sequence

from wiki.projections.histories.visible_changes import Change
from wiki.translation import gettext as _
from wiki.translation import join_words, language, languages, ngettext, use_language

#: people who are named
_NAMED = 2
_LONGEST = 200
#: what matters more than what was done before or after it
_WEIGHTS = ("deleted", "created", "restored", "moved", "edited", "attached", "detached")


def sentence(changes: Sequence[Change], title: str) -> tuple[str, str]:
    """The sentence for ``changes``, newest first, and what the last author said of it, or ""."""
    kinds = {one.kind for one in changes}
    # Deleted and brought back is brought back; a page that is gone was deleted last.
    newest = changes[0].kind
    kind = newest if newest == "deleted" else next(k for k in _WEIGHTS[1:] if k in kinds)
    return _words(kind).format(who=_who(changes)), _message(changes[0], title)


def _words(kind: str) -> str:
    return {
        "deleted": _("{who} deleted this page."),
        "created": _("{who} wrote this page."),
        "restored": _("{who} brought this page back."),
        "moved": _("{who} moved this page."),
        "edited": _("{who} changed this page."),
        "attached": _("{who} added a file."),
        "detached": _("{who} removed a file."),
    }[kind]


def _who(changes: Sequence[Change]) -> str:
    names = list(dict.fromkeys(one.author for one in changes))
    if len(names) <= _NAMED:
        return join_words(names, language())
    more = len(names) - _NAMED
    rest = ngettext("{count} other", "{count} others", more).format(count=more)
    return _("{names} and {rest}").format(names=", ".join(names[:_NAMED]), rest=rest)


def _message(change: Change, title: str) -> str:
    """The first line of the message, where it says more than that the page was changed."""
    line = " ".join(change.message.partition("\n")[0].split())
    return "" if line in _empty_words(title) else line[:_LONGEST]


def _empty_words(title: str) -> set[str]:
    """What is written for who says nothing, in the language of whoever it was."""
    found = {""}
    for lang in languages():
        with use_language(lang):
            for words in (_("Changed “{title}”"), _("Wrote “{title}”")):
                found.add(words.format(title=title))
    return found
