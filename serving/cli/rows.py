"""What a reader hands on: a text to screen, or a row that cannot be screened and why."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nlp import Channel

_CHANNEL_WORDS: Mapping[str, Channel] = {
    **dict.fromkeys(("call", "phone", "voice", "电话", "通话", "来电"), "call"),
    **dict.fromkeys(("note", "report", "警情", "警情记录", "接警", "笔录", "报警"), "note"),
    **dict.fromkeys(("sms", "message", "短信", "信息", "彩信"), "sms"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A text to screen.

    Attributes:
        line: where it starts in its source: line of a text file, row of a table; from 1.
        id: the source's own id with its JSON type, so that the answers can be joined again; None where there is none.
        channel: None where the source does not say.
    """

    line: int
    text: str
    id: str | int | None = None
    channel: Channel | None = None


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that cannot be screened.

    Attributes:
        line: as in :class:`Row`.
        reason: for the user, in Chinese.
        raw: the row as it stood there, as far as it is readable.
    """

    line: int
    reason: str
    raw: str


class _UnusableError(Exception):
    """A value that makes its row a reject; the message is the reason."""


def make_row(line: int, text: Any, id_: Any, channel: Any, raw: str | Mapping[str, Any]) -> Row | Reject:
    """A row from a source's values, or the reject they make.

    Args:
        text, id_, channel: as the source gave them; None or NaN where missing.
        raw: the whole row, as text or by column.
    """
    try:
        return Row(line, _text(text), _id(id_), _channel(channel))
    except _UnusableError as problem:
        whole = raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False, default=str)
        return Reject(line, str(problem), whole)


def _text(value: Any) -> str:
    if _missing(value):
        raise _UnusableError("缺少文本")
    if isinstance(value, bytes):
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            raise _UnusableError("文本不是 UTF-8，无法解码") from None
    if not isinstance(value, str):
        raise _UnusableError(f"文本须为字符串，收到 {type(value).__name__}")
    return value


def _id(value: Any) -> str | int | None:
    if _missing(value) or value == "":
        return None
    if isinstance(value, bool | list | dict):
        raise _UnusableError(f"编号须为字符串或整数，收到 {type(value).__name__}")
    if isinstance(value, str | int):
        return value
    # A column of integers with gaps comes out of data frames and spreadsheets as floats.
    return int(value) if isinstance(value, float) and value.is_integer() else str(value)


def _channel(value: Any) -> Channel | None:
    if _missing(value):
        return None
    word = value.strip().lower() if isinstance(value, str) else str(value)
    if word in ("", "auto", "自动"):
        return None
    if word not in _CHANNEL_WORDS:
        raise _UnusableError(f"未知渠道 {word!r}，可用 call（通话）、note（警情记录）、sms（短信）")
    return _CHANNEL_WORDS[word]


def _missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))
