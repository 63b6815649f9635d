"""Apps, claimed identities, and whether money has moved."""

from __future__ import annotations

import pytest

from nlp.elements import extract

IDENTITIES = """
对方自称是〔武汉市公安局民警〕，要求核查
自称〔京东客服〕，说会员要扣费
有人冒充〔班主任〕收资料费
冒充〔海关工作人员〕打电话
谎称〔快递员〕上门
所谓〔公安〕让她保密
您好，这里是〔招商银行信用卡中心〕，您的账单
这里是〔省通信管理局〕，您名下号码
你好，我是〔中国联通的客服〕，您的话费
我是〔淘宝商家〕，您买的东西有质量问题
我们是〔市医保局〕，您的卡异常
我这边是〔顺丰理赔中心〕，您的件丢了
您好，〔微粒贷法务〕的，您那笔逾期
喂，〔税务局〕的。您公司去年
你好，〔交警六中队〕，您停在路口的车
您好，〔平安证券〕，您开户的资料
【〔农业银行〕】您的卡将停用
【〔顺丰速运〕】您的包裹异常
后转接〔哈尔滨市公安局〕，对方要求视频
电话转给〔刑侦支队〕，说要做笔录
中午接〔滴滴司机〕电话
她说是〔抖音客服〕，要关会员
刚才那人说他是〔法院的法官〕，要我交钱
对方称〔社保局〕，说卡被冒用
自称〔退役军官〕，想交朋友
自称〔律师〕的人来电
假冒〔领导〕借钱
“〔理赔专员〕”让她共享屏幕
〔客服〕称订单异常
昨天〔天气〕很好
"""


def _cases(table: str) -> list[tuple[str, str]]:
    return [
        (line.replace("〔", "").replace("〕", ""), line[line.index("〔") + 1 : line.index("〕")])
        for line in table.strip().splitlines()[:-1]
    ]


@pytest.mark.parametrize(("text", "words"), _cases(IDENTITIES))
def test_a_claimed_identity_is_found(text: str, words: str) -> None:
    found = [e["text"] for e in extract(text)["claimed_identity"]]
    assert any(name in words or words in name for name in found), found


@pytest.mark.parametrize(
    "text",
    [
        "昨天天气很好",
        "我是来报案的",
        "今天是周一",
        "他是不是骗子",
        "我是昨天到的",
        "这里是三楼",
        "我是真不知道",
        "我们是昨天认识的",
        "这边是不是下雨了",
        "系统升级中",
    ],
)
def test_nobody_claims_anything(text: str) -> None:
    assert "claimed_identity" not in extract(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("下载腾讯会议App", "腾讯会议App"),
        ("下载“银信宝”APP", "银信宝"),
        ("让她下载“中信环球”软件", "中信环球"),
        ("下载银信通APP投资", "银信通"),
        ("您下一个云视通，开共享", "云视通"),
        ("下载订单助手填卡号", "订单助手"),
        ("一个叫易卖阁的平台", "易卖阁"),
        ("打开支付宝扫一扫", "支付宝"),
        ("在闲鱼上卖手机", "闲鱼"),
        ("装个ToDesk", "ToDesk"),
        ("用Zoom开会", "Zoom"),
        ("钉钉里说", "钉钉"),
        ("在“康养家园”充值", "康养家园"),
        ("安装家校课堂.apk", "家校课堂.apk"),
        ("数字人民币APP转账", "数字人民币APP"),
        ("打开交管12123处理", "交管12123"),
        ("用向日葵远程", "向日葵"),
        ("花呗要关闭", "花呗"),
        ("小红书上看到", "小红书"),
        ("先下WhatsApp再聊", "WhatsApp"),
    ],
)
def test_an_app_is_found(text: str, words: str) -> None:
    assert [e["text"] for e in extract(text)["app"]] == [words]


@pytest.mark.parametrize(
    "text", ["下载一个软件", "下载附件，然后打开", "装个空调", "打开门", "下个月再说", "支付宝客服打来"]
)
def test_no_app_is_named(text: str) -> None:
    assert "app" not in extract(text)


MOVED = {
    "yes": """
我已经转账两万给他了
分3笔转出五万元
先后转了5万余元
报警人称被骗3万元
报警人已付定金四百元，对方拉黑
事主扫码付款1200元后对方失联
群众报警称，其向对方转账三次共6800元
受害人充值2000元后无法提现
报警人银行卡被盗刷5000元
事主垫付了三笔，发现被骗
我刚才转了八千过去，他就不回了
妈，我把两万打到他卡里了
来电人称打过去四千二，对方关机
报警人被骗走积蓄十二万
报警：其子用其手机充了3000元
事主分五次将58万元转入对方账户
我都交了，一千二
报警人称网购付了800，未发货
民警了解，老人已汇款3万元
来所报案，称刷单被骗1.6万元
据报，事主将4万现金寄给对方
报警人购卡后发了卡密，损失2000元
求助：转错账500元到陌生人卡里了，转走了
群众称昨日已转1万元给“客服”
累计转出十二万元
""",
    "no": """
发现不对，还没有转钱
未造成损失
没有转账
报警人未付款，来电核实
让我先转三万到安全账户
要我交2000元保证金
请于今日缴费88元
对方要求转账，报警人识破
事主正准备转账时被民警劝阻
差点转给他五万
客户欲汇款10万被银行拦下
您先交五百定金
转五百过来，我给你办
尚未转账
没敢付钱
他说要交钱才能提现
不要给他转账
如果转账请先核实
对方让其充值5000元，其未操作
报警人称没给钱
民警及时劝阻，钱未转出
贷款可以批十万
每月返佣三百元
没有损失
明天再转给你
""",
    "unknown": """
对方让我加QQ
今天天气不错
你好，在吗
我到家了
警察同志你好
孩子放学了
明天见
对方说我涉案
收到一条短信
手机丢了
他让我下载软件
""",
}


@pytest.mark.parametrize(
    ("text", "moved"), [(text, moved) for moved, lines in MOVED.items() for text in lines.strip().splitlines()]
)
def test_it_says_whether_money_was_moved(text: str, moved: str) -> None:
    assert extract(text)["money_moved"] == moved
