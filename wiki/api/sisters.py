"""Pages and items of sister Carrefours, to be shown beside one's own and marked with their home.

::

    def needs_of(theirs):  # a Reader: a visitor of all sisters
        return find_items(theirs, select_items(blocks=("need",)), limit=20).rows

    for item in ask_sisters(reader, needs_of, ()):
        origin = origin_of(reader, item.path)
        print(origin.title, copy_url(item.path), origin.home_url(item.path))

``ask_sisters`` is how they are asked: where there are none it costs nothing, where a copy is
damaged or late it gives what is given last. The answer depends on what they show. What they show
is said by others: a row's ``path`` begins with the sister's name, and is no page of ours.
``sisters_reader`` is for who would rather have what is wrong raised.
"""

from wiki.sisters.origins import Origin, copy_url, list_origins, origin_of
from wiki.sisters.reader import ask_sisters, sisters_reader
