"""The last news of pages: of those that are asked for, and of no others; by people alone."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from wiki.reading import Reader
from wiki.reading.history import get_last_news
from wiki.repository.commit import commit
from wiki.repository.objects import WIKI_AUTHOR, Author
from wiki.web.page.presenters import credits

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


def test_what_the_wiki_wrote_by_itself_did_not_change_the_page_last(instance: "Instance") -> None:
    """« Dernier changement » is the day of a person, but where there was none."""
    then, now = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
    repository = instance.repository
    for text, author, when in (
        (b"---\ntype: project\n---\n# A\n", Author("Awa", "awa@people.invalid"), then),
        (b"---\ntype: project\npresented: [[soir]]\n---\n# A\n", WIKI_AUTHOR, now),
    ):
        commit(repository, repository.head(), {"a.md": text}, author, "A", when)
    commit(repository, repository.head(), {"b.md": b"# B\n"}, WIKI_AUTHOR, "B", now)
    reader = Reader(instance)
    assert [credits(reader, path)["edited"]["when"] for path in "ab"] == [then, now]
    assert set(get_last_news(reader, ["a", "b"])) == {"a"}
