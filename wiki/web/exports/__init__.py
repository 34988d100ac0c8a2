"""Taking the site along in the browser: what one may read, for everyone who is signed in; all of
it, for administrators who say that it is them.

::

    account.py   /-/account/export: what everyone may take, their exports, the files
    site.py      /-/admin/export: as visitors read it, as oneself does, or everything
    presenters.py   what both pages show
"""
