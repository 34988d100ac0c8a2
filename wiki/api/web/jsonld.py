"""What things are to programs of others, in the words of schema.org.

::

    @hookimpl(types={"project"})
    def linked_things(context: PageContext) -> Sequence[Thing]:
        polls = [Thing(action_url("poll", one.id), "Question", {"name": one.words}) for one in ...]
        return [*polls, Thing(page_url(context.page.path), "Project", {"subjectOf": polls})]

    render_page("poll/page.html", json_ld=linked_data(as_visitor(reader), polls))

A page of the plugin's own gives ``json_ld`` what everybody may read, or None.
"""

from wiki.hookspecs.things import Thing
from wiki.web.jsonld.things import agreed_people, as_visitor, linked_data
