"""Settings that administrators choose: public ones by a commit, others as rows, both in the trail.

::

    values ──▶ may they, and sure? ──▶ can each be used, and all? ──▶ .carrefour.toml, rows, a line
                                              └──▶ BadSetting: its field, and a sentence
"""

from collections.abc import Mapping
from typing import Any

from wiki.config import Settings
from wiki.config.browser import IN_BROWSER, PUBLIC
from wiki.config.sources import default_of, place_of, with_chosen
from wiki.editing.settings.public import commit_public
from wiki.editing.settings.values import checked_value, sentence_for
from wiki.editing.write_queue import write_turn
from wiki.errors import BadSetting, Forbidden
from wiki.instance import Instance
from wiki.people.audit import record_audit
from wiki.people.person import Person, require_sure
from wiki.people.settings import write_settings
from wiki.translation import gettext as _


def change_settings(instance: Instance, person: Person, values: Mapping[str, Any]) -> None:
    """Has ``values``, by the names of ``wiki.config.Settings``, in force from now on.

    None takes back what was chosen. What is as it was costs nothing. Raises Forbidden for who is no
    administrator, or is not ``sure`` where one is so (``wiki/config/browser.py``); BadSetting, with
    ``field`` and a sentence, where one cannot be used or is fixed by the machine. Then nothing has
    changed.
    """
    check_may_change(person)
    wanted = {name: _wanted(instance, name, value) for name, value in values.items()}
    with write_turn(instance):
        instance.in_force.follow()
        changed = {name: one for name, one in wanted.items() if _differs(instance, name, one)}
        if not changed:
            return
        if any(IN_BROWSER[name].sure for name in changed):
            require_sure(person)
        _check_together(instance, changed)
        with instance.private.session("settings") as session:
            keep = instance.in_force.kept
            rows = {
                name: None if changed[name] is None else keep(name, changed[name])
                for name in changed.keys() - PUBLIC
            }
            write_settings(session, rows, by=person.id, at=instance.private.now())
            words = ", ".join(sorted(changed))
            record_audit(instance.private, person.id, "settings", "", words, session=session)
            if public := {name: changed[name] for name in sorted(changed.keys() & PUBLIC)}:
                commit_public(instance, person, public)
    instance.in_force.follow()


def settings_with(instance: Instance, values: Mapping[str, Any]) -> Settings:
    """The settings as they would be with ``values``. Raises BadSetting as ``change_settings``."""
    wanted = {name: _wanted(instance, name, value) for name, value in values.items()}
    return _check_together(instance, wanted)


def check_may_change(person: Person) -> None:
    """Raises Forbidden for who is no administrator."""
    if person.disabled or person.role != "admin":
        raise Forbidden(_("Only administrators change the settings of the wiki."))


def _wanted(instance: Instance, name: str, value: Any) -> Any:
    """``value`` as it is kept; None where none is. Raises BadSetting."""
    if name not in IN_BROWSER:
        raise BadSetting(_("This is set where the wiki runs, and not in the browser."), name)
    if place := place_of(instance.in_force.given, name):
        words = _("{place}, where the wiki runs, says this: it is changed there.")
        raise BadSetting(words.format(place=place), name)
    if value is None or (value == "" and IN_BROWSER[name].secret):
        return None
    return checked_value(name, value)


def _differs(instance: Instance, name: str, value: Any) -> bool:
    """Whether it is another value than what is chosen now, or holds anyway where nothing is."""
    given, chosen = instance.in_force.given, instance.in_force.chosen
    if value is None:
        return name in chosen.values or name in chosen.rows
    return bool(chosen.values.get(name, default_of(given, name)) != value)


def _check_together(instance: Instance, changed: Mapping[str, Any]) -> Settings:
    """The settings with what is ``changed``.

    Raises BadSetting where one cannot be used any more, that is changed or leans on one.
    """
    given, before = instance.in_force.given, instance.in_force.chosen
    after = {**before.values, **changed}
    found = with_chosen(given, {name: one for name, one in after.items() if one is not None})
    for name in sorted(found.faults, key=lambda one: one not in changed):
        if name in changed or name not in before.faults:
            # The name of what it lacks, where it leans on another.
            field = found.faults[name].field or name
            raise BadSetting(sentence_for(field), field)
    return found.settings
