"""The story of pages as it is shown: no mail address, whatever git holds."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from wiki.repository.commit import commit
from wiki.repository.objects import WIKI_AUTHOR, Author

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from wiki.instance import Instance
    from wiki.people.person import Person


def test_no_mail_address_is_shown_and_git_keeps_it(
    instance: "Instance",
    client: "FlaskClient",
    person: Callable[..., "Person"],
    log_in: Callable[["Person"], "FlaskClient"],
) -> None:
    repository = instance.repository
    author = Author("alice@example.org", "alice@example.org")
    for number in range(2):
        text = f"# A\n\nligne {number}\n".encode()
        message = f"Étape {number}, vue avec <bob@example.net>"
        last = commit(repository, repository.head(), {"a.md": text}, author, message)
    admin = log_in(person("Admin", role="admin"))
    urls = ("/a", "/-/history/a", "/-/changes", "/-/diff/a", "/-/version/a?at=" + last)
    for browser, url in [(client, url) for url in urls] + [(admin, "/-/blame/a")]:
        answer = browser.get(url)
        shown = answer.get_data(as_text=True)
        assert answer.status_code == 200
        assert "example.org" not in shown and "example.net" not in shown, url
    assert "Étape 1, vue avec …@…" in client.get("/-/history/a").get_data(as_text=True)
    assert repository.commit_info(last).author_name == "alice@example.org"


def test_last_news_are_a_line_of_the_story_or_written_by_hand(
    instance: "Instance", client: "FlaskClient", write: Callable[..., str]
) -> None:
    repository = instance.repository
    told = "::: historique\n- 2999-01-01 — À venir\n- 2021-03-05 — Un banc d’essai\n:::\n"
    head = "---\ntype: project\ntitle: Sol\n---\n\n"
    texts = {"p/sol.md": head + told, "p/eau.md": head}
    imported = {name: text.encode() for name, text in texts.items()}
    commit(repository, repository.head(), imported, WIKI_AUTHOR, "Import de pages")

    def news(path: str) -> str:
        html = client.get(path).get_data(as_text=True)
        return html.partition("Dernières nouvelles</dt><dd>")[2].partition("</dd>")[0]

    assert "5 mars 2021" in news("/p/sol")
    assert news("/p/eau") == ""
    last = repository.commit_info(write({"p/eau.md": f"{head}Le puits est creusé.\n"}))
    day = last.when.astimezone(instance.settings.zone).date()
    assert f'datetime="{day.isoformat()}"' in news("/p/eau")
    assert "5 mars 2021" in news("/p/sol")


def test_lists_and_searches_go_by_the_last_news_and_not_by_imports(
    instance: "Instance", client: "FlaskClient", write: Callable[..., str]
) -> None:
    repository = instance.repository
    head = "---\ntype: project\ntitle: {}\nsummary: Une récolte.\n---\n\n"
    told = "::: historique\n- 2999-01-01 — À venir\n- {} — Un banc d’essai\n:::\n"
    write({"p/eau.md": head.format("Eau")})
    imported = {
        "p/air.md": head.format("Air") + told.format("2021-03-05"),
        "p/sol.md": head.format("Sol") + told.format("2022-03-05"),
        "p/feu.md": head.format("Feu"),
        "p/eau.md": head.format("Eau") + "Ce que la base en sait.\n",
    }
    files = {name: text.encode() for name, text in imported.items()}
    commit(repository, repository.head(), files, WIKI_AUTHOR, "Import de pages")
    expected = ["/p/eau", "/p/sol", "/p/air", "/p/feu"]

    def order(url: str) -> list[str]:
        shown = client.get(url).get_data(as_text=True).partition("<main")[2]
        return list(dict.fromkeys(re.findall(r'href="(/p/[a-z]+)"', shown)))

    write({"liste.md": "::: projets sort:updated\n:::\n"})
    for url in ("/-/search?q=récolte&sort=newest", "/liste"):
        assert order(url) == expected, url
