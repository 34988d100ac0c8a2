"""The one private row: a project that a dossier's team does not want to be proposed again."""

from datetime import datetime

from sqlalchemy import Integer
from sqlalchemy.orm import Mapped, mapped_column

from wiki.api.tables import Base, Moment, PageBirth, PagePath


class DismissedRow(Base):
    """``page`` names the dossier for ever; ``dossier`` and ``project`` are where the two are.

    Who dismissed it is nobody's business: the team decides together.
    """

    __tablename__ = "dossiers_dismissed"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    page: Mapped[PageBirth] = mapped_column(index=True)
    dossier: Mapped[PagePath]
    project: Mapped[PagePath]
    at: Mapped[datetime] = mapped_column(Moment)
