"""Mails: queued in your transaction, sent once, by templates of yours.

::

    key = f"poll:{poll.id}:{person.id}"
    mail = compose_mail(instance, key, person, "poll/mail/closed", path=page_url(poll.path))
    queue_mail(instance.private, session, mail)
    wake_sender(instance)  # after the transaction

``send_mail`` does the last two. Who has no account is a ``Recipient``. ``forget_words`` takes back
what was written about somebody.
"""

from wiki.hookspecs.notifications import Announcement, Letter, announcements
from wiki.mail_dispatch import send_mail, wake_sender
from wiki.mail_templates import Recipient, address_letter, compose, compose_mail
from wiki.people.mail.queue import failed_among, forget_words, queue_mail
from wiki.people.mail.values import DeferredLetter, Mail
