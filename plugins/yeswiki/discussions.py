"""The comments on a page, as a page below it: who said what, and when."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from babel.dates import format_date

from wiki.api.imports import Stage
from wiki.api.imports.markdown import escaped
from wiki.api.meaning import fold
from wiki.api.pages import edit_head
from wiki.api.translation import gettext as _
from wiki.api.translation import written_language

from .records import State, Told, author_of
from .site import OldSite, words_of
from .syntax.pages import convert

_DEEPEST = 20


class Discussions:
    """``comments`` are names of comments, by the folded name of the page that they are on."""

    def __init__(
        self, told: Told, site: OldSite, stage: Stage, comments: Mapping[str, Sequence[str]]
    ) -> None:
        self._told, self._site, self._stage, self._comments = told, site, stage, comments

    def stage(self, titles: Mapping[str, str]) -> None:
        """Puts all of them on the stage; ``titles`` are those of pages, by their names."""
        for on, tags in self._comments.items():
            known = self._told.records.pages.get(on)
            path = self._site.path(known.tag) if known is not None else ""
            if known is not None and path:
                self._one(known.tag, path, titles.get(known.tag, ""), tags)
            elif known is None or not known.on:  # those on comments come with these
                what = _("A comment on a page that did not come")
                self._stage.loss(what, ", ".join(tags[:5]))

    def _one(self, tag: str, path: str, title: str, tags: Sequence[str]) -> None:
        told = [*self._thread(tag, tags, 0)]
        if not told:
            return
        last = max((state for state, _said, _depth in told), key=_time)
        text = _text(title or words_of(tag), told)
        keys = "\n".join(state.key for state, _said, _depth in told)
        digest = hashlib.sha256(keys.encode("utf-8", "replace")).hexdigest()[:16]
        self._stage.revision(
            self._stage.places.page(_("Comments"), path),
            text,
            key=f"{tag}/comments@{digest}",
            author=author_of(last.author),
            when=last.when,
        )

    def _thread(
        self, page: str, tags: Sequence[str], depth: int
    ) -> Iterator[tuple[State, str, int]]:
        """Comments in the order of time, with their texts and how deep they stand; then answers."""
        known = [one for one in map(self._told.records.find, tags) if one is not None]
        states = [state for one in known if (state := self._told.last(one)) is not None]
        for state in sorted(states, key=_time):
            made = convert(state.body, self._site, page)
            for loss in made.losses:
                self._stage.loss(loss.what, state.tag, loss.detail)
            said = f"**{escaped(made.title)}**\n\n{made.body}" if made.title else made.body
            if said.strip():
                yield state, said, depth
            if depth < _DEEPEST:
                answers = self._comments.get(fold(state.tag), ())
                yield from self._thread(page, answers, depth + 1)


def _time(state: State) -> tuple[float, str]:
    return state.when.timestamp() if state.when else 0.0, state.key


def _text(title: str, told: Sequence[tuple[State, str, int]]) -> str:
    parts = []
    for state, said, depth in told:
        when = ""
        if state.when is not None:
            when = f", {format_date(state.when, 'long', locale=written_language())}"
        lines = [f"**{escaped(author_of(state.author))}**{when}", "", *said.split("\n")]
        lead = "> " * (depth + 1)
        parts.append("\n".join(f"{lead}{line}".rstrip() for line in lines))
    head = edit_head("", {"title": _("Comments on {title}").format(title=title)[:200]})
    return f"{head}\n" + "\n\n".join(parts) + "\n"
