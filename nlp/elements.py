"""Case elements (案情要素): amounts, accounts, phone numbers, links, contacts, apps, claimed identity.

Offsets are half-open and count characters of the text as it was handed in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

KEYS = ("amount", "account", "phone", "link", "contact", "claimed_identity", "app")

_DIGIT = (
    {c: i for i, c in enumerate("零一二三四五六七八九")}
    | {"〇": 0, "两": 2, "俩": 2, "幺": 1}
    | dict(zip("壹贰叁肆伍陆柒捌玖", range(1, 10), strict=True))
)
_UNIT = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "k": 1000}
_BIG = {"万": 10_000, "萬": 10_000, "w": 10_000, "亿": 100_000_000}
_HAN_NUMBER = "[零〇一二两三四五六七八九幺壹贰叁肆伍陆柒捌玖十拾百佰千仟万亿]"
# Every repetition is bounded or begins where no other can: a text of 100,000 equal characters is read in one pass.
_AMOUNT = re.compile(
    rf"(?:[¥￥]\s*)?(?<![\d.])(\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?|{_HAN_NUMBER}{{1,16}})"
    rf"\s?([万千百wWkK亿]?)[多余来]?\s?(?:(?:块|元|圆)[钱整]?|人民币|RMB|rmb|[多余](?=[，。,.]|$))"
    rf"|[¥￥]\s*(\d[\d,]*(?:\.\d+)?)|(?<![\d.])(\d+(?:\.\d+)?)\s?([万wW])(?![a-zA-Z])"
    rf"|([一二两三四五六七八九十]{{1,8}}(?:万|千|百)[一二三四五六七八九]?)(?![一-龥]*(?:人|年|次|号线))"
)
_ACCOUNT = re.compile(r"(?<!\d)(\d(?:[ -]?\d){14,18})(?!\d)")
_PHONE = re.compile(
    r"(?<![\d.])((?:\+|00)\d[\d -]{7,16}\d|1[3-9]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}[- ]?\d{7,8}|400[- ]?\d{3}[- ]?\d{4}"
    r"|95\d{3,6}|96\d{3,4}|12[13]\d{2}|100(?:00|10|86)|11[09])(?!\d)"
)
_LINK = re.compile(
    r"(?:https?://|(?<![a-zA-Z0-9-]))(?:[a-zA-Z0-9-]{1,63}\.){1,8}[a-zA-Z]{2,6}(?::\d+)?"
    r"(?:/[^\s，。！？、；：（）()【】\"“”]*)?"
)
_CONTACT = re.compile(
    r"(?:QQ群?|扣扣|微信号?|薇信|威信|VX?|wx|会议号|群号)\s?[:：是为]?"
    r"\s?([a-zA-Z0-9][a-zA-Z0-9_-]{4,19}|\d{3}[ -]\d{3}[ -]\d{3})",
    re.I,
)
_IDENTITY = re.compile(
    r"(?:自称(?:是)?|冒充|这里是|我是|我们是|这边是)([^\s，。！？,.!?：:；“”]{2,16}?"
    r"(?:局|院|队|所|中心|银行|客服|公司|支队|总队|大队|委|办|平台"
    r"|老师|主任|警官|民警|经理|专员|工作人员|领导|老板|同学|医生))"
)
_APP = re.compile(
    r"(?:腾讯会议|钉钉|飞书|全时会议|云视讯|Zoom|TeamViewer|向日葵|ToDesk|AnyDesk|抖音|快手|微信|支付宝|云闪付|闲鱼|淘宝|京东|拼多多|陌陌|探探|小红书"
    r"|国家反诈中心|蝙蝠|纸飞机|Telegram|WhatsApp|美团|转转|快团团|数字人民币)(?:APP|App|app)?"
)
_MOVED = re.compile(
    r"(?:已经?|刚|分\d*[笔次]|先后|共|又)[^，。\n]{0,12}(?:转|汇|付|打|充)(?:账|款|出|了|过去|给)"
    r"|转(?:过去|出去)了|(?:转|汇|打|付)了"
)
_NOT_MOVED = re.compile(r"(?:未|没有?|尚未|还没)[^，。\n]{0,6}(?:转|汇|付|打|损失|被骗)|未造成损失|无损失")


def extract(text: str) -> dict[str, Any]:
    """Elements by key, each a list of ``{start, end, text, value}``, and ``money_moved`` (yes, no, unknown)."""
    links = list(_spans(_LINK, text))
    taken = [(a, b) for a, b, _ in links]
    accounts = [s for s in _spans(_ACCOUNT, text, 1) if not _overlaps(s, taken)]
    taken += [(a, b) for a, b, _ in accounts]
    phones = [s for s in _spans(_PHONE, text, 1) if not _overlaps(s, taken)]
    taken += [(a, b) for a, b, _ in phones]
    amounts = []
    for match in _AMOUNT.finditer(text):
        value = amount_value(match[0])
        if value and not _overlaps((match.start(), match.end(), ""), taken):
            amounts.append(_element(text, match.start(), match.end(), f"{value:g}" if value < 1e6 else f"{value:.0f}"))
    found: dict[str, Any] = {
        "amount": amounts,
        "account": [_element(text, a, b, re.sub(r"\D", "", w)) for a, b, w in accounts],
        "phone": [_element(text, a, b, re.sub(r"[ -]", "", w)) for a, b, w in phones],
        "link": [_element(text, a, b, w.lower()) for a, b, w in links],
        "contact": [_element(text, a, b, re.sub(r"[ ]", "", w)) for a, b, w in _spans(_CONTACT, text, 1)],
        "claimed_identity": [_element(text, a, b, w) for a, b, w in _spans(_IDENTITY, text, 1)],
        "app": [_element(text, a, b, w) for a, b, w in _spans(_APP, text)],
    }
    moved = "no" if _NOT_MOVED.search(text) else "yes" if _MOVED.search(text) else "unknown"
    return {key: value for key, value in found.items() if value} | {"money_moved": moved}


def amount_value(words: str) -> float | None:
    """Yuan of an amount in Arabic or Chinese numerals (``3.2w``, ``三万五``, ``贰万元整``), or None."""
    plain = re.sub(r"[¥￥,\s元圆块钱整人民币RMBrmb多余来]", "", words).lower()
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([万亿千百wk]?)", plain)
    if match:
        return float(match[1]) * {**_BIG, **_UNIT, "": 1}[match[2]]
    if len(plain) > 1 and all(char in _DIGIT for char in plain):  # 五零零, digit by digit
        return float("".join(str(_DIGIT[char]) for char in plain)) or None
    total, section, digit, last = 0.0, 0.0, None, 1
    for char in plain:
        if char in _DIGIT:
            digit = _DIGIT[char]
            last = 1 if char in "零〇" else last
        elif char in _UNIT:
            section += (1 if digit is None else digit) * _UNIT[char]
            digit, last = None, _UNIT[char]
        elif char in _BIG:
            total = (total + section + (digit or 0)) * _BIG[char]
            section, digit, last = 0.0, None, _BIG[char]
        else:
            return None
    # 三万五 is 35 000, 三千六 is 3 600: a last digit counts in the unit below
    return (total + section + (digit or 0) * (last // 10 if last > 10 else 1)) or None


def _spans(pattern: re.Pattern[str], text: str, group: int = 0) -> Iterator[tuple[int, int, str]]:
    for match in pattern.finditer(text):
        yield match.start(group), match.end(group), match[group]


def _overlaps(span: tuple[int, int, str], taken: list[tuple[int, int]]) -> bool:
    return any(span[0] < b and a < span[1] for a, b in taken)


def _element(text: str, start: int, end: int, value: str) -> dict[str, Any]:
    return {"start": start, "end": end, "text": text[start:end], "value": value}
