"""Who stands behind a commit: the software itself, or those whom its message credits."""

import re

from wiki.repository.objects import Author

#: who signs what the software writes by itself
WIKI_AUTHOR = Author("Carrefour", "wiki@people.invalid")
#: a message may name more: those are not read
_MOST = 50
_CREDIT = re.compile(
    r"^Co-authored-by:[ \t]*([^<>\n]{1,200}?)[ \t]*<([^<>\s]{1,200})>[ \t]*$", re.M | re.I
)


def co_authors(message: str, author_mail: str = "") -> list[Author]:
    """The people of the ``Co-authored-by`` lines of the last paragraph, each once by mail.

    The author, who has ``author_mail``, is not one of them.
    """
    _, _, trailers = message.strip().rpartition("\n\n")
    people = {author_mail: Author("", author_mail)}
    for name, mail in _CREDIT.findall(trailers)[:_MOST]:
        people.setdefault(mail, Author(name, mail))
    return list(people.values())[1:]
