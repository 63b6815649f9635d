"""Undo what disguises a text without changing what it says, keeping every offset.

The model never sees the raw text: it sees the folded one. Each folded character remembers
the half-open range of raw characters it came from, so that a span found by the model can be
shown in the text as the user typed it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

# Characters that carry no sound and no meaning: zero-width, bidi marks, variation selectors, tags.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)
_SILENT = frozenset(("Mn", "Me", "Cc", "Cs", "Co", "Cn"))
_BLANK = r"[^\S\n]"
# A turn's speaker mark. The words themselves (客服, 骗子, 民警 …) would tell the label, so the
# first speaker becomes 甲, the second 乙, and so on, whatever the transcript called them.
_SPEAKER = re.compile(rf"(?:(?<=\n)|^){_BLANK}*([^\s:：,，。！？!?\"“”（）()\[\]【】]{{1,8}})[:：]{_BLANK}*")
_HEAVENLY = "甲乙丙丁戊己庚辛壬癸"
_INNER_SYMBOL = re.compile(
    rf"(?<=[\u4e00-\u9fff])(?:{_BLANK}*[*＊·•.…_~^|/\\\-=+#@&`'丨、]{{1,2}}{_BLANK}*|{_BLANK}{{2}})(?=[\u4e00-\u9fff])"
)
_PAUSE = re.compile(rf"[、…]|{_BLANK}")
_SPACED = re.compile(rf"[\u4e00-\u9fff](?:(?:[、…]|{_BLANK})[\u4e00-\u9fff]){{3,}}")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and, per folded character, where it came from.

    Attributes:
        text: the folded text, n characters.
        starts: n raw offsets, inclusive.
        ends: n raw offsets, exclusive.
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """Map the folded half-open range [start, end) to raw character offsets."""
        return self.starts[start], self.ends[end - 1]


class Normaliser:
    """Fold a text with a character table (Traditional to Simplified, look-alikes).

    Args:
        table: a character or sequence → what it stands for. It is a part of the model
            (``normaliser.json`` in the model's folder), because the model was trained on
            what this table gives.

    Example:
        >>> Normaliser({"轉": "转"})("請轉ＡＢ").text
        '請转ab'
    """

    def __init__(self, table: dict[str, str] | None = None) -> None:
        table = table or {}
        # What a Traditional character turns into may itself stand for another: 璉 → 琏 → 链.
        table = {k: "".join(table.get(c, c) for c in v) for k, v in table.items()}
        self._table = {k: v for k, v in table.items() if len(k) == 1}
        # A character taken apart (亻言 for 信) is put together again.
        self._sequences = {k: v for k, v in table.items() if len(k) > 1}
        self._heads = {k[0] for k in self._sequences}

    def __call__(self, text: str) -> Folded:
        """Fold ``text`` of any length; an empty or blank text gives an empty result."""
        marks = _speaker_marks(text)
        chars: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        skip = _inner_symbols(text)
        position = 0
        while position < len(text):
            mark = marks.get(position)
            if mark is not None:
                end, name = mark
                for char in f"{name}:":
                    chars.append(char)
                    starts.append(position)
                    ends.append(end)
                position = end
                continue
            raw = text[position]
            if raw in self._heads and (parts := self._sequence(text, position)):
                for char in self._sequences[parts]:
                    chars.append(char)
                    starts.append(position)
                    ends.append(position + len(parts))
                position += len(parts)
                continue
            if position not in skip and not INVISIBLE.match(raw):
                for char in self._fold(raw):
                    if char == " " and (not chars or chars[-1] in " \n"):
                        continue
                    if char == "\n" and chars and chars[-1] == " ":  # a carriage return, or a blank at a line's end
                        for stack in (chars, starts, ends):
                            stack.pop()
                    chars.append(char)
                    starts.append(position)
                    ends.append(position + 1)
            position += 1
        while chars and chars[-1] in " \n":
            for stack in (chars, starts, ends):
                stack.pop()
        return Folded("".join(chars), tuple(starts), tuple(ends))

    def _sequence(self, text: str, at: int) -> str | None:
        return next((s for s in self._sequences if text.startswith(s, at)), None)

    def _fold(self, char: str) -> str:
        if char == "\n":
            return char
        if char.isspace():
            return " "
        folded = "".join(self._table.get(c, c) for c in unicodedata.normalize("NFKC", char)).lower()
        return "".join(c for c in folded if unicodedata.category(c) not in _SILENT)


def _speaker_marks(text: str) -> dict[int, tuple[int, str]]:
    """Start of each speaker mark → (its end, the neutral name). One mark alone is no dialogue."""
    found = list(_SPEAKER.finditer(text))
    names: dict[str, str] = {}
    for match in found:
        names.setdefault(match[1], _HEAVENLY[len(names) % len(_HEAVENLY)])
    if len(found) < 2 or len(names) > 6:
        return {}
    return {m.start(): (m.end(), names[m[1]]) for m in found}


def _inner_symbols(text: str) -> set[int]:
    """Positions of symbols that break up words (转*账); invisible characters beside them do not hide them.

    A single blank or pause mark may be punctuation; three of them around single characters (安 全 账 户) are not.
    """
    places: Sequence[int] = range(len(text))
    if INVISIBLE.search(text):
        places = [i for i in range(len(text)) if not INVISIBLE.match(text[i])]
        text = "".join(text[i] for i in places)
    broken = {i for m in _INNER_SYMBOL.finditer(text) if not _PAUSE.fullmatch(m[0]) for i in range(*m.span())}
    broken |= {i for m in _SPACED.finditer(text) for i in range(m.start() + 1, m.end(), 2)}
    return {places[i] for i in broken}
