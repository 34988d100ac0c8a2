"""Servers that somebody named, called outside of our own network alone.

No request that a person waits for makes such a call, but for few at once, in bounds of their own.

::

    there = destination_of(typed, inside)  # raises BadRequest for no https address
    check_outside(there, inside, "poll_hosts")  # likewise for a host inside of our network
    answer = call_outside("POST", url, inside=inside, setting="poll_hosts", body=words)

``inside`` are hosts of the own network that the setting of that name allows. ``find_service`` is
for a server that speaks something else, and that a setting of the wiki names.
"""

from wiki.outside.client import (
    Answer,
    Limits,
    check_outside,
    destination_of,
    find_service,
)
from wiki.outside.client import call as call_outside
