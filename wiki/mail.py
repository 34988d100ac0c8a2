"""Sends one mail to one person: by SMTP, or as a file in ``outbox/`` where there is no server."""

from collections.abc import Mapping
from http import HTTPStatus

from wiki.config import Settings
from wiki.errors import WikiError


class MailFailed(WikiError):
    """The mail server cannot be reached or refused; nothing was sent."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


class Mailer:
    """Sends mail as ``settings`` say; holds no connection, any thread may use it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def send(
        self,
        to: str,
        subject: str,
        text: str,
        html: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> str:
        """Sends it and returns its Message-ID. Raises BadField, MailFailed or StorageFailed."""
        raise NotImplementedError
