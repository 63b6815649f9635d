"""The dissuasion queue: real cases, a real SQLite file, the desk's pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import text as sql
from test_desk import NOTE, client, save, screener

from nlp import Item, Result, Screener
from serving.desk.phone import phone_number
from serving.desk.settings import DeskSettings
from serving.desk.store.cases import Cases, Entry, Span
from serving.desk.store.clock import utc_now
from serving.desk.store.database import Database
from serving.desk.store.tables import Task
from serving.desk.store.tally import tally
from serving.desk.store.tasks import Tasks, Wanted
from serving.desk.tiers import remaining

__all__ = ["client", "screener"]
VICTIM = "13900139000"
ENTRY = Entry(
    operator="王接警",
    verdict="suspicious",
    type="police",
    disposition="咨询",
    cents=None,
    elements={"money_moved": "no"},
    asked=[],
    source="96110",
    victim=VICTIM,
    person="elderly",
    district="城东",
    payment={},
)


@pytest.fixture(scope="module")
def result(screener: Screener) -> Result:
    return replace(screener.screen(Item(NOTE, "note")), score=0.6)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(Database(tmp_path)) as database:
        database.upgrade()
        yield database


class Desk:
    """Cases and tasks of one database."""

    def __init__(self, database: Database, result: Result) -> None:
        limits = DeskSettings(data=Path()).limits
        self.result, self.database = result, database
        self.cases, self.tasks = Cases(database, limits), Tasks(database, limits)

    def alert(self, **changed: object) -> int:
        return self.cases.add(NOTE, self.result, replace(ENTRY, **changed)).id  # type: ignore[arg-type]

    def task(self, case: int) -> Task:
        id_ = self.tasks.of(case)
        task = self.tasks.get(id_) if id_ else None
        assert task
        return task


@pytest.fixture
def desk(database: Database, result: Result) -> Desk:
    return Desk(database, result)


@pytest.mark.parametrize(
    ("changed", "tier", "minutes"),
    [
        ({"verdict": "scam", "elements": {"money_moved": "yes"}}, "high", 30),
        ({"verdict": "scam", "cents": 5_000_000}, "high", 30),
        ({"verdict": "scam"}, "medium", 120),
        ({}, "medium", 120),
    ],
)
def test_a_case_becomes_a_task_with_tier_and_deadline(
    desk: Desk, changed: dict[str, object], tier: str, minutes: int
) -> None:
    task = desk.task(desk.alert(**changed))
    assert task.tier == tier
    assert task.due - task.opened == timedelta(minutes=minutes)


def test_a_normal_case_is_no_task(desk: Desk) -> None:
    assert desk.tasks.of(desk.alert(verdict="normal", type="")) is None


def test_alerts_about_one_number_merge_and_the_deadline_only_comes_nearer(desk: Desk) -> None:
    first = desk.task(desk.alert())
    merged = desk.task(desk.alert(verdict="scam", elements={"money_moved": "yes"}))
    assert merged.id == first.id
    assert len(merged.cases) == 2
    assert merged.tier == "high"
    assert merged.due < first.due
    assert desk.task(desk.alert()).due == merged.due


def test_alerts_without_a_number_do_not_merge(desk: Desk) -> None:
    assert desk.task(desk.alert(victim="")).id != desk.task(desk.alert(victim="")).id


def test_an_alert_after_the_task_is_done_is_a_new_task(desk: Desk) -> None:
    first = desk.task(desk.alert())
    desk.tasks.attempt(first.id, "李劝阻", "已劝阻")
    assert desk.task(desk.alert()).id != first.id


def test_a_case_corrected_to_normal_ends_its_task_and_corrected_back_opens_it(desk: Desk) -> None:
    case = desk.alert()
    desk.cases.revise(case, replace(ENTRY, verdict="normal", type=""))
    assert desk.task(case).outcome == "误报"
    desk.cases.revise(case, ENTRY)
    assert desk.task(case).closed is None


def test_a_corrected_number_joins_two_tasks_and_keeps_what_was_done(desk: Desk) -> None:
    first, second = desk.alert(), desk.alert(victim="13700137000")
    desk.tasks.attempt(desk.task(second).id, "李劝阻", "联系不上")
    desk.cases.revise(second, ENTRY)
    task = desk.task(second)
    assert task.id == desk.task(first).id
    assert {"联系不上", "并入"} == {a.outcome for a in task.attempts}
    assert desk.tasks.search(Wanted(), utc_now(), 1)[1] == 1


def test_a_corrected_number_of_one_alert_leaves_the_others_together(desk: Desk) -> None:
    first, second = desk.alert(), desk.alert()
    desk.cases.revise(second, replace(ENTRY, victim="13700137000"))
    assert desk.task(first).phone == VICTIM
    assert desk.task(second).phone == "13700137000"


def test_a_case_closed_as_dissuaded_is_a_task_that_is_done(desk: Desk) -> None:
    assert desk.task(desk.alert(disposition="劝阻成功")).outcome == "已劝阻"


def test_overdue_tasks_come_first_whatever_their_tier(desk: Desk) -> None:
    late = desk.task(desk.alert())
    urgent = desk.task(desk.alert(victim="13700137000", verdict="scam", cents=9_000_000))
    with desk.database.writing() as session, session.begin():
        session.execute(sql("UPDATE tasks SET due = '2020-01-01 00:00:00.000000' WHERE id = :id"), {"id": late.id})
    found, total = desk.tasks.search(Wanted("open"), utc_now(), 1)
    assert ([task.id for task in found], total) == ([late.id, urgent.id], 2)
    assert desk.tasks.search(Wanted("overdue"), utc_now(), 1)[1] == 1
    counted = tally(desk.database, utc_now(), 7)
    assert (counted.total.all, counted.total.overdue) == (2, 1)
    assert {"high", "medium"} == set(counted.tiers)
    for counts in (counted.sources["96110"], counted.types["police"], counted.districts["城东"]):
        assert counts.all == 2
    assert sum(c.all for c in counted.hours.values()) == 2


def test_who_will_not_listen_is_seen_in_person(desk: Desk) -> None:
    task = desk.task(desk.alert())
    desk.tasks.attempt(task.id, "李劝阻", "不听劝需见面")
    assert (desk.tasks.get(task.id) or task).tier == "high"


def test_a_transfer_is_accepted_or_returned(desk: Desk) -> None:
    case = desk.alert()
    id_ = desk.task(case).id
    desk.tasks.assign(id_, "王班长", "李劝阻", "medium")
    desk.tasks.attempt(id_, "李劝阻", "移交辖区", district="城西")
    with pytest.raises(ValueError, match="已移交城西"):
        desk.tasks.attempt(id_, "李劝阻", "移交辖区", district="城北")
    with pytest.raises(ValueError, match="原因"):
        desk.tasks.answer(id_, "赵", False, "")
    desk.tasks.answer(id_, "赵", False, "人不在本地")
    assert (desk.task(case).district, desk.task(case).owner, desk.task(case).moving_to) == ("城东", "李劝阻", "")
    desk.tasks.attempt(id_, "李劝阻", "移交辖区", district="城西")
    desk.tasks.answer(id_, "赵", True, "")
    assert (desk.task(case).district, desk.task(case).owner, desk.task(case).moving_to) == ("城西", "", "")
    outcomes = [a.outcome for a in desk.task(case).attempts]
    assert outcomes == ["分派", "移交辖区", "辖区退回", "移交辖区", "辖区接收"]


def test_what_is_done_stays_done(desk: Desk) -> None:
    id_ = desk.task(desk.alert()).id
    desk.tasks.attempt(id_, "李劝阻", "误报")
    with pytest.raises(ValueError, match="任务已结"):
        desk.tasks.attempt(id_, "李劝阻", "已劝阻")


def test_a_call_sheet_shows_what_was_told_what_to_ask_and_the_lines_for_this_person(client: httpx2.Client) -> None:
    save(client, disposition="咨询", victim="+86 139-0013-9000", person="elderly", district="城东")
    queue = client.get("/tasks").text
    assert "高 · 当面" in queue
    assert VICTIM not in queue
    page = client.get("/tasks/1").text
    for shown in (VICTIM, "陈警官", "您认不认识对方", "大爷大妈", "公安没有安全账户"):
        assert shown in page
    typed = {"operator": "李劝阻", "outcome": "联系不上", "note": "关机"}
    assert client.post("/tasks/1/attempts", data=typed).status_code == 303
    assert "李劝阻：联系不上（关机）" in client.get("/tasks/1").text
    refused = client.post("/tasks/1/attempts", data={"operator": "李劝阻"})
    assert (refused.status_code, "请选择结果" in refused.text) == (422, True)
    assert client.get("/tasks/9").status_code == 404


@pytest.mark.parametrize(
    ("typed", "kept"), [("+86 138-0013-8000", "13800138000"), ("（021）5555 0000", "02155550000"), ("", "")]
)
def test_a_number_is_compared_without_its_dressing(typed: str, kept: str) -> None:
    assert phone_number(typed) == kept


def test_a_number_that_is_none_is_told() -> None:
    with pytest.raises(ValueError, match="读不懂"):
        phone_number("不知道")


@pytest.mark.parametrize(("minutes", "said"), [(25, "剩 25 分钟"), (-65, "超时 1 小时 5 分"), (-5000, "超时 3 天")])
def test_the_time_left_is_said_in_words(minutes: int, said: str) -> None:
    now = utc_now()
    assert remaining(now + timedelta(minutes=minutes), now) == said


def test_going_down_and_up_a_revision_keeps_tasks_and_cases(desk: Desk) -> None:
    case = desk.alert(payment={"time": "10:20"})
    before = desk.task(case)
    desk.cases.mark(case, "李班长", Span(0, 3, "threat"), added=True)
    for revision in ("0004", "0003"):
        desk.database.downgrade(revision)
    desk.database.upgrade()
    after = desk.task(case)
    assert (after.phone, after.tier, after.due) == (before.phone, before.tier, before.due)
    # What only a later revision holds is lost.
    assert (after.cases[0].payment, after.cases[0].marks) == ({}, [])
    desk.database.downgrade("0002")
    desk.database.upgrade()
    kept = desk.cases.get(case)
    assert kept
    assert (kept.text, kept.victim) == (NOTE, "")
