"""What proves more than a password does: passkeys."""

from datetime import datetime

from sqlalchemy import BigInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from wiki.people.models.tables import Base, Moment, Owner


class PasskeyRow(Base):
    """A passkey: its public half, with which nobody gets in.

    ``id`` is the hash of ``credential``, which is what the authenticator calls it (base64url, as
    ``public_key`` is). ``uses`` is what the authenticator counts, 0 where it counts nothing;
    ``synced``: it is kept on several devices of its owner.
    """

    __tablename__ = "passkey"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person: Mapped[Owner] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(String(100))
    credential: Mapped[str] = mapped_column(Text)
    public_key: Mapped[str] = mapped_column(Text)
    transports: Mapped[str] = mapped_column(String(100))
    uses: Mapped[int] = mapped_column(BigInteger)
    synced: Mapped[bool]
    created: Mapped[datetime] = mapped_column(Moment)
    used: Mapped[datetime | None] = mapped_column(Moment)
