"""The links that answer without a log-in: a request and what one says, with our signature."""

from typing import NamedTuple

from wiki.api.paths import SignedLink

#: what a link may say beside a state: the form itself, that there is no news, to ask no more
TELL, NOTHING, STOP = "tell", "nothing", "stop"


class Token(NamedTuple):
    """Which request, and what the link says: TELL, NOTHING, STOP or a state."""

    request: str
    act: str


ANSWER = SignedLink("news-answer", "news/answer", Token)
