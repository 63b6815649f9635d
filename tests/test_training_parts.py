"""The parts of a training, each on cases small enough to be seen through."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from corpora import Record, load_taxonomy
from nlp.model_folder import LABELS
from training.calibrate import join_types
from training.checklist import checklist, invariances
from training.data import Row, batches, collate
from training.dropout import ByteDropout
from training.finetune import _twin_loss
from training.readme import README, fill

SIGNS = len(load_taxonomy().signs)


def row(length: int, label: str = "normal", pair: str | None = None) -> Row:
    return Row(
        ids=tuple(range(5, 5 + length)),
        token=np.zeros((length, SIGNS), np.float32),
        label=LABELS.index(label),
        type=0,
        stage=0,
        sign=np.zeros(SIGNS, np.float32),
        spans=True,
        weight=1.0,
        pair=pair,
    )


def record(text: str, label: str = "normal", **values: Any) -> Record:
    return Record.model_validate({"id": text, "channel": "sms", "text": text, "label": label, **values})


def test_dropout_zeroes_its_share_and_keeps_the_mean() -> None:
    torch.manual_seed(0)
    dropped = ByteDropout(0.25).train()(torch.ones(200_003))
    assert (dropped == 0).float().mean().item() == pytest.approx(0.25, abs=0.01)
    assert dropped.mean().item() == pytest.approx(1, abs=0.01)


def test_dropout_draws_anew_each_time_and_the_same_for_the_same_seed() -> None:
    layer, values = ByteDropout(0.5).train(), torch.ones(64)
    torch.manual_seed(3)
    first, second = layer(values), layer(values)
    torch.manual_seed(3)
    assert torch.equal(layer(values), first)
    assert not torch.equal(first, second)


def test_dropout_is_silent_in_evaluation() -> None:
    values = torch.randn(7, 3)
    assert torch.equal(ByteDropout(0.5).eval()(values), values)


def test_every_row_stands_in_one_batch_within_the_budget() -> None:
    rows = [row(length) for length in random.Random(1).choices(range(3, 90), k=200)]
    made = list(batches(rows, 256, random.Random(2)))
    assert sorted(i for batch in made for i in batch) == list(range(200))
    assert all(max(len(rows[i].ids) for i in batch) * len(batch) <= 256 for batch in made)


def test_twins_stand_in_the_same_batch_though_their_lengths_differ() -> None:
    rows = [row(20 + i) for i in range(60)] + [row(10, "scam", "a"), row(70, "normal", "a")]
    [batch] = [b for b in batches(rows, 512, random.Random(0)) if 60 in b]
    assert 61 in batch


def test_only_twins_share_a_pair_number_in_a_batch() -> None:
    pair = collate([row(4, "scam", "a"), row(5, "normal", "a"), row(4, "scam", "b"), row(4)], pad=1)["pair"]
    assert pair[0] == pair[1] != pair[2]
    assert pair[3] == -1


def test_the_twin_loss_asks_that_the_scam_stands_above_its_lawful_twin() -> None:
    batch = collate([row(4, "scam", "a"), row(4, "normal", "a"), row(4)], pad=1)
    scam = LABELS.index("scam")

    def loss(of_scam: float, of_twin: float) -> float:
        logits = torch.zeros(3, len(LABELS))
        logits[0, scam], logits[1, scam] = of_scam, of_twin
        found = _twin_loss(logits, batch)
        assert found is not None
        return float(found)

    assert loss(3, -3) < loss(0, 0) < loss(-3, 3)
    assert loss(5, 5) == pytest.approx(loss(0, 0)), "only the difference counts"


def test_without_twins_there_is_no_twin_loss() -> None:
    batch = collate([row(4, "scam", "a"), row(4, "scam", "a"), row(4)], pad=1)
    assert _twin_loss(torch.zeros(3, len(LABELS)), batch) is None


def test_the_half_that_knows_the_types_counts_more() -> None:
    types = load_taxonomy().types
    rng = np.random.default_rng(0)
    records = [record(str(i), "scam", type=types[i % len(types)]) for i in range(200)]
    truth = np.eye(len(types))[[i % len(types) for i in range(200)]]
    knows, guesses = truth * 3 + rng.normal(0, 1, truth.shape), rng.normal(0, 1, truth.shape)
    joined = join_types(records, knows, guesses)
    assert joined["encoder"] > 5 * joined["ngram"]


@pytest.mark.parametrize(
    ("swap", "text", "gone"),
    [
        ("surname", "您好王先生", "王先生"),
        ("region", "我在成都出差", "成都"),
        ("brand", "招商银行提醒您", "招商银行"),
        ("amount", "退您1280元", "1280元"),
        ("gender", "您儿子在我车上", "儿子"),
        ("age", "报警人67岁", "67岁"),
    ],
)
def test_a_swap_exchanges_its_words_and_nothing_else(swap: str, text: str, gone: str) -> None:
    changed = invariances(7)[swap](text)
    assert gone not in changed
    assert len(changed) >= len(text) - len(gone)
    untouched = "今天天气不错"
    assert invariances(7)[swap](untouched) == untouched


def test_the_tables_count_flips_and_the_share_that_moves_the_right_way() -> None:
    def score(records: Sequence[Record]) -> NDArray[np.float64]:
        return np.array([0.9 if "转账" in r.text or "成都" in r.text or "账户" in r.text else 0.1 for r in records])

    evidence = [{"start": 3, "end": 5, "sign": "transfer"}]
    scam = record("请马上转账", "scam", type="police", evidence=evidence, signs=["transfer"])
    found = checklist(score, [scam, record("我在成都出差"), record("今天天气不错")], seed=7)
    assert found["INV"]["region"] == {"texts": 1, "flipped": 1.0, "mean |Δ score|": 0.8}
    assert found["DIR"]["evidence taken out: score falls"]["share that moves the right way"] == 1.0
    put_in = found["DIR"]["a scammer's demand put in: score rises"]
    assert (put_in["texts"], put_in["share that moves the right way"]) == (2, 0.5)


def test_the_readme_says_what_the_reports_say(tmp_path: Path) -> None:
    copy = tmp_path / "README.md"
    copy.write_text(README.read_text("utf-8"), "utf-8")
    fill(copy)
    assert copy.read_text("utf-8") == README.read_text("utf-8"), "run `python -m training readme`"


def test_a_readme_without_the_markers_is_refused(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# 听诈", "utf-8")
    with pytest.raises(ValueError, match="<!-- figures -->"):
        fill(tmp_path / "README.md")
