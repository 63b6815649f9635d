"""Noise and disguise, with every character's origin kept so that spans survive.

Speech recognition errs by sound, so :func:`asr` swaps homophones and near-homophones (pypinyin, toneless,
with the confusions zh/z, ch/c, sh/s, n/l, f/h, -ng/-n), drops and repeats syllables, loses punctuation and
speaks digits. Senders disguise by sight: :func:`disguise` has one family for each way seen in the wild.
Training uses the ``train`` tables, the robustness test the ``test`` tables and other seeds.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

import opencc
from pypinyin import Style, lazy_pinyin

from corpora.record import ELEMENT_KEYS, Elements, Record

Table = Literal["train", "test"]
Family = Literal[
    "glyph", "split", "symbols", "zero_width", "full_width", "circled", "emoji", "traditional", "pinyin", "latin"
]
FAMILIES: tuple[Family, ...] = get_args(Family)
_TABLES = Path(__file__).with_name("disguise.toml")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_MARK = re.compile(r"(?m)^[ \t]*[^\s:：,，。！？]{1,8}[:：][ \t]*")
_SPOKEN = dict(zip("0123456789", "零幺二三四五六七八九", strict=True))
_CIRCLED = dict(zip("0123456789", "⓪①②③④⑤⑥⑦⑧⑨", strict=True))
_FUZZY = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"), ("f", "h"))
_ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff"


@dataclass(frozen=True)
class Changed:
    """A changed text: per character of the old text, what stands in its place (possibly nothing)."""

    pieces: tuple[str, ...]

    @property
    def text(self) -> str:
        """The new text."""
        return "".join(self.pieces)

    def offsets(self) -> list[int]:
        """Where each old character begins in the new text; one more entry for the end."""
        at, found = 0, []
        for piece in self.pieces:
            found.append(at)
            at += len(piece)
        return [*found, at]


def asr(text: str, rate: float, rng: random.Random, table: Table = "train") -> Changed:
    """Errors of speech recognition at a character error rate of about ``rate`` over Han characters.

    Of the errors 70 % are homophones, 15 % dropped and 15 % repeated syllables; punctuation is lost
    altogether and digits are spoken.
    """
    pieces = []
    marks = _mark_places(text)
    for i, char in enumerate(text):
        if i in marks:
            pieces.append("")
        elif _HAN.match(char):
            if rng.random() < rate:
                how = rng.random()
                if how < 0.7:
                    same = homophones(char, table)
                    pieces.append(rng.choice(same) if same else "")
                else:
                    pieces.append("" if how < 0.85 else char * 2)
            else:
                pieces.append(char)
        elif char in _SPOKEN:
            pieces.append(_SPOKEN[char])
        else:
            pieces.append(char if char.isalnum() else "")
    return Changed(tuple(pieces))


def bare(text: str) -> Changed:
    """Speaker marks, punctuation and line ends lost, as many transcripts come."""
    marks = _mark_places(text)
    return Changed(tuple(c if c.isalnum() and i not in marks else "" for i, c in enumerate(text)))


def _mark_places(text: str) -> set[int]:
    """Positions of speaker marks; one mark alone is no dialogue."""
    found = list(_MARK.finditer(text))
    return {i for m in found for i in range(*m.span())} if len(found) > 1 else set()


def disguise(text: str, family: Family, strength: float, rng: random.Random, table: Table = "train") -> Changed:
    """One family of disguise on about ``strength`` of the places it can be used at."""
    return _WAYS[family](text, strength, rng, table)


def apply(record: Record, changed: Changed, tag: str) -> Record:
    """The record with the changed text, spans moved along; spans that vanished are dropped."""
    at, text = changed.offsets(), changed.text
    if not text.strip():
        return record
    evidence = [e.model_copy(update={"start": at[e.start], "end": at[e.end]}) for e in record.evidence]
    evidence = [e for e in evidence if e.start < e.end]
    elements = {}
    for key in ELEMENT_KEYS:
        moved = [(at[e.start], at[e.end], e) for e in getattr(record.elements, key)]
        elements[key] = [{"start": a, "end": b, "text": text[a:b], "value": e.value} for a, b, e in moved if a < b]
    return record.model_copy(
        update={
            "text": text,
            "evidence": tuple(evidence),
            "elements": Elements.model_validate({**elements, "money_moved": record.elements.money_moved}),
            "tags": (*record.tags, tag),
        }
    )


@cache
def _by_sound() -> dict[str, list[str]]:
    """Toneless near-sound → common characters (the 3755 of the standard's first level)."""
    sounds: dict[str, list[str]] = defaultdict(list)
    for row in range(0xB0, 0xD8):
        for cell in range(0xA1, 0xFF):
            try:
                char = bytes([row, cell]).decode("gb2312")
            except UnicodeDecodeError:
                continue
            sounds[_sound(char)].append(char)
    return sounds


@cache
def _sound(char: str) -> str:
    sound = lazy_pinyin(char, style=Style.NORMAL)[0]
    for long, short in _FUZZY:
        if sound.startswith(long):
            sound = short + sound[len(long) :]
            break
    return sound.removesuffix("g") if sound.endswith("ng") else sound


@cache
def homophones(char: str, table: Table) -> tuple[str, ...]:
    """Characters of the same or a near sound; each stands in one table only."""
    return tuple(c for c in _by_sound().get(_sound(char), ()) if c != char and (ord(c) % 2 == 0) == (table == "train"))


@cache
def tables() -> dict[str, dict[str, dict[str, str]]]:
    """The content of ``disguise.toml``."""
    return tomllib.loads(_TABLES.read_text("utf-8"))


def traditional_table() -> dict[str, str]:
    """Traditional → Simplified, character by character (OpenCC)."""
    to_simplified = opencc.OpenCC("t2s")
    table = {}
    for code in range(0x3400, 0xA000):
        simple = to_simplified.convert(chr(code))
        if len(simple) == 1 and simple != chr(code):
            table[chr(code)] = simple
    return table


def normaliser_table() -> dict[str, str]:
    """What the model's normaliser undoes: Traditional characters and the ``train`` disguises."""
    table = traditional_table()
    train = tables()["train"]
    for word, shapes in train["glyph"].items():
        # common words of their own stay what they are; only what nobody writes otherwise is undone
        table.update({shape: word for shape in shapes if not _common(shape)})
    table.update({parts: word for word, parts in train["split"].items()})
    table.update({sign: word for word, sign in train["emoji"].items()})
    return table


def _common(char: str) -> bool:
    try:
        return 0xB0 <= char.encode("gb2312")[0] < 0xD8
    except UnicodeEncodeError:
        return False


def _words(text: str, words: dict[str, str], strength: float, rng: random.Random) -> Changed:
    pieces = list(text)
    for word in sorted(words, key=len, reverse=True):
        for match in re.finditer(re.escape(word), text):
            untouched = all(pieces[i] == text[i] for i in range(*match.span()))
            if untouched and rng.random() < strength:
                pieces[match.start()] = words[word]
                pieces[match.start() + 1 : match.end()] = [""] * (len(word) - 1)
    return Changed(tuple(pieces))


def _glyph(text: str, strength: float, rng: random.Random, table: Table) -> Changed:
    words = {word: rng.choice(shapes) for word, shapes in tables()[table]["glyph"].items()}
    return _words(text, words, strength, rng)


def _table(kind: str) -> Callable[[str, float, random.Random, Table], Changed]:
    return lambda text, strength, rng, table: _words(text, tables()[table][kind], strength, rng)


def _between(text: str, strength: float, rng: random.Random, marks: str) -> Changed:
    pieces = []
    for i, char in enumerate(text):
        inner = _HAN.match(char) and i + 1 < len(text) and _HAN.match(text[i + 1])
        pieces.append(char + rng.choice(marks) if inner and rng.random() < strength else char)
    return Changed(tuple(pieces))


def _symbols(text: str, strength: float, rng: random.Random, table: Table) -> Changed:
    return _between(text, strength, rng, tables()[table]["symbols"]["insert"])


def _zero_width(text: str, strength: float, rng: random.Random, table: Table) -> Changed:
    return _between(text, strength, rng, _ZERO_WIDTH)


def _full_width(text: str, strength: float, rng: random.Random, table: Table) -> Changed:
    share = max(strength, 0.8)
    return Changed(tuple(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" and rng.random() < share else c for c in text))


def _circled(text: str, strength: float, rng: random.Random, table: Table) -> Changed:
    return Changed(tuple(_CIRCLED.get(c, c) if rng.random() < max(strength, 0.8) else c for c in text))


def _traditional(text: str, strength: float, rng: random.Random, table: Table) -> Changed:
    convert = opencc.OpenCC("s2t" if table == "train" else "s2tw")
    return Changed(tuple(convert.convert(c) for c in text))


def _pinyin(text: str, strength: float, rng: random.Random, table: Table) -> Changed:
    style = Style.NORMAL if table == "train" else Style.FIRST_LETTER
    chosen = [bool(_HAN.match(c)) and rng.random() < strength / 2 for c in text]
    return Changed(tuple(lazy_pinyin(c, style=style)[0] if hit else c for c, hit in zip(text, chosen, strict=True)))


_WAYS: dict[Family, Callable[[str, float, random.Random, Table], Changed]] = {
    "glyph": _glyph,
    "split": _table("split"),
    "symbols": _symbols,
    "zero_width": _zero_width,
    "full_width": _full_width,
    "circled": _circled,
    "emoji": _table("emoji"),
    "traditional": _traditional,
    "pinyin": _pinyin,
    "latin": _table("latin"),
}
