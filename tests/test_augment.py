"""Noise and disguise: spans survive, rates hold, training and test tables share nothing."""

from __future__ import annotations

import random
import re
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpora import Record
from corpora.augment import (
    FAMILIES,
    Changed,
    Family,
    Table,
    apply,
    asr,
    bare,
    disguise,
    homophones,
    normaliser_table,
    tables,
)
from corpora.loaders import own_records
from nlp.normalise import Normaliser
from training.data import beginning, noisy

UNDONE: tuple[Family, ...] = ("split", "symbols", "zero_width", "full_width", "circled", "emoji", "traditional")
LURE = "加微信领红包，银行贷款100元，信用卡转账，您好，联系电话验证码"
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=40)
records_of_ours = st.sampled_from([r for r in own_records("dev") if r.evidence])


def han(text: str) -> str:
    return re.sub(r"[^\u4e00-\u9fff]", "", text)


def distance(a: str, b: str) -> int:
    """Edit distance."""
    row = list(range(len(b) + 1))
    for i, left in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, right in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (left != right))
    return row[-1]


def moved_spans(before: Record, changed: Changed, after: Record) -> None:
    """Every span that is left holds exactly what became of its characters."""
    kept = ["".join(changed.pieces[e.start : e.end]) for e in before.evidence]
    assert [after.text[e.start : e.end] for e in after.evidence] == [words for words in kept if words]
    for key in type(before.elements).model_fields:
        if key != "money_moved":
            became = ["".join(changed.pieces[e.start : e.end]) for e in getattr(before.elements, key)]
            assert [e.text for e in getattr(after.elements, key)] == [words for words in became if words]
    assert Record.model_validate(after.model_dump()) == after


@unhurried
@given(records_of_ours, st.sampled_from(FAMILIES), st.sampled_from([0.2, 0.7, 1.0]), st.integers(0, 99))
def test_spans_survive_every_disguise(record: Record, family: Family, strength: float, seed: int) -> None:
    for table in get_args(Table):
        changed = disguise(record.text, family, strength, random.Random(seed), table)
        moved_spans(record, changed, apply(record, changed, family))


@unhurried
@given(records_of_ours, st.sampled_from([0.0, 0.1, 0.4]), st.integers(0, 99))
def test_spans_survive_errors_of_speech_recognition(record: Record, rate: float, seed: int) -> None:
    changed = asr(record.text, rate, random.Random(seed))
    moved_spans(record, changed, apply(record, changed, "asr_noise"))


@unhurried
@given(records_of_ours)
def test_spans_survive_the_loss_of_punctuation(record: Record) -> None:
    changed = bare(record.text)
    after = apply(record, changed, "bare")
    moved_spans(record, changed, after)
    assert after.text.isalnum()
    assert after.tags == (*record.tags, "bare")


@unhurried
@given(records_of_ours, st.integers(0, 999))
def test_noise_keeps_labels_and_makes_a_sound_record(record: Record, seed: int) -> None:
    after = noisy(record, random.Random(seed))
    assert (after.label, after.type, after.pair) == (record.label, record.type, record.pair)
    assert after.stage == (None if "beginning" in after.tags else record.stage)
    assert Record.model_validate(after.model_dump()) == after


def test_a_text_is_never_lost_altogether() -> None:
    record = Record(id="x", channel="sms", text="！？。", label="normal")
    assert apply(record, bare(record.text), "bare") == record


def test_the_beginning_of_a_call_shows_the_signs_heard_so_far() -> None:
    scams = [r for r in own_records("dev") if r.channel == "call" and r.evidence and len(r.text) >= 60]
    cut = [(r, beginning(r, random.Random(i))) for i, r in enumerate(scams)]
    assert any(after.text != before.text for before, after in cut)
    for before, after in cut:
        assert before.text.startswith(after.text)
        assert {e.sign for e in after.evidence} == {*after.signs} <= {*before.signs}
        assert after.signs or before.label != "scam"
        assert Record.model_validate(after.model_dump()) == after


@pytest.mark.parametrize("table", get_args(Table))
@pytest.mark.parametrize("rate", [0.05, 0.1, 0.2])
def test_speech_errors_come_at_the_stated_rate(rate: float, table: Table) -> None:
    texts = [han(r.text)[:200] for r in own_records("dev") if r.channel == "call"][:60]
    rng = random.Random(7)
    wrong = sum(distance(text, asr(text, rate, rng, table).text) for text in texts)
    assert 0.7 * rate <= wrong / sum(map(len, texts)) <= 1.3 * rate


def test_without_errors_only_punctuation_marks_and_figures_change() -> None:
    text = "甲：您好，转500。\n乙：好的！"
    assert asr(text, 0.0, random.Random(7)).text == "您好转五零零好的"


@pytest.mark.parametrize("kind", ["glyph", "split", "emoji", "latin"])
def test_training_and_test_tables_share_no_shape(kind: str) -> None:
    train, test = (
        {s for v in tables()[t][kind].values() for s in (v if kind == "glyph" else [v])} for t in ("train", "test")
    )
    assert train
    assert test
    assert not train & test


def test_training_and_test_symbols_and_homophones_share_nothing() -> None:
    assert not set(tables()["train"]["symbols"]["insert"]) & set(tables()["test"]["symbols"]["insert"])
    for char in "转账银行安全户请您钱":
        assert homophones(char, "train")
        assert homophones(char, "test")
        assert not set(homophones(char, "train")) & set(homophones(char, "test"))


@pytest.mark.parametrize("kind", ["glyph", "split", "emoji"])
def test_the_normaliser_does_not_know_the_test_disguises(kind: str) -> None:
    shapes = {s for v in tables()["test"][kind].values() for s in (v if kind == "glyph" else [v])}
    assert not shapes & normaliser_table().keys()


@pytest.mark.parametrize("family", UNDONE)
def test_the_normaliser_undoes_the_training_disguises(family: Family) -> None:
    fold = Normaliser(normaliser_table())
    for seed in range(20):
        changed = disguise(LURE, family, 1.0, random.Random(seed), "train")
        assert changed.text != LURE
        assert fold(changed.text).text == fold(LURE).text


@pytest.mark.parametrize("table", get_args(Table))
@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_disguises_something(family: Family, table: Table) -> None:
    assert disguise(LURE, family, 1.0, random.Random(7), table).text != LURE


@pytest.mark.parametrize("family", FAMILIES)
def test_the_same_seed_gives_the_same_disguise_and_another_another(family: Family) -> None:
    text = "".join(r.text for r in own_records("dev")[:40]) + LURE * 20
    once, again, other = (disguise(text, family, 0.4, random.Random(seed)).text for seed in (7, 7, 8))
    assert once == again
    if family != "traditional":  # a whole text is in Traditional characters or is not
        assert once != other


def test_the_same_seed_gives_the_same_speech_errors_and_another_others() -> None:
    text = own_records("dev")[0].text
    once, again, other = (asr(text, 0.2, random.Random(seed)).text for seed in (7, 7, 8))
    assert once == again != other
