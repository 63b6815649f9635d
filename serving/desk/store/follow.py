"""What a saved case does to the dissuasion queue."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from serving.desk.store.tables import Case, Task, alerts
from serving.desk.tiers import Limits, rank
from serving.desk.words import ENDED, MERGED, MISTAKEN, REOPENED, Tier


def follow(session: Session, case: Case, operator: str, now: datetime, limits: Limits, was: tuple[str, str]) -> None:
    """Bring the queue in line with a case that has just been written.

    Args:
        operator: who wrote it.
        was: the case's verdict and disposition before, empty for a new one.
    """
    task = session.scalar(select(Task).join(alerts).where(alerts.c.case_id == case.id))
    if case.verdict == "normal":
        if task and task.closed is None and all(c.verdict == "normal" for c in task.cases):
            task.note(now, operator, MISTAKEN, "案件改判为正常")
        return
    if task and task.phone != case.victim:
        task = _renumbered(session, task, case, operator, now)
    if task is None:
        task = _same_number(session, case)
        if task:
            task.note(now, operator, MERGED, f"又一条预警 {case.number}")
        else:
            task = Task(phone=case.victim, district=case.district, opened=now, tier="low", due=now + limits.wait("low"))
            session.add(task)
        task.cases.append(case)
    if was[0] == "normal" and task.outcome == MISTAKEN:
        task.closed, task.outcome = None, ""
        task.note(now, operator, REOPENED, f"{case.number} 改判")
    moved = case.elements.get("money_moved", "")
    hasten(task, limits.tier(case.verdict, case.result["score"], moved, case.cents), now, limits)
    ended = ENDED.get(case.disposition)
    if ended and was[1] != case.disposition and task.closed is None:
        task.note(now, operator, ended, f"接警时：{case.number}")


def hasten(task: Task, tier: Tier, now: datetime, limits: Limits) -> None:
    """Raise a task to a tier that is more urgent than its own; its deadline only comes nearer."""
    if rank(tier) < rank(task.tier):
        task.tier = tier
        task.due = min(task.due, now + limits.wait(tier))


def _renumbered(session: Session, task: Task, case: Case, operator: str, now: datetime) -> Task | None:
    """The task after its case's number was corrected; None where the case leaves it."""
    same = _same_number(session, case)
    if len(task.cases) > 1:
        task.cases.remove(case)
        return None
    if same is None or task.closed:
        task.phone = case.victim
        return task
    # Two tasks turn out to be about one person: what was done on either stays, under one of them.
    task.cases.remove(case)
    same.cases.append(case)
    for attempt in list(task.attempts):
        attempt.task = same
    same.note(now, operator, MERGED, f"号码更正，{case.number} 并入")
    if rank(task.tier) < rank(same.tier):
        same.tier = task.tier
    same.due = min(same.due, task.due)
    session.flush()
    session.delete(task)
    return same


def _same_number(session: Session, case: Case) -> Task | None:
    if not case.victim:
        return None
    return session.scalar(select(Task).where(Task.phone == case.victim, Task.closed.is_(None)).order_by(Task.id))
