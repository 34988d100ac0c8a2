"""Paths of pages, the addresses of what is shown and what they ask, and links without logging in.

::

    path = normalise(raw)  # as typed; raises NotFound where no page can have it
    page_url(path), action_url("poll", path, {"year": 2027})  # /projets/serre, /-/poll/projets/…
    file_url("projets/serre/plan.png")
    read_number(request.args.get("year", ""))  # None for what is no number
    asset("poll/form.css")  # static/form.css of the plugin; without a folder: of the front end

    BALLOT = SignedLink("poll-ballot", "poll-ballot", int)
    BALLOT.url(instance, ballot.id)  # for a mail: https://…/-/poll-ballot/NDI.dGhlIHNp…
    BALLOT.read(instance, token)  # in the view: the id; None where the token is not ours
"""

from wiki.jinja import asset
from wiki.pages.paths import join, new_name, normalise, title_from_path
from wiki.pages.urls import action_url, file_url, page_url
from wiki.pages.words import read_number, slug
from wiki.signed_links import SignedLink, is_as_signed
