"""One text laid open: what gave it away, and what to do now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from nlp import Evidence, Result
from serving.cli.labels import CHANNELS, ELEMENTS, MONEY_MOVED, VERDICT_STYLES, VERDICTS, printable

_COLOURS = ("red", "yellow", "magenta", "cyan", "green", "blue")
_ADVICE = (
    ("questions", "还要问"),
    ("dissuade", "劝阻这样说"),
    ("never", "现实中没有的事"),
    ("confirm", "三问一确认"),
    ("steps", "处置"),
    ("stop_payment", "紧急止付"),
)


def explain(console: Console, text: str, result: Result, taxonomy: Mapping[str, Any]) -> None:
    """Print a text with its evidence marked, the verdict, elements and advice.

    Args:
        taxonomy: the model's, for the Chinese names.
    """
    names = {sign["id"]: sign["zh"] for sign in taxonomy["signs"]}
    stages = {stage["id"]: stage["zh"] for stage in taxonomy["stages"]}
    style = VERDICT_STYLES[result.verdict]
    title = Text(f" {VERDICTS[result.verdict]} {result.score:.1%} ", f"reverse {style}")
    console.print(Panel(highlighted(text, result.evidence, names), title=title, border_style=style))
    console.print(_facts(result, stages))
    console.print(_advice(result.advice))


def highlighted(text: str, evidence: Sequence[Evidence], names: Mapping[str, str]) -> Text:
    """The text with each span of evidence coloured by its sign and followed by the sign's name."""
    styles = {sign: f"bold {_COLOURS[i % len(_COLOURS)]} underline" for i, sign in enumerate(names)}
    shown = printable(text)
    marked = Text()
    cuts = sorted({0, len(text), *(e.start for e in evidence), *(e.end for e in evidence)})
    for start, end in pairwise(cuts):
        covering = [e for e in evidence if e.start <= start and end <= e.end]
        marked.append(shown[start:end], styles[covering[0].sign] if covering else "")
        if ending := [names[e.sign] for e in evidence if e.end == end]:
            marked.append(f"〔{'、'.join(ending)}〕", "dim")
    return marked


def _facts(result: Result, stages: Mapping[str, str]) -> Table:
    facts = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    facts.add_column(style="bold", no_wrap=True)
    facts.add_column()
    facts.add_row("渠道", CHANNELS[result.channel])
    if result.verdict != "normal":
        facts.add_row("类型", "，".join(f"{t.name} {t.score:.0%}" for t in result.types))
    if result.stage is not None:
        facts.add_row("阶段", stages[result.stage])
    if result.signs:
        facts.add_row("信号", "，".join(f"{s.name} {s.score:.0%}" for s in result.signs))
    for key, name in ELEMENTS.items():
        if found := result.elements.get(key):
            facts.add_row(name, Text("，".join(_element(element) for element in found)))
    if (moved := result.elements.get("money_moved", "unknown")) != "unknown":
        facts.add_row("钱款", MONEY_MOVED[moved])
    facts.add_row("广告", f"{result.spam_score:.0%}")
    if result.truncated:
        facts.add_row("注意", Text("文本过长，后面的部分没有读", "bold magenta"))
    facts.add_row("模型", result.model)
    return facts


def _element(element: Mapping[str, Any]) -> str:
    words, value = printable(element["text"]), printable(element["value"])
    return words if words == value else f"{words}（{value}）"


def _advice(advice: Mapping[str, Any]) -> Group:
    parts: list[RenderableType] = [Text(f"\n建议：{advice['action']}", "bold")]
    for key, heading in _ADVICE:
        if lines := advice.get(key):
            parts.append(Text(f"\n{heading}", "bold"))
            parts += [Padding(Text(f"· {line}"), (0, 0, 0, 1)) for line in lines]
    return Group(*parts)
