"""Undo disguises character by character, keeping case and every offset.

The model's :class:`~nlp.normalise.Normaliser` is not used here: it rewrites speaker marks, lowers case and drops
symbols between characters, and with them go ``卡号：``, the case of a wallet's address and the dash of a range.
"""

from __future__ import annotations

import unicodedata

from nlp.normalise import INVISIBLE, Folded

# Only what the patterns of this package look for; the model's folder has the full Traditional table.
_SIMPLE = str.maketrans(
    "萬億圓塊兩貳參陸錢轉帳賬號碼銀訂單費給過個這裡裏邊說稱電話請點鏈連網沒還",
    "万亿圆块两贰叁陆钱转账账号码银订单费给过个这里里边说称电话请点链连网没还",
)
# A full-width comma between figures parts them, a narrow one groups thousands: what parts a text stays wide.
_KEPT = frozenset("，：；！？（）…")
_SILENT = frozenset(("Mn", "Me", "Cc", "Cs", "Co", "Cn"))


def fold(text: str) -> Folded:
    """NFKC, circled digits and letters, Traditional keywords, runs of blanks as one; offsets into ``text``."""
    chars: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for position, raw in enumerate(text):
        if INVISIBLE.match(raw):
            continue
        for char in raw if raw.isascii() or raw in _KEPT or "\u4e00" <= raw <= "\u9fff" else _plain(raw):
            if char.isspace() and char != "\n":
                char = " "
                if chars and chars[-1] == " ":
                    continue
            elif unicodedata.category(char) in _SILENT and char != "\n":
                continue
            chars.append(char)
            starts.append(position)
            ends.append(position + 1)
    return Folded("".join(chars).translate(_SIMPLE), tuple(starts), tuple(ends))


def _plain(char: str) -> str:
    digit = unicodedata.digit(char, None)  # ❶ and its kin have no compatibility form
    if digit is not None:
        return str(digit)
    if "\U0001f150" <= char <= "\U0001f169" or "\U0001f170" <= char <= "\U0001f189":  # 🅐, 🅰
        return chr(ord("A") + (ord(char) - 0x1F150) % 32)
    return unicodedata.normalize("NFKC", char)
