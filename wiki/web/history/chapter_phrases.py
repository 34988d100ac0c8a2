"""What was done to the chapters of a text: which, and how much of each.

A chapter is what stands under a heading, by its paragraphs. One that changed is told by what came,
went or changed in it: a picture, rows of a table, boxes ticked, so many words.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from wiki.merging.units import Paragraph, paragraphs_of
from wiki.pages.document import read_document
from wiki.translation import gettext as _
from wiki.translation import ngettext
from wiki.web.history.excerpts import plain, short
from wiki.web.history.table_phrases import is_table, table_phrase

#: words of a chapter that are counted out; more are told by what became of it
_COUNTED = 12
#: the share of its words that is lost where one is rewritten, and the fewest that a chapter had
_REWRITTEN, _LEAST = 0.6, 20


@dataclass
class Chapter:
    """The paragraphs under a heading, without it: ``marks`` are its level, and how far it is."""

    paragraphs: list[Paragraph] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)

    @property
    def said(self) -> list[str]:
        """What stands in it, in its order."""
        return [*self.marks, *(one.key for one in self.paragraphs)]


class Difference(NamedTuple):
    """The paragraphs that came and went, and the number of words that there were."""

    came: list[Paragraph]
    went: list[Paragraph]
    words: int


def chapter_phrases(old: str, new: str, told: frozenset[str]) -> Iterator[str]:
    """A phrase for each chapter that is not as it was; blocks named in ``told`` are told apart."""
    olds, news = _chapters(old, told), _chapters(new, told)
    gone = [name for name in olds if name not in news]
    come = [name for name in news if name not in olds]
    for name in list(come):
        same = (one for one in gone if name and one and olds[one].said == news[name].said)
        if renamed := next(same, ""):
            gone.remove(renamed)
            come.remove(name)
            yield _("renamed “{old}” “{new}”").format(old=short(renamed), new=short(name))
    for name, chapter in news.items():
        if name in come:
            yield _named(_("wrote “{chapter}”"), _("wrote the beginning"), name)
        elif name in olds and (before := olds[name]).said != chapter.said:
            yield _changed(name, before, chapter)
    for name in gone:
        yield _named(_("took out “{chapter}”"), _("took out the beginning"), name)


def _changed(name: str, before: Chapter, after: Chapter) -> str:
    found = _difference(before, after)
    where = _("in “{chapter}”").format(chapter=short(name)) if name else _("at the beginning")
    if before.marks == after.marks and (words := _precise(found, where)):
        return words
    if not found.came and not found.went:
        if before.marks == after.marks:
            return _("moved a passage {where}").format(where=where)
        return _named(_("reworked “{chapter}”"), _("reworked the beginning"), name)
    if not found.went:
        return _named(_("added to “{chapter}”"), _("added to the beginning"), name)
    if not found.came:
        return _named(_("shortened “{chapter}”"), _("shortened the beginning"), name)
    lost = sum((_bag(found.went) - _bag(found.came)).values())
    if found.words >= _LEAST and lost >= _REWRITTEN * found.words:
        return _named(_("rewrote “{chapter}”"), _("rewrote the beginning"), name)
    if lost >= max(_REWRITTEN * sum(len(one.words) for one in found.went), _LEAST / 2):
        return _("rewrote a passage {where}").format(where=where)
    return _named(_("reworked “{chapter}”"), _("reworked the beginning"), name)


def _precise(found: Difference, where: str) -> str:
    """What changed, where that is one thing that has a name; else how many words; else ""."""
    came, went = found.came, found.went
    if len(came) == 1 and not went:
        return _came(came[0], where) or _counted(found, where)
    if len(went) == 1 and not came:
        return _went(went[0], where) or _counted(found, where)
    if len(went) == len(came) == 1 and is_table(went[0]) and is_table(came[0]):
        return table_phrase(went[0].text, came[0].text, where)
    return _ticked(came, went) or _items(came, went, where) or _counted(found, where)


def _came(one: Paragraph, where: str) -> str:
    if _is_picture(one):
        return _("added a picture {where}").format(where=where)
    if is_table(one):
        return _("added a table {where}").format(where=where)
    return _items([one], [], where)


def _went(one: Paragraph, where: str) -> str:
    if _is_picture(one):
        return _("took out a picture {where}").format(where=where)
    if is_table(one):
        return _("took out a table {where}").format(where=where)
    return _items([], [one], where)


def _items(came: Sequence[Paragraph], went: Sequence[Paragraph], where: str) -> str:
    """Items of lists that only came, or only went."""
    count = len(came) or len(went)
    if not count or (came and went) or any(one.kind != "item" for one in (*came, *went)):
        return ""
    words = (
        ngettext(
            "added a point to the list {where}", "added {count} points to the list {where}", count
        )
        if came
        else ngettext(
            "took a point out of the list {where}",
            "took {count} points out of the list {where}",
            count,
        )
    )
    return words.format(count=count, where=where)


def _ticked(came: Sequence[Paragraph], went: Sequence[Paragraph]) -> str:
    """Boxes that were ticked, or opened again, where nothing else changed."""
    if not came or len(came) != len(went):
        return ""
    pairs = [(_box(old), _box(new)) for old, new in zip(went, came, strict=True)]
    if any(not old or not new or old[1] != new[1] for old, new in pairs):
        return ""
    states = {new[0] for _old, new in pairs if new}
    if states != {True} and states != {False}:
        return ""
    ticked = True in states
    if len(pairs) == 1 and (box := pairs[0][1]):
        return (_("ticked “{words}”") if ticked else _("reopened “{words}”")).format(
            words=short(plain(box[1]))
        )
    if ticked:
        return ngettext("ticked {count} box", "ticked {count} boxes", len(pairs)).format(
            count=len(pairs)
        )
    return ngettext("reopened {count} box", "reopened {count} boxes", len(pairs)).format(
        count=len(pairs)
    )


def _box(one: Paragraph) -> tuple[bool, str] | None:
    """Whether the box of an item is ticked, and what stands behind it; None without a box."""
    marker, _space, rest = one.text.partition(" ")
    box, words = rest[:3].casefold(), rest[3:].strip()
    if one.kind != "item" or marker not in "-*+" or box not in ("[ ]", "[x]") or not words:
        return None
    return box == "[x]", words


def _counted(found: Difference, where: str) -> str:
    """How many words changed, where they are few beside the rest."""
    before, after = _bag(found.went), _bag(found.came)
    came, went = sum((after - before).values()), sum((before - after).values())
    if not came and not went:
        return _("corrected signs {where}").format(where=where) if found.went else ""
    count = max(came, went)
    if count > _COUNTED or 2 * count > found.words:
        return ""
    if not went:
        words = ngettext("added a word {where}", "added {count} words {where}", count)
    elif not came:
        words = ngettext("took out a word {where}", "took out {count} words {where}", count)
    else:
        words = ngettext("changed a word {where}", "changed {count} words {where}", count)
    return words.format(count=count, where=where)


def _difference(before: Chapter, after: Chapter) -> Difference:
    olds = Counter(one.key for one in before.paragraphs)
    news = Counter(one.key for one in after.paragraphs)
    return Difference(
        _only(after.paragraphs, news - olds),
        _only(before.paragraphs, olds - news),
        sum(len(one.words) for one in before.paragraphs),
    )


def _only(paragraphs: Sequence[Paragraph], keys: Counter[str]) -> list[Paragraph]:
    left = Counter(keys)
    found = []
    for one in paragraphs:
        if left[one.key] > 0:
            left[one.key] -= 1
            found.append(one)
    return found


def _bag(paragraphs: Sequence[Paragraph]) -> Counter[str]:
    return Counter(word for one in paragraphs for word in one.words)


def _is_picture(one: Paragraph) -> bool:
    """Whether a paragraph is a picture and nothing else."""
    if one.kind != "paragraph" or "![" not in one.text:
        return False
    inline = [token for token in read_document(one.text).tokens if token.type == "inline"]
    children = [
        child
        for token in inline
        for child in token.children or ()
        if child.type != "text" or child.content.strip()
    ]
    return len(children) == 1 and children[0].type == "image"


def _named(words: str, beginning: str, name: str) -> str:
    return words.format(chapter=short(name)) if name else beginning


def _chapters(text: str, told: frozenset[str]) -> dict[str, Chapter]:
    """The chapters in their order, without the head and the blocks that are told by item."""
    apart = {block.line for block in read_document(text).blocks if block.name in told}
    found: defaultdict[str, Chapter] = defaultdict(Chapter)
    for one in paragraphs_of(text):
        if one.kind == "heading":
            # Its level, and how far it is; its words are its name.
            found[one.heading].marks.append(one.key.replace(one.heading, "", 1))
        elif one.kind != "head" and one.line not in apart and one.text.strip():
            found[one.heading].paragraphs.append(one)
    return dict(found)
