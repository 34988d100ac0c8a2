"""How often something may be done: in a request, or over days, by a person or an address.

::

    count_request("save")  # raises TooMany; the limits are in docs/operator.md
    count_attempts(instance.private, [Limit(f"poll:{person.id}", 5, DAY)])

``record_request`` and ``may_receive_request`` keep what people said of how often they are asked.
"""

from wiki.people.limits.durable import DAY, Limit, client_network, count_attempts, door_limits
from wiki.people.limits.quotas import count_upload
from wiki.people.limits.requests import may_receive_request, monthly_requests, record_request
from wiki.web.throttle import client_address, count_request, set_retry_after
