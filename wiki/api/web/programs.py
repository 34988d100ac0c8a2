"""Programs that people let in: their tokens, and the form that sends one back to them.

::

    made = issue_to_program(private, person.id, program=id, name="Poll", scopes=["read"])
    again = renew(private, id, made.renewal)  # None where it is over, revoked or copied
    revoke_secret(private, id, made.secret)
    if asking := ask_unless_sure(request.full_path):
        return asking  # for the password, and back
    allow_form_target(response, "https://poll.example/back")  # where the form's answer leads
"""

from wiki.people.accounts.program_tokens import (
    ProgramToken,
    issue_to_program,
    list_programs,
    renew,
    revoke_secret,
)
from wiki.web.account.confirmation import ask_unless_sure
from wiki.web.security import allow_form_target
