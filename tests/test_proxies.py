"""Limits are by address: whose address counts behind proxies, and whose word for it."""

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from wiki.app import create_app

if TYPE_CHECKING:
    from wiki.instance import Instance


@pytest.mark.parametrize(
    ("proxies", "apart"), [(0, False), (1, True), (2, True)], ids=["none", "one", "two"]
)
def test_the_address_is_what_the_outermost_proxy_saw(
    instance: "Instance", proxies: int, apart: bool
) -> None:
    """A reader writes what they like before it; only what our own proxies added is believed."""
    settings = replace(instance.settings, proxies=proxies, searches_per_minute=1)
    client = create_app(replace(instance, settings=settings)).test_client()
    codes = [
        client.get("/-/search?q=a", headers={"X-Forwarded-For": f"{claimed}, 203.0.113.7"})
        for claimed in ("198.51.100.1", "198.51.100.2")
    ]
    # Without a proxy all come from this machine; with two, the first claim is the second proxy's.
    assert [code.status_code for code in codes] == ([200, 429] if proxies != 2 else [200, 200])
    other = client.get("/-/search?q=a", headers={"X-Forwarded-For": "203.0.113.8"})
    assert (other.status_code == 200) is apart
