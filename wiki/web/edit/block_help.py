"""What plugins say of their blocks to who writes: an example, and the form for a line."""

from functools import lru_cache
from typing import Any

from pluggy import HookCaller

from wiki.pages.markdown.item_forms import ItemField, ItemForm
from wiki.pages.words import slug
from wiki.plugins import call_hook


@lru_cache(8)
def block_help(hook: HookCaller, _lang: str) -> list[dict[str, Any]]:
    """For the editor: each block with its sentence, example, names and form (or None)."""
    return [
        {
            "label": str(one.sentence),
            "example": one.example,
            "names": one.names,
            "form": None if one.form is None else _told(one.form),
        }
        for group in call_hook(hook)
        for one in group
    ]


@lru_cache(8)
def forms_by_name(hook: HookCaller, _lang: str) -> dict[str, ItemForm]:
    """The forms for lines of blocks, by the folded names of these."""
    helped = [one for group in call_hook(hook) for one in group if one.form is not None]
    return {slug(name): one.form for one in helped for name in one.names}


def _told(form: ItemForm) -> dict[str, Any]:
    return {
        "name": str(form.name),
        "title": str(form.title),
        "add": str(form.add),
        "newest": form.newest,
        "fields": [_asked(one) for one in form.fields],
    }


def _asked(field: ItemField) -> dict[str, Any]:
    return {
        "kind": field.kind,
        "label": str(field.label),
        "hint": str(field.hint),
        "choices": [[list(names), str(words)] for names, words in field.choices],
        "required": field.required,
    }
