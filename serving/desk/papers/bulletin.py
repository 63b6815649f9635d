"""A bulletin on scams (警情通报), drafted from figures and typical cases."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from serving.desk.money import yuan
from serving.desk.papers.paper import Paper, Section
from serving.desk.papers.redact import redact
from serving.desk.store.figures import Figures

_MOST = 220
_NUMERALS = "一二三四五"
DRAFT = "自动起草，案例已按规则去除号码、姓名、住址；发布前须由人核对。"


def bulletin(now: Figures, before: Figures, taxonomy: Mapping[str, Any]) -> Paper:
    """The draft for a period, beside the period before."""
    scripts = {t["id"]: t for t in taxonomy["types"]}
    n, was = now.scams + now.suspicious, before.scams + before.suspicious
    summary = (
        f"{_date(now.first)}至{_date(now.last)}，共接警 {now.calls} 起，其中涉诈警情 {n} 起"
        f"（诈骗 {now.scams} 起，可疑 {now.suspicious} 起），{_change(n, was)}；涉案金额 {yuan(now.cents)} 元，"
        f"止付 {now.stopped} 起，劝阻 {now.dissuaded} 人，梳理线索 {now.clues} 条。"
    )
    title = "电信网络诈骗警情通报"
    if not n:
        return Paper(title, DRAFT, [Section("一、总体情况", [summary, "本期没有涉诈警情，无典型案例。"])])
    table = [("类型", "起数", "占比", "涉案金额（元）")]
    table += [(scripts[t]["zh"], str(k), f"{k / n:.0%}", yuan(c)) for t, (k, c) in now.types.items()]
    told = [
        f"案例{_NUMERALS[i]}（{scripts[case.type]['zh']}"
        f"{f'，涉案 {yuan(case.cents)} 元' if case.cents else ''}）：{_short(redact(case.text))}"
        for i, case in enumerate(now.typical)
    ]
    warnings = dict.fromkeys(line for case in now.typical for line in scripts[case.type]["never"])
    return Paper(
        title,
        DRAFT,
        [
            Section("一、总体情况", [summary]),
            Section("二、类型分布", table=table),
            Section("三、典型案例", told),
            Section(
                "四、防范提示", points=[*warnings, "凡遇可疑，先停、先核实，拨打 96110 咨询；已转账的马上拨打 110。"]
            ),
        ],
    )


def _date(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _change(now: int, before: int) -> str:
    if not before:
        return "上期没有涉诈警情"
    if now == before:
        return f"与上期（{before} 起）持平"
    return f"比上期（{before} 起）{'上升' if now > before else '下降'} {abs(now - before) / before:.0%}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _MOST else f"{line[:_MOST]}……"
