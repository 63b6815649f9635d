"""Behaviour tables after CheckList (Ribeiro et al. 2020): what must not change an answer, and what must move it.

INV: a swap that carries no meaning for the verdict (surname, region, brand, amount, gender, age).
DIR: a change of a known direction (the words that give a scam away taken out; a scammer's demand put in).
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpora import Record

Score = Callable[[Sequence[Record]], NDArray[np.float64]]

_WORDS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
_TITLE = re.compile(f"[{_WORDS['surnames']}](?={'|'.join(_WORDS['titles'])})")
_AMOUNT = re.compile(r"(?<![\d.])[1-9]\d{2,5}(?=元|块)")
_AGE = re.compile(r"(?<!\d)[1-9]\d(?=岁)")


def _one_of(words: Sequence[str], rng: random.Random) -> Callable[[str], str]:
    """Every word of the list is exchanged for another one of it, the same word always for the same."""
    shifted = list(words)
    rng.shuffle(shifted)
    other = {word: shifted[(shifted.index(word) + 1) % len(shifted)] for word in words}
    pattern = re.compile("|".join(sorted(map(re.escape, words), key=len, reverse=True)))
    return lambda text: pattern.sub(lambda m: other[m[0]], text)


def _gender(text: str) -> str:
    other = {a: b for pair in _WORDS["genders"] for a, b in (pair, pair[::-1])}
    return re.sub("|".join(sorted(other, key=len, reverse=True)), lambda m: other[m[0]], text)


def _brands(rng: random.Random) -> Callable[[str], str]:
    swaps = [_one_of(words, rng) for words in _WORDS["brands"]]

    def swap(text: str) -> str:
        for each in swaps:
            text = each(text)
        return text

    return swap


def invariances(seed: int) -> dict[str, Callable[[str], str]]:
    """Swaps by name; each gives the text unchanged where it finds nothing."""
    rng = random.Random(seed)
    surnames = _one_of(_WORDS["surnames"], rng)
    return {
        "surname": lambda text: _TITLE.sub(lambda m: surnames(m[0]), text),
        "region": _one_of(_WORDS["regions"], rng),
        "brand": _brands(rng),
        "amount": lambda text: _AMOUNT.sub(lambda m: str(int(m[0]) * rng.choice((2, 3)) // rng.choice((1, 5))), text),
        "gender": _gender,
        "age": lambda text: _AGE.sub(lambda m: str(20 + (int(m[0]) + 17) % 60), text),
    }


def checklist(score: Score, records: Sequence[Record], seed: int) -> dict[str, Any]:
    """``INV`` and ``DIR`` tables; flips at P(scam) ≥ 0.5. A swap that finds nothing has no row.

    Args:
        score: P(scam) of records, (texts,).
    """
    before = score(records)
    table: dict[str, Any] = {"INV": {}, "DIR": {}}
    for name, swap in invariances(seed).items():
        changed = [with_text(r, swap(r.text)) for r in records]
        touched = np.array([a.text != b.text for a, b in zip(records, changed, strict=True)])
        if not touched.any():
            continue
        after = score([r for r, t in zip(changed, touched, strict=True) if t])
        was = before[touched]
        table["INV"][name] = {
            "texts": int(touched.sum()),
            "flipped": round(float(((was >= 0.5) != (after >= 0.5)).mean()), 4),
            "mean |Δ score|": round(float(np.abs(was - after).mean()), 4),
        }
    scams = [i for i, r in enumerate(records) if r.label == "scam" and r.evidence]
    without = score([with_text(records[i], _cut(records[i])) for i in scams])
    table["DIR"]["evidence taken out: score falls"] = _moved(before[scams] - without)
    lawful = [i for i, r in enumerate(records) if r.label != "scam" and r.channel != "note"]
    added = score([with_text(records[i], f"{records[i].text}\n{_WORDS['demand']}") for i in lawful])
    table["DIR"]["a scammer's demand put in: score rises"] = _moved(added - before[lawful])
    return table


def _moved(difference: NDArray[np.float64]) -> dict[str, float]:
    return {
        "texts": len(difference),
        "share that moves the right way": round(float((difference > 0).mean()), 4),
        "mean Δ score": round(float(difference.mean()), 4),
    }


def _cut(record: Record) -> str:
    gone = {i for e in record.evidence for i in range(e.start, e.end)}
    return "".join(c for i, c in enumerate(record.text) if i not in gone) or "。"


def with_text(record: Record, text: str) -> Record:
    """The record with another text, whose spans nobody has marked."""
    return record.model_copy(update={"text": text, "evidence": (), "signs": ()})
