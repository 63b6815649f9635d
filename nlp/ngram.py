"""The wide half: a linear model over hashed character n-grams, numpy only.

Words and encoder add up: the words know scripts the encoder blurs, the encoder knows who asks whom.
The features see no punctuation, no speaker marks and no digits' values, so that they cannot learn a format.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

BITS = 18
ORDERS = (1, 2, 3, 4)
_MARK = re.compile(r"(?:(?<=\n)|^)[甲乙丙丁戊己庚辛壬癸]:")
_DIGITS = re.compile(r"\d+")
_FORMAT = re.compile(r"[\W_]+")
_MIX = np.uint64(0x9E3779B97F4A7C15)


def plain(folded: str) -> str:
    """What of a folded text the n-grams see."""
    return _FORMAT.sub("", _DIGITS.sub("0", _MARK.sub("", folded)))


def features(folded: str) -> NDArray[np.int64]:
    """Sorted distinct buckets, 0 … 2**BITS-1, of the text's character 1- to 4-grams."""
    codes = np.frombuffer(plain(folded).encode("utf-32-le"), "<u4").astype(np.uint64)
    found = []
    for order in ORDERS:
        if len(codes) < order:
            break
        value = np.full(len(codes) - order + 1, order, np.uint64)
        for offset in range(order):
            value = (value ^ codes[offset : len(codes) - order + 1 + offset]) * _MIX
            value ^= value >> np.uint64(29)
        found.append(value >> np.uint64(64 - BITS))
    return np.unique(np.concatenate(found)).astype(np.int64) if found else np.empty(0, np.int64)


class NgramModel:
    """Linear scores per text.

    Args:
        weights: (2**BITS, outputs) int8.
        scales: (outputs,) float32; weight = int8 * scale.
        bias: (outputs,) float32.
        idf: (2**BITS,) float16, the weight of a bucket before the text's features are scaled to length one.
    """

    def __init__(
        self,
        weights: NDArray[np.int8],
        scales: NDArray[np.float32],
        bias: NDArray[np.float32],
        idf: NDArray[np.float16],
    ) -> None:
        self._weights, self._scales, self._bias, self._idf = weights, scales, bias, idf

    @classmethod
    def load(cls, path: Path) -> NgramModel:
        """Read ``ngram.npz``; pickled arrays are refused."""
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            return cls(stored["weights"], stored["scales"], stored["bias"], stored["idf"])

    def save(self, path: Path) -> None:
        """Write ``ngram.npz``."""
        np.savez_compressed(path, weights=self._weights, scales=self._scales, bias=self._bias, idf=self._idf)

    def __call__(self, folded: str) -> NDArray[np.float32]:
        """Logits, (outputs,)."""
        buckets = features(folded)
        if not len(buckets):
            return self._bias.copy()
        values = self._idf[buckets].astype(np.float32)
        values /= max(float(np.linalg.norm(values)), 1e-6)
        return (values @ self._weights[buckets].astype(np.float32)) * self._scales + self._bias
