"""The dissuasion queue: listed, worked on, handed over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select

from serving.desk.store.clock import utc_now
from serving.desk.store.database import Database
from serving.desk.store.follow import hasten
from serving.desk.store.paging import paged
from serving.desk.store.tables import Task, alerts
from serving.desk.tiers import Limits, rank
from serving.desk.words import ACCEPTED, ASSIGNED, RETURNED, TIERS, TRANSFER, UNMOVED, Tier


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which tasks a list shows; an empty field shows all.

    Attributes:
        state: ``open``, ``overdue``, ``moving`` or ``closed``.
    """

    state: str = ""
    tier: str = ""
    district: str = ""
    owner: str = ""


class Tasks:
    """The tasks of one database."""

    def __init__(self, database: Database, limits: Limits) -> None:
        self._database = database
        self._limits = limits

    def search(self, wanted: Wanted, now: datetime, page: int) -> tuple[list[Task], int]:
        """One page, overdue first, then the most urgent; and how many there are on all pages."""
        ranks = case({tier: rank(tier) for tier in TIERS}, value=Task.tier)
        order = (Task.closed.is_not(None), Task.due >= now, ranks, Task.due, Task.id)
        with self._database.reading() as session:
            total = session.scalar(_where(select(func.count(Task.id)), wanted, now)) or 0
            rows = paged(_where(select(Task), wanted, now).order_by(*order), page)
            return list(session.scalars(rows)), total

    def districts(self) -> list[str]:
        """Districts known so far, for the form to offer."""
        with self._database.reading() as session:
            return list(session.scalars(select(Task.district).where(Task.district != "").distinct()))

    def get(self, id_: int) -> Task | None:
        """The task, if there is one."""
        with self._database.reading() as session:
            return session.get(Task, id_)

    def of(self, case_id: int) -> int | None:
        """The number of the task that a case belongs to."""
        with self._database.reading() as session:
            return session.scalar(select(alerts.c.task_id).where(alerts.c.case_id == case_id))

    def attempt(
        self,
        id_: int,
        operator: str,
        outcome: str,
        note: str = "",
        district: str = "",
        now: datetime | None = None,
    ) -> bool:
        """Write down an attempt.

        Args:
            district: where a transfer goes.
            now: when it was made, UTC without a zone; by default this moment.

        Raises:
            ValueError: in Chinese, why that cannot be.
        """

        def done(task: Task, now: datetime) -> None:
            words = note
            if outcome == TRANSFER:
                if task.moving_to:
                    raise ValueError(f"已移交{task.moving_to}，等对方接收或退回")
                if district in ("", task.district):
                    raise ValueError("请填写移交到哪个辖区")
                task.moving_to = district
                words = f"{task.district or '未填'} → {district} {note}".strip()
            task.note(now, operator, outcome, words)
            if outcome == UNMOVED:
                hasten(task, "high", now, self._limits)

        return self._change(id_, done, now)

    def answer(self, id_: int, operator: str, accepted: bool, note: str) -> bool:
        """The other district takes the task or gives it back.

        Raises:
            ValueError: in Chinese, why that cannot be.
        """

        def done(task: Task, now: datetime) -> None:
            if not task.moving_to:
                raise ValueError("这个任务没有在移交")
            if accepted:
                task.district, task.owner = task.moving_to, ""
            elif not note:
                raise ValueError("退回请写明原因")
            words = f"{task.moving_to} {note}".strip()
            task.moving_to = ""
            task.note(now, operator, ACCEPTED if accepted else RETURNED, words)

        return self._change(id_, done)

    def assign(self, id_: int, operator: str, owner: str, tier: Tier) -> bool:
        """Say whose task it is and how urgent.

        Raises:
            ValueError: it is closed.
        """

        def done(task: Task, now: datetime) -> None:
            task.note(now, operator, ASSIGNED, f"负责人 {owner or '无'}，{TIERS[tier]}")
            task.owner = owner
            hasten(task, tier, now, self._limits)
            # A deadline that was given is not taken back with the tier.
            task.tier = tier

        return self._change(id_, done)

    def _change(self, id_: int, done: Callable[[Task, datetime], None], now: datetime | None = None) -> bool:
        with self._database.writing() as session, session.begin():
            task = session.get(Task, id_)
            if task is None:
                return False
            if task.closed:
                raise ValueError(f"任务已结（{task.outcome}），不能再改")
            done(task, now or utc_now())
        return True


def _where(statement: Select[Any], wanted: Wanted, now: datetime) -> Select[Any]:
    states: dict[str, ColumnElement[bool]] = {
        "open": Task.closed.is_(None),
        "overdue": Task.closed.is_(None) & (Task.due < now),
        "moving": Task.moving_to != "",
        "closed": Task.closed.is_not(None),
    }
    if wanted.state in states:
        statement = statement.where(states[wanted.state])
    for field in ("tier", "district", "owner"):
        if value := getattr(wanted, field):
            statement = statement.where(getattr(Task, field) == value)
    return statement
