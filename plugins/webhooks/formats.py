"""A message as each kind of receiver wants it: a request of its own form (pure).

::

    standard     Standard Webhooks: JSON, signed
    mattermost   incoming webhook: Markdown          slack      incoming webhook: its own marks
    hookshot     Matrix by a bridge: text and HTML   discord    webhook: Markdown, calls nobody
    matrix       a room, by its server's own API
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from markupsafe import escape
from standardwebhooks.webhooks import Webhook

from wiki.api.translation import lazy

FORM_WORDS = {
    "standard": lazy("A program of yours (Standard Webhooks)"),
    "mattermost": lazy("Mattermost: an incoming webhook"),
    "matrix": lazy("Matrix: a room, by an account of its server"),
    "hookshot": lazy("Matrix: a webhook of Hookshot"),
    "slack": lazy("Slack: an incoming webhook"),
    "discord": lazy("Discord: a webhook of a channel"),
}
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~])")


@dataclass(frozen=True)
class Note:
    """What is told, in words: a sentence, what it is about, where one reads it."""

    words: str
    title: str
    url: str
    summary: str


@dataclass(frozen=True)
class Outgoing:
    """One request."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Receiver:
    """Where a message goes: ``secrets`` sign it, the newest first; the rest is Matrix's."""

    form: str
    address: str
    secrets: tuple[str, ...] = ()
    token: str = ""
    room: str = ""


def standard(
    receiver: Receiver, id: str, what: str, at: datetime, now: datetime, data: Mapping[str, Any]
) -> Outgoing:
    """The message ``id`` that ``what`` happened ``at``, signed ``now`` with each secret."""
    said = {"type": what, "timestamp": at.isoformat(), "data": data}
    body = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    signed = " ".join(Webhook(secret).sign(id, now, body) for secret in receiver.secrets)
    headers = {
        "Content-Type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signed,
    }
    return Outgoing("POST", receiver.address, headers, body.encode())


def chat(receiver: Receiver, id: str, note: Note) -> Outgoing:
    """The message as the chat program shows it."""
    if receiver.form == "matrix":
        room = quote(receiver.room, safe="")
        # The same name twice is the same message there.
        place = f"/_matrix/client/v3/rooms/{room}/send/m.room.message/{quote(id, safe='')}"
        body = {
            "msgtype": "m.notice",
            "body": _plain(note),
            "format": "org.matrix.custom.html",
            "formatted_body": _html(note),
        }
        url = receiver.address.rstrip("/") + place
        return _json("PUT", url, body, {"Authorization": f"Bearer {receiver.token}"})
    return _json("POST", receiver.address, _BODIES[receiver.form](note), {})


def _json(method: str, url: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> Outgoing:
    written = json.dumps(body, ensure_ascii=False).encode()
    return Outgoing(method, url, {"Content-Type": "application/json", **headers}, written)


def _plain(note: Note) -> str:
    return "\n".join(filter(None, (f"{note.words} {note.title}", note.summary, note.url)))


def _html(note: Note) -> str:
    said = f'{escape(note.words)} <a href="{escape(note.url)}">{escape(note.title)}</a>'
    return f"{said}<br>{escape(note.summary)}" if note.summary else said


def _slack(note: Note) -> dict[str, Any]:
    title = _slack_text(note.title).replace("|", "¦")
    said = f"{_slack_text(note.words)} <{note.url}|{title}>"
    return {"text": "\n".join(filter(None, (said, _slack_text(note.summary))))}


def _slack_text(text: str) -> str:
    """Text that marks nothing and calls nobody: three signs are what Slack goes by."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _mattermost(note: Note) -> dict[str, Any]:
    return {"text": _markdown(note)}


def _discord(note: Note) -> dict[str, Any]:
    return {"content": _markdown(note)[:2_000], "allowed_mentions": {"parse": []}}


def _hookshot(note: Note) -> dict[str, Any]:
    return {"text": _plain(note), "html": _html(note)}


def _markdown(note: Note) -> str:
    url = quote(note.url, safe=":/?&=%#~@!$',;")
    said = f"{_unmarked(note.words)} [{_unmarked(note.title)}]({url})"
    return "\n".join(filter(None, (said, _unmarked(note.summary))))


def _unmarked(text: str) -> str:
    """Text that marks nothing, and whose ``@all`` calls nobody."""
    return _MARKDOWN.sub(r"\\\1", text).replace("@", "@\u200b")


_BODIES: dict[str, Callable[[Note], dict[str, Any]]] = {
    "slack": _slack,
    "mattermost": _mattermost,
    "discord": _discord,
    "hookshot": _hookshot,
}
