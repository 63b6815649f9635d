"""What the bank must be told to stop a payment (紧急止付), and what of it is still missing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

# Without these no order goes out; the taxonomy's other fields help.
NEEDED = frozenset({"time", "amount", "payer_account", "payer_bank", "payee_account", "payee_name", "bank", "means"})

_TIME = re.compile(
    r"(?:(?:\d{4}年)?\d{1,2}月\d{1,2}日|今天|今日|昨天|昨日|前天)?(?:上午|下午|中午|晚上|凌晨)?"
    r"(?<!\d)\d{1,2}(?:[:：]\d{2}(?!\d)|[时点](?:\d{1,2}分|半|许)?)"
)
_MEANS = ("手机银行", "网银", "柜台", "自助机", "扫码", "支付宝", "微信转账", "微信支付", "云闪付", "虚拟币", "现金")


def due(verdict: str, money_moved: str, stage: str | None) -> bool:
    """Whether there is a payment to stop."""
    return verdict != "normal" and (money_moved == "yes" or stage == "after")


def found(text: str, elements: Mapping[str, Any], victim: str) -> dict[str, str]:
    """What the text says already, by field; ``elements`` are lists of values by key."""

    def lines(*keys: str) -> str:
        return "\n".join(value for key in keys for value in elements.get(key, ()))

    values = {
        "time": "\n".join(dict.fromkeys(m[0] for m in _TIME.finditer(text))),
        "amount": lines("amount"),
        "payee_account": lines("account"),
        "means": "、".join(word for word in _MEANS if word in text),
        "phone": victim,
        "suspect_contact": lines("phone", "contact"),
        "platform": lines("app", "link"),
    }
    return {field: value for field, value in values.items() if value}


def missing(fields: list[dict[str, str]], values: Mapping[str, str]) -> list[str]:
    """Chinese names of what is needed and not there."""
    return [f["zh"].partition("（")[0] for f in fields if f["id"] in NEEDED and not values.get(f["id"], "").strip()]
