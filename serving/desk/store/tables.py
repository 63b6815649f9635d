"""The tables as SQLAlchemy sees them; migrations make them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, DateTime, ForeignKey, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    """All tables."""


class Case(Base):
    """One call, note or message as the operator closed it.

    Attributes:
        at: when it was saved, UTC.
        day: the same as a day of the operator's clock.
        verdict: the operator's; ``result`` keeps the machine's.
        type: likewise; empty where it is no scam.
        cents: the sum involved, in hundredths of a yuan.
        elements: case elements as edited: lists of values by key, and ``money_moved``.
        asked: questions ticked off.
        result: the machine's whole answer.
    """

    __tablename__ = "cases"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    at: Mapped[datetime] = mapped_column(DateTime)
    day: Mapped[date] = mapped_column(Date, index=True)
    operator: Mapped[str] = mapped_column(String(40))
    channel: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(Text)
    verdict: Mapped[str] = mapped_column(String(12), index=True)
    type: Mapped[str] = mapped_column(String(40), index=True)
    disposition: Mapped[str] = mapped_column(String(12), index=True)
    cents: Mapped[int | None]
    elements: Mapped[dict[str, Any]] = mapped_column(JSON)
    asked: Mapped[list[str]] = mapped_column(JSON)
    result: Mapped[dict[str, Any]] = mapped_column(JSON)
    feedback: Mapped[list[Feedback]] = relationship(
        back_populates="case", order_by="Feedback.id", lazy="selectin", cascade="all, delete-orphan"
    )


class Feedback(Base):
    """An operator's correction of verdict or type; never changed once written."""

    __tablename__ = "feedback"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    at: Mapped[datetime] = mapped_column(DateTime)
    operator: Mapped[str] = mapped_column(String(40))
    field: Mapped[str] = mapped_column(String(12))
    before: Mapped[str] = mapped_column(String(40))
    after: Mapped[str] = mapped_column(String(40))
    case: Mapped[Case] = relationship(back_populates="feedback")
