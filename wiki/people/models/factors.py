"""What proves more than a password does: passkeys, one-time codes, what helps who lost them."""

from datetime import datetime

from sqlalchemy import BigInteger, String, Text, false
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


class SecondFactorRow(Base):
    """What an account wants beside a password.

    Since ``asked`` its role asks for it; ``chosen``: its owner wants passkeys after a password.
    """

    __tablename__ = "second_factor"

    person: Mapped[Owner] = mapped_column(primary_key=True)
    asked: Mapped[datetime | None] = mapped_column(Moment)
    chosen: Mapped[bool] = mapped_column(default=False, server_default=false())


class OneTimeRow(Base):
    """An application that makes six digits: what it shares with us, sealed with the instance's key.

    ``last`` is the last half minute whose digits were used: each is good once.
    """

    __tablename__ = "one_time"

    person: Mapped[Owner] = mapped_column(primary_key=True)
    secret: Mapped[str] = mapped_column(String(200))
    last: Mapped[int] = mapped_column(BigInteger)
    created: Mapped[datetime] = mapped_column(Moment)


class RecoveryRow(Base):
    """A recovery code that was not used yet, as passwords are kept."""

    __tablename__ = "recovery"

    person: Mapped[Owner] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[str] = mapped_column(String(200))


class BegunLoginRow(Base):
    """A password, or a mailed link, was good, and the second factor is still to come.

    ``id`` is the hash of what the browser holds. It opens nothing: no session is made before.
    """

    __tablename__ = "begun_login"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person: Mapped[Owner] = mapped_column(index=True)
    expires: Mapped[datetime] = mapped_column(Moment, index=True)
