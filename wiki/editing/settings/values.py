"""One value that an administrator gives a setting: checked, and what is said where it is wrong."""

import re
from collections.abc import Callable, Mapping
from email.utils import getaddresses
from math import isinf
from typing import Any

from babel.numbers import format_decimal

from wiki.config.browser import IN_BROWSER
from wiki.config.sources import KINDS, convert
from wiki.errors import BadField, BadPath, BadSetting
from wiki.pages.paths import normalise
from wiki.people.accounts.fields import fold_email
from wiki.translation import gettext as _
from wiki.translation import language, lazy

#: what ends a line, or is none of a text
_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?|\[?[0-9A-Fa-f:.]{2,45}\]?")

_RECIPIENT = re.compile(r"age1[0-9a-z]{58}|ssh-(?:ed25519|rsa) [A-Za-z0-9+/]{50,}={0,2}(?: [^,]*)?")

#: what is asked for, where a value cannot be used
_SENTENCES: Mapping[str, Any] = {
    "time_zone": lazy("No time zone has this name. Choose one of the list, such as Europe/Paris."),
    "languages": lazy("Keep the wiki’s own language among those that it is offered in."),
    "base_url": lazy(
        "Please give the address that readers use, such as https://wiki.example.org, with nothing "
        "behind it."
    ),
    "source_url": lazy("Please give an address that begins with https://."),
    "funding_page": lazy("Please give the address of a page, such as financements."),
    "mail_from": lazy(
        "Please give an address, with or without a name, such as Carrefour <wiki@example.org>."
    ),
    "signal_address": lazy("Please give a mail address, such as signaler@example.org."),
    "smtp_host": lazy("Please give the name of a server, such as mail.example.org."),
    "imap_host": lazy("Please give the name of a server, such as mail.example.org."),
    "audit_days": lazy("Please give 0, for good, or a number from 365 to 3650."),
    "backup_folder": lazy(
        "Give the name of a folder inside of the wiki’s own, such as backups, or a folder that "
        "whoever runs the wiki lets be chosen (the setting backup_places)."
    ),
    "backup_recipients": lazy(
        "Give public keys that begin with age1 or ssh-, with commas between. A secret key has no "
        "place here."
    ),
    "oidc_issuer": lazy(
        "Please give the address of the provider, such as https://login.example.org."
    ),
    "oidc_scopes": lazy("Please give words with blanks between, openid among them."),
    "oidc_client_id": lazy(
        "Please give what the provider calls this wiki: without it nobody can sign in there."
    ),
}


def sentence_for(name: str) -> str:
    """What is said where the setting ``name`` cannot be what was given."""
    return str(_SENTENCES.get(name) or _("The wiki cannot use this value."))


def checked_value(name: str, value: Any) -> Any:
    """``value`` as the setting ``name`` has it, from its form or as it is. Raises BadSetting."""
    choice = IN_BROWSER[name]
    if isinstance(value, str):
        value = value.strip()
    try:
        value = convert(name, value)
    except BadSetting as error:
        raise BadSetting(bounds_sentence(name) or sentence_for(name), name) from error
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        if not choice.least <= value <= choice.most or isinf(value):
            raise BadSetting(bounds_sentence(name), name)
        return value
    if choice.words:
        if value not in choice.words:
            raise BadSetting(_("Please choose one of the list."), name)
        return value
    _check_text(name, value)
    if value and not _CHECKS.get(name, bool)(value):
        raise BadSetting(sentence_for(name), name)
    return value


def bounds_sentence(name: str, factor: int = 1) -> str:
    """What is said of a number out of its bounds, given in ``factor``; "" of what is no number."""
    choice, kind = IN_BROWSER[name], KINDS[name]
    if kind not in (int, float):
        return ""
    least, most = _plain(choice.least / factor), _plain(choice.most / factor)
    if isinf(choice.most):
        return _("Please give a number of at least {least}.").format(least=least)
    return _("Please give a number from {least} to {most}.").format(least=least, most=most)


def _plain(number: float) -> str:
    """A number as the language in force writes it."""
    return format_decimal(number, locale=language())


def _check_text(name: str, value: str) -> None:
    choice = IN_BROWSER[name]
    if _BREAKS.search(value):
        raise BadSetting(_("Please write this on one line, in characters that can be seen."), name)
    if len(value) < choice.least:
        raise BadSetting(_("Please write something here."), name)
    if len(value) > choice.most:
        words = _("Please write at most {most} characters here.")
        raise BadSetting(words.format(most=_plain(choice.most)), name)


def _is_address(value: str) -> bool:
    try:
        fold_email(value)
    except BadField:
        return False
    return True


def _is_sender(value: str) -> bool:
    found = getaddresses([value])
    return len(found) == 1 and _is_address(found[0][1])


def _is_page(value: str) -> bool:
    try:
        return normalise(value) == value
    except BadPath:
        return False


def _are_recipients(value: str) -> bool:
    return all(_RECIPIENT.fullmatch(one.strip()) for one in value.split(","))


def _is_host(value: str) -> bool:
    return _HOST.fullmatch(value) is not None


_CHECKS: Mapping[str, Callable[[str], bool]] = {
    "backup_recipients": _are_recipients,
    "funding_page": _is_page,
    "mail_from": _is_sender,
    "signal_address": _is_address,
    "smtp_host": _is_host,
    "imap_host": _is_host,
}
