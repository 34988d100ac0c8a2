"""Sister Carrefours, as rows.

::

    registry    which sites, what each is called here, its key, what of it is blocked
    exchanges   how the exchange with each goes, and when it is due
    site_keys   what this site signs with
    messages    what is still to be told to a sister, and what was taken once
    departures  accounts that were erased, and which sister has followed
"""
