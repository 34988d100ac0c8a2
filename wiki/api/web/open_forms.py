"""Forms of visitors, who give an account last, and what keeps machines out of them.

::

    @blueprint.post("/-/poll/new")
    @open_to_all
    def create() -> Response:
        verdict = antispam.check()
        ...

An ``OpenForm`` keeps what a visitor sent until they have an account; templates of it write
``{{ ui.traps(traps) }}``. ``open_to_links`` marks a view in which a visitor may do what a link lets
them that shows them the page (``sign_by_link`` of ``wiki.api.people`` has their name).
"""

from wiki.hookspecs.site import OpenForm, beginning
from wiki.web import antispam
from wiki.web.forms.open_forms import (
    check_self_registration,
    keep_in_browser,
    receive_form,
    typed_fields,
)
from wiki.web.link_session import open_to_links
from wiki.web.security import csrf, open_to_all
from wiki.web.support import form_token
