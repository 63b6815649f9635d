"""The daily report (接警日报)."""

from __future__ import annotations

from collections.abc import Mapping

from serving.desk.money import yuan
from serving.desk.papers.paper import Paper, Section
from serving.desk.store.figures import Figures


def daily(today: Figures, before: Figures, types: Mapping[str, str]) -> Paper:
    """The report of a day, beside the day before."""
    rows = (
        ("接警数（起）", today.calls, before.calls),
        ("其中诈骗", today.scams, before.scams),
        ("其中可疑", today.suspicious, before.suspicious),
        ("劝阻数（人）", today.dissuaded, before.dissuaded),
        ("止付（起）", today.stopped, before.stopped),
        ("涉案金额（元）", yuan(today.cents), yuan(before.cents)),
        ("线索数（条）", today.clues, before.clues),
    )
    table = [("指标", "当日", "前一日"), *((name, str(a), str(b)) for name, a, b in rows)]
    kinds = [("类型", "起数", "金额（元）"), *((types.get(t, t), str(n), yuan(c)) for t, (n, c) in today.types.items())]
    return Paper(
        f"接警日报 {today.first}",
        "线索数：涉诈警情中出现的不同账号、电话、链接、联系方式、软件，受害人本人号码除外。",
        [
            Section("一、主要数据", table=table),
            Section("二、涉诈类型", table=kinds)
            if today.types
            else Section("二、涉诈类型", ["当日没有接到涉诈警情。"]),
        ],
    )
