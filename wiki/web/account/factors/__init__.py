"""Second factors over HTTP: passkeys, digits of an application, recovery codes.

::

    security       the page of one's own            second_step   at a log-in
    second_factor  its forms                        sure          that it is really them
       └── proofs, recovery_codes, passkeys ──┘
    challenges     what a passkey signs             notices       what its owner is told by mail
"""
