"""What proves more than a password does.

::

    passkeys   keys of one's devices: alone they are two factors
    parties    the site that they are good for
"""
