"""A person's number as it is typed and as it is compared."""

from __future__ import annotations

import re
import unicodedata


def phone_number(words: str) -> str:
    """``+86 138-0013-8000`` as ``13800138000``; empty for nothing.

    Raises:
        ValueError: it is no telephone number.
    """
    plain = re.sub(r"[\s\-()]", "", unicodedata.normalize("NFKC", words))
    plain = re.sub(r"^(?:\+|00)86(?=1\d{10}$|0?\d{9,12}$)", "", plain)
    if plain and not re.fullmatch(r"[0-9]{5,15}", plain):
        raise ValueError(f"电话“{words.strip()[:20]}”读不懂，请只填号码，如 13800138000")
    return plain
