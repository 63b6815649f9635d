"""Which column holds what, by its name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from serving.cli.failures import UsageError

# The most telling names first: a table may have a 标题 and a 短信内容.
_TEXT = (
    "text",
    "文本",
    "content",
    "内容",
    "短信内容",
    "消息内容",
    "通话内容",
    "警情内容",
    "报警内容",
    "接警内容",
    "简要警情",
    "简要案情",
    "案情",
    "警情描述",
    "正文",
    "message",
    "smscontent",
    "msgcontent",
    "msg",
    "body",
    "transcript",
    "转写文本",
    "转写",
    "通话文本",
    "对话",
    "短信",
    "消息",
    "警情",
    "sms",
)
_ID = (
    "id",
    "编号",
    "messageid",
    "msgid",
    "smsid",
    "recordid",
    "消息编号",
    "短信编号",
    "警情编号",
    "接警编号",
    "接警单编号",
    "通话编号",
    "案件编号",
    "流水号",
    "序号",
    "uid",
    "uuid",
)
_CHANNEL = ("channel", "渠道", "通道", "来源渠道")


@dataclass(frozen=True, slots=True)
class Columns:
    """Names as the source writes them; None where there is no such column."""

    text: str
    id: str | None
    channel: str | None


@lru_cache(maxsize=256)
def find_columns(names: tuple[str, ...], text_column: str | None) -> Columns | None:
    """The columns among ``names``; None where the text's is not among them.

    Args:
        text_column: the name the user gave, which goes before all known ones.
    """
    by_plain = {_plain(name): name for name in reversed(names)}
    text = _first(by_plain, _TEXT) if text_column is None else by_plain.get(_plain(text_column))
    if text is None:
        return None
    rest = {plain: name for plain, name in by_plain.items() if name != text}
    return Columns(text, _first(rest, _ID), _first(rest, _CHANNEL))


def no_text_column(source: str, names: Iterable[str], text_column: str | None) -> UsageError:
    """What to tell the user where :func:`find_columns` found none."""
    there = "、".join(name for name in names if name.strip()) or "（无）"
    if text_column is not None:
        return UsageError(f"{source}：没有列“{text_column}”；现有的列：{there}")
    return UsageError(
        f"{source}：认不出哪一列是文本；现有的列：{there}。请用 --text-column 指定；没有表头的文件请存成 .txt，每行一条"
    )


def _first(by_plain: dict[str, str], wanted: Iterable[str]) -> str | None:
    return next((by_plain[name] for name in wanted if name in by_plain), None)


def _plain(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())
