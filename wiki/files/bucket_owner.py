"""Whose a folder of a bucket is: a mark in it names the wiki, so that no other sweeps or reads it.

The mark is the identity that all nodes of a wiki share, and that a backup brings back.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from obstore.store import S3Store

#: beside the objects, which are called otherwise
_MARK = "owner"
#: bytes of a mark; what is longer is none of ours
_LONGEST = 100


def read_owner(bucket: "S3Store") -> str:
    """The identity in the mark, "?" where nobody can tell; "" where there is no mark.

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
    return said if said.isalnum() else "?"


def claim(bucket: "S3Store", wiki: str) -> str:
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
        obstore.put(bucket, _MARK, _mark(wiki), mode="create", use_multipart=False)
    except AlreadyExistsError:
        pass
    except BaseError as error:
        if "NotImplemented" not in str(error) and "501" not in str(error):
            raise
        write_owner(bucket, wiki)
    if owner := read_owner(bucket):
        return owner
    raise FileNotFoundError(f"{_MARK} was put there, and is not: whose the folder is nobody knows")


def write_owner(bucket: "S3Store", wiki: str) -> None:
    """Marks it, whosever it was. Raises what the client does."""
    import obstore

    obstore.put(bucket, _MARK, _mark(wiki), use_multipart=False)


def _mark(wiki: str) -> bytes:
    return f"{wiki}\n".encode("ascii")
