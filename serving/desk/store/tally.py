"""The queue in figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from serving.desk.store.clock import local
from serving.desk.store.database import Database
from serving.desk.store.tables import Task


@dataclass(slots=True)
class Count:
    """Tasks, those not done and those late."""

    all: int = 0
    open: int = 0
    overdue: int = 0


@dataclass(slots=True)
class Tally:
    """Counts by tier, source, type and district, most first, and by hour of the day."""

    total: Count = field(default_factory=Count)
    tiers: dict[str, Count] = field(default_factory=dict)
    sources: dict[str, Count] = field(default_factory=dict)
    types: dict[str, Count] = field(default_factory=dict)
    districts: dict[str, Count] = field(default_factory=dict)
    hours: dict[int, Count] = field(default_factory=lambda: {hour: Count() for hour in range(24)})


def tally(database: Database, now: datetime, days: int) -> Tally:
    """Count the tasks of the last days, and those older ones that are not done."""
    with database.reading() as session:
        wanted = (Task.opened > now - timedelta(days)) | Task.closed.is_(None)
        return _counted(session.scalars(select(Task).where(wanted)), now)


def _counted(tasks: Iterable[Task], now: datetime) -> Tally:
    counted = Tally()
    for task in tasks:
        # The first alert says where the task came from, the latest what it is about.
        source, type_ = (task.cases[0].source, task.cases[-1].type) if task.cases else ("", "")
        for count in (
            counted.total,
            counted.tiers.setdefault(task.tier, Count()),
            counted.sources.setdefault(source, Count()),
            counted.types.setdefault(type_, Count()),
            counted.districts.setdefault(task.district, Count()),
            counted.hours[local(task.opened).hour],
        ):
            count.all += 1
            count.open += task.closed is None
            count.overdue += task.closed is None and task.due < now
    for group in (counted.sources, counted.types, counted.districts):
        ordered = sorted(group.items(), key=lambda item: -item[1].all)
        group.clear()
        group.update(ordered)
    return counted
