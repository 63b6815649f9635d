"""Types that have become more frequent than in the weeks before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from math import comb

from sqlalchemy import func, select

from serving.desk.store.database import Database
from serving.desk.store.tables import Case

TEST = "条件二项精确检验（两个泊松率之比，单侧），Holm 校正，α = 0.05；假定各案相互独立"
_WEEK, _BEFORE, _LEVEL = 7, 28, 0.05


@dataclass(frozen=True, slots=True)
class Rise:
    """A type's cases of the last seven days and of the days before; ``p`` is corrected."""

    type: str
    now: int
    before: int
    p: float


@dataclass(frozen=True, slots=True)
class Rising:
    """Types that rise.

    Attributes:
        days: how many days stand before the last week, at most four weeks; too few where less than one.
    """

    days: int
    types: list[Rise]

    @property
    def comparable(self) -> bool:
        """Whether there is enough to compare with."""
        return self.days >= _WEEK


def rising(database: Database, last: date) -> Rising:
    """Compare the week that ends with ``last`` with up to four weeks before it."""
    week = last - timedelta(_WEEK - 1)
    with database.reading() as session:
        oldest = session.scalar(select(func.min(Case.day))) or last
        first = max(week - timedelta(_BEFORE), oldest)
        found = session.execute(
            select(Case.type, Case.day >= week, func.count(Case.id))
            .where(Case.day.between(first, last), Case.type != "")
            .group_by(Case.type, Case.day >= week)
        )
        counts: dict[str, list[int]] = {}
        for type_, recent, n in found:
            counts.setdefault(type_, [0, 0])[bool(recent)] = n
    days = max(0, (week - first).days)
    if days < _WEEK:
        return Rising(days, [])
    # Were the rate unchanged, each of a type's cases would fall into the last week with this probability.
    share = _WEEK / (_WEEK + days)
    tested = sorted((_upper_tail(now, now + before, share), type_) for type_, (before, now) in counts.items())
    rises, corrected = [], 0.0
    for i, (p, type_) in enumerate(tested):
        corrected = min(1.0, max(corrected, p * (len(tested) - i)))
        if corrected <= _LEVEL:
            before, now = counts[type_]
            rises.append(Rise(type_, now, before, corrected))
    return Rising(days, rises)


def _upper_tail(k: int, n: int, share: float) -> float:
    return sum(comb(n, i) * share**i * (1 - share) ** (n - i) for i in range(k, n + 1))
