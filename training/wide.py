"""Train the linear half: logistic regression on the library's own hashed n-gram features."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from nlp.model_folder import LABELS
from nlp.ngram import BITS, NgramModel, features
from nlp.normalise import Normaliser
from nlp.result import CHANNELS
from training.data import Example, noisy


def train_wide(examples: Sequence[Example], fold: Normaliser, strength: float, seed: int) -> NgramModel:
    """Label and channel from n-grams.

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
    columns, biases = [], []
    for names, target in (
        (LABELS, [e.record.label for e in everything]),
        (CHANNELS, [e.record.channel for e in everything]),
    ):
        fitted = LogisticRegression(C=strength, max_iter=300).fit(matrix, target, sample_weight=weight)
        order = [list(fitted.classes_).index(n) for n in names]
        columns.append(fitted.coef_[order].T)
        biases.append(fitted.intercept_[order])
    dense = np.concatenate(columns, axis=1)
    scales = (np.abs(dense).max(axis=0) / 127).astype(np.float32)
    return NgramModel(np.round(dense / scales).astype(np.int8), scales, np.concatenate(biases).astype(np.float32), idf)


def _matrix(found: Sequence[NDArray[np.int64]], idf: NDArray[np.float16]) -> csr_matrix:
    values = []
    for buckets in found:
        row = idf[buckets].astype(np.float32)
        values.append(row / max(float(np.linalg.norm(row)), 1e-6))
    ends = np.cumsum([0, *(len(f) for f in found)])
    return csr_matrix((np.concatenate(values), np.concatenate(found), ends), shape=(len(found), 2**BITS))
