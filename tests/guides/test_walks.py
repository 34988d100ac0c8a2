"""Each guide's first task, done by what it says stands on the screen."""

import pytest

from tests.guides.guide import ROLES, Guide
from tests.guides.studio import Studio, table
from tests.guides.walk import Walk
from tests.guides.walks import TASKS
from tests.journeys.browsing import Open, Site

#: minutes that a first task may take, with the reading of its guide
MOST = 15


@pytest.mark.parametrize("role", ROLES)
def test_the_first_task_of_a_guide(
    role: str, language: str, browse: Open, studio: Studio, request: pytest.FixtureRequest
) -> None:
    site: Site = request.getfixturevalue("new_site" if role == "administrator" else "site")
    walk = Walk(Guide(role, language), browse().page, site, studio)
    TASKS[role](walk)
    walk.end()
    assert walk.count.seconds < 60 * MOST
    if studio.open:
        studio.clock(role, walk.count)
        return
    # Not to the word: days are told in more words or fewer.
    row = next(row for row in table(language).splitlines() if walk.guide.path.name in row)
    told = float(row.strip("| ").rpartition("|")[2].replace(",", "."))
    assert abs(told - walk.count.seconds / 60) < 1
