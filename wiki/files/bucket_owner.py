"""Whose a folder of a bucket is: a mark in it names the wiki, so that no other sweeps or reads it.

The mark is the identity that all nodes of a wiki share, and that a backup brings back; after it,
in a wiki that was restored, the name of that copy.
"""

import logging
from typing import TYPE_CHECKING

from wiki.errors import StorageFailed
from wiki.translation import gettext as _

if TYPE_CHECKING:
    from obstore.store import S3Store

#: beside the objects, which are called otherwise
_MARK = "owner"
#: bytes of a mark; what is longer is none of ours
_LONGEST = 100
_log = logging.getLogger(__name__)


class AnothersBucket(StorageFailed):
    """The folder of the bucket belongs to another wiki: nothing there is read or written.

    ``fault`` tells the operator whose it is, and what mends it; the log too.
    """

    def __init__(self, address: str, owner: str) -> None:
        super().__init__(
            _(
                "The place where large files are kept belongs to another wiki. Nothing was read or"
                " changed there. Tell the operator."
            )
        )
        self.fault = (
            f"large files: {address} belongs to another wiki ({owner[:8]}): set object_store to a"
            " folder that no other wiki has, or, where that wiki is no more, run"
            " `wiki files take-over`"
        )
        _log.error("%s", self.fault)


class CopysBucket(AnothersBucket):
    """It belongs to another copy of this wiki, of which one was restored: it is read alone."""

    def __init__(self, address: str) -> None:
        StorageFailed.__init__(
            self,
            _(
                "Another copy of this wiki looks after the large files: here they can be read, and"
                " none is added or deleted. Tell the operator."
            ),
        )
        self.fault = (
            f"large files: {address} belongs to another copy of this wiki, of which one was"
            " restored from a backup: here they are read, and none is added or deleted. Where that"
            " copy runs no more, run `wiki files take-over`; else set object_store to a folder that"
            " no other wiki has"
        )
        _log.error("%s", self.fault)


def read_owner(bucket: "S3Store") -> str:
    """The words of the mark, "?" where nobody can tell; "" where there is no mark.

    Raises what the client does.
    """
    import obstore

    try:
        found = obstore.get(bucket, _MARK)
    except FileNotFoundError as error:
        if "NoSuchBucket" in str(error):
            raise
        return ""
    if found.meta["size"] > _LONGEST:
        return "?"
    said = bytes(found.bytes()).decode("ascii", "replace").strip()
    return said if all(map(str.isalnum, said.split(" "))) else "?"


def claim(bucket: "S3Store", mark: str) -> str:
    """Marks a folder that has no mark; whose it is then. Raises what the client does, or OSError
    where a mark is not read though it is there.

    Of two at the same moment a server that knows conditions takes one. Where it knows none the last
    one stays, and the other is told when it asks again: before each file, and before each sweep,
    which leaves alone what is of that day.
    """
    import obstore
    from obstore.exceptions import AlreadyExistsError, BaseError

    if owner := read_owner(bucket):
        return owner
    try:
        obstore.put(bucket, _MARK, _written(mark), mode="create", use_multipart=False)
    except AlreadyExistsError:
        pass
    except BaseError as error:
        if "NotImplemented" not in str(error) and "501" not in str(error):
            raise
        write_owner(bucket, mark)
    if owner := read_owner(bucket):
        return owner
    raise FileNotFoundError(f"{_MARK} was put there, and is not: whose the folder is nobody knows")


def write_owner(bucket: "S3Store", mark: str) -> None:
    """Marks it, whosever it was. Raises what the client does."""
    import obstore

    obstore.put(bucket, _MARK, _written(mark), use_multipart=False)


def _written(mark: str) -> bytes:
    return f"{mark}\n".encode("ascii")
