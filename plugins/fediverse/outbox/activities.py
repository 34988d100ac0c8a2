"""What a line that waits says: made when it is sent, of what everybody may read then."""

import json

from wiki.api.reading import Reader

from ..actors import site_name
from ..addresses import addresses_of
from ..models import DeliveryRow, PostRow
from ..queue import ACCEPT, CREATE, DELETE, END, SHARE, UNSHARE, UPDATE
from .documents import Document, activity, bare, moment_of, post_document, tombstone
from .posts import subject_of


def activity_for(visitor: Reader, line: DeliveryRow) -> Document | None:
    """The activity; None where there is nothing to say any more."""
    at = addresses_of(visitor.instance)
    if line.what == ACCEPT:
        asked = json.loads(line.about)
        said = activity(at, line.actor, "Accept", f"{at.actor(line.actor)}#accept-{line.id}", asked)
        return {**said, "to": [asked["actor"]], "cc": []}
    if line.what == END:
        me = at.actor(line.actor)
        return activity(at, line.actor, "Delete", f"{me}#delete", me)
    row = visitor.instance.private.find_row(PostRow, line.post)
    if row is None:
        return None
    if line.what == DELETE:
        gone = bare(tombstone(at, row.id))
        return activity(at, line.actor, "Delete", f"{at.post(row.id)}#delete", gone)
    if line.what == UNSHARE:
        shared = bare(share(visitor, line.actor, row))
        return activity(at, line.actor, "Undo", f"{shared['id']}-undone-{line.id}", shared)
    if subject_of(visitor, row) is None:
        return None  # its deletion is on its way
    if line.what == SHARE:
        return share(visitor, line.actor, row)
    return creation(visitor, row) if line.what == CREATE else update(visitor, row)


def creation(visitor: Reader, row: PostRow) -> Document | None:
    """That the site posted it."""
    return _about(visitor, row, "Create", "create")


def update(visitor: Reader, row: PostRow) -> Document | None:
    """That what it says is another."""
    return _about(visitor, row, "Update", f"{UPDATE}-{int(row.updated.timestamp())}")


def share(visitor: Reader, actor: str, row: PostRow) -> Document:
    """That an actor passes it on."""
    at = addresses_of(visitor.instance)
    said = activity(at, actor, "Announce", f"{at.post(row.id)}#share-{actor}", at.post(row.id))
    said["cc"] = [at.part(actor, "followers"), at.actor(site_name(visitor.instance))]
    return {**said, "published": moment_of(row.published)}


def post_of(visitor: Reader, row: PostRow) -> Document | None:
    """The post itself."""
    subject = subject_of(visitor, row)
    if subject is None:
        return None
    return post_document(visitor.instance, site_name(visitor.instance), row, subject)


def _about(visitor: Reader, row: PostRow, what: str, suffix: str) -> Document | None:
    post = post_of(visitor, row)
    if post is None:
        return None
    at, site = addresses_of(visitor.instance), site_name(visitor.instance)
    said = activity(at, site, what, f"{at.post(row.id)}#{suffix}", bare(post))
    return {**said, "@context": post["@context"], "published": post["published"]}
