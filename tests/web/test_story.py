"""The story of pages as it is shown: no mail address, whatever git holds."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from wiki.repository.objects import Author
from wiki.repository.writing import commit

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
