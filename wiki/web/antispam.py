"""Keeps machines out of forms that are open to all, without a puzzle for people.

A form has a field that people do not see and are told to leave empty, and the signed time at which
it was opened. What fills in everything falls into the first; what answers at once into the second::

    {{ ui.traps(traps) }}   ◀── traps.fields()          in the form
    traps.check()      ──▶ Verdict               when it comes back

Nobody is told of the first: it is answered as if all were well, and nothing is kept.
"""

from collections.abc import Mapping
from enum import Enum

from flask import request
from itsdangerous import BadSignature, SignatureExpired, TimestampSigner

from wiki.errors import BadField
from wiki.translation import gettext as _
from wiki.web.support import current_instance, current_person

#: what machines like to fill in
DECOY = "website"
STAMP = "opened"
#: seconds: nobody writes faster; a form stays good for a day
FASTEST, OLDEST = 2, 86_400


class Verdict(Enum):
    """What a form's traps say."""

    FINE = "fine"
    #: the field that nobody sees was filled in
    FILLED = "filled"
    #: sent faster than people write
    HASTY = "hasty"
    #: opened more than a day ago, or without a time of ours
    STALE = "stale"


def fields() -> dict[str, str]:
    """What the macro ``traps`` of ``_ui.html`` puts into a form."""
    return {"decoy": DECOY, "stamp": STAMP, "opened": _signer().sign("form").decode("ascii")}


def check(form: Mapping[str, str] | None = None) -> Verdict:
    """What the traps of a form say; where someone tries the wiki alone, nothing is in the way."""
    if current_instance().settings.alone:
        return Verdict.FINE
    form = request.form if form is None else form
    if form.get(DECOY, ""):
        return Verdict.FILLED
    stamp = form.get(STAMP, "")
    try:
        _signer().unsign(stamp, max_age=FASTEST - 1)
    except SignatureExpired:
        pass
    except BadSignature:
        return Verdict.STALE
    else:
        return Verdict.HASTY
    try:
        _signer().unsign(stamp, max_age=OLDEST)
    except BadSignature:
        return Verdict.STALE
    return Verdict.FINE


def words(verdict: Verdict) -> str:
    """What is said to who comes too early or too late; "" where nothing is."""
    if verdict is Verdict.HASTY:
        return _("One more moment: read it over once, then send it again. Your text is kept here.")
    if verdict is Verdict.STALE:
        return _("This form was open for a long time. Please send it once more: all is kept here.")
    return ""


def caught() -> bool:
    """Whether a machine sent this visitor's form: it is answered as if all were well.

    Raises BadField for who sent it too soon after it was opened, or too late.
    """
    if current_person() is not None:
        return False
    verdict = check()
    if said := words(verdict):
        raise BadField("", said)
    return verdict is Verdict.FILLED


def _signer() -> TimestampSigner:
    return TimestampSigner(current_instance().secret, salt="form-opened")
