"""The screener on the shipped model: every text is answered, and each by itself."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlp import InputError, Item, Result, Screener, Settings
from nlp.elements import KEYS
from nlp.model_folder import SHIPPED, load_model_folder
from nlp.settings import available_cores

SCAM = "您好，我是市公安局的陈警官，您的银行卡涉嫌洗钱，请把存款转到安全账户，不要告诉家人。"
ORDINARY = "【顺丰速运】您的快件已放至3号柜，取件码1234，请及时领取。"
CHAT = "甲：吃了吗？\n乙：刚吃过，晚上去公园走走。\n甲：好啊，我叫上老王。\n"
TEXTS = [SCAM, ORDINARY, CHAT * 25, "", "报警人称在网上刷单被骗3.2万元。", "请轉\u200b账到安全账户", "😀", "ok"]
PIECES = [SCAM, ORDINARY, CHAT, *"转账钱您\n ：*😀\u200b\ud800a1", "客服：", "安全账户", "验证码"]

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=50)
any_text = st.one_of(
    st.text(alphabet=st.characters(), max_size=300),
    st.lists(st.sampled_from(PIECES), max_size=6).map("".join),
)


@pytest.fixture(scope="module")
def screener() -> Iterator[Screener]:
    with Screener.load(settings=Settings(threads=1)) as made:
        yield made


@pytest.fixture(scope="module")
def open_eyed() -> Iterator[Screener]:
    """The shipped model naming every sign on every token: its thresholds are at zero."""
    model = load_model_folder(SHIPPED)
    decision = model.decision | {"signs": [0.0] * len(model.taxonomy["signs"]), "evidence": 0.0}
    with Screener(dataclasses.replace(model, decision=decision), Settings(threads=1)) as made:
        yield made


def answer(result: Result) -> Result:
    """Without what belongs to the call and not to the text."""
    return dataclasses.replace(result, id="", elapsed_ms=0.0)


# -- every text -----------------------------------------------------------------------------------------------


@unhurried
@given(any_text, st.sampled_from(["auto", "call", "note", "sms"]))
def test_any_string_is_answered(screener: Screener, text: str, channel: str) -> None:
    result = screener.screen(text, channel)
    assert result.verdict in ("scam", "suspicious", "normal")
    assert 0 <= result.score <= 1
    assert 0 <= result.spam_score <= 1 - result.score + 1e-4
    assert all(text[e.start : e.end] == e.text for e in result.evidence)
    assert (result.stage is None) == (result.verdict == "normal")
    assert json.loads(json.dumps(result.to_dict()))["evidence"] == [dataclasses.asdict(e) for e in result.evidence]


@pytest.mark.parametrize("text", ["", " ", "\n\t\u3000", "\u200b\u200d\ufeff", "\ud800\udfff"])
def test_a_text_that_says_nothing_is_normal(screener: Screener, text: str) -> None:
    result = screener.screen(text)
    assert (result.verdict, result.score, result.spam_score, result.stage) == ("normal", 0.0, 0.0, None)
    assert (result.types, result.signs, result.evidence) == ((), (), ())


@pytest.mark.parametrize("broken", [None, 7, [None], [SCAM, 7], b"abc", [b"abc"], [Item(7)]])  # type: ignore[arg-type]
def test_what_is_no_text_is_refused_in_chinese(screener: Screener, broken: Any) -> None:
    with pytest.raises(InputError, match="不是文本"):
        screener.screen(broken)


# -- each by itself -------------------------------------------------------------------------------------------


@settings(unhurried, max_examples=25)
@given(st.lists(any_text, min_size=1, max_size=5))
def test_a_batch_answers_exactly_as_one_by_one(screener: Screener, texts: list[str]) -> None:
    assert [answer(r) for r in screener.screen(texts)] == [answer(screener.screen(t)) for t in texts]


@settings(unhurried, max_examples=12)
@given(st.permutations(TEXTS))
def test_the_order_does_not_matter(screener: Screener, texts: list[str]) -> None:
    by_text = dict(zip(TEXTS, map(answer, screener.screen(TEXTS)), strict=True))
    assert [answer(r) for r in screener.screen(texts)] == [by_text[t] for t in texts]


def test_the_number_of_threads_does_not_matter(screener: Screener) -> None:
    texts = TEXTS * 5
    with Screener.load(settings=Settings(threads=3)) as threaded:
        assert [answer(r) for r in threaded.screen(texts)] == [answer(r) for r in screener.screen(texts)]


def test_answers_come_in_order_under_the_callers_ids(screener: Screener) -> None:
    results = screener.screen([Item(SCAM, id="a"), ORDINARY, Item(CHAT, id="")])
    assert [r.id for r in results] == ["a", "1", ""]


# -- channels -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", ["call", "note", "sms"])
def test_a_channel_handed_in_is_kept(screener: Screener, channel: Any) -> None:
    assert screener.screen(ORDINARY, channel).channel == channel
    assert screener.screen(Item(ORDINARY, channel), "auto").channel == channel


def test_an_items_own_channel_goes_before_the_calls(screener: Screener) -> None:
    assert [r.channel for r in screener.screen([Item(SCAM, "note"), SCAM], "call")] == ["note", "call"]


def test_an_automatic_channel_answers_as_if_it_had_been_handed_in(screener: Screener) -> None:
    found = screener.screen(CHAT)
    assert answer(screener.screen(CHAT, found.channel)) == answer(found)


@pytest.mark.parametrize("channel", ["fax", "短信", "", "SMS"])
def test_an_unknown_channel_is_refused_in_chinese(screener: Screener, channel: str) -> None:
    with pytest.raises(InputError, match=r"未知渠道.*可用：auto、call（通话）、note（警情记录）、sms（短信）"):
        screener.screen(ORDINARY, channel)


def test_an_item_of_an_unknown_channel_is_refused_in_chinese(screener: Screener) -> None:
    with pytest.raises(InputError, match="未知渠道 'fax'"):
        screener.screen(Item(ORDINARY, "fax"))  # type: ignore[arg-type]


# -- long texts -----------------------------------------------------------------------------------------------


def test_every_character_of_a_long_text_is_read() -> None:
    model = load_model_folder(SHIPPED)
    folded = model.fold(CHAT * 100 + SCAM).text
    [windows] = model.encode([folded], ["call"])
    read = {i for w in windows for a, b in w.offsets for i in range(a, b)}
    assert len(windows) > 3
    assert {i for i, c in enumerate(folded) if not c.isspace()} <= read


def test_neighbouring_windows_overlap() -> None:
    model = load_model_folder(SHIPPED)
    [windows] = model.encode([model.fold(CHAT * 100).text], ["call"])
    ends = [max(b for _, b in w.offsets) for w in windows]
    starts = [min(a for a, b in w.offsets if b) for w in windows]
    assert all(start < end for start, end in zip(starts[1:], ends[:-1], strict=True))


def test_evidence_reaches_the_very_end_of_three_thousand_characters(open_eyed: Screener) -> None:
    text = (CHAT * 100)[:3000] + SCAM
    found = open_eyed.screen(text, "call").evidence
    assert min(e.start for e in found) == 0
    assert max(e.end for e in found) == len(text)


def test_the_last_words_of_a_long_text_change_its_answer(screener: Screener) -> None:
    before = (CHAT * 100)[:3000]
    long, short = screener.screen([before + SCAM + "转3.2万元", before], "call")
    assert long.score > short.score
    assert [(e["start"], e["value"]) for e in long.elements["amount"]] == [(len(before) + len(SCAM) + 1, "32000")]
    assert not long.truncated


def test_a_text_over_the_limit_is_answered_from_its_beginning_and_says_so() -> None:
    with Screener.load(settings=Settings(threads=1, max_chars=len(SCAM))) as short:
        whole, cut = short.screen([SCAM, SCAM + ORDINARY])
    assert (whole.truncated, cut.truncated) == (False, True)
    assert answer(dataclasses.replace(cut, truncated=False)) == answer(whole)


# -- streams --------------------------------------------------------------------------------------------------


def test_a_stream_without_end_is_answered_as_it_comes(screener: Screener) -> None:
    taken = 0

    def endless() -> Iterator[str]:
        nonlocal taken
        for taken in count(1):
            yield f"第{taken}条"

    results = screener.stream(endless())
    assert taken == 0
    assert [next(results).id for _ in range(600)] == [str(i) for i in range(600)]
    assert 600 <= taken <= 1024


def test_nothing_in_nothing_out(screener: Screener) -> None:
    assert screener.screen([]) == []
    assert list(screener.stream(iter(()))) == []


# -- results --------------------------------------------------------------------------------------------------


def test_the_fields_of_a_result_are_fixed(screener: Screener) -> None:
    result = screener.screen(Item(SCAM, "call", "7")).to_dict()
    assert " ".join(result) == (
        "id channel verdict score spam_score types signs evidence elements advice stage model truncated elapsed_ms"
    )
    assert all(list(t) == ["id", "name", "score"] for t in result["types"])
    assert set(result["elements"]) <= {*KEYS, "money_moved"}
    assert result["model"] == screener.model
    assert result["elapsed_ms"] > 0


def test_the_parts_of_a_result_are_named_as_in_the_taxonomy(open_eyed: Screener) -> None:
    result = open_eyed.screen(SCAM)
    types = {t["id"]: t["zh"] for t in open_eyed.taxonomy["types"]}
    signs = {s["id"]: s["zh"] for s in open_eyed.taxonomy["signs"]}
    assert all(types[t.id] == t.name for t in result.types)
    assert {s.id: s.name for s in result.signs} == signs
    assert [list(e) for e in result.to_dict()["evidence"]] == [["start", "end", "text", "sign"]] * len(result.evidence)
    for scored in (result.types, result.signs):
        assert list(scored) == sorted(scored, key=lambda s: -s.score)


def test_a_result_cannot_be_changed(screener: Screener) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        screener.screen(SCAM).verdict = "normal"  # type: ignore[misc]


@pytest.mark.parametrize(
    "text", ["请把钱轉\u200b账到*安*全*账户", "客服A：请把钱转来\n王女士：好", "  转账 \n\n 吧 ", SCAM]
)
def test_evidence_slices_the_text_as_typed(open_eyed: Screener, text: str) -> None:
    found = open_eyed.screen(text).evidence
    assert found
    assert all(text[e.start : e.end] == e.text and e.text == e.text.strip() for e in found)
    assert min(e.start for e in found) == len(text) - len(text.lstrip())
    assert max(e.end for e in found) == len(text.rstrip())


def test_as_many_types_are_named_as_asked_for() -> None:
    with Screener.load(settings=Settings(threads=1, top_types=5)) as screener:
        assert len(screener.screen(SCAM).types) == 5


def test_advice_says_what_to_do(screener: Screener) -> None:
    verdicts = {v["id"]: v["action"] for v in screener.taxonomy["verdicts"]}
    for result in screener.screen([SCAM, ORDINARY, CHAT]):
        assert result.advice["action"] == verdicts[result.verdict]
        assert ("steps" in result.advice) == (result.verdict != "normal")
        assert ("stop_payment" in result.advice) == (result.stage == "after")


# -- settings -------------------------------------------------------------------------------------------------

RANK = {"normal": 0, "suspicious": 1, "scam": 2}


@unhurried
@given(any_text, st.lists(st.floats(-50, 50), min_size=2, max_size=4))
def test_more_caution_never_accuses_more(screener: Screener, text: str, cautions: list[float]) -> None:
    results = []
    for caution in sorted(cautions):
        own = Screener(screener._model, Settings(threads=1, caution=caution))
        results.append(own.screen(text))
        own.close()
    assert len({r.score for r in results}) == 1
    ranks = [RANK[r.verdict] for r in results]
    assert ranks == sorted(ranks, reverse=True)


@pytest.mark.parametrize(("caution", "verdict"), [(-800.0, "scam"), (800.0, "normal")])
def test_the_extremes_of_caution_say_always_and_never(caution: float, verdict: str) -> None:
    with Screener.load(settings=Settings(threads=1, caution=caution)) as screener:
        assert screener.screen("今天天气不错，下午去公园走走。").verdict == verdict


@pytest.mark.parametrize(
    "wrong", [{"threads": 0}, {"max_chars": 0}, {"top_types": -1}, {"caution": float("nan")}, {"caution": float("inf")}]
)
def test_a_setting_out_of_range_is_refused_in_chinese(wrong: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=f"设置 {next(iter(wrong))} 须为"):
        Settings(**wrong)


@pytest.mark.parametrize(("quota", "most"), [("50000 100000", 1), ("150000 100000", 2), ("100000 100000", 1)])
def test_no_more_threads_than_the_cgroup_grants(tmp_path: Path, quota: str, most: int) -> None:
    (tmp_path / "cpu.max").write_text(quota)
    assert 1 <= available_cores(tmp_path) <= most


def test_without_a_quota_every_core_of_the_process_is_used(tmp_path: Path) -> None:
    (tmp_path / "cpu.max").write_text("max 100000")
    assert available_cores(tmp_path) == available_cores(tmp_path / "absent")
