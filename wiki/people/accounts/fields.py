"""What a person types, checked: an address, a name, a language, a line of a mail's head."""

import re
import unicodedata

from wiki.errors import BadField
from wiki.translation import gettext as _
from wiki.translation import languages

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_ADDRESS_INSIDE = re.compile(r"\S@\S")
#: Control, format (bidi, zero width), surrogate, private use, unassigned, line and paragraph ends.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
#: What ends a line or a string somewhere on the way to a mail program.
_ENDS = frozenset({"Cc", "Zl", "Zp", "Cs"})
#: controls but for tabs and line ends, and halves of characters
_UNMAILABLE = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_LONGEST_EMAIL = 254
_LONGEST_LOCAL = 64
LONGEST_NAME = 80


def fold_email(email: str) -> str:
    """The one form of an address that can be mailed to, lower case, its domain in ASCII.

    Only what every mail server takes: a quoted local part or a comment is refused. Raises BadField.
    """
    local, at, domain = email.strip().rpartition("@")
    try:
        # Python's codec takes the square of what it gets.
        host = domain.encode("idna").decode("ascii").lower() if len(domain) < _LONGEST_EMAIL else ""
    except UnicodeError:
        host = ""
    folded = f"{local.lower()}@{host}"
    if (
        not at
        or len(folded) > _LONGEST_EMAIL
        or len(local) > _LONGEST_LOCAL
        or not _LOCAL.fullmatch(local)
        or not all(_LABEL.fullmatch(label) for label in host.split("."))
    ):
        raise BadField("email", _("This is not a mail address that we can write to."))
    return folded


def check_name(name: str) -> str:
    """A display name as it is kept: one line, visible characters, no address. Raises BadField.

    It becomes the author of commits, which everyone may clone: an address in it would be published.
    """
    shown = " ".join(unicodedata.normalize("NFC", name).split())
    if not shown:
        raise BadField("name", _("Please give a name, or a pseudonym."))
    if len(shown) > LONGEST_NAME:
        raise BadField("name", _("This name is too long."))
    # A joiner inside a word is how Persian, or an emoji, is written; git's own marks are not.
    if any(unicodedata.category(char) in _UNSEEN and char not in "\u200c\u200d" for char in shown):
        raise BadField("name", _("This name holds characters that cannot be seen."))
    if set(shown) & set('<>"\\') or not any(char.isalnum() for char in shown):
        raise BadField("name", _('A name is made of letters, without < > " or \\.'))
    if _ADDRESS_INSIDE.search(shown):
        raise BadField("name", _("A name is public: please leave the mail address out of it."))
    return shown


def check_lang(lang: str) -> str:
    """A language of the interface. Raises BadField."""
    if lang not in languages():
        raise BadField("lang", _("The wiki does not speak this language yet."))
    return lang


def one_line(value: str) -> str:
    """``value`` as it can stand in a mail header, whatever it holds: it cannot end the line.

    Titles come from pages, where anything may be written: what nobody sees counts as a space.
    """
    seen = (" " if unicodedata.category(char) in _ENDS else char for char in value)
    return " ".join("".join(seen).split())


def mailable(text: str) -> str:
    """``text`` without the characters that no mail, and not every database, can hold."""
    return _UNMAILABLE.sub("\ufffd", text)
