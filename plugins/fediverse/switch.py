"""Whether the site is in the fediverse, and the key that it signs with there."""

from functools import lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import select

from wiki.api.people import record_audit
from wiki.api.plugin import Instance

from .models import SiteRow

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

LOCK = "fediverse"
#: of Mastodon's signatures: it takes no other kind of key
_BITS = 2048
_ON = select(SiteRow.on)


def is_on(instance: Instance) -> bool:
    """Whether anything of the site is told to the fediverse."""
    private = instance.private
    return private.remembered("fediverse on", lambda: bool(private.find_value(_ON)))


def turn_on(instance: Instance, by: str) -> None:
    """From now on it is followed; what changed while it was off is told."""
    _turn(instance, by, on=True)


def turn_off(instance: Instance, by: str) -> None:
    """From now on nothing is answered and sent; who follows is remembered."""
    _turn(instance, by, on=False)


def own_key(instance: Instance) -> "RSAPrivateKey":
    """The private key of all actors here; there once it was turned on."""
    return _read(instance.private.find_value(select(SiteRow.key_secret)) or "")


def public_pem(instance: Instance) -> str:
    """The public key, as documents of actors have it."""
    from cryptography.hazmat.primitives import serialization as forms

    public = own_key(instance).public_key()
    made = public.public_bytes(forms.Encoding.PEM, forms.PublicFormat.SubjectPublicKeyInfo)
    return made.decode("ascii")


def _turn(instance: Instance, by: str, *, on: bool) -> None:
    private = instance.private
    made = "" if private.find_row(SiteRow, 1) else _new_key()
    with private.session(LOCK) as session:
        row = session.get(SiteRow, 1)
        if row is None:
            row = SiteRow(id=1, on=False, since=private.now(), head="", key_secret=made)
            session.add(row)
        if row.on == on:
            return
        row.on, row.since, row.head = on, private.now(), ""
        what = "fediverse" if on else "no-fediverse"
        record_audit(private, by, what, "site", "", session=session)


def _new_key() -> str:
    from cryptography.hazmat.primitives import serialization as forms
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65_537, key_size=_BITS)
    made = key.private_bytes(forms.Encoding.PEM, forms.PrivateFormat.PKCS8, forms.NoEncryption())
    return made.decode("ascii")


@lru_cache(maxsize=4)
def _read(pem: str) -> "RSAPrivateKey":
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    key = load_pem_private_key(pem.encode("ascii"), None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("the key of the fediverse is no RSA key")
    return key
