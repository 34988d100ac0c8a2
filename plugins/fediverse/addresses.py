"""The addresses of actors, posts and what is done with them; and which of them one is (pure)."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from wiki.api.plugin import Instance

ACTIVITYSTREAMS = "https://www.w3.org/ns/activitystreams"
PUBLIC = f"{ACTIVITYSTREAMS}#Public"
#: what a document of ActivityPub is sent as, and what is asked for
MEDIA = "application/activity+json"
PROFILE = f'application/ld+json; profile="{ACTIVITYSTREAMS}"'
#: the setting that names hosts of the own network
SETTING = "fediverse_hosts"
_HERE = "/-/fediverse"
_NAME = re.compile(r"[a-z0-9_]{1,60}")
_POST = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class Addresses:
    """Where things of the site are, for others; ``site`` is its address."""

    site: str

    @property
    def host(self) -> str:
        """What stands behind the @ of names."""
        return urlsplit(self.site).netloc

    def actor(self, name: str) -> str:
        """The actor of that name."""
        return f"{self.site}{_HERE}/actors/{name}"

    def key(self, name: str) -> str:
        """The key of an actor."""
        return f"{self.actor(name)}#main-key"

    def part(self, name: str, part: str) -> str:
        """``inbox``, ``outbox`` or ``followers`` of an actor."""
        return f"{self.actor(name)}/{part}"

    @property
    def inbox(self) -> str:
        """The inbox of all actors."""
        return f"{self.site}{_HERE}/inbox"

    def post(self, id: str) -> str:
        """A post."""
        return f"{self.site}{_HERE}/posts/{id}"

    def handle(self, name: str) -> str:
        """By which one looks for an actor elsewhere."""
        return f"@{name}@{self.host}"

    def name_in(self, address: str) -> str:
        """The name of the actor of that address; "" where it is none of ours."""
        name = address.removeprefix(self.actor(""))
        return name if name != address and _NAME.fullmatch(name) else ""

    def post_in(self, address: str) -> str:
        """The id of the post of that address; "" where it is none of ours."""
        id = address.removeprefix(self.post(""))
        return id if id != address and _POST.fullmatch(id) else ""


def addresses_of(instance: Instance) -> Addresses:
    """Those of the site."""
    return Addresses(instance.settings.public_url)


def names_of(host: str) -> list[str]:
    """By which a server is blocked: with its port, without, and the names that it lies below."""
    name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
    parts = name.split(".")
    return [host, *(".".join(parts[at:]) for at in range(len(parts)))]


def host_of(address: str) -> str:
    """The host, with its port, of an address elsewhere; "" for none."""
    try:
        return urlsplit(address).netloc.casefold()
    except ValueError:
        return ""
