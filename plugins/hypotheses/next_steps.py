"""What a project's team could do next with its hypotheses."""

from collections.abc import Sequence
from datetime import timedelta

from wiki.api.pages import Page
from wiki.api.panels import NextStep
from wiki.api.paths import action_url
from wiki.api.reading import Reader
from wiki.api.translation import gettext

from .model import BELIEVED, BLOCK_NAMES, hypotheses_of
from .presenters import tell_url

#: what has been believed for so long wants a look at the field
_LONG = timedelta(days=30)
_WORDS = 60


def steps(page: Page, reader: Reader) -> Sequence[NextStep]:
    """To note a first one; or to test the one that has been believed longest."""
    known = hypotheses_of(one for one in page.document.blocks if one.name in BLOCK_NAMES)
    if not known:
        words = gettext("Note what you believe, to put it to the test")
        return [NextStep(words, action_url("hypotheses/new", page.path), "pencil", 70)]
    since = (reader.today - _LONG).isoformat()
    old = [one for one in known if one.state == BELIEVED and one.date and one.date <= since]
    if not old:
        return []
    one = min(old, key=lambda one: one.date)
    said = one.text if len(one.text) <= _WORDS else f"{one.text[: _WORDS - 1].rstrip()}…"
    words = gettext("Say what the field answered: “{words}”").format(words=said)
    return [NextStep(words, tell_url(page.path, one.key), "check", 25)]
