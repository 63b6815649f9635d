"""The lines at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.text import Text

from nlp import Verdict
from serving.cli.labels import VERDICT_STYLES, VERDICTS
from serving.cli.tally import Tally

_TYPES = 6
_CAMPAIGNS = 5


def summary(tally: Tally, rejects: Sequence[Path], stages: Mapping[str, str]) -> Text:
    """Counts by verdict, type and stage, rejects and where they are, time and rate, and the texts that came often.

    Args:
        rejects: files the rejects were written to.
        stages: Chinese names by id.
    """
    line = Text(f"共 {tally.screened} 条：")
    for position, verdict in enumerate(VERDICTS):
        line.append("，" if position else "")
        line.append(_count(verdict, tally), VERDICT_STYLES[verdict])
    if tally.types:
        named = tally.types.most_common(_TYPES)
        line.append("。类型：" + "、".join(f"{name} {count}" for name, count in named))
        if len(tally.types) > _TYPES:
            line.append(f"，另 {len(tally.types) - _TYPES} 类")
    if tally.stages:
        line.append("。阶段：" + "、".join(f"{stages[id_]} {count}" for id_, count in tally.stages.most_common()))
    if tally.rejected:
        where = f"（见 {'、'.join(map(str, rejects))}）" if rejects else ""
        line.append(f"。未处理 {tally.rejected} 条{where}", "bold magenta")
    line.append(f"。用时 {tally.seconds:.1f} 秒，每秒 {tally.rate:.0f} 条。")
    if often := tally.campaigns.top(_CAMPAIGNS):
        line.append("\n反复出现的诈骗内容（数字、链接不计）：")
        least = "至少 " if tally.campaigns.missed else ""
        for shown, count in often:
            line.append(f"\n  {least}{count} 条  {shown}")
    return line


def _count(verdict: Verdict, tally: Tally) -> str:
    return f"{VERDICTS[verdict]} {tally.verdicts[verdict]}"
