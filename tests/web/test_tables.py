"""Whole tables as files cost a server seconds: each may be had so many times an hour."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from flask import Flask

    from wiki.config import Settings


@pytest.fixture
def settings(settings: "Settings") -> "Settings":
    from dataclasses import replace

    return replace(settings, documents_per_hour=3)


def test_whole_tables_are_counted_together(app: "Flask") -> None:
    client = app.test_client()
    urls = ("/-/catalogue.csv", "/-/catalogue.xlsx", "/-/relations/file.gexf")
    assert [client.get(url).status_code for url in urls] == [200] * 3
    for url in urls:
        refused = client.get(url)
        assert refused.status_code == 429
        assert int(refused.headers["Retry-After"]) > 0
    assert client.get("/-/catalogue").status_code == 200
