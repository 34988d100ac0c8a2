"""Headers under which nothing that was uploaded is ever run."""

import pytest

from wiki.files.headers import file_headers
from wiki.files.types import EXTENSIONS


@pytest.mark.parametrize("extension", [*EXTENSIONS, "html", "js", "xhtml", "exe", ""])
def test_nothing_is_run_and_only_pictures_are_shown(extension: str) -> None:
    sent = file_headers(f"projets/x/a.{extension}")
    assert sent["X-Content-Type-Options"] == "nosniff"
    assert sent["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "html" not in sent["Content-Type"]
    assert "javascript" not in sent["Content-Type"]
    shown = sent["Content-Disposition"].startswith("inline")
    assert shown == (extension in {"png", "jpg", "jpeg", "gif", "webp"})


def test_a_name_cannot_end_the_header() -> None:
    disposition = file_headers('x/a";\r\nSet-Cookie: b.png')["Content-Disposition"]
    assert disposition == "inline; filename*=UTF-8''a%22%3B%0D%0ASet-Cookie%3A%20b.png"


def test_text_says_its_charset() -> None:
    assert file_headers("a.csv")["Content-Type"] == "text/csv; charset=utf-8"
