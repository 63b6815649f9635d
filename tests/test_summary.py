"""The counts at the end of a run, and the campaigns among its texts."""

from __future__ import annotations

import json
import random
from collections import Counter

import pytest

from nlp import Result, Scored, Verdict
from serving.cli.campaigns import KEPT, Campaigns, campaign_key
from serving.cli.summary import summary
from serving.cli.tally import Tally

STAGES = {"demand": "索要", "early": "开场"}
POLICE, LOAN = Scored("police", "冒充公检法", 0.9), Scored("loan", "贷款", 0.8)


def result(verdict: Verdict, *types: Scored, stage: str | None = None) -> Result:
    return Result("1", "sms", verdict, 0.5, 0.0, types, (), (), stage=stage)


def tally() -> Tally:
    counted = Tally()
    for i in range(3):
        counted.add(f"【某银行】您的积分{i}分将清零，点击 a{i}.example/x 兑换", result("scam", POLICE, stage="demand"))
    counted.add("借钱吗", result("suspicious", LOAN, stage="early"))
    counted.add("借钱吗", result("suspicious", LOAN, stage="early"))
    counted.add("你好", result("normal", LOAN))
    return counted


def test_the_summary_counts_verdicts_types_stages_and_campaigns() -> None:
    counts, heading, campaign = summary(tally(), [], STAGES).plain.splitlines()
    assert counts.startswith("共 6 条：诈骗 3，可疑 2，正常 1。类型：冒充公检法 3、贷款 2。阶段：索要 3、开场 2。用时")
    assert heading == "反复出现的诈骗内容（数字、链接不计）："
    assert campaign == "  3 条  【某银行】您的积分0分将清零，点击 a0.example/x…"


def test_a_tally_goes_on_from_what_was_written_down() -> None:
    restored = Tally.restored(json.loads(json.dumps(tally().state())))
    assert restored.seconds >= tally().seconds
    restored.add("借钱吗", result("suspicious", LOAN, stage="early"))
    again = tally()
    again.add("借钱吗", result("suspicious", LOAN, stage="early"))
    assert json.dumps({**restored.state(), "seconds": 0}) == json.dumps({**again.state(), "seconds": 0})


@pytest.mark.parametrize(
    "text",
    [
        "您的验证码9，点击 http://b.example/9",
        "您的验证码 A4821 ，点击b.example",
        "您的验证码４８，点击 WWW.B.EXAMPLE/?q=1",
    ],
)
def test_texts_that_differ_in_numbers_codes_links_and_punctuation_are_one_campaign(text: str) -> None:
    assert campaign_key(text) == campaign_key("您的验证码1，点击 a.example")


def test_texts_that_differ_in_words_are_two_campaigns() -> None:
    assert campaign_key("您的验证码1") != campaign_key("您的取件码1")


def test_texts_that_came_once_are_no_campaign() -> None:
    campaigns = Campaigns()
    campaigns.add("只来一次")
    assert campaigns.top(5) == []


def test_however_many_texts_there_are_the_frequent_ones_are_found_and_little_is_kept() -> None:
    texts = [
        f"甲{'天地玄黄'[i % 4]}{''.join(random.Random(i).choices('宇宙洪荒日月盈昃', k=9))}" for i in range(20_000)
    ]
    texts += ["刷单返利"] * 500 + ["积分清零"] * 300
    random.Random(1).shuffle(texts)
    campaigns = Campaigns()
    for text in texts:
        campaigns.add(text)
    exact = Counter(texts)
    assert [opening for opening, _ in campaigns.top(2)] == ["刷单返利", "积分清零"]
    for opening, count in campaigns.top(2):
        assert exact[opening] - campaigns.missed <= count <= exact[opening]
    assert 0 < campaigns.missed <= len(texts) / KEPT
    assert len(campaigns.state()["texts"]) < 2 * KEPT
    counted = tally()
    counted.campaigns = campaigns
    assert "\n  至少 4" in summary(counted, [], STAGES).plain
