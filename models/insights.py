"""What the measured pages read: counts by day and kind, what each conversation added to them, and saved studies."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Float, Index, Integer, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import ID, Base


class InsightChange(Base):
    """A conversation of which something changed since it was counted.

    The database's own triggers add these rows, in the transaction that makes the change: nothing that is written by
    hand, restored or erased is missed.
    """

    __tablename__ = "insight_changes"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ID)


class InsightShare(Base):
    """What one conversation added to a count by the day. Taken back when it is recounted.

    It is also the way from a figure to its conversations, the latest first: an index holds them in that order, and on
    PostgreSQL all that is asked about them.
    """

    __tablename__ = "insight_shares"
    __table_args__ = (
        Index(
            "ix_insight_shares_behind",
            "what",
            "day",
            "conversation_id",
            "detail",
            postgresql_include=["channel", "locale", "issue", "kind", "n"],
        ),
        {"sqlite_with_rowid": False},
    )

    conversation_id: Mapped[str] = mapped_column(ID, primary_key=True)
    what: Mapped[str] = mapped_column(String(16), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    locale: Mapped[str] = mapped_column(String(8))
    issue: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    detail: Mapped[str] = mapped_column(String(120), primary_key=True)
    n: Mapped[int] = mapped_column(BigInteger)
    total: Mapped[float] = mapped_column(Float)
    squares: Mapped[float] = mapped_column(Float)


class InsightCell(Base):
    """A count. ``what`` is counted, ``detail`` which of it; ``total`` and ``squares`` sum a value and its square.

    Everything is counted by the day (``days`` is 1) and again by the week (``days`` is 7, ``day`` its Monday), so that
    years are read in a few rows; and by the week once more over all channels, languages, issues and kinds (these are
    ""), so that there are even fewer where a page is not narrowed.
    """

    __tablename__ = "insight_cells"
    __table_args__ = ({"sqlite_with_rowid": False},)  # all reading goes by the key: rows lie in its order

    what: Mapped[str] = mapped_column(String(16), primary_key=True)
    days: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    locale: Mapped[str] = mapped_column(String(8), primary_key=True)
    issue: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    detail: Mapped[str] = mapped_column(String(120), primary_key=True)
    n: Mapped[int] = mapped_column(BigInteger)
    total: Mapped[float] = mapped_column(Float)
    squares: Mapped[float] = mapped_column(Float)


class InsightStudy(Base):
    """A question that is followed up: a goal, where it is lost, what was changed on ``changed_on``, what came of it."""

    __tablename__ = "insight_studies"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    measure: Mapped[str] = mapped_column(String(24))
    channel: Mapped[str] = mapped_column(String(16), default="")
    locale: Mapped[str] = mapped_column(String(8), default="")
    issue: Mapped[str] = mapped_column(String(40), default="")
    goal: Mapped[str] = mapped_column(default="")
    locate: Mapped[str] = mapped_column(default="")
    solve: Mapped[str] = mapped_column(default="")
    review: Mapped[str] = mapped_column(default="")
    changed_on: Mapped[date]
    days: Mapped[int]
    made_by: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
