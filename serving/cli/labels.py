"""Chinese words and colours for what the taxonomy does not name, and texts made safe to print."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from nlp import Channel, Verdict

VERDICTS: Mapping[Verdict, str] = {"scam": "诈骗", "suspicious": "可疑", "normal": "正常"}
VERDICT_STYLES: Mapping[Verdict, str] = {"scam": "bold red", "suspicious": "bold yellow", "normal": "green"}
CHANNELS: Mapping[Channel, str] = {"call": "通话", "note": "警情", "sms": "短信"}
ELEMENTS: Mapping[str, str] = {
    "amount": "金额",
    "account": "账号",
    "phone": "电话",
    "link": "链接",
    "contact": "联系方式",
    "claimed_identity": "自称身份",
    "app": "软件",
}
MONEY_MOVED: Mapping[str, str] = {"yes": "已转出", "no": "未转出", "unknown": "不明"}


# Control characters, invisible and direction marks, halves of surrogate pairs.
_STEERING = {"Cc", "Cf", "Cs"}


def printable(text: str) -> str:
    """The text with whatever could steer a terminal replaced, character by character, so that offsets stay."""
    return "".join(map(_safe, text))


def one_line(text: str) -> str:
    """The text, printable, its line ends and runs of spaces made one space."""
    return " ".join(printable(text).split())


def opening(text: str, length: int) -> str:
    """The beginning of a text on one line, printable, with an ellipsis where it goes on."""
    line = one_line(text[: 4 * length])
    return line[:length] + ("…" if len(line) > length or len(text) > 4 * length else "")


def _safe(char: str) -> str:
    if char in "\t\r\v\f":
        return " "
    return "·" if char != "\n" and unicodedata.category(char) in _STEERING else char
