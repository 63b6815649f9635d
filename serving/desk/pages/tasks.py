"""The dissuasion queue and its call sheets."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from fastapi import Request, Response
from starlette.datastructures import FormData

from serving.desk.call_sheet import call_sheet
from serving.desk.forms import PageNumber, Posted, WantedTasks, name, word
from serving.desk.pages import common
from serving.desk.pages.common import render
from serving.desk.store.clock import utc_now
from serving.desk.store.paging import page_count
from serving.desk.store.tally import tally
from serving.desk.words import OUTCOMES, TIERS

_DAYS = 7
pages = common.router()


@pages.get("/tasks")
def queue(request: Request, wanted: WantedTasks, page: PageNumber) -> Response:
    """Tasks, overdue first, and their figures."""
    now = utc_now()
    found, total = common.tasks(request).search(wanted, now, page)
    filters = {"tier": wanted.tier, "district": wanted.district, "owner": wanted.owner}
    return render(
        request,
        "tasks.html",
        tasks=found,
        total=total,
        page=page,
        pages=page_count(total),
        wanted=wanted,
        asked=urlencode({"state": wanted.state} | {key: value for key, value in filters.items() if value}),
        now=now,
        tally=tally(common.database(request), now, _DAYS),
        days=_DAYS,
        districts=common.tasks(request).districts(),
        types=common.types(request),
    )


@pages.get("/tasks/{id_}")
def sheet(request: Request, id_: int) -> Response:
    """One task's call sheet and history."""
    return _sheet(request, id_)


@pages.post("/tasks/{id_}/attempts")
def attempt(request: Request, id_: int, form: Posted) -> Response:
    """Write down an attempt."""

    def change(by: str) -> bool:
        outcome = word(form, "outcome")
        if outcome not in OUTCOMES:
            raise ValueError("请选择结果")
        return common.tasks(request).attempt(id_, by, outcome, word(form, "note")[:200], word(form, "district")[:40])

    return _changed(request, id_, form, change)


@pages.post("/tasks/{id_}/transfer")
def transfer(request: Request, id_: int, form: Posted) -> Response:
    """Accept or return a task that was handed over."""
    accepted, note = word(form, "answer") == "accept", word(form, "note")[:160]
    return _changed(request, id_, form, lambda by: common.tasks(request).answer(id_, by, accepted, note))


@pages.post("/tasks/{id_}/owner")
def assign(request: Request, id_: int, form: Posted) -> Response:
    """Say whose it is and how urgent."""

    def change(by: str) -> bool:
        tier = next((tier for tier in TIERS if tier == word(form, "tier")), None)
        if tier is None:
            raise ValueError("请选择等级")
        return common.tasks(request).assign(id_, by, word(form, "owner")[:40], tier)

    return _changed(request, id_, form, change)


def _changed(request: Request, id_: int, form: FormData, change: Callable[[str], bool]) -> Response:
    """The task after ``change``, which is told who is at the desk; on a mistake, its sheet with what was wrong."""
    try:
        by = name(form)
        known = change(by)
    except ValueError as error:
        return _sheet(request, id_, str(error))
    return common.saved(f"/tasks/{id_}", by) if known else _missing(request)


def _missing(request: Request) -> Response:
    return common.missing(request, "任务", "/tasks")


def _sheet(request: Request, id_: int, wrong: str = "") -> Response:
    task = common.tasks(request).get(id_)
    if task is None:
        return _missing(request)
    return render(
        request,
        "task.html",
        422 if wrong else 200,
        task=task,
        sheet=call_sheet(task, common.taxonomy(request)),
        now=utc_now(),
        districts=common.tasks(request).districts(),
        operator=common.operator(request),
        wrong=wrong,
    )
