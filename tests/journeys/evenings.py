"""One evening of a series that a journey goes through: its projects, its people, their screens."""

from tests.journeys.browsing import PHONE, Open, mailed
from tests.journeys.crowd import Crowd
from tests.journeys.public import Public
from tests.journeys.steps import Album
from tests.journeys.years import Years
from wiki.reading import Reader
from wiki.reading.lists import get_rows

SOILS, SITES, ADVICE = (
    f"projets/{name}"
    for name in ("access-sol", "archeolog-ia", "adaptation-au-changement-climatique-acc")
)
#: who comes: three who have no account, two who have
VISITORS, MEMBERS = ("zoe", "lou", "sam"), ("marc", "rosa")
#: a line of the template that is to be written anew
HINT = "dites ce qu’il en est"
#: its chapter, until it is written
EMPTY = "Pratique"


class Evening:
    """One evening of a series, its people and their screens."""

    def __init__(self, years: Years, browse: Open) -> None:
        self.years = years
        self.album = Album()
        self.team = browse().log_in("ines")
        self.owners = {
            name: browse(PHONE, has_touch=True).log_in(name) for name in ("awa", "paul", "nora")
        }
        self.phone = browse(PHONE, has_touch=True)
        self.member = {name: browse(PHONE, has_touch=True).log_in(name) for name in MEMBERS}
        self.crowd = Crowd(years)
        self.public = Public(years.site, self.album, browse(PHONE, has_touch=True), "ines")
        closed = (*self.crowd.selected, *self.crowd.refused)
        self.public.hidden |= {HINT, *(team.own for team in closed)}
        self.public.hidden |= {team.title for team in self.crowd.refused}
        self.public.absent |= {"Booster Conseil", EMPTY}
        self.event = ""
        self.series = ""

    def named(self) -> list[tuple[str, str]]:
        """What the programme says of the two whose pages are open, in the words of their pages."""
        rows = get_rows(Reader(self.years.site.instance), (SOILS, SITES))
        return [(row.title, row.summary) for row in rows.values()]

    def shown(self) -> list[tuple[str, str]]:
        """What the programme says of those who agreed."""
        return [*self.named(), *((one.title, one.sentence) for one in self.crowd.selected)]

    def mail(self, name: str, pattern: str) -> str:
        self.years.tend()
        place = "net" if name in VISITORS else "org"
        return mailed(self.years.site, f"{name}@example.{place}", pattern)
