"""Yuan as people write them, hundredths of a yuan as the store keeps them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from nlp.elements import amount_value

_MOST = Decimal(10) ** 12


def cents(words: str) -> int:
    """``50000``, ``3.5万`` or ``三万五`` in hundredths of a yuan.

    Raises:
        ValueError: it is no sum of yuan.
    """
    plain = words.strip().replace(",", "").replace("，", "")
    try:
        value = Decimal(plain)
    except InvalidOperation:
        value = Decimal(str(amount_value(plain) or -1))
    if not (value.is_finite() and 0 <= value <= _MOST):
        raise ValueError(f"金额“{words.strip()[:20]}”读不懂，请写成 50000 或 5万")
    return round(value * 100)


def yuan(hundredths: int | None) -> str:
    """The sum as a plain number of yuan; empty where none is known."""
    if hundredths is None:
        return ""
    return f"{Decimal(hundredths) / 100:.2f}".removesuffix(".00")
