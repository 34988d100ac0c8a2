"""Words in the reader's language: English in your code, others in the catalogues beside it.

::

    gettext("Saved."), ngettext("One need", "{count} needs", count).format(count=count)
    TITLE = lazy("Needs")  # translated each time that it is shown
    with use_language(person.lang):
        words = gettext("You are invited.")

Dates, numbers and lists are said by CLDR (Babel), for ``language()``. Words of the grammar of
pages, such as the name of a block, are French or English whatever the interface is in:
``written_language()``.
"""

from wiki.translation import (
    gettext,
    language,
    languages,
    lazy,
    ngettext,
    use_language,
    written_language,
)
