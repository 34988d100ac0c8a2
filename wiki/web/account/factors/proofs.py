"""Second factors, tried and set up: digits of an application, recovery codes."""

from wiki.errors import BadField, TooMany
from wiki.parts import encryption
from wiki.people.accounts.factors import one_time, recovery
from wiki.people.limits.durable import DAY, QUARTER, Limit, count_attempts, forgive
from wiki.people.person import Person
from wiki.translation import gettext as _
from wiki.web.account.factors.notices import tell_of_access
from wiki.web.support import current_instance

#: wrong digits of one account: three are free, then each waits for the one before
_FREE, _MOST, _A_DAY = 3, 10, 60
_PURPOSE, _OFFERED = "one-time codes", "one-time codes offered"


def check_digits(person: Person, digits: str) -> None:
    """Uses up the digits that the application of ``person`` shows now. Raises BadField, TooMany."""
    instance = current_instance()
    _count_try(person, "digits")
    sealed = one_time.sealed_secret(instance.private, person.id)
    secret = _open(_PURPOSE, person, sealed) if sealed else None
    now = instance.private.now().timestamp()
    step = one_time.matching_step(secret, digits, now) if secret else None
    if step is None or not one_time.use_step(instance.private, person.id, step):
        raise BadField("digits", _wrong())
    forgive(instance.private, f"digits:{person.id}")


def check_recovery_code(person: Person, given: str) -> None:
    """Uses up a recovery code of ``person``, who is told by mail. Raises BadField, TooMany."""
    instance = current_instance()
    _count_try(person, "recovery")
    if not recovery.use_recovery_code(instance.private, person.id, given):
        raise BadField("recovery", _("This is not one of your codes, or it was used already."))
    left = recovery.count_recovery_codes(instance.private, person.id)
    tell_of_access(instance, person, "recovery-used", str(left))
    forgive(instance.private, f"recovery:{person.id}")


def offer_secret(person: Person) -> tuple[str, str]:
    """A secret for an application, and the word by which it comes back."""
    secret = one_time.new_secret()
    return secret, encryption.seal(current_instance().secret, _OFFERED, person.id, secret.encode())


def offered_secret(person: Person, word: str) -> str | None:
    """What was offered to ``person`` under ``word``; None for any other word."""
    return _open(_OFFERED, person, word) if len(word) <= 200 and word.isascii() else None


def set_up_application(person: Person, word: str, digits: str) -> None:
    """Keeps the secret that was offered, whose digits were typed. Raises BadField, TooMany."""
    instance = current_instance()
    secret = offered_secret(person, word)
    if secret is None:
        raise BadField(
            "digits", _("That took too long, or was begun elsewhere. Please try again from here.")
        )
    _count_try(person, "set-up")
    step = one_time.matching_step(secret, digits, instance.private.now().timestamp())
    if step is None:
        raise BadField("digits", _wrong())
    forgive(instance.private, f"set-up:{person.id}")
    sealed = encryption.seal(instance.secret, _PURPOSE, person.id, secret.encode())
    one_time.keep_secret(instance.private, person.id, sealed, step)
    tell_of_access(instance, person, "application-added")


def picture_of(secret: str, person: Person) -> str:
    """The code that a telephone reads, as the address of a picture."""
    import segno

    site = current_instance().settings.site_name
    made = segno.make(one_time.address_of(secret, person.email, site), error="m", micro=False)
    return str(made.svg_data_uri(scale=5, border=4, dark="#000", light="#fff"))


def _open(purpose: str, person: Person, word: str) -> str | None:
    found = encryption.unseal(current_instance().secret, purpose, person.id, word)
    return found.decode() if found else None


def _count_try(person: Person, kind: str) -> None:
    # Each by itself: whoever guesses at digits keeps nobody from a recovery code.
    try:
        count_attempts(
            current_instance().private,
            [
                Limit(f"{kind}:{person.id}", _MOST, QUARTER, free=_FREE),
                Limit(f"{kind}-day:{person.id}", _A_DAY, DAY),
            ],
        )
    except TooMany as error:
        words = _("That did not go together several times. Please wait a little, then try again.")
        raise TooMany(words, retry_after=error.retry_after) from error


def _wrong() -> str:
    return _("These digits are not the ones of now. Wait for the next ones, and type those.")
