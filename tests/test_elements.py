"""Case elements: what an element looks like, what is no element, and that the work stays in proportion to the text."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator
from re import _parser as parser  # the parse tree is how an unbounded repeat is seen without a clock
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import nlp.elements
from nlp.elements import KEYS, extract
from nlp.elements.fold import fold

PIECES = [
    *"转账给我一二两三十百千万亿零元块多,.-: \n¥￥wWkK0123456789点①ＡⓥxX×*@“”【】",
    "13800138000",
    "6222020000000000001",
    "http://a-b.cn/x?y=1",
    "xk7点top",
    "微信号abc_12345",
    "QQ：",
    "我是市公安局",
    "腾讯会议",
    "已经转了",
    "尾号",
    "幺三八",
    "\ud800",
    "😀",
    "\u200b",
]


def test_an_ordinary_sentence_has_no_elements() -> None:
    assert extract("今天天气不错，下午去公园走走。") == {"money_moved": "unknown"}


@pytest.mark.parametrize("text", ["", " ", "\n", "\u200b", "。"])
def test_an_empty_text_has_no_elements(text: str) -> None:
    assert extract(text) == {"money_moved": "unknown"}


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(st.lists(st.sampled_from(PIECES), max_size=40).map("".join), st.text(alphabet=st.characters())))
def test_every_element_of_any_text_stands_where_it_says(text: str) -> None:
    found = extract(text)
    assert found.keys() - {"money_moved"} <= set(KEYS)
    for key in found.keys() - {"money_moved"}:
        assert found[key], "a key without elements is left out"
        assert [e["start"] for e in found[key]] == sorted({e["start"] for e in found[key]})
        for element in found[key]:
            assert 0 <= element["start"] < element["end"] <= len(text)
            assert text[element["start"] : element["end"]] == element["text"]
            assert isinstance(element["value"], str)


@given(st.text(max_size=60))
def test_folding_keeps_where_each_character_came_from(text: str) -> None:
    folded = fold(text)
    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    assert list(folded.starts) == sorted(folded.starts)
    assert all(start + 1 == end <= len(text) for start, end in zip(folded.starts, folded.ends, strict=True))


def test_a_disguised_element_is_marked_in_the_text_as_it_was_typed() -> None:
    text = "加\u200b微信：ａｂ\u200bc_①②③"
    [found] = extract(text)["contact"]
    assert (found["text"], found["value"]) == ("ａｂ\u200bc_①②③", "abc_123")


def test_a_card_number_is_not_taken_for_a_phone_or_an_amount() -> None:
    assert set(extract("转到6222020000000000001")) == {"account", "money_moved"}


def _patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    for module in pkgutil.iter_modules(nlp.elements.__path__):
        for name, value in vars(importlib.import_module(f"nlp.elements.{module.name}")).items():
            if isinstance(value, re.Pattern):
                yield f"{module.name}.{name}", value


def _unbounded(tree: Iterable[Any]) -> Iterator[Any]:
    for code, argument in tree:
        if str(code).endswith("_REPEAT"):
            if argument[1] == parser.MAXREPEAT:
                yield argument
            yield from _unbounded(argument[2])
        elif str(code) == "SUBPATTERN":
            yield from _unbounded(argument[3])
        elif str(code) == "BRANCH":
            for branch in argument[1]:
                yield from _unbounded(branch)
        elif str(code).startswith("ASSERT"):
            yield from _unbounded(argument[1])


@pytest.mark.parametrize(("name", "pattern"), list(_patterns()))
def test_no_pattern_repeats_without_bound(name: str, pattern: re.Pattern[str]) -> None:
    """A bounded pattern does at most a constant amount of work from each character: the whole is linear."""
    assert not list(_unbounded(parser.parse(pattern.pattern, pattern.flags))), name


@pytest.mark.parametrize("unit", ["一", "1", "a.", "1 ", "一万", "QQ ", "我是", "转了", "“", "a点", "客服称", "T1aB"])
def test_four_times_the_text_is_four_times_the_candidates(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import nlp.elements.amounts as amounts
    import nlp.elements.names as names

    calls = 0
    one, name = amounts._one, names._name

    def counted_one(*args: Any) -> Any:
        nonlocal calls
        calls += 1
        return one(*args)

    def counted_name(*args: Any) -> Any:
        nonlocal calls
        calls += 1
        return name(*args)

    monkeypatch.setattr(amounts, "_one", counted_one)
    monkeypatch.setattr(names, "_name", counted_name)
    extract(unit * 1000)
    few, calls = calls, 0
    extract(unit * 4000)
    assert calls <= 4 * few + 64  # a run that the end cuts short


@pytest.mark.parametrize(
    "text", ["一" * 100_000, "a" * 100_000, "a." * 50_000, "1" + " " * 100_000, "QQ" + " " * 100_000]
)
def test_a_hundred_thousand_equal_characters_are_read_to_their_end(text: str) -> None:
    assert "amount" not in extract(text)
