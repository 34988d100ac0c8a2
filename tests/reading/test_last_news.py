"""The last news of pages: of those that are asked for, and of no others."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from wiki.reading import Reader
from wiki.reading.history import get_last_news

if TYPE_CHECKING:
    from wiki.instance import Instance


def test_news_of_no_pages_are_none(
    instance: "Instance", write: "Callable[[dict[str, str]], str]"
) -> None:
    story = "::: historique\n- 2026-01-02 : un essai\n:::\n"
    write({"a.md": f"---\ntype: project\n---\n# A\n\n{story}"})
    reader = Reader(instance)
    assert set(get_last_news(reader, ["a"])) == {"a"}
    assert get_last_news(reader, []) == {}, "a table that is empty would ask about the whole wiki"
