"""Figures on cases small enough to be worked out by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from corpora import Record, load_taxonomy
from training.calibrate import join, joint_score, thresholds
from training.config import Decide
from training.predict import Prediction
from training.scores import bootstrap, calibration_error, pair_accuracy, quick_scores, recall_at_fpr

TRUTH = np.array([True, True, True, False, False, False, False])
SCORE = np.array([0.9, 0.6, 0.2, 0.8, 0.5, 0.1, 0.05])


def record(label: str, **values: Any) -> Record:
    return Record.model_validate({"id": "x", "channel": "sms", "text": "请转账", "label": label, **values})


@pytest.mark.parametrize(
    ("rate", "recall", "called_from"),
    [
        (0.0, 1 / 3, 0.8),  # no lawful text may be called: only 0.9 lies above the highest, 0.8
        (0.24, 1 / 3, 0.8),  # of four texts 0.24 is not yet one
        (0.25, 2 / 3, 0.5),
        (0.5, 1.0, 0.1),
        (1.0, 1.0, -math.inf),
    ],
)
def test_recall_at_a_false_positive_rate(rate: float, recall: float, called_from: float) -> None:
    found, threshold = recall_at_fpr(TRUTH, SCORE, rate)
    assert found == pytest.approx(recall)
    assert threshold == np.nextafter(called_from, np.inf)
    assert (SCORE[TRUTH] >= threshold).mean() == pytest.approx(recall)
    assert (SCORE[~TRUTH] >= threshold).mean() <= rate


def test_lawful_texts_of_the_same_score_are_called_together_or_not_at_all() -> None:
    truth = np.array([True, False, False, False, False])
    recall, threshold = recall_at_fpr(truth, np.array([0.7, 0.7, 0.7, 0.7, 0.1]), 0.5)
    assert recall == 0.0
    assert threshold > 0.7


def test_a_pair_counts_when_every_member_is_right() -> None:
    records = [
        record("scam", type="police", pair="a"),
        record("normal", pair="a"),
        record("scam", type="police", pair="b"),
        record("spam", pair="b"),
        record("scam", type="police", pair="c"),
        record("normal", pair="c"),
        record("normal", pair="d"),  # no twin: not counted
        record("scam", type="police"),  # no pair: not counted
    ]
    called = [True, False, True, True, False, False, True, False]
    assert pair_accuracy(records, called) == pytest.approx(1 / 3)


def test_without_twins_there_is_no_pair_accuracy() -> None:
    assert math.isnan(pair_accuracy([record("normal", pair="a")], [False]))


@pytest.mark.parametrize(
    ("truth", "score", "error"),
    [
        ([True, False], [0.95, 0.95], 0.45),
        ([False, False, True, True], [0.1, 0.1, 0.9, 0.9], 0.1),
        ([False, True], [0.0, 1.0], 0.0),
        ([True, False, False, False], [0.25, 0.25, 0.25, 0.25], 0.0),
        ([True, True, True, False], [0.05, 0.95, 0.95, 0.05], 0.5 * 0.45 + 0.5 * 0.05),
    ],
)
def test_calibration_error_is_the_mean_gap_weighted_by_bins(
    truth: list[bool], score: list[float], error: float
) -> None:
    assert calibration_error(np.array(truth), np.array(score)) == pytest.approx(error)


def test_the_bootstrap_of_a_constant_has_no_width() -> None:
    assert bootstrap(lambda i: 0.5, count=10) == (0.5, 0.5, 0.5)


def test_the_bootstrap_holds_the_figure_and_narrows_with_more_texts() -> None:
    def interval(count: int) -> tuple[float, float, float]:
        values = np.arange(count) % 2
        return bootstrap(lambda i: float(values[i].mean()), count)

    (figure, low, high), (_, lower, higher) = interval(1000), interval(10)
    assert figure == 0.5
    assert lower < low < 0.5 < high < higher
    assert high - low == pytest.approx(2 * 1.96 * 0.5 / math.sqrt(1000), rel=0.15)


def test_the_bootstrap_is_the_same_for_the_same_seed() -> None:
    values = np.arange(30.0)
    once, again, other = (bootstrap(lambda i: float(values[i].mean()), 30, seed) for seed in (7, 7, 8))
    assert once == again
    assert once != other


def test_scores_passed_over_a_perfect_model_are_one() -> None:
    taxonomy = load_taxonomy()

    def ideal(label: str, type_: str | None) -> tuple[Record, Prediction]:
        scam = label == "scam"
        signs = ("transfer",) if scam else ()
        token = np.full((3, len(taxonomy.signs)), -5.0, np.float32)
        if scam:
            token[1, taxonomy.signs.index("transfer")] = 5.0
        return record(label, type=type_, signs=signs, pair="a"), Prediction(
            label=np.array([5.0 * (label == name) for name in ("normal", "scam", "spam")], np.float32),
            type=np.array([5.0 * (t == type_) for t in taxonomy.types], np.float32),
            sign=np.where([s in signs for s in taxonomy.signs], 5.0, -5.0).astype(np.float32),
            stage=np.zeros(4, np.float32),
            token=token,
            token_target=(token > 0).astype(np.float32),
        )

    records, predictions = zip(
        *(ideal(y, t) for y, t in (("scam", "loan"), ("normal", None), ("spam", None))), strict=True
    )
    figures = quick_scores(records, predictions)
    assert {k: v for k, v in figures.items() if k != "sign"} == dict.fromkeys(figures.keys() - {"sign"}, 1.0)
    assert figures["sign"] == 1.0


def test_calibration_makes_odds_that_overstate_honest() -> None:
    rng = np.random.default_rng(7)
    odds = rng.normal(0, 2, 3000)
    truth = rng.random(3000) < 1 / (1 + np.exp(-odds))
    records = [record("scam" if t else "normal", type="other" if t else None) for t in truth]
    joined = join(records, 4 * odds, np.zeros(3000))
    assert joined["sms"]["encoder"] == pytest.approx(0.25, rel=0.1)
    score = joint_score(records, 4 * odds, np.zeros(3000), joined)
    overstated = 1 / (1 + np.exp(-4 * odds))
    assert calibration_error(truth, score) < 0.03 < calibration_error(truth, overstated)


def test_thresholds_follow_from_the_declared_costs() -> None:
    lawful = [(record("normal"), i / 200) for i in range(100)]  # 0.000 … 0.495
    scams = [(record("scam", type="other"), 0.3 + i / 150) for i in range(100)]  # 0.300 … 0.960
    records, score = zip(*lawful, *scams, strict=True)
    decide = Decide(false_positive_rate=dict.fromkeys(("call", "note", "sms"), 0.05), recall=0.75)
    limits = thresholds(records, np.array(score), decide)["sms"]
    called = np.array(score) >= limits["scam"]
    assert called[:100].sum() == 5
    assert (np.array(score)[100:] >= limits["suspicious"]).sum() == 75
    assert limits["suspicious"] <= limits["scam"]
