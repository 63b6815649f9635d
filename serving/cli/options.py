"""Options that several commands share, and the checks that say in Chinese what a value may be."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from nlp import Screener, Settings
from nlp.settings import available_cores

T = TypeVar("T", bound=str)

CHANNEL_NAMES = ("auto", "call", "note", "sms")


def one_of(*allowed: T) -> Callable[[str], T]:
    """A parser that takes one of some words."""

    def parse(word: str) -> T:
        for value in allowed:
            if word.lower() == value:
                return value
        raise typer.BadParameter(f"{word!r}；可用 {'、'.join(allowed)}")

    return parse


def positive(word: str) -> int:
    """A parser for a whole number from 1 on."""
    try:
        value = int(word)
    except ValueError:
        value = 0
    if value < 1:
        raise typer.BadParameter(f"{word!r}；须为正整数")
    return value


def finite(word: str) -> float:
    """A parser for a number."""
    try:
        value = float(word)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise typer.BadParameter(f"{word!r}；须为数字")
    return value


Channel = Annotated[
    str,
    typer.Option(
        "--channel",
        "-c",
        parser=one_of(*CHANNEL_NAMES),
        metavar="渠道",
        help="auto 自动、 call 通话、 note 警情、 sms 短信； 数据自带的优先",
    ),
]
Model = Annotated[
    Path | None,
    typer.Option("--model", "-m", metavar="目录", envvar="TINGZHA_MODEL", help="自备模型的目录；缺省用随包模型"),
]
Threads = Annotated[
    int | None,
    typer.Option(
        "--threads", parser=positive, metavar="N", envvar="TINGZHA_THREADS", help="推理线程数；缺省为可用核数"
    ),
]
Caution = Annotated[
    float,
    typer.Option(
        "--caution",
        parser=finite,
        metavar="X",
        envvar="TINGZHA_CAUTION",
        help="判定松紧（对数几率）：大于 0 少误报，小于 0 少漏报",
    ),
]


def load(model: Path | None, threads: int | None = None, caution: float = 0.0) -> Screener:
    """The screener the options ask for.

    Raises:
        ModelError: the model's folder cannot be used.
    """
    return Screener.load(model, Settings(threads=threads or available_cores(), caution=caution))
