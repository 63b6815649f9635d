"""Amounts are read as people write and say them; what only looks like money is left alone."""

from __future__ import annotations

import pytest

from nlp.elements import amount_value, extract

VALUES = """
500元 500 | 500块钱 500 | ¥1,234.50 1234.5 | ￥88 88 | 36.8元 36.8 | 3.2w 32000 | 3.2W 32000 | 12万 120000 | 8千 8000
5k 5000 | 1.5亿 150000000 | 五元 5 | 十五块 15 | 二十块 20 | 一百零五元 105 | 两百五 250
三千六 3600 | 三万五 35000
三万零五元 30005 | 三万五千元 35000 | 三十五万 350000 | 两千七百八十五块 2785 | 贰万元整 20000 | 壹拾贰万叁仟元整 123000
一亿二 120000000 | 一亿两千万 120000000 | 三千五百万 35000000 | 五零零块 500 | 人民币五千元 5000
RMB800 800 | 800rmb 800
2万3 23000 | 2w5 25000 | 1万5千 15000 | 1万500 10500 | 8千5 8500 | 1 万 2 千 12000 | 1,200,000元 1200000
5万余元 50000
8千多 8000 | 十来万 100000 | 二十多万 200000 | 三十几万 300000 | 一万多块 10000 | 六十四块八 64.8
12块5 12.5 | 12块50 12.5
三块五毛二 3.52 | 三元五角 3.5 | 五毛 0.5 | 八毛五 0.85 | 两块半 2.5 | 三十点四 30.4 | 三点五万 35000 | 四五万 40000
三四百 300 | 五六十块 50 | 一千零八十 1080 | 一万零三百 10300 | 二十 20 | 俩百 200 | 九百九十九 999 | 叁佰圆 300
一百一十二万 1120000 | 十一万来 110000 | 约3000元 3000 | 5000元左右 5000 | 1000+ 1000 | 两千八 2800 | 四百二十八 428
"""


@pytest.mark.parametrize("case", [c.strip() for line in VALUES.strip().splitlines() for c in line.split(" | ")])
def test_an_amount_is_read_in_yuan(case: str) -> None:
    words, _, yuan = case.rpartition(" ")
    assert amount_value(words) == float(yuan)


@pytest.mark.parametrize(
    "words",
    [
        "万元",
        "零元",
        "钱",
        "",
        "百",
        "千万",
        "一百两百",
        "八千一万",
        "一万二万",
        "三三百",
        "元",
        "百度",
        "5a",
        "1" * 50,
    ],
)
def test_what_is_no_amount_has_no_value(words: str) -> None:
    assert amount_value(words) is None


# The amounts of a text stand in 〔〕, each followed by =value.
FOUND = """
让我转〔三万五千元=35000〕到那张卡
先交〔¥1,200.5=1200.5〕保证金
骗走〔5万余元=50000〕现金
本金〔3.2w=32000〕，利息另算
收据写着〔贰万元整=20000〕
一口价〔两千八=2800〕行不行
话费欠〔一百零五块=105〕
借了〔十来万=100000〕没还
亏了〔8千多=8000〕还想翻本
押金〔2万3=23000〕，月付
饭钱〔六十四块八=64.8〕我出
找我〔五毛钱=0.5〕不要了
定金〔500=500〕先付
会费〔九十九=99〕一年
每人〔80=80〕，车费自理
佣金〔30=30〕到账
欠费〔46.5元=46.5〕今日停机
转了〔800=800〕、〔1600=1600〕、〔3200=3200〕三笔
日结〔200=200〕-〔300元=300〕
可贷〔3=30000〕-〔50万=500000〕
存〔三千=3000〕〔五千=5000〕都行
我给〔八百=800〕一位
门票〔一千一=1100〕只退一半
一共〔五千=5000〕一起付
先补〔三千六=3600〕分十二期
报名费〔1 3 8 0 元=1380〕
手续费〔１００元=100〕
服务费〔①②⑧元=128〕
充〔1000U=1000U〕送矿机
给她汇了〔八万美元=80000美元〕
兑换〔五千港币=5000港币〕
律师费〔三点五万=35000〕
年费〔298=298〕/年
首付〔四十万=400000〕，月供〔六千二=6200〕
问我要〔六千=6000〕解冻费
原价〔1688=1688〕，现在〔398元=398〕
返现〔0元=0〕购是假的
钱包里还剩〔二十多块=20〕
罚款〔两百=200〕扣三分
投了〔一百二十万=1200000〕
收〔一千四百块钱=1400〕
退您〔9.9元=9.9〕
转去〔人民币五千元=5000〕过去
赔〔三倍〕
"""


def _marked(line: str) -> tuple[str, list[tuple[int, str, str]]]:
    text, expected = "", []
    for i, part in enumerate(line.replace("〕", "〔").split("〔")):
        words, _, value = part.partition("=")
        if i % 2 and value:
            expected.append((len(text), words, value))
        text += words if i % 2 else part
    return text, expected


@pytest.mark.parametrize("line", FOUND.strip().splitlines())
def test_an_amount_is_found_where_it_stands(line: str) -> None:
    text, expected = _marked(line)
    assert [(e["start"], e["text"], e["value"]) for e in extract(text).get("amount", [])] == expected


@pytest.mark.parametrize(
    "text",
    [
        "一万个人报名",
        "百分之二十的利率",
        "二零二四年三月",
        "2024年3月15日",
        "下午3点半开会",
        "第三千名顾客",
        "两千多人参加",
        "一块去吧",
        "住12栋1204室",
        "工号301245",
        "验证码8823",
        "身高一米八",
        "跑了五公里",
        "版本1.2.3",
        "坐K7091次",
        "12306上买票",
        "今年三十几岁",
        "按9转人工",
        "万一有事呢",
        "千万别信",
        "二楼三单元",
        "5G套餐",
        "车牌尾数37",
        "十分感谢",
        "一百二十斤",
        "等24小时",
    ],
)
def test_a_number_that_is_no_money_is_no_amount(text: str) -> None:
    assert "amount" not in extract(text)
