"""Pages and items of sister Carrefours, beside one's own and marked with their home; messages.

::

    def needs_of(theirs):  # a Reader: a visitor of all sisters
        return find_items(theirs, select_items(blocks=("need",)), limit=20).rows

    for item in ask_sisters(reader, needs_of, ()):
        origin = origin_of(reader, item.path)
        print(origin.title, copy_url(item.path), origin.home_url(item.path))

    @hookimpl
    def sister_messages():
        return [SisterMessage("introductions-ask", take=asked, gave_up=not_told)]

    send_message(instance, origin.name, "introductions-ask", {"need": "…", "words": "…"})

``ask_sisters`` is how they are asked: where there are none it costs nothing, where a copy is
damaged or late it gives what is given last. The answer depends on what they show. What they show
is said by others: a row's ``path`` begins with the sister's name, and is no page of ours.
``sisters_reader`` is for who would rather have what is wrong raised.

A message is kept until the sister has it, which takes it once; both sites sign. ``count_met`` adds
one to the needs that were met through a sister, which everybody is told. What is personal in one is
put in by ``SisterMessage.fill`` when it is sent. ``is_exchanging``: whether anything can be told.
"""

from wiki.hookspecs.sisters import SisterMessage, sister_item_actions
from wiki.sisters.entries import list_beside, list_near
from wiki.sisters.origins import Origin, copy_url, list_origins, origin_of
from wiki.sisters.outbox import count_met, is_exchanging, send_message
from wiki.sisters.reader import ask_sisters
