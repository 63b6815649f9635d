"""Quality figures, computed one way everywhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score, roc_auc_score

from corpora import Record, load_taxonomy
from nlp.model_folder import LABELS
from nlp.result import CHANNELS
from nlp.screener import log_odds

Floats = NDArray[np.float64]


def quick_scores(records: Sequence[Record], predictions: Sequence[Any]) -> dict[str, float]:
    """Uncalibrated dev figures of the encoder alone, for the training log and for choices between recipes."""
    taxonomy = load_taxonomy()
    odds = np.array([log_odds(p.label) for p in predictions])
    sign_truth = np.array([[s in r.signs for s in taxonomy.signs] for r in records])
    sign_guess = np.stack([p.sign for p in predictions]) > 0
    token_truth = np.concatenate([p.token_target for p in predictions]) > 0
    token_guess = np.concatenate([p.token for p in predictions]) > 0
    figures = {
        **odds_figures(records, odds),
        "label3": float(
            f1_score(
                [LABELS.index(r.label) for r in records], [int(p.label.argmax()) for p in predictions], average="macro"
            )
        ),
        "type": type_f1(records, np.stack([p.type for p in predictions])),
        "sign": float(f1_score(sign_truth, sign_guess, average="micro", zero_division=0)),
        "token": float(f1_score(token_truth.any(1), token_guess.any(1), zero_division=0)),
    }
    return {k: round(v, 4) for k, v in figures.items()}


def type_f1(records: Sequence[Record], logits: Floats) -> float:
    """Macro-F1 of the likeliest type over the texts that have one.

    Args:
        logits: (texts, types).
    """
    types = load_taxonomy().types
    pairs = [(types.index(r.type), int(row.argmax())) for r, row in zip(records, logits, strict=True) if r.type]
    return round(float(f1_score(*zip(*pairs, strict=True), average="macro", zero_division=0)), 4) if pairs else 0.0


def odds_figures(records: Sequence[Record], odds: Floats) -> dict[str, float]:
    """AUC (all and per channel), macro-F1 at even odds, share of twin pairs with both right."""
    truth = np.array([r.label == "scam" for r in records])
    figures = {
        "AUC": float(roc_auc_score(truth, odds)),
        "macro-F1": float(f1_score(truth, odds > 0, average="macro")),
        "twin pairs both right": pair_accuracy(records, odds > 0),
    }
    for channel in CHANNELS:
        own = np.array([r.channel == channel for r in records])
        if len(set(truth[own])) == 2:
            figures[f"{channel}: AUC"] = float(roc_auc_score(truth[own], odds[own]))
    return {k: round(v, 4) for k, v in figures.items()}


def pair_accuracy(records: Sequence[Record], called_scam: Sequence[bool] | NDArray[np.bool_]) -> float:
    """Share of twin groups (a scam and its lawful twin) with every member right; NaN without twins."""
    groups: dict[str, list[tuple[bool, bool]]] = {}
    for record, called in zip(records, called_scam, strict=True):
        if record.pair:
            groups.setdefault(record.pair, []).append((record.label == "scam", bool(called)))
    twins = [g for g in groups.values() if len({t for t, _ in g}) == 2]
    return float(np.mean([all(t == c for t, c in g) for g in twins])) if twins else float("nan")


def recall_at_fpr(truth: NDArray[np.bool_], score: Floats, rate: float) -> tuple[float, float]:
    """Recall and threshold with at most ``rate`` of the lawful called scam (score ≥ threshold)."""
    lawful = np.sort(score[~truth])[::-1]
    allowed = int(np.floor(rate * len(lawful)))
    limit = lawful[allowed] if allowed < len(lawful) else -np.inf
    above = score[truth] > limit
    threshold = float(np.nextafter(limit, np.inf))
    return float(above.mean()), threshold


def calibration_error(truth: NDArray[np.bool_], score: Floats, bins: int = 10) -> float:
    """Expected calibration error over equal-width bins."""
    which = np.minimum((score * bins).astype(int), bins - 1)
    return float(
        sum(
            abs(truth[which == b].mean() - score[which == b].mean()) * (which == b).mean()
            for b in range(bins)
            if (which == b).any()
        )
    )


def bootstrap(
    figure: Callable[[NDArray[np.int64]], float], count: int, seed: int = 7, rounds: int = 500
) -> tuple[float, float, float]:
    """A figure of a sample's indices with its 95 % interval over resampled texts."""
    rng = np.random.default_rng(seed)
    drawn = [figure(rng.integers(0, count, count)) for _ in range(rounds)]
    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    return figure(np.arange(count)), float(low), float(high)
