"""The README's tables of figures, written from the reports between their markers so that none is typed by hand."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

README = Path(__file__).resolve().parents[1] / "README.md"
REPORTS = Path(__file__).with_name("reports")
NAMES = {
    "verdict macro-F1": "判定 macro-F1（诈骗/非诈骗）",
    "three-way macro-F1": "三分类 macro-F1（诈骗/广告/正常）",
    "AUC": "AUC",
    "type macro-F1": "类型 macro-F1（22 类）",
    "twin pairs both right": "孪生对两条全对",
    "calibration error": "校准误差 ECE",
    "call: recall at FPR 1.0%": "通话：误报率 1 % 时召回",
    "note: recall at FPR 1.0%": "警情：误报率 1 % 时召回",
    "sms: recall at FPR 0.1%": "短信：误报率 0.1 % 时召回",
}


def fill(readme: Path = README, reports: Path = REPORTS) -> None:
    """Write both tables into ``readme``.

    Raises:
        ValueError: a marker is missing.
    """
    text = readme.read_text("utf-8")
    text = _between(text, "figures", quality(json.loads((reports / "evaluation.json").read_text("utf-8"))))
    text = _between(text, "speed", speed(json.loads((reports / "benchmark.json").read_text("utf-8"))))
    readme.write_text(text, "utf-8")


def quality(report: dict[str, Any]) -> str:
    """The headline figures, the baseline beside them."""
    systems = list(report["test"])
    rows = [f"| 指标（{report['model']}） | 听诈 | TF-IDF + 逻辑回归 |", "|---|---|---|"]
    rows += [
        f"| {shown} | " + " | ".join(_cell(report["test"][s][name]) for s in systems) + " |"
        for name, shown in NAMES.items()
    ]
    spans = report["spans"]
    rows.append(f"| 信号 micro-F1 | {spans['signs micro-F1']:.3f} | |")
    rows.append(f"| 证据字符 F1 | {spans['evidence F1, any sign']:.3f} | |")
    return "\n".join(rows)


def speed(figures: dict[str, Any]) -> str:
    """Messages per second and milliseconds of one message, peers in the same run."""
    rows = [
        f"{figures['machine']}；{figures['threads']} 线程；{figures['messages']} 条短信，"
        f"平均 {figures['mean characters']} 字。",
        "",
        "| | 条/秒 | 64 字一条，毫秒 | 相对 bert-base：批量 | 相对 bert-base：单条 |",
        "|---|---|---|---|---|",
    ]
    rows += [
        f"| {name} | " + " | ".join(map(str, v.values())) + " |" for name, v in figures.items() if isinstance(v, dict)
    ]
    return "\n".join(rows)


def _cell(value: list[float]) -> str:
    shown = f"{value[0]:.3f}"
    return shown if len(value) == 1 else f"{shown} [{value[1]:.3f}, {value[2]:.3f}]"


def _between(text: str, name: str, table: str) -> str:
    pattern = re.compile(f"<!-- {name} -->.*?<!-- /{name} -->", re.DOTALL)
    if not pattern.search(text):
        raise ValueError(f"README has no <!-- {name} --> … <!-- /{name} -->")
    return pattern.sub(lambda _: f"<!-- {name} -->\n{table}\n<!-- /{name} -->", text)
