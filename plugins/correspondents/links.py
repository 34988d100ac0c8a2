"""The mailed link by which a finder says that an innovation sent by mail is theirs."""

from wiki.api.paths import SignedLink

CONFIRMATION = SignedLink("signal-confirm", "signal/confirm", str)
