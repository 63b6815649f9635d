"""A desk filled with invented cases, to be looked at."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from nlp import Item, Screener
from serving.cli.labels import ELEMENTS
from serving.desk import stop_payment
from serving.desk.money import cents
from serving.desk.store.cases import Cases, Entry
from serving.desk.store.clock import local, utc_now
from serving.desk.store.database import Database
from serving.desk.store.tasks import Tasks
from serving.desk.tiers import Limits

_LINES = Path(__file__).with_name("demo.jsonl")
_OPERATORS = ("王接警", "李接警", "赵接警")
_SURNAMES, _NAMES = "王李张刘陈杨周吴", ("小梅", "建国", "晓东", "丽华", "志强", "秀英")
# What has become of the tasks of the last hours, by the minutes since their case.
_STEPS = {200: ("联系不上", "电话占线，已通知家属", ""), 95: ("已劝阻", "", ""), 300: ("移交辖区", "人在城西", "城西")}
# Cases about one and the same person, by the same.
_ONE_PERSON = (12, 200)


def fill(database: Database, screener: Screener, limits: Limits) -> None:
    """Write five weeks of cases, oldest first; what is older than a day has been dealt with."""
    cases, tasks, now = Cases(database, limits), Tasks(database, limits), utc_now()
    chance = random.Random(7)  # the same desk every time
    plan = sorted(_plan(now, chance), key=lambda planned: planned[0])
    drawn = [(at, minutes, line, *_drawn(line, chance, minutes in _ONE_PERSON)) for at, minutes, line in plan]
    results = screener.stream(Item(text, line["channel"]) for _, _, line, text, _, _ in drawn)
    for (at, minutes, line, text, yuan, victim), result in zip(drawn, results, strict=True):
        found = result.to_dict()["elements"]
        values = {key: [e["value"] for e in found[key]] for key in ELEMENTS if key in found}
        moved = line["moved"] == "yes"
        entry = Entry(
            operator=chance.choice(_OPERATORS),
            verdict=line["verdict"],
            type=line["type"],
            disposition=line["disposition"] if minutes is None or line["verdict"] == "normal" else "咨询",
            cents=cents(yuan) if moved else None,
            elements=values | {"money_moved": line["moved"]},
            asked=[],
            source=line["source"],
            victim=victim if line["type"] else "",
            person=line["person"],
            district=line["district"],
            payment=stop_payment.found(text, values, victim) if moved else {},
        )
        task = tasks.of(cases.add(text, result, entry, at).id)
        if task is None:
            continue
        if minutes is None and entry.disposition != "劝阻成功":
            tasks.attempt(task, entry.operator, "已劝阻", now=at + timedelta(minutes=chance.randint(10, 90)))
        elif minutes in _STEPS:
            outcome, note, district = _STEPS[minutes]
            tasks.attempt(task, entry.operator, outcome, note, district)


def _plan(now: datetime, chance: random.Random) -> Iterator[tuple[datetime, int | None, dict[str, Any]]]:
    morning = local(now).replace(hour=8, minute=0, second=0, microsecond=0)
    start = now - (local(now) - morning)
    for raw in _LINES.read_text("utf-8").splitlines():
        line = json.loads(raw)
        for minutes in line["minutes"]:
            yield now - timedelta(minutes=minutes), minutes, line
        for days in line["days"]:
            yield min(start - timedelta(days) + timedelta(minutes=chance.randint(0, 840)), now), None, line


def _drawn(line: dict[str, Any], chance: random.Random, known: bool) -> tuple[str, str, str]:
    """The text with invented names and numbers in it, its sum, and the victim's number."""
    yuan = str(chance.choice((800, 1999, 4600, 9800, 15000, 26800, 50000, 86000, 120000)))
    text = line["text"].format(
        who=chance.choice(_SURNAMES) + chance.choice(_NAMES),
        yuan=yuan,
        phone=f"1700000{chance.randint(0, 9999):04d}",
        account=f"62220200000{chance.randint(0, 99999999):08d}",
    )
    return text, yuan, "19000000001" if known else f"1900000{chance.randint(2, 9999):04d}"
