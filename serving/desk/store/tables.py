"""The tables as SQLAlchemy sees them; migrations make them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Date, DateTime, ForeignKey, String, Table, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from serving.desk.words import CLOSING, Tier


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
        source: who brought it.
        victim: number of the person to be dissuaded; empty where none is known.
        person: what that person is, for the words to use.
        district: where that person is.
        payment: what the stop-payment sheet says, by field of the taxonomy.
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
    source: Mapped[str] = mapped_column(String(20))
    victim: Mapped[str] = mapped_column(String(20))
    person: Mapped[str] = mapped_column(String(12))
    district: Mapped[str] = mapped_column(String(40))
    payment: Mapped[dict[str, str]] = mapped_column(JSON)
    feedback: Mapped[list[Feedback]] = relationship(
        back_populates="case", order_by="Feedback.id", lazy="selectin", cascade="all, delete-orphan"
    )
    marks: Mapped[list[EvidenceFeedback]] = relationship(
        back_populates="case", order_by="EvidenceFeedback.id", lazy="selectin", cascade="all, delete-orphan"
    )

    @property
    def evidence(self) -> list[dict[str, Any]]:
        """The machine's spans as the operators have corrected them, in reading order."""
        spans = {(e["start"], e["end"], e["sign"]) for e in self.result["evidence"]}
        for mark in self.marks:
            (spans.add if mark.added else spans.discard)((mark.start, mark.end, mark.sign))
        return [{"start": a, "end": b, "text": self.text[a:b], "sign": sign} for a, b, sign in sorted(spans)]


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


class EvidenceFeedback(Base):
    """A span that an operator added to the evidence or took from it; never changed once written."""

    __tablename__ = "evidence_feedback"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    at: Mapped[datetime] = mapped_column(DateTime)
    operator: Mapped[str] = mapped_column(String(40))
    added: Mapped[bool]
    start: Mapped[int]
    end: Mapped[int]
    sign: Mapped[str] = mapped_column(String(40))
    case: Mapped[Case] = relationship(back_populates="marks")


alerts = Table(
    "alerts",
    Base.metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("task_id", ForeignKey("tasks.id"), nullable=False, index=True),
)


class Task(Base):
    """A person to be dissuaded.

    Attributes:
        phone: the person's number; alerts about it come to this task while it is open.
        moving_to: the district it has been handed to and that has not answered yet.
        opened: UTC, as are ``due`` and ``closed``.
        outcome: how it ended; empty while it is open.
        cases: what alerted to the person, oldest first.
    """

    __tablename__ = "tasks"

    id: Mapped[int] = mapped_column(primary_key=True)
    phone: Mapped[str] = mapped_column(String(20), index=True)
    district: Mapped[str] = mapped_column(String(40), default="")
    moving_to: Mapped[str] = mapped_column(String(40), default="")
    tier: Mapped[Tier] = mapped_column(String(8))
    opened: Mapped[datetime] = mapped_column(DateTime, index=True)
    due: Mapped[datetime] = mapped_column(DateTime)
    owner: Mapped[str] = mapped_column(String(40), default="")
    closed: Mapped[datetime | None] = mapped_column(DateTime, index=True)
    outcome: Mapped[str] = mapped_column(String(12), default="")
    cases: Mapped[list[Case]] = relationship(secondary=alerts, order_by="Case.id", lazy="selectin")
    attempts: Mapped[list[Attempt]] = relationship(back_populates="task", order_by="Attempt.id", lazy="selectin")

    def note(self, at: datetime, operator: str, outcome: str, note: str = "") -> None:
        """Write down what was done; an outcome that ends the task ends it."""
        self.attempts.append(Attempt(at=at, operator=operator, outcome=outcome, note=note))
        if outcome in CLOSING:
            self.closed, self.outcome, self.moving_to = at, outcome, ""


class Attempt(Base):
    """What was tried or done about a task; never changed once written."""

    __tablename__ = "attempts"

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"), index=True)
    at: Mapped[datetime] = mapped_column(DateTime, index=True)
    operator: Mapped[str] = mapped_column(String(40))
    outcome: Mapped[str] = mapped_column(String(12))
    note: Mapped[str] = mapped_column(String(200))
    task: Mapped[Task] = relationship(back_populates="attempts")
