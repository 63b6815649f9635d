"""Case elements: amounts are read as people write and say them, spans stand where they say."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlp.elements import KEYS, amount_value, extract

PIECES = [
    *"转账给我一二两三十百千万亿零元块多,.-: \n¥￥wWkK0123456789",
    "13800138000",
    "6222020000000000001",
    "http://a-b.cn/x?y=1",
    "微信号abc_12345",
    "QQ：",
    "我是市公安局",
    "腾讯会议",
    "已经转了",
    "\ud800",
    "😀",
]


@pytest.mark.parametrize(
    ("words", "yuan"),
    [
        ("500元", 500),
        ("500块钱", 500),
        ("¥1,234.50", 1234.5),
        ("36.8元", 36.8),
        ("3.2w", 32_000),
        ("12万", 120_000),
        ("8千", 8_000),
        ("五元", 5),
        ("十五块", 15),
        ("二十块", 20),
        ("一百零五元", 105),
        ("两百五", 250),
        ("三千六", 3_600),
        ("三万五", 35_000),
        ("三万零五元", 30_005),
        ("三万五千元", 35_000),
        ("三十五万", 350_000),
        ("两千七百八十五块", 2_785),
        ("贰万元整", 20_000),
        ("一亿二", 120_000_000),
        ("五零零块", 500),
        ("人民币五千元", 5_000),
        ("万元", None),
        ("零元", None),
        ("钱", None),
        ("", None),
    ],
)
def test_an_amount_is_read_in_yuan(words: str, yuan: float | None) -> None:
    assert amount_value(words) == yuan


@pytest.mark.parametrize(
    ("key", "text", "words", "value"),
    [
        ("amount", "让我转三万五千元到那张卡", "三万五千元", "35000"),
        ("amount", "先交¥1,200.5保证金", "¥1,200.5", "1200.5"),
        ("account", "卡号6222 0200 0000 0000 001，户名王某", "6222 0200 0000 0000 001", "6222020000000000001"),
        ("phone", "请回拨138-0013-8000", "138-0013-8000", "13800138000"),
        ("phone", "对方号码是+852 6123 4567", "+852 6123 4567", "+85261234567"),
        ("phone", "请致电95588核实", "95588", "95588"),
        ("link", "请点http://Bank-X.cc/a?b=1登录", "http://Bank-X.cc/a?b=1登录", "http://bank-x.cc/a?b=1登录"),
        ("link", "点击 t.cn/Abc ，退订回T", "t.cn/Abc", "t.cn/abc"),
        ("contact", "加我微信号：kefu_8866详谈", "kefu_8866", "kefu_8866"),
        ("contact", "会议号 123 456 789", "123 456 789", "123456789"),
        ("claimed_identity", "对方自称是武汉市公安局民警", "武汉市公安局", "武汉市公安局"),
        ("app", "下载腾讯会议App", "腾讯会议App", "腾讯会议App"),
    ],
)
def test_an_element_is_found_where_it_stands(key: str, text: str, words: str, value: str) -> None:
    [found] = extract(text)[key]
    start = text.index(words)
    assert found == {"start": start, "end": start + len(words), "text": words, "value": value}


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("我已经转账两万给他了", "yes"),
        ("分3笔转出五万元", "yes"),
        ("发现不对，还没有转钱", "no"),
        ("未造成损失", "no"),
        ("对方让我加QQ", "unknown"),
    ],
)
def test_it_says_whether_money_was_moved(text: str, moved: str) -> None:
    assert extract(text)["money_moved"] == moved


def test_a_card_number_is_not_taken_for_a_phone_or_an_amount() -> None:
    found = extract("转到6222020000000000001")
    assert set(found) == {"account", "money_moved"}


def test_an_ordinary_sentence_has_no_elements() -> None:
    assert extract("今天天气不错，下午去公园走走。") == {"money_moved": "unknown"}


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(st.lists(st.sampled_from(PIECES), max_size=40).map("".join), st.text(alphabet=st.characters())))
def test_every_element_of_any_text_stands_where_it_says(text: str) -> None:
    found = extract(text)
    assert found.keys() - {"money_moved"} <= set(KEYS)
    for key in found.keys() - {"money_moved"}:
        assert found[key], "a key without elements is left out"
        for element in found[key]:
            assert 0 <= element["start"] < element["end"] <= len(text)
            assert text[element["start"] : element["end"]] == element["text"]
            assert isinstance(element["value"], str)


@pytest.mark.parametrize(
    "text", ["一" * 100_000, "a" * 100_000, "a." * 50_000, "1" + " " * 100_000, "QQ" + " " * 100_000]
)
def test_a_hundred_thousand_equal_characters_are_read_to_their_end(text: str) -> None:
    assert "amount" not in extract(text)
