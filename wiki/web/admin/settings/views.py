"""The pages of settings: the sections, and one section as a form."""

from collections.abc import Sequence

from flask import request
from werkzeug.wrappers import Response

from wiki.config.browser import IN_BROWSER
from wiki.config.sources import place_of
from wiki.editing.settings import change_settings
from wiki.errors import NotFound
from wiki.jinja import lasting
from wiki.people.accounts import mail_tokens
from wiki.people.mail import queue
from wiki.people.person import ROLES
from wiki.reading import Reader
from wiki.translation import gettext as _
from wiki.translation import lazy
from wiki.web.account.confirmation import asked_of, confirm
from wiki.web.account.invitations import role_words
from wiki.web.account.oidc.flow import return_address
from wiki.web.account.oidc.logout import logged_out_address
from wiki.web.admin.index import admin, bp
from wiki.web.admin.sections import Line, Section, register
from wiki.web.admin.settings import backups
from wiki.web.admin.settings.forms import read_form
from wiki.web.admin.settings.presenters import present_faults, present_fields, time_zones
from wiki.web.admin.settings.providers import PRESETS, preset_values
from wiki.web.admin.settings.sections import (
    Setting,
    SettingSection,
    setting_pages,
    setting_sections,
)
from wiki.web.admin.settings.trials import Trial, last_try, note_arrival, try_mail, try_provider
from wiki.web.forms import redisplay, render_tool, see_other
from wiki.web.support import current_instance, flash_message
from wiki.web.throttle import count_request

#: what each role may do, beside what the roles before it may
_ROLES = {
    "reader": lazy("reads what members read, follows pages, proposes changes"),
    "member": lazy("writes pages that are open to members, makes projects, answers needs"),
    "connector": lazy("brings people together: sees what waits for an introduction"),
    "correspondent": lazy("signals innovations for others, and follows them up"),
    "programme": lazy("reads the spaces that were entrusted to the programme team"),
    "admin": lazy("reads and changes everything, these settings included"),
}
#: what goes by itself, after how many days
_KEPT = (
    (lazy("A link to log in"), mail_tokens.LIFETIME),
    (lazy("The words of a mail that was sent"), queue.KEEP_WORDS),
    (lazy("That a mail was sent"), queue.KEEP_KEY),
)


@bp.get("/admin/settings")
def settings_index() -> Response:
    """The sections, each with what is chosen in it."""
    instance = current_instance()
    return render_tool(
        "admin/settings/index.html",
        faults=present_faults(instance),
        sections=[
            {
                "title": one.title,
                "about": one.about,
                "url": f"/-/admin/settings/{one.key}",
                "chosen": sum(two.name in instance.in_force.chosen.values for two in one.settings),
            }
            for one in setting_sections().values()
        ],
        pages=setting_pages(),
    )


@bp.get("/admin/settings/<section>")
def settings_section(section: str) -> Response:
    """One section, as a form."""
    found = _section(section)
    if section == "mail" and (moment := request.args.get("arrived")):
        good = note_arrival(current_instance(), admin(), moment[:20])
        words = _("The mail has arrived: your mail server works.") if good else ""
        return see_other("/-/admin/settings/mail", words)
    return _form(found)


@bp.post("/admin/settings/<section>")
@redisplay(settings_section)
def change_section(section: str) -> Response:
    """Saves what was changed in the form, or tries what is saved."""
    instance, found = current_instance(), _section(section)
    count_request("save")
    action = request.form.get("action", "save")
    if action == "try" and section == "mail":
        return _form(found, try_mail(instance, admin()))
    if action == "try" and section == "sign-on":
        return _form(found, try_provider(instance.settings))
    issuer, folder = instance.settings.oidc_issuer, instance.settings.backup_folder
    changed = read_form(instance, found)
    if section == backups.KEY:
        backups.check_chosen(changed)
    sure = any(IN_BROWSER[name].sure for name in changed)
    change_settings(instance, confirm(admin()) if sure else admin(), changed)
    flash_message(_("Saved."))
    if section == backups.KEY:
        for words in backups.warn_of_places(instance, folder):
            flash_message(words, "warning")
    if instance.settings.oidc_issuer not in ("", issuer):
        trial = try_provider(instance.settings)
        if not trial.good:
            flash_message(f"{trial.words} ({trial.detail})", "warning")
    return see_other(f"/-/admin/settings/{section}")


def _section(key: str) -> SettingSection:
    section = setting_sections().get(key)
    if section is None:
        raise NotFound(_("There is no page here."))
    return section


def _form(section: SettingSection, trial: Trial | None = None) -> Response:
    instance = current_instance()
    settings = instance.settings
    typed = request.method == "POST" and trial is None
    filled = None if request.method == "POST" else PRESETS.get(request.args.get("kind", ""))
    preset = filled or PRESETS.get(settings.oidc_kind)
    values = preset_values(filled) if filled else {}
    fields = present_fields(instance, section, typed=typed, filled=values)
    for one in fields:
        if one["name"] == "oidc_issuer" and preset:
            one["does"] = f"{one['does']} {preset.address}"
    return render_tool(
        "admin/settings/section.html",
        section=section,
        others=[(one.key, one.title) for one in setting_sections().values()],
        fields=fields,
        sure=", ".join(str(one.label) for one in section.settings if _asks(one)),
        zones=time_zones(settings) if any(one["kind"] == "zone" for one in fields) else [],
        trial=trial,
        tried=last_try(instance) if section.key == "mail" else None,
        backups=backups.present_backups(instance) if section.key == backups.KEY else None,
        filled=filled,
        presets=list(PRESETS.values()),
        preset=preset,
        return_url=return_address(settings),
        logged_out_url=logged_out_address(settings) if not preset or preset.logs_out else "",
        roles=[(role_words(role), _ROLES[role]) for role in ROLES],
        kept=[(words, lasting(time)) for words, time in _KEPT],
        **{**asked_of(admin()), "here": f"/-/admin/settings/{section.key}"},
    )


def _asks(setting: Setting) -> bool:
    """Whether who changes it is asked to show that it is them."""
    given = current_instance().in_force.given
    return IN_BROWSER[setting.name].sure and not place_of(given, setting.name)


def _lines(reader: Reader) -> Sequence[Line]:
    warnings = present_faults(reader.instance)
    return [
        Line(_("Settings of the wiki"), "/-/admin/settings", warning=" ".join(warnings)),
    ]


register(Section(lazy("Settings"), _lines, order=70))
