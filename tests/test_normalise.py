"""Folding: disguises are undone, every folded character knows where it came from."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlp.model_folder import SHIPPED
from nlp.normalise import Normaliser

fold = Normaliser(json.loads((SHIPPED / "normaliser.json").read_text("utf-8")))
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

ANYTHING = st.text(alphabet=st.characters())
SCRIPTS = st.lists(
    st.sampled_from(
        [
            *"您好转账银行卡安全户请把钱加微信群客服验证码轉帳羣，。！？、；“”（）【】",
            *"*·•-_~… \n\t0189abXY①⓪ＡＢ￥é\u3000\u200b\ufeff",
            *("\r\n", "甲：", "客服:", "时间："),
        ]
    ),
    max_size=40,
).map("".join)
NAMES = st.lists(st.text("甲乙客服民警骗子老板AB12", min_size=1, max_size=8), min_size=6, max_size=6, unique=True)
TURNS = st.lists(
    st.tuples(st.integers(0, 5), st.text("您好请把钱转到卡里，。？ 1", max_size=12)), min_size=2, max_size=8
)


@pytest.mark.parametrize(
    ("disguised", "plain"),
    [
        ("转\u200b账到安\ufeff全账户", "转账到安全账户"),
        ("转*账到安·全账户", "转账到安全账户"),
        ("安 全 账 户", "安全账户"),
        ("安\u3000全\u3000账\u3000户", "安全账户"),
        ("转\u200b*账", "转账"),
        ("請轉賬到安全賬戶", "请转账到安全账户"),
        ("加亻言用卡", "加信用卡"),
        ("发💰到卡里", "发钱到卡里"),
        ("ＱＱ１２３", "qq123"),
        ("②⓪⓪元", "200元"),
        ("点击 HTTP://A.CN", "点击 http://a.cn"),
        ("请\r\n您\r\n接听", "请\n您\n接听"),
        ("è́", "è"),
    ],
)
def test_a_disguise_is_undone(disguised: str, plain: str) -> None:
    assert fold(disguised).text == plain


@pytest.mark.parametrize("text", ["水果、蔬菜、肉类", "12-15日", "尊敬的客户。“您好”", "a_b-c", "好的 嗯 你说"])
def test_ordinary_punctuation_stays(text: str) -> None:
    assert fold(text).text == text


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\u200b\u200d", "\ud800"])
def test_what_says_nothing_folds_to_nothing(text: str) -> None:
    assert fold(text).text == ""


def test_a_span_is_found_again_in_the_text_as_typed() -> None:
    raw = "请把钱轉\u200b*账到卡里"
    folded = fold(raw)
    at = folded.text.index("转账")
    start, end = folded.raw_span(at, at + 2)
    assert raw[start:end] == "轉\u200b*账"


def test_a_character_put_together_again_comes_from_both_its_halves() -> None:
    raw = "加亻言用卡"
    folded = fold(raw)
    start, end = folded.raw_span(1, 2)
    assert (folded.text[1], raw[start:end]) == ("信", "亻言")


def test_a_neutral_mark_comes_from_the_whole_mark() -> None:
    raw = "客服A：您好\n王女士：你好"
    folded = fold(raw)
    assert folded.text == "甲:您好\n乙:你好"
    start, end = folded.raw_span(0, 2)
    assert raw[start:end] == "客服A："


@unhurried
@given(st.one_of(ANYTHING, SCRIPTS))
def test_every_folded_character_has_a_place_in_the_text(text: str) -> None:
    folded = fold(text)
    assert len(folded.starts) == len(folded.ends) == len(folded.text)
    assert all(0 <= a < b <= len(text) for a, b in zip(folded.starts, folded.ends, strict=True))
    assert list(folded.starts) == sorted(folded.starts)


@unhurried
@given(st.one_of(ANYTHING, SCRIPTS))
def test_every_folded_character_is_what_its_place_folds_to(text: str) -> None:
    text = text.replace(":", "").replace("：", "")
    folded = fold(text)
    for char, start, end in zip(folded.text, folded.starts, folded.ends, strict=True):
        assert char.isspace() or char in fold(text[start:end]).text


@unhurried
@given(st.one_of(ANYTHING, SCRIPTS))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    once = fold(text.replace(":", "").replace("：", "")).text
    assert fold(once).text == once


@unhurried
@given(NAMES, TURNS)
def test_folding_a_folded_dialogue_changes_nothing_more(names: list[str], turns: list[tuple[int, str]]) -> None:
    once = fold("\n".join(f"{names[who]}：{said}" for who, said in turns)).text
    assert fold(once).text == once


@unhurried
@given(NAMES, NAMES, TURNS)
def test_it_does_not_matter_what_the_speakers_are_called(
    names: list[str], others: list[str], turns: list[tuple[int, str]]
) -> None:
    texts = ["\n".join(f"{called[who]}：{said}" for who, said in turns) for called in (names, others)]
    assert fold(texts[0]).text == fold(texts[1]).text


def test_one_mark_alone_is_no_dialogue() -> None:
    assert fold("时间：下午三点").text == "时间:下午三点"
