"""What the configuration of a site says: its settings, its shortcuts, and who its authors are."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from wiki.api.errors import TooLarge

from .folder import Damaged, Folder

_SETTING = re.compile(
    r"^[ \t]*\$conf\['(?P<name>\w+)'\][ \t]*=[ \t]*"
    r"(?:'(?P<one>(?:[^'\\\n]|\\.)*)'|\"(?P<two>(?:[^\"\\\n]|\\.)*)\"|(?P<number>\w+))[ \t]*;",
    re.M,
)
_ESCAPED = re.compile(r"\\(.)")
_FIELD = re.compile(r"((?:[^:\\]|\\.)*)(?::|$)")
_SHORTCUT = re.compile(r"^[ \t]*([\w.-]{1,40})[ \t]+(\S+)", re.M)
_DEFAULTS = "dokuwiki.php"
_LANGUAGES = ("fr", "de", "es", "pl", "ru")
#: as they come with the program
_SHORTCUTS: Mapping[str, str] = {
    **{f"wp{one}": f"https://{one}.wikipedia.org/wiki/{{NAME}}" for one in _LANGUAGES},
    "wp": "https://en.wikipedia.org/wiki/{NAME}",
    "wpjp": "https://ja.wikipedia.org/wiki/{NAME}",
    "wpmeta": "https://meta.wikipedia.org/wiki/{NAME}",
    "doku": "https://www.dokuwiki.org/",
    "rfc": "https://datatracker.ietf.org/doc/html/rfc",
    "man": "https://man.cx/",
    "phpfn": "https://www.php.net/{NAME}",
    "google": "https://www.google.com/search?q=",
    "user": ":user:{NAME}",
    "tel": "tel:{NAME}",
    "callto": "tel:{NAME}",
}


@dataclass(frozen=True)
class Author:
    """How an account is called, and its address, which is published nowhere."""

    name: str
    mail: str


@dataclass
class Settings:
    """``values`` are those that the files say; what they do not say is as the program has it."""

    values: dict[str, str] = field(default_factory=dict)
    shortcuts: dict[str, str] = field(default_factory=lambda: dict(_SHORTCUTS))
    authors: dict[str, Author] = field(default_factory=dict)
    #: lines of the rules of access; None where they did not come along
    rules: list[str] | None = None

    @property
    def start(self) -> str:
        """The name of the first page of a namespace."""
        return self.values.get("start") or "start"

    def says(self, name: str, default: bool = False) -> bool:
        """Whether a setting is on."""
        value = self.values.get(name)
        return default if value is None else value.lower() not in ("0", "", "false", "off")


def read_settings(folder: Folder) -> Settings:
    """What the files of the configuration say that came along."""
    found = Settings()
    for name in (_DEFAULTS, "local.php", "local.protected.php"):
        for one in _SETTING.finditer(_text(folder, name)):
            quoted = one["one"] if one["one"] is not None else one["two"]
            found.values[one["name"]] = (
                one["number"] if quoted is None else _ESCAPED.sub(r"\1", quoted)
            )
        if name == _DEFAULTS:
            # Whether rules count is what the site itself says, not how the program comes.
            found.values.pop("useacl", None)
    for name in ("interwiki.conf", "interwiki.local.conf"):
        for word, address in _SHORTCUT.findall(_text(folder, name)):
            found.shortcuts[word.lower()] = address.replace("&amp;", "&")
    for line in _text(folder, "users.auth.php").split("\n"):
        # login:secret:name:mail:groups; the secret is not looked at.
        if not line.startswith(("#", "<")) and line.count(":") >= 4:
            parts = [_ESCAPED.sub(r"\1", one).strip() for one in _FIELD.findall(line)]
            found.authors[parts[0]] = Author(parts[2] or parts[0], parts[3])
    if folder.setting("acl.auth.php") is not None:
        found.rules = _text(folder, "acl.auth.php").split("\n")
    return found


def _text(folder: Folder, name: str) -> str:
    item = folder.setting(name)
    try:
        return folder.text(item)[0] if item is not None else ""
    except (TooLarge, Damaged):
        return ""
