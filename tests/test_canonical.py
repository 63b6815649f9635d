"""Canonical verdicts of the shipped model: obvious cases that no release may get wrong."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from nlp import Item, Screener
from nlp.result import Channel

POLICE = (
    "甲：您好，我是武汉市公安局刑侦大队的，您名下有一张银行卡涉嫌洗钱。\n乙：我没办过这张卡啊。\n"
    "甲：现在案子是保密的，不要告诉任何人，包括家里人。您把所有存款转到我们的安全账户做资金清查，查完就退给您。\n"
    "乙：那我现在就去转。"
)
COURIER_REFUND = (
    "甲：您好，我是快递公司理赔部的客服，您的包裹丢失了，我们要给您三倍赔偿。\n乙：怎么赔？\n"
    "甲：您下载一个会议软件，打开共享屏幕，再把手机收到的验证码念给我，我帮您操作退款。"
)
ORDER_REBATE = (
    "报警人称在网上看到兼职刷单广告，下载APP后做任务，前几单返利到账，后对方称需连做五单才能提现，"
    "先后转账4笔共计86000元，无法提现后发现被骗。"
)
SON = (
    "爸，我是小军，手机掉水里了，这是同学的号。学校培训班今天截止，要交2.98万，老师的卡号发你，"
    "赶紧转过去，别打电话，在上课。"
)
ETC = "【ETC】您的ETC已失效，请于今日内点击 http://etc-gov.cc 登录，填写银行卡号和密码重新认证，逾期将被注销。"
BANK_BILL = "【招商银行】您尾号3306的信用卡11月账单3,268.50元，到期还款日12月5日，可登录手机银行查看明细。"
PARCEL = "【菜鸟驿站】您的快件已到东门店，请凭取件码6-2-1034于21点前取件。"
HOSPITAL = (
    "甲：您好，市第一医院体检中心，您预约的明天上午八点的体检，记得空腹。\n乙：好的，要带什么？\n"
    "甲：带身份证就行，到二楼前台登记。\n乙：好，谢谢。"
)
NOISE_COMPLAINT = "报警人称楼上邻居深夜装修，噪音很大，影响休息，请民警到场处理。民警到场后双方协商，对方答应停工。"
ANTI_FRAUD = "【反诈中心】凡是自称公检法要求您把钱转到安全账户的，都是诈骗！请勿向陌生人转账，如有疑问请拨打96110。"


@pytest.fixture(scope="module")
def screener() -> Iterator[Screener]:
    with Screener.load() as made:
        yield made


@pytest.mark.parametrize(
    ("channel", "text", "type_"),
    [
        ("call", POLICE, "police"),
        ("call", COURIER_REFUND, "customer_service"),
        ("note", ORDER_REBATE, "order_rebate"),
        ("sms", SON, "acquaintance"),
        ("sms", ETC, "bank_card"),
    ],
)
def test_an_obvious_scam_is_called_one_and_by_its_name(
    screener: Screener, channel: Channel, text: str, type_: str
) -> None:
    result = screener.screen(Item(text, channel))
    assert result.verdict == "scam"
    assert type_ in [t.id for t in result.types]
    assert result.evidence


@pytest.mark.parametrize(
    ("channel", "text"),
    [
        ("sms", BANK_BILL),
        ("sms", PARCEL),
        ("call", HOSPITAL),
        ("note", NOISE_COMPLAINT),
        ("sms", ANTI_FRAUD),
    ],
)
def test_an_obviously_lawful_text_is_normal(screener: Screener, channel: Channel, text: str) -> None:
    assert screener.screen(Item(text, channel)).verdict == "normal"


@pytest.mark.parametrize(
    ("channel", "text"), [("call", POLICE), ("note", ORDER_REBATE), ("sms", PARCEL), ("sms", BANK_BILL)]
)
def test_the_channel_is_recognised(screener: Screener, channel: Channel, text: str) -> None:
    assert screener.screen(text).channel == channel


def test_the_signs_of_a_fake_police_call_are_named_and_shown(screener: Screener) -> None:
    result = screener.screen(Item(POLICE, "call"))
    assert {"authority", "secrecy", "transfer"} <= {s.id for s in result.signs}
    shown = [e.text for e in result.evidence if e.sign == "transfer"]
    assert any("安全账户" in words or "转" in words for words in shown)


@pytest.mark.parametrize(
    "disguised",
    [
        SON.replace("转", "轉").replace("卡号", "卡\u200b号"),
        ETC.replace("银行卡", "银*行*卡").replace("密码", "密·码"),
    ],
)
def test_a_disguise_does_not_save_a_scam(screener: Screener, disguised: str) -> None:
    assert screener.screen(Item(disguised, "sms")).verdict != "normal"


def test_a_scam_at_the_end_of_a_long_ordinary_call_is_not_overlooked(screener: Screener) -> None:
    before = (
        "甲：最近身体怎么样？\n乙：挺好的，天天去公园走走。\n甲：那就好，孩子们都好吗？\n乙：都好，周末回来吃饭。\n"
        * 80
    )[:3000]
    result = screener.screen(Item(f"{before}\n{POLICE}", "call"))
    assert result.verdict != "normal"
    assert any(e.start > 3000 for e in result.evidence)
