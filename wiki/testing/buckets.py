"""A server that speaks S3, and a bucket of it: Debian's moto, or what ``WIKI_TEST_S3`` names.

moto is a program of its own: what it asks for of libraries does not go with what the wiki does.
"""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

from wiki.testing.servers import free_port

_MOTO = Path("/usr/bin/moto_server")


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """The address of a server that takes any key."""
    if given := os.environ.get("WIKI_TEST_S3", ""):
        yield given
        return
    if not _MOTO.exists():
        pytest.skip("moto is not installed (apt-get install python3-moto python3-flask-cors)")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [_MOTO, "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < until:
            with suppress(URLError, ConnectionError, TimeoutError):
                urlopen(url, timeout=60).close()
                break
            time.sleep(0.05)
        else:
            raise RuntimeError("the server of S3 did not start")
        yield url
    finally:
        process.terminate()
        process.wait(60)


@pytest.fixture
def bucket(s3_server: str) -> dict[str, Any]:
    """Settings of an object store, a new bucket of its own, for files above 1,000 bytes."""
    name = f"carrefour-{token_hex(6)}"
    urlopen(Request(f"{s3_server}/{name}", method="PUT"), timeout=30).close()  # noqa: S310
    return {
        "object_store": f"s3://{name}/files",
        "object_store_endpoint": s3_server,
        "object_store_region": "us-east-1",
        "object_store_key": "a key",
        "object_store_secret": "a secret",
        "object_store_above": 1_000,
    }
