"""Sisters' pages as one reads them here, and which sisters there are.

::

    pages.py    the sisters; a page or a file of a copy: /-/carrefours/<name>/<path>
    body.py     what a page of a copy says, its links led to where they belong
    exchange.py what other sites ask and send: statement, ping, inbox
    admin.py    for administrators: named, blocked, ended
    departures.py an account was erased: which sisters have followed
"""
