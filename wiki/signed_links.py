"""Links that work without logging in: what they are for, signed with the wiki's secret."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeVar

from itsdangerous import BadData, Serializer, URLSafeSerializer, URLSafeTimedSerializer

from wiki.instance import Instance
from wiki.pages.urls import action_url

Named = TypeVar("Named")


class _Plain:
    """Has a word stand in a token as it is."""

    dumps = loads = staticmethod(str)


def is_as_signed(serializer: Serializer[Any], token: str) -> bool:
    """Whether a token that can be read is written as we wrote it: one has one spelling.

    What decodes base64 overlooks characters that are none of it, and bits beyond the last byte.
    """
    value, _dot, signature = token.rpartition(".")
    written: bytes = serializer.make_signer(serializer.salt).get_signature(value)
    return written == signature.encode("utf-8", "replace")


@dataclass(frozen=True)
class SignedLink(Generic[Named]):
    """One kind of link. ``address`` comes before the token, below ``/-/``.

    ``named`` makes of the signed values what ``read`` gives: ``str`` for one word, a NamedTuple for
    several. ``plain`` has one word stand as it is, which makes short links. All but ``longest``
    are for ever: such links stand in mails that were sent.
    """

    salt: str
    address: str
    named: Callable[..., Named]
    lifetime: timedelta | None = None
    plain: bool = False
    longest: int = 400

    def token(self, instance: Instance, *values: object) -> str:
        """The link's last part."""
        value = values[0] if len(values) == 1 else list(values)
        return str(self._serializer(instance).dumps(value))

    def path(self, instance: Instance, *values: object, below: str = "") -> str:
        """The link without the site's address; ``below``: of a page below it."""
        token = self.token(instance, *values)
        return action_url(f"{self.address}/{token}{f'/{below}' if below else ''}")

    def url(self, instance: Instance, *values: object, below: str = "") -> str:
        """The link on the address of the settings, for mails."""
        return instance.settings.public_url + self.path(instance, *values, below=below)

    def read(self, instance: Instance, token: str) -> Named | None:
        """What a token of this kind names; None for any other text, and for one that is too old."""
        if len(token) > self.longest:
            return None
        age = {"max_age": int(self.lifetime.total_seconds())} if self.lifetime else {}
        serializer = self._serializer(instance)
        try:
            value = serializer.loads(token, **age)
            if not is_as_signed(serializer, token):
                return None
            return self.named(*value) if isinstance(value, list) else self.named(value)
        except (BadData, ValueError, TypeError):
            return None

    def _serializer(self, instance: Instance) -> Any:
        if self.plain:
            return Serializer(instance.secret, salt=self.salt, serializer=_Plain)
        kind = URLSafeTimedSerializer if self.lifetime else URLSafeSerializer
        return kind(instance.secret, salt=self.salt)
