"""A bucket of S3, at Amazon or at anyone who speaks it; its client is imported where it is used."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from wiki.errors import BadSetting
from wiki.resources import how_to_add

if TYPE_CHECKING:
    from obstore.store import S3Store


@dataclass(frozen=True)
class Place:
    """Where a bucket is, as the settings that begin with ``setting`` say it."""

    setting: str
    #: ``s3://bucket/folder``
    address: str
    endpoint: str
    region: str
    key: str
    secret: str


def open_bucket(place: Place, *, request: float, tries: int, patience: float) -> "S3Store":
    """The bucket, below its folder; nothing is asked of it yet. Raises BadSetting.

    A request takes at most ``request`` seconds, and is tried again ``tries`` times, within
    ``patience`` seconds.
    """
    try:
        from obstore.store import S3Store
    except ModuleNotFoundError as error:
        raise BadSetting(
            f"setting {place.setting!r} needs obstore, which is not installed; to add it: "
            + how_to_add("s3"),
            place.setting,
        ) from error
    address = urlsplit(place.address)
    if address.scheme != "s3" or not address.netloc:
        raise BadSetting(
            f"setting {place.setting!r} is an address such as s3://bucket/folder", place.setting
        )
    given = {
        "endpoint": place.endpoint,
        "region": place.region,
        "access_key_id": place.key,
        "secret_access_key": place.secret,
    }
    # What is not given is looked for as all programs for S3 do, in AWS_….
    options: Any = {name: value for name, value in given.items() if value}
    return S3Store(
        address.netloc,
        prefix=address.path.strip("/") or None,
        client_options={
            "allow_http": place.endpoint.startswith("http://"),
            "connect_timeout": timedelta(seconds=min(request, 3)),
            "timeout": timedelta(seconds=request),
        },
        retry_config={"max_retries": tries, "retry_timeout": timedelta(seconds=patience)},
        **options,
    )
