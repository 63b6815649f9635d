"""Train the linear half: logistic regression on the library's own hashed n-gram features."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from corpora import load_taxonomy
from nlp.model_folder import LABELS
from nlp.ngram import BITS, NgramModel, features
from nlp.normalise import Normaliser
from nlp.result import CHANNELS
from training.data import Example, noisy

SMALL = 1


def train_wide(examples: Sequence[Example], fold: Normaliser, strength: float, seed: int) -> NgramModel:
    """Label, channel and type from n-grams.

    Args:
        strength: inverse of the regularisation (scikit-learn's ``C``).
        seed: draws one noisy copy of each example, so that the words also know disguised texts.
    """
    rng = random.Random(seed)
    everything = [*examples, *(Example(noisy(e.record, rng), e.weight / 2) for e in examples)]
    found = [features(fold(e.record.text).text) for e in everything]
    counts = np.bincount(np.concatenate(found), minlength=2**BITS)
    # idf of a bucket seen once is as noisy as it is large: such buckets are left out
    idf = np.where(counts > 1, np.log((1 + len(found)) / (1 + counts)) + 1, 0).astype(np.float16)
    matrix = _matrix(found, idf)
    weight = np.array([e.weight for e in everything])
    typed = np.flatnonzero([bool(e.record.type) for e in everything])
    every = np.arange(len(everything))
    heads = (
        (LABELS, [e.record.label for e in everything], every),
        (CHANNELS, [e.record.channel for e in everything], every),
        (load_taxonomy().types, [everything[i].record.type for i in typed], typed),
    )
    fitted = [_fit(names, target, matrix[rows], weight[rows], strength) for names, target, rows in heads]
    columns, biases = zip(*fitted, strict=True)
    dense = np.concatenate(columns, axis=1)
    scales = (np.abs(dense).max(axis=0) / 127).astype(np.float32)
    weights = np.round(dense / scales).astype(np.int8)
    bias = np.concatenate(biases).astype(np.float32)
    return NgramModel(_thin(weights, sum(len(names) for names, _, _ in heads[:2])), scales, bias, idf)


def _fit(
    names: Sequence[str], target: Sequence[str | None], matrix: csr_matrix, weight: NDArray[np.float64], strength: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Columns (buckets, names) and biases (names,); a class no text has is as unlikely as the least likely one."""
    coefficients, bias = np.zeros((matrix.shape[1], len(names))), np.zeros(len(names))
    if len(set(target)) < 2:
        return coefficients, bias
    fitted = LogisticRegression(C=strength, max_iter=300, tol=1e-3).fit(matrix, target, sample_weight=weight)
    rows, offsets = fitted.coef_, fitted.intercept_
    if len(rows) == 1:  # of two classes scikit-learn keeps the second's
        rows, offsets = np.concatenate([-rows, rows]) / 2, np.concatenate([-offsets, offsets]) / 2
    known = [list(names).index(c) for c in fitted.classes_]
    bias[:] = offsets.min()
    coefficients[:, known], bias[known] = rows.T, offsets
    return coefficients, bias


def _thin(weights: NDArray[np.int8], kept: int) -> NDArray[np.int8]:
    """Columns from ``kept`` on without their smallest weights: a third of the file, the same answers on dev."""
    return np.where((np.arange(weights.shape[1]) >= kept) & (np.abs(weights) <= SMALL), 0, weights).astype(np.int8)


def _matrix(found: Sequence[NDArray[np.int64]], idf: NDArray[np.float16]) -> csr_matrix:
    values = []
    for buckets in found:
        row = idf[buckets].astype(np.float32)
        values.append(row / max(float(np.linalg.norm(row)), 1e-6))
    ends = np.cumsum([0, *(len(f) for f in found)])
    return csr_matrix((np.concatenate(values), np.concatenate(found), ends), shape=(len(found), 2**BITS))
