"""A view: who asks, and the answer.

::

    @blueprint.get("/poll/<path:path>")  # at /-/poll/…
    def poll(path: str) -> Response:
        reader = current_reader()
        return render_page("poll/page.html", page=get_page(reader, path))

    flash_message(gettext("Saved."))  # on the next page that they see

``anonymous_view`` marks a view that must not know who asks; ``share_response()`` an answer that is
the same for all with the same permissions;
``let_others_frame(response, "style-src 'self'")`` one that other sites may show.
"""

from wiki.web.account.views import safe_next
from wiki.web.page.space import TYPE_WORDS
from wiki.web.security import let_others_frame
from wiki.web.support import (
    anonymous_view,
    current_instance,
    current_person,
    current_reader,
    current_session,
    flash_message,
    render_html,
    render_page,
    share_response,
    signed_in_person,
    signed_in_reader,
    wants_fragment,
    wants_json,
)
