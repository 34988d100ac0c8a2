"""Files that a browser saves: tables and others, for who asks alone.

::

    return csv_response([["Project", "Votes"], *rows], "votes.csv")
    return attachment(data, "application/pdf", "votes.pdf")
"""

from wiki.files.headers import file_headers
from wiki.web.csv import attachment, csv_response
