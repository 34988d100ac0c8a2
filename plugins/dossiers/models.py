"""The one private row: a project that a dossier's team does not want to be proposed again."""

from datetime import datetime

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from wiki.api.tables import Base, Moment


class DismissedRow(Base):
    """``page`` names the dossier for ever; ``dossier`` and ``project`` are where the two are.

    Who dismissed it is nobody's business: the team decides together.
    """

    __tablename__ = "dossiers_dismissed"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    page: Mapped[str] = mapped_column(String(64), index=True)
    dossier: Mapped[str] = mapped_column(String(4000), info={"page": True})
    project: Mapped[str] = mapped_column(String(4000), info={"page": True})
    at: Mapped[datetime] = mapped_column(Moment)
