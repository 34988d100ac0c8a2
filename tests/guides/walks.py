"""What somebody in each role does first, in a browser: the steps of their guide, one by one."""

from collections.abc import Callable

from tests.guides.walk import Walk
from wiki.testing import PASSWORD


def owner(walk: Walk) -> None:
    """Presents a project without an account, and says what it lacks."""
    walk.goto("/")
    walk.press(picture="owner-home")
    walk.read()
    walk.fill("Four à pain du quartier")
    walk.fill("Un four commun, allumé le samedi par qui veut cuire.")
    walk.press()
    walk.read()
    walk.fill("Une porteuse de projet")
    walk.fill("porteuse@example.org")
    walk.press()
    walk.read()
    walk.mail("porteuse@example.org", r"http[^/]+//[^/]+(/-/last-step/\S+)")
    walk.read()
    walk.press()
    walk.read()
    walk.press(picture="owner-project")
    walk.read()
    walk.write("what", "Une maçonne qui connaît la brique réfractaire, une matinée")
    walk.press(picture="owner-need")
    walk.read()


def expert(walk: Walk) -> None:
    """Answers a need without an account."""
    walk.goto("/")
    walk.press()
    walk.read()
    walk.press(picture="expert-board")
    walk.read()
    walk.fill("J’ai posé trois passerelles en montagne : une heure au téléphone cette semaine.")
    walk.fill("Un expert en radio")
    walk.fill("radio@example.net")
    walk.press(picture="expert-answer")
    walk.read()
    walk.mail("radio@example.net", r"http[^/]+//[^/]+(/-/introductions/\S+)")
    walk.read()
    walk.press()
    walk.read()


def connector(walk: Walk) -> None:
    """Names somebody for a need that has no answer."""
    walk.log_in("connectrice@example.org", PASSWORD)
    walk.menu()
    walk.read()
    walk.picture("connector-queue", "main a")
    walk.follow("main a")
    walk.read()
    walk.press()
    walk.read()
    walk.choose()
    walk.write("email", "maraichere@example.net")
    walk.fill("Elle a deux parcelles au bord du Trieux, et elle aime essayer.")
    walk.press(picture="connector-proposes")
    walk.read()


def correspondent(walk: Walk) -> None:
    """Signals what they have seen."""
    walk.log_in("correspondante@example.org", PASSWORD)
    walk.menu()
    walk.read()
    walk.fill("Séchoir solaire du marché")
    walk.fill("Des fruits séchés au soleil dans un caisson de bois, vendus hors saison.")
    walk.fill("Bretagne")
    walk.press(stays=True, picture="correspondent-form")
    walk.page.wait_for_selector("main a:has-text('Séchoir solaire')")
    walk.press()
    walk.read()


def programme(walk: Walk) -> None:
    """Begins a dossier, and looks at what its booklet will be."""
    walk.log_in("programme@example.org", PASSWORD)
    walk.press("header")
    walk.press()
    walk.read()
    walk.fill("La radio hors des villes")
    walk.fill("Que fait-on quand il n’y a ni réseau mobile ni internet ?")
    walk.fill("IoT, agriculture")
    walk.press()
    walk.read()
    walk.picture("programme-dossier")
    walk.press()
    walk.read()
    walk.press()
    walk.choose()
    walk.press()
    walk.read()
    walk.press(picture="programme-booklet")


def organiser(walk: Walk) -> None:
    """Begins a series, and its first evening."""
    walk.log_in("programme@example.org", PASSWORD)
    walk.menu()
    walk.read()
    walk.press()
    walk.read()
    walk.page.check("main [name=template][value$=carrefour]")
    walk.fill("Carrefour de Bretagne")
    walk.fill("Bretagne")
    walk.fill("Médiathèque, Rennes")
    walk.press()
    walk.read()
    walk.press()
    walk.read()
    walk.press()
    walk.see()
    walk.read()
    walk.press(picture="organiser-evening")
    walk.read()


def administrator(walk: Walk) -> None:
    """Gives a new site its name and its administrator."""
    walk.page.goto(walk.site.url)
    walk.read()
    walk.fill("Carrefour des marais")
    walk.fill("Une administratrice")
    walk.fill("administratrice@example.org")
    walk.fill(PASSWORD)
    walk.press(picture="administrator-setup")
    walk.read()
    walk.press()
    walk.read()
    walk.press()
    walk.read()
    walk.choose()
    walk.press()
    walk.read(".guide")
    walk.picture("administrator-home", ".guide")
    walk.menu()
    walk.read()
    walk.press()
    walk.read()


TASKS: dict[str, Callable[[Walk], None]] = {
    task.__name__: task
    for task in (owner, expert, connector, correspondent, programme, organiser, administrator)
}
