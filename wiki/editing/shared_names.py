"""What someone who came by a link is called beside what they write."""

from wiki.errors import BadField
from wiki.people.access.share_links import note_guest
from wiki.people.accounts.fields import check_name
from wiki.reading import Reader
from wiki.translation import gettext as _
from wiki.translation import use_language


def sign_by_link(reader: Reader, path: str, name: str) -> str:
    """``name`` with the words that they came by a link, for what they write about ``path``.

    The link's list shows the name from then on; "" where no link shows them the page. The words are
    the site's language, as they stay with what was written. Raises BadField.
    """
    shared = reader.link_to(path)
    if shared is None:
        return ""
    if not name.strip():
        raise BadField("name", _("Give your name: whoever shared the page sees who writes."))
    shown, instance = check_name(name), reader.instance
    note_guest(instance.private, shared.link.id, shown)
    with use_language(instance.settings.lang):
        return _("{name} (by link)").format(name=shown)
