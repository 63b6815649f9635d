"""What a shift leader counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from serving.desk.store.clock import bounds
from serving.desk.store.database import Database
from serving.desk.store.tables import Attempt, Case
from serving.desk.words import DISSUADED


@dataclass(frozen=True, slots=True)
class Board:
    """Figures of the days from ``first`` to ``last``.

    Attributes:
        days: cases by verdict, for every day, those without a case too.
        types: cases and hundredths of a yuan by type, most cases first; normal texts left out.
        dissuaded: people who were talked out of it.
        dispositions: cases and hundredths of a yuan by disposition.
    """

    first: date
    last: date
    days: dict[date, dict[str, int]]
    types: dict[str, tuple[int, int]]
    dispositions: dict[str, tuple[int, int]]
    dissuaded: int

    @property
    def total(self) -> int:
        """Cases of all days."""
        return sum(sum(counts.values()) for counts in self.days.values())

    @property
    def scams(self) -> int:
        """Cases whose verdict is scam."""
        return sum(counts.get("scam", 0) for counts in self.days.values())

    @property
    def cents(self) -> int:
        """The sum involved in all cases."""
        return sum(cents for _, cents in self.dispositions.values())


def board(database: Database, last: date, days: int) -> Board:
    """Count the cases of the ``days`` days that end with ``last``."""
    first = last - timedelta(days - 1)
    within = Case.day.between(first, last)
    number, cents = func.count(Case.id), func.sum(Case.cents)
    counts: dict[date, dict[str, int]] = {first + timedelta(i): {} for i in range(days)}
    with database.reading() as session:
        for day, verdict, n in session.execute(
            select(Case.day, Case.verdict, number).where(within).group_by(Case.day, Case.verdict)
        ):
            counts[day][verdict] = n
        types = session.execute(
            select(Case.type, number, cents).where(within, Case.type != "").group_by(Case.type).order_by(number.desc())
        )
        dispositions = session.execute(select(Case.disposition, number, cents).where(within).group_by(Case.disposition))
        return Board(
            first,
            last,
            counts,
            {key: (n, c or 0) for key, n, c in types},
            {key: (n, c or 0) for key, n, c in dispositions},
            dissuaded(session, first, last),
        )


def dissuaded(session: Session, first: date, last: date) -> int:
    """People talked out of it on these days: tasks, not attempts."""
    begin, end = bounds(first, last)
    within = (Attempt.outcome == DISSUADED, Attempt.at >= begin, Attempt.at < end)
    return session.scalar(select(func.count(Attempt.task_id.distinct())).where(*within)) or 0
