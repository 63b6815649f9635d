"""What a sum of money written in Arabic digits, Chinese numerals or both is in yuan."""

from __future__ import annotations

import re
from functools import lru_cache

DIGITS = (
    {c: i for i, c in enumerate("零一二三四五六七八九")}
    | {"〇": 0, "两": 2, "俩": 2, "幺": 1}
    | dict(zip("壹贰叁肆伍陆柒捌玖", range(1, 10), strict=True))
)
UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "k": 1000}
MYRIADS = {"万": 10_000, "萬": 10_000, "w": 10_000, "亿": 100_000_000}
HAN = "".join(DIGITS) + "十拾百佰千仟万亿"
# What stands beside a number and does not change it: 约5万余元整.
_ABOUT = re.compile(r"[¥￥$,，\s多余来几约近+整正]|人民币|RMB|CNY|左右|上下|大概|差不多|将近", re.I)
_TOKEN = re.compile(rf"(\d{{1,12}}(?:\.\d{{1,6}})?)|([{''.join(DIGITS)}])|([十拾百佰千仟k])|([万萬w亿])", re.I)
_COINS = re.compile(
    r"(?:([^块元圆毛角]{1,40})[块元圆]钱?)?(?:([^块元圆毛角]{1,4})[毛角]钱?)?(?:([^块元圆毛角分]{1,2})分?)?"
)
_POINT = re.compile(rf"([{HAN}]{{1,8}})点([{''.join(DIGITS)}]{{1,2}})([万亿]?)[块元]?钱?")
_LONGEST = 40


def amount_value(words: str) -> float | None:
    """Yuan of an amount (``3.2w``, ``三万五``, ``贰万元整``, ``六十四块八``); None where it is no amount above 0.

    An approximate amount (``十来万``, ``5万余元``) is its round number, a range (``三四百``) its lower end.
    """
    if len(words) > _LONGEST:
        return None
    if match := _POINT.fullmatch(words):  # 三十点四
        whole, tenths = _number(match[1]), "".join(str(DIGITS[char]) for char in match[2])
        return None if whole is None else (whole + int(tenths) / 10 ** len(tenths)) * MYRIADS.get(match[3], 1)
    plain = _ABOUT.sub("", words).replace("块半", "块五")
    if not re.search("[块元圆毛角]", plain):
        return _number(plain) or None
    match = _COINS.fullmatch(plain)
    if not match:
        return None
    yuan, dimes, rest = (_number(part) if part else 0.0 for part in match.groups())
    if yuan is None or dimes is None or rest is None:
        return None
    # 六十四块八 is 64.8, 三块五毛二 is 3.52, 12块50 is 12.5
    cents = rest if match[2] or len(match[3] or "") == 2 else rest * 10
    return round(yuan + dimes / 10 + cents / 100, 4) or None


@lru_cache(maxsize=4096)
def _number(plain: str) -> float | None:
    if len(plain) > 1 and all(char in DIGITS for char in plain):  # 五零零, digit by digit; 三四 is about three
        if len(plain) == 2 and "零" not in plain and DIGITS[plain[1]] == DIGITS[plain[0]] + 1:
            return float(DIGITS[plain[0]])
        return float("".join(str(DIGITS[char]) for char in plain))
    total, section, last, largest = 0.0, 0.0, 1, 0
    pending: float | None = None
    literal = zero = False
    position = 0
    while position < len(plain):
        match = _TOKEN.match(plain, position)
        if not match:
            return None
        position = match.end()
        arabic, digit, unit, myriad = match.groups()
        if arabic:
            if pending is not None:
                return None
            pending, literal = float(arabic), len(arabic) > 1
        elif digit:
            if digit in "零〇" and pending is None:
                literal = zero = True
                continue
            if pending is not None:
                if DIGITS[digit] != pending + 1 or position == len(plain):  # 三四百 is a range, 三三百 nothing
                    return None
                continue
            pending = float(DIGITS[digit])
        elif unit:
            size = UNITS[unit.lower()]
            if (section and size >= last) or (pending is None and size > 10):
                return None  # 一百两百 are two numbers, 百 alone is none
            section += (1 if pending is None else pending) * size
            pending, literal, last = None, False, size
        else:
            size = MYRIADS[myriad.lower()]
            if pending is not None and section and last > 10 and not (literal or zero):
                return None  # 八千一万 is 8 000 and 10 000
            section += pending or 0
            if (not section and not total) or size == largest:
                return None
            total = (total + section) * size if size > largest else total + section * size
            section, largest, zero = 0.0, size, False
            pending, literal, last = None, False, size
    # 三万五 is 35 000, 三千六 is 3 600: one last digit counts in the unit below
    return total + section + (pending or 0) * (1 if literal or last <= 10 else last // 10)
