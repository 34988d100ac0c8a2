"""The menu and the foot: lines with an address and a name in each language, a text, partners."""

from collections.abc import Sequence
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from wiki.config.look import Entry, Partner
from wiki.config.look.values import LONGEST_LABEL, LONGEST_TEXT, LONGEST_URL
from wiki.editing.settings import change_look
from wiki.errors import BadSetting
from wiki.instance import Instance
from wiki.reading import Reader
from wiki.translation import gettext as _
from wiki.translation import use_language
from wiki.web.admin.index import admin, bp
from wiki.web.admin.look.pictures import MOST_PARTNER, read_picture
from wiki.web.admin.look.presenters import HOME, render_look
from wiki.web.admin.look.rows import move_row, moved_to
from wiki.web.forms import (
    FormLines,
    FormList,
    FormText,
    FormWord,
    read_fields,
    redisplay,
    see_other,
    typed_values,
)
from wiki.web.http.languages import LANGUAGE_NAMES
from wiki.web.look.lines import default_foot
from wiki.web.look.presenters import picture_url
from wiki.web.site_header import plugin_menu
from wiki.web.support import current_instance
from wiki.web.throttle import count_request

_MENU, _FOOT = f"{HOME}/menu", f"{HOME}/foot"
Row = dict[str, str]


@bp.get("/admin/settings/look/menu")
def menu_form() -> Response:
    """The lines of the menu: those chosen, else those that plugins give."""
    rows = _typed_rows() if request.method == "POST" else _chosen_rows("menu")
    return render_look("admin/look/menu.html", _MENU, ("menu",), **_lines(rows))


@bp.post("/admin/settings/look/menu")
@redisplay(menu_form)
def change_menu() -> Response:
    """Saves the menu, or only moves a line in the form. Raises BadSetting."""
    return _change("menu", menu_form, _MENU, {})


@bp.get("/admin/settings/look/foot")
@read_fields
def foot_form(url: FormList, footer: FormText) -> Response:
    """The links at the foot, the text above them, partners."""
    look = current_instance().look
    typed = bool(url)
    partners = [
        {"name": one.name, "url": one.url, "logo": picture_url(one.logo)} for one in look.partners
    ]
    return render_look(
        "admin/look/foot.html",
        _FOOT,
        ("links", "footer", "partners"),
        footer=footer if typed else look.footer,
        partners=partners,
        typed_partner=typed_values("name", "address"),
        longest_text=LONGEST_TEXT,
        **_lines(_typed_rows() if typed else _chosen_rows("links")),
    )


@bp.post("/admin/settings/look/foot")
@redisplay(foot_form)
def change_foot(footer: FormLines) -> Response:
    """Saves the links and the text, or only moves a link in the form. Raises BadSetting."""
    return _change("links", foot_form, _FOOT, {"footer": footer.strip()})


@bp.post("/admin/settings/look/partners")
@redisplay(foot_form)
def change_partners(name: FormWord, address: FormWord, action: FormText) -> Response:
    """Adds a partner, moves one or takes one away, at once. Raises BadSetting."""
    instance = current_instance()
    count_request("save")
    partners = list(instance.look.partners)
    pictures: dict[str, bytes] = {}
    if not move_row(partners, action):
        partner, pictures = _new_partner(instance, name, address)
        partners.append(partner)
    change_look(instance, admin(), {"partners": tuple(partners)}, pictures)
    return see_other(f"{_FOOT}#partners", _("Saved. This is how it looks now."))


def _new_partner(instance: Instance, name: str, url: str) -> tuple[Partner, dict[str, bytes]]:
    if not name:
        raise BadSetting(_("Please say what this partner is called."), "partners")
    sent = request.files.get("logo")
    if sent is None or not sent.filename:
        return Partner(name, url), {}
    called, kept, _clean = read_picture(instance, sent, "partner", "partners", MOST_PARTNER)
    return Partner(name, url, called), {called: kept}


@read_fields
def _change(
    field: str, form: Any, url: str, values: dict[str, Any], action: FormText = "save"
) -> Response:
    if action != "save":
        return form()  # type: ignore[no-any-return]
    count_request("save")
    instance = current_instance()
    rows = [row for row in _typed_rows() if any(row.values())]
    if "default" in request.form or rows == _default_rows(instance, field):
        values[field] = ()
    else:
        values[field] = tuple(_entry(row, field) for row in rows)
    change_look(instance, admin(), values)
    return see_other(url, _("Saved. This is how it looks now."))


def _entry(row: Row, field: str) -> Entry:
    names = tuple((lang, row[lang]) for lang in LANGUAGE_NAMES if row.get(lang))
    if not names:
        words = _("Please give {url} a name.")
        raise BadSetting(words.format(url=row["url"]), field)
    return Entry(row["url"], names)


@read_fields
def _lines(rows: Sequence[Row], action: FormText) -> dict[str, Any]:
    """What the lines of a form are given."""
    return {
        "rows": rows,
        "langs": [(code, LANGUAGE_NAMES[code]) for code in current_instance().settings.offered],
        "longest": LONGEST_LABEL,
        "longest_url": LONGEST_URL,
        "pressed": moved_to(action, len(rows)),
    }


@read_fields
def _typed_rows(action: FormText) -> list[Row]:
    """The lines as they were typed, after what a button did with them."""
    fields = {key: request.form.getlist(key) for key in ("url", *LANGUAGE_NAMES)}
    rows = [
        {key: values[at].strip() if at < len(values) else "" for key, values in fields.items()}
        for at in range(len(fields["url"]))
    ]
    if action == "add":
        rows.append(dict.fromkeys(fields, ""))
    else:
        move_row(rows, action)
    return rows


def _chosen_rows(field: str) -> list[Row]:
    instance = current_instance()
    entries: Sequence[Entry] = getattr(instance.look, field)
    if not entries:
        return _default_rows(instance, field)
    empty = dict.fromkeys(LANGUAGE_NAMES, "")
    return [{"url": one.url, **empty, **dict(one.names)} for one in entries]


def _default_rows(instance: Instance, field: str) -> list[Row]:
    """The lines where nothing is chosen, with their names in each language."""
    rows: dict[str, Row] = {}
    for lang in LANGUAGE_NAMES:
        with use_language(lang):
            for url, label in _default_lines(instance, field):
                rows.setdefault(url, {"url": url, **dict.fromkeys(LANGUAGE_NAMES, "")})
                rows[url][lang] = label
    return list(rows.values())


def _default_lines(instance: Instance, field: str) -> list[tuple[str, str]]:
    if field == "links":
        return [(one["url"], one["label"]) for one in default_foot()["links"]]
    lines = plugin_menu(Reader(instance))
    return [(one.url, str(one.label)) for one in lines if one.label and not one.personal]
