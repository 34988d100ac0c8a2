"""Mails: queued in your transaction, sent once, by templates of yours.

::

    subject, text, html = compose(instance, "poll/mail/closed", person.lang, poll=poll)
    mail = Mail(f"poll:{poll.id}:{person.id}", person.email, subject, text, html)
    queue_mail(instance.private, session, mail)
    wake_sender(instance)  # after the transaction

``send_mail`` does all three for one mail.
"""

from wiki.hookspecs.notifications import Announcement, Letter, announcements
from wiki.mail_dispatch import send_mail, wake_sender
from wiki.mail_templates import compose
from wiki.people.mail.queue import DeferredLetter, Mail, failed_among, queue_mail

# fmt: off
__all__ = [
    "Announcement", "DeferredLetter", "Letter", "Mail", "announcements", "compose",
    "failed_among", "queue_mail", "send_mail", "wake_sender",
]
# fmt: on
