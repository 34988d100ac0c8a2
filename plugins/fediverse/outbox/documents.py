"""Actors, posts and what is done with them, as ActivityStreams 2.0 says it (pure but for words)."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from mimetypes import guess_type
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import escape

from wiki.api.paths import action_url, file_url, slug
from wiki.api.plugin import Instance

from ..actors import Actor
from ..addresses import ACTIVITYSTREAMS, PUBLIC, Addresses
from ..icon import icon_of
from ..models import PostRow
from ..subjects import EVENT, Subject

Document = dict[str, Any]
_OF_ACTORS: list[Any] = [
    ACTIVITYSTREAMS,
    "https://w3id.org/security/v1",
    {
        "toot": "http://joinmastodon.org/ns#",
        "discoverable": "toot:discoverable",
        "indexable": "toot:indexable",
        "manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
    },
]
_OF_POSTS: list[Any] = [
    ACTIVITYSTREAMS,
    {
        "Hashtag": "as:Hashtag",
        "mz": "https://joinmobilizon.org/ns#",
        "ical": "http://www.w3.org/2002/12/cal/ical#",
        "joinMode": {"@id": "mz:joinMode", "@type": "mz:joinModeType"},
        "externalParticipationUrl": "mz:externalParticipationUrl",
        "repliesModerationOption": "mz:repliesModerationOption",
        "timezone": "mz:timezone",
    },
]


def actor_document(instance: Instance, actor: Actor, pem: str) -> Document:
    """An actor; ``pem`` is its public key."""
    at, name = Addresses(instance.settings.public_url), actor.row.name
    if actor.image:
        media = guess_type(actor.image)[0] or "image/jpeg"
        icon = {"mediaType": media, "url": at.site + file_url(actor.image, {"width": "400"})}
    else:
        address, media = icon_of(instance)
        icon = {"mediaType": media, "url": at.site + address}
    return {
        "@context": _OF_ACTORS,
        "id": at.actor(name),
        "type": "Group",
        "preferredUsername": name,
        "name": actor.title,
        "summary": f"<p>{escape(actor.words)}</p>" if actor.words else "",
        "url": actor.url,
        "inbox": at.part(name, "inbox"),
        "outbox": at.part(name, "outbox"),
        "followers": at.part(name, "followers"),
        "endpoints": {"sharedInbox": at.inbox},
        "icon": {"type": "Image", **icon},
        "published": moment_of(actor.row.created),
        "manuallyApprovesFollowers": False,
        "discoverable": True,
        "indexable": True,
        "attributionDomains": [at.host],
        "publicKey": {"id": at.key(name), "owner": at.actor(name), "publicKeyPem": pem},
    }


def post_document(instance: Instance, site: str, row: PostRow, subject: Subject) -> Document:
    """What ``subject`` is, as a post of the actor ``site``: an Event, or a Note."""
    at = Addresses(instance.settings.public_url)
    said: Document = {
        "@context": _OF_POSTS,
        "id": at.post(row.id),
        "type": "Note",
        "attributedTo": at.actor(site),
        "to": [PUBLIC],
        "cc": [at.part(site, "followers")],
        "url": subject.url,
        "content": _content(subject),
        "mediaType": "text/html",
        "published": moment_of(row.published),
        "tag": [_tag(at, theme) for theme in _themes(subject)],
    }
    said["contentMap"] = {instance.settings.lang: said["content"]}
    if row.updated > row.published:
        said["updated"] = moment_of(row.updated)
    if subject.image:
        media = guess_type(subject.image.partition("?")[0])[0] or "image/jpeg"
        said["attachment"] = [
            {"type": "Image", "mediaType": media, "url": subject.image, "name": subject.title}
        ]
    if subject.key.kind == EVENT and subject.starts:
        said |= _event(instance, at.actor(site), subject)
    return said


def tombstone(at: Addresses, id: str) -> Document:
    """What stands in the place of a post that is gone."""
    return {"@context": ACTIVITYSTREAMS, "id": at.post(id), "type": "Tombstone"}


def activity(at: Addresses, actor: str, what: str, id: str, object: Any) -> Document:
    """That ``actor`` does ``what`` with ``object``, for everybody."""
    return {
        "@context": ACTIVITYSTREAMS,
        "id": id,
        "type": what,
        "actor": at.actor(actor),
        "to": [PUBLIC],
        "cc": [at.part(actor, "followers")],
        "object": object,
    }


def bare(document: Document) -> Document:
    """A document as it stands within another."""
    return {key: value for key, value in document.items() if key != "@context"}


def collection(address: str, total: int, items: Sequence[Any] | None = None) -> Document:
    """A collection in order; without ``items`` only how many there are."""
    said: Document = {"@context": ACTIVITYSTREAMS, "id": address, "type": "OrderedCollection"}
    said["totalItems"] = total
    if items is not None:
        said["orderedItems"] = list(items)
    return said


def moment_of(at: datetime) -> str:
    """A point in time as ActivityStreams writes it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _event(instance: Instance, actor: str, subject: Subject) -> Document:
    """What an Event says beside: the words of Mobilizon, and a summary for who shows no events."""
    zone = instance.settings.zone
    said: Document = {
        "type": "Event",
        "actor": actor,
        "name": subject.title,
        # Mastodon shows the name, this and the address.
        "summary": subject.words,
        "startTime": _moment(subject.starts, zone),
        "timezone": zone.key,
        "category": "MEETING",
        "joinMode": "external",
        "externalParticipationUrl": subject.url,
        "commentsEnabled": True,
        "repliesModerationOption": "moderated",
        "ical:status": "CANCELLED" if subject.cancelled else "CONFIRMED",
    }
    if subject.ends:
        said["endTime"] = _moment(subject.ends, zone)
    if subject.place:
        said["location"] = {"type": "Place", "name": subject.place, "address": subject.place}
    return said


def _moment(text: str, zone: ZoneInfo) -> str:
    """A day begins at its midnight: others know no days."""
    if len(text) > 10:
        return text
    return datetime.combine(date.fromisoformat(text), time(), zone).isoformat()


def _content(subject: Subject) -> str:
    """What is shown of it, as HTML: every word is escaped."""
    title, url = escape(subject.title), escape(subject.url)
    said = f'<p>{escape(subject.lead)} <a href="{url}">{title}</a></p>'
    if subject.words:
        said += f"<p>{escape(subject.words)}</p>"
    tags = " ".join(f"#{escape(_hashtag(one))}" for one in _themes(subject))
    return f"{said}<p>{tags}</p>" if tags else said


def _themes(subject: Subject) -> list[str]:
    return [one for one in subject.themes if _hashtag(one)][:10]


def _hashtag(theme: str) -> str:
    """A theme as one word."""
    parts = "".join(char if char.isalnum() else " " for char in theme).split()
    return "".join(one[:1].upper() + one[1:] for one in parts) if len(parts) > 1 else "".join(parts)


def _tag(at: Addresses, theme: str) -> Document:
    href = at.site + action_url("themes", slug(theme))
    return {"type": "Hashtag", "name": f"#{_hashtag(theme)}", "href": href}
