"""What administrators chose in the browser, of the settings that are not public."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from wiki.people.models.tables import Base, Moment


class SettingRow(Base):
    """One setting: its ``value`` as JSON, encrypted where it is a secret; who chose it, and when.

    ``who`` is an account's id, which the row may outlive, as a line of the audit trail does.
    """

    __tablename__ = "setting"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)
    who: Mapped[str] = mapped_column(String(32))
