"""What changed in the front matter, field by field: which one, what it said, what it says now."""

from collections.abc import Iterator, Mapping

from wiki.pages.head.facts import FactKey
from wiki.pages.head.frontmatter import Head, head_source, read_head
from wiki.translation import gettext as _
from wiki.translation import language
from wiki.translation.locales import join_words
from wiki.web.edit.head_words import FieldChange, changed_fields
from wiki.web.history.excerpts import short

#: letters of a value that a sentence repeats
_VALUE = 60
#: fields that are said with their values, and those that are named
_SAID, _NAMED = 1, 3


def head_phrases(old: str, new: str, facts: Mapping[str, FactKey]) -> Iterator[str]:
    """What was done to the fields; [] where nothing was done to them."""
    if _lines(old) == _lines(new):
        return
    found = changed_fields(old, new, facts)
    if not found or _broken(old) or _broken(new):
        yield _("changed the settings of the page")
    elif len(found) <= _SAID:
        yield from map(_said, found)
    else:
        names = [_("“{field}”").format(field=short(one.label)) for one in found[:_NAMED]]
        if len(found) > _NAMED:
            names.append(_("other facts"))
        yield _("changed {fields}").format(fields=join_words(names, language()))


def _said(one: FieldChange) -> str:
    label, before, after = short(one.label), one.before, one.after
    if not after:
        return _("emptied “{field}”").format(field=label)
    # Lists and feeds would go on naming a page that was closed, or taken out of this one, since.
    if one.links or len(after) > _VALUE or len(before) > _VALUE:
        return _("changed “{field}”").format(field=label)
    if not before:
        return _("filled in “{field}”: {after}").format(field=label, after=after)
    return _("changed “{field}”: {before} → {after}").format(
        field=label, before=before, after=after
    )


def _lines(text: str) -> str:
    return head_source(text).lines or ""


def _broken(text: str) -> bool:
    head: Head = read_head(text).head
    return head.broken
