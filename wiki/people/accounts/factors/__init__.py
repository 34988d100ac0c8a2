"""What proves more than a password does, and of whom it is asked.

::

    requirement    who is asked for a second factor, from when on, and has one
       │
    passkeys       keys of one's devices: alone they are two factors     parties  what for
    one_time       six digits of an application
    recovery       ten codes on paper, for who lost both
    begun          log-ins that wait for their second factor
"""
