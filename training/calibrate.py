"""Join words and encoder, calibrate per channel, and choose the thresholds from declared costs.

Calibration is fitted on the ``calib`` split only and the thresholds are chosen on ``dev`` only;
neither sees the test split.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import logsumexp
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from corpora import Record, load_taxonomy
from nlp.model_folder import LABELS, NGRAM_OUTPUTS
from nlp.result import CHANNELS
from nlp.screener import log_odds, sigmoid
from training.config import Decide
from training.predict import Prediction
from training.scores import recall_at_fpr

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Halves:
    """What both halves say of texts: log-odds of scam (texts,) and type logits (texts, types) of each."""

    encoder: Floats
    words: Floats
    encoder_types: Floats
    word_types: Floats
    predictions: Sequence[Prediction]


def halves(predictions: Sequence[Prediction], ngrams: Sequence[NDArray[np.float32]]) -> Halves:
    """Both halves' answers side by side, in order."""
    types = len(load_taxonomy().types)
    wide = np.array(ngrams, float).reshape(len(ngrams), len(NGRAM_OUTPUTS) + types)
    return Halves(
        np.array([log_odds(p.label) for p in predictions]),
        np.array([log_odds(w[: len(LABELS)]) for w in wide]),
        np.array([p.type for p in predictions], float).reshape(len(predictions), types),
        wide[:, len(NGRAM_OUTPUTS) :],
        predictions,
    )


def join(records: Sequence[Record], encoder: Floats, ngram: Floats) -> dict[str, dict[str, float]]:
    """Per channel ``encoder``, ``ngram``, ``bias`` of the joint log-odds; slopes shared, one bias each.

    Args:
        encoder, ngram: log-odds of scam, (texts,).
    """
    truth = np.array([r.label == "scam" for r in records])
    channel = np.array([[r.channel == c for c in CHANNELS] for r in records], float)
    # the slopes are barely regularised, the biases' spread a little: a channel has few texts
    design = np.column_stack([encoder, ngram, 0.5 * channel])
    fitted = LogisticRegression(C=10.0, max_iter=1000).fit(design, truth)
    slopes, spread = fitted.coef_[0][:2], fitted.coef_[0][2:] * 0.5
    return {
        name: {"encoder": float(slopes[0]), "ngram": float(slopes[1]), "bias": float(fitted.intercept_[0] + spread[i])}
        for i, name in enumerate(CHANNELS)
    }


def joint_score(records: Sequence[Record], encoder: Floats, ngram: Floats, joined: dict[str, Any]) -> Floats:
    """Calibrated P(scam), (texts,)."""
    odds = [
        joined[r.channel]["encoder"] * e + joined[r.channel]["ngram"] * n + joined[r.channel]["bias"]
        for r, e, n in zip(records, encoder, ngram, strict=True)
    ]
    return np.array([1 / (1 + math.exp(-max(-40.0, min(40.0, o)))) for o in odds])


def join_types(records: Sequence[Record], encoder: Floats, ngram: Floats) -> dict[str, float]:
    """What each half's type logits count, by the likelihood of the known types.

    Args:
        encoder, ngram: (texts, types).
    """
    types = load_taxonomy().types
    known = np.flatnonzero([bool(r.type) for r in records])
    truth = np.array([types.index(r.type) for r in records if r.type])

    def loss(slopes: Floats) -> float:
        logits = slopes[0] * encoder[known] + slopes[1] * ngram[known]
        return float(np.mean(logsumexp(logits, axis=1) - logits[np.arange(len(known)), truth]))

    found = minimize(loss, np.array([0.5, 0.5]), bounds=[(0.0, 4.0)] * 2, method="L-BFGS-B").x
    return {"encoder": float(found[0]), "ngram": float(found[1])}


def thresholds(records: Sequence[Record], score: Floats, decide: Decide) -> dict[str, dict[str, float]]:
    """Per channel ``scam`` (false positives at most as declared) and ``suspicious`` (recall at least as declared).

    Where a channel has fewer lawful texts than the declared rate can be measured on, the threshold is the
    score of the highest lawful text seen, which the report says.
    """
    truth = np.array([r.label == "scam" for r in records])
    made: dict[str, dict[str, float]] = {}
    for name in CHANNELS:
        own = np.array([r.channel == name for r in records])
        if not own.any() or len(set(truth[own])) < 2:
            made[name] = {"scam": 0.5, "suspicious": 0.5}
            continue
        _, scam = recall_at_fpr(truth[own], score[own], decide.false_positive_rate[name])
        scams = np.sort(score[own & truth])
        missed = math.floor((1 - decide.recall) * len(scams))
        made[name] = {"scam": min(scam, 0.995), "suspicious": float(min(scams[missed], scam, 0.5))}
    return made


def sign_thresholds(records: Sequence[Record], predictions: Sequence[Prediction]) -> tuple[list[float], float]:
    """Per sign the probability that serves F1 best on ``dev``, and the same for evidence tokens."""
    taxonomy = load_taxonomy()
    truth = np.array([[s in r.signs for s in taxonomy.signs] for r in records])
    guess = np.stack([sigmoid(p.sign) for p in predictions])
    grid = np.arange(0.2, 0.81, 0.05)
    signs = []
    for column in range(truth.shape[1]):
        if truth[:, column].sum() < 5:
            signs.append(0.5)
            continue
        figures = [f1_score(truth[:, column], guess[:, column] >= t, zero_division=0) for t in grid]
        signs.append(round(float(grid[int(np.argmax(figures))]), 2))
    token_truth = np.concatenate([p.token_target for p in predictions]).any(1)
    token_guess = np.concatenate([sigmoid(p.token).max(1) for p in predictions])
    figures = [f1_score(token_truth, token_guess >= t, zero_division=0) for t in grid]
    return signs, round(float(grid[int(np.argmax(figures))]), 2)
