"""Old addresses of pages that moved, and of what lies below them, lead to the new ones."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from wiki.editing import move
from wiki.reading import Reader

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from wiki.instance import Instance
    from wiki.people.person import Person


def test_every_old_address_leads_to_the_newest_with_its_query(
    instance: "Instance",
    client: "FlaskClient",
    person: Callable[..., "Person"],
    write: Callable[..., str],
) -> None:
    write(
        {
            "projets/un/index.md": "---\ntype: project\n---\n\n# Un\n",
            "projets/un/besoins.md": "# Besoins\n",
            "projets/un/plan.txt": "un plan\n",
            "l.md": "[[projets/un/besoins]]\n",
        }
    )
    admin = person("Admin", role="admin")
    move.move(Reader(instance, admin), "projets/un", "projets/deux")
    move.move(Reader(instance, admin), "projets/deux", "dossiers/trois")
    assert client.get("/dossiers/trois").status_code == 200
    for old in ("projets/un", "projets/deux"):
        for below in ("", "/besoins", "/plan.txt"):
            answer = client.get(f"/{old}{below}?theme=eau&q=%C3%A9")
            assert answer.status_code == 308, (old, below)
            assert answer.location == f"/dossiers/trois{below}?theme=eau&q=%C3%A9"
            assert client.get(answer.location).status_code == 200
    assert client.get("/projets/un/nulle-part", follow_redirects=True).status_code == 404
    # A page that comes to stand at an old address is what is found there.
    write({"projets/un.md": "# Un nouveau\n"})
    assert "Un nouveau" in client.get("/projets/un").get_data(as_text=True)
    assert client.get("/projets/deux").location == "/dossiers/trois"
