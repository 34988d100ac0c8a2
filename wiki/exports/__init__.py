"""The whole site, or what one reader may read of it, taken along in forms that others read too.

::

    contents   which pages and files of the commit the reader may have; the policy's own answer
       │
    markdown · data · site/ · mediawiki     each form: contents ──▶ files with names of their own
       │          (names.py: such as every file system and archive holds)
    target     a folder or a ZIP, written as it comes, whole or not at all

``forms`` is the list of them, ``job`` has those made that were asked for in the browser.
"""

#: the names of the forms: `wiki export` must not wait for what writes them
FORM_NAMES = ("site", "markdown", "markdown-links", "mediawiki", "tables")
