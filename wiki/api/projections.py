"""Tables worked out from the pages, kept up to date when they are asked, never migrated.

::

    class Polls(TableProjection):
        name = "polls"
        schema = "create table polls (path text primary key)"
"""

from wiki.projections.base import Progress
from wiki.projections.conditions import replace_surrogates, visible_condition
from wiki.projections.row_changes import Watch
from wiki.projections.table import TableProjection, progress_steps
