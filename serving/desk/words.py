"""The desk's own words: where a case came from, how it ended, what became of a task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Tier = Literal["high", "medium", "low"]

DISPOSITIONS = ("劝阻成功", "已止付", "立案", "误报", "咨询")
SOURCES = ("110接警", "96110", "银行", "运营商", "派出所", "上级下发", "短信举报")
PERSONS: Mapping[str, str] = {"": "一般", "elderly": "老人", "student": "学生", "merchant": "商户"}

TIERS: Mapping[Tier, str] = {"high": "高 · 当面", "medium": "中 · 电话", "low": "低 · 短信"}
UNREACHED, DISSUADED, UNMOVED, MISTAKEN, DOUBLE, TRANSFER = OUTCOMES = (
    "联系不上",
    "已劝阻",
    "不听劝需见面",
    "误报",
    "重复",
    "移交辖区",
)
CLOSING = frozenset({DISSUADED, MISTAKEN, DOUBLE})
# What a case's end says about its task.
ENDED: Mapping[str, str] = {"劝阻成功": DISSUADED, "误报": MISTAKEN}
# What a task's history says beside the outcomes of attempts.
ACCEPTED, RETURNED, ASSIGNED, MERGED, REOPENED = "辖区接收", "辖区退回", "分派", "并入", "重开"
