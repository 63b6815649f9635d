"""Phones, accounts, links and contacts: plain, broken, spoken and disguised."""

from __future__ import annotations

import pytest

from nlp.elements import extract
from nlp.elements.numbers import luhn

# text with the element in 〔〕, then its value; no mark: the text has no such element
PHONES = """
手机〔13800138000〕 13800138000
请回拨〔138-0013-8000〕 13800138000
电话〔138 0013 8000〕找我 13800138000
〔１３８００１３８０００〕 13800138000
〔①③⑧⓪⓪①③⑧⓪⓪⓪〕联系 13800138000
〔❶❸❽⓿⓿❶❸❽⓿⓿⓿〕 13800138000
〔1 3 8 0 0 1 3 8 0 0 0〕 13800138000
〔138.0013.8000〕 13800138000
〔138·0013·8000〕 13800138000
〔138oo138ooo〕 13800138000
〔I38 0013 8000〕 13800138000
号码是〔幺三八零零幺三八零零零〕 13800138000
号码是〔一三八，零零幺三，八零零零〕 13800138000
〔幺三八 零零幺三 八零零零〕 13800138000
〔138****8000〕 138××××8000
〔138xxxx8000〕 138××××8000
〔138××××8000〕 138××××8000
座机〔010-62345678〕 01062345678
座机〔0571 8690 3772〕 057186903772
〔(0755)26910000〕 075526910000
〔O2O-8837 2261〕 02088372261
〔0 2 1 5 4 8 8 6 6 1 0〕 02154886610
热线〔400-820-8820〕 4008208820
热线〔4008208820〕 4008208820
免费〔800 810 8888〕 8008108888
〔400-8209-335〕 4008209335
请打〔95588〕核实 95588
〔95079〕 95079
致电〔96110〕 96110
〔962877〕 962877
〔12306〕 12306
〔12345〕热线 12345
〔12381〕 12381
〔12123〕说的 12123
〔10086〕 10086
〔10000〕号投诉 10000
拨打〔110〕 110
〔110〕报警 110
〔114〕吗 114
打〔九五三一零〕 95310
〔一零零八六〕 10086
来电〔+8613800138000〕 +8613800138000
来电〔+852 6123 4567〕 +85261234567
来电〔00852 6123 4567〕 0085261234567
来电〔0086-13800138000〕 008613800138000
来电〔000861234567〕 000861234567
来电〔00019555888〕 00019555888
电话〔64553108〕 64553108
致电〔2730 0273〕 27300273
电话〔8553108〕 8553108
短信号〔1069012345678〕 1069012345678
订单号13800138000
价格95000元
重量138斤
QQ1380013800
abc13800138000
编号010-62345678
会场100人
2024-01-01
95折优惠
尾号0013
120平米
工号幺三八零零幺
"""
ACCOUNTS = """
卡号〔6222 0200 0000 0000 001〕，户名王某 6222020000000000001
卡号〔6222-0200-0000-0000-001〕 6222020000000000001
打到〔6222020000000000001〕 6222020000000000001
〔６２２２０２００００００００００００１〕 6222020000000000001
〔622202 0000 0000 00001〕工行 6222020000000000001
账号〔4367 4220 1077 3381〕 4367422010773381
建行〔6227 7017 0036 22〕 62277017003622
农行卡〔6228×××3317〕 6228×××3317
农行卡〔6228****3317〕 6228××××3317
〔六二二二零二零零零零零零零零零零零零一〕 6222020000000000001
银行卡〔尾号0041〕的账户 尾号0041
〔尾号八八二六〕的卡 尾号8826
转USDT到〔TJmmqjb1DK9TTZbQXzRQ2AuA94z4gKAPFh〕 TJmmqjb1DK9TTZbQXzRQ2AuA94z4gKAPFh
地址〔TX7kk2Qm…9vUd〕 TX7kk2Qm…9vUd
〔0x52908400098527886E0F7030069857D2E4169EE7〕 0x52908400098527886E0F7030069857D2E4169EE7
比特币〔bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq〕 bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq
支付宝账号〔13800138000〕 13800138000
支付宝〔abc@163.com〕 abc@163.com
打到〔6228 4xx9 0037 1126〕 62284××900371126
身份证11010519491231002X
身份证号110105194912310021
订单号123456789012345678
快递单号6222020000000000001
手机尾号0041
车牌尾号0041
2024年10月10日
"""
LINKS = """
请点〔http://Bank-X.cc/a?b=1〕登录 http://bank-x.cc/a?b=1
点击〔t.cn/Abc〕，退订回T t.cn/abc
点 〔xk7点top〕 领取 xk7.top
点〔xk7。top〕领取 xk7.top
点〔xk7·top〕领取 xk7.top
点〔xk7點top〕领取 xk7.top
点〔xk7[.]top〕 xk7.top
点〔ＸＫ７．ＴＯＰ〕 xk7.top
点〔ⓧⓚ⑦.ⓣⓞⓟ〕 xk7.top
〔x k 7 . t o p〕 xk7.top
〔x j 9 3 8 . c 0 m〕 xj938.com
〔6hbox 点 c0m〕 6hbox.com
打开〔WWW点HG8765点CC〕，报号 www.hg8765.cc
登录〔www.abc-1.com〕。 www.abc-1.com
〔https://a.b.c.example.vip:8443/x/y〕 https://a.b.c.example.vip:8443/x/y
〔https://1.2.3.4/login〕 https://1.2.3.4/login
〔hxxp://a-b.cn/x〕 http://a-b.cn/x
链接〔dwz.hlzj.cn/9Kq〕领券 dwz.hlzj.cn/9kq
〔psbc-te.live〕 psbc-te.live
〔12306-tk.vnuo.net〕 12306-tk.vnuo.net
〔t.me/xjb8k〕 t.me/xjb8k
下载〔dl.abcq.ink/a.apk〕 dl.abcq.ink/a.apk
〔abc.bet〕首存 abc.bet
〔a1b2.xyz〕 a1b2.xyz
点〔m.tb.cn/h.7kq〕天猫 m.tb.cn/h.7kq
回TD，〔yb-16.live〕! yb-16.live
〔ab12.com〕（官网） ab12.com
版本1.2.3更新
10.30分开会
见报告.pdf
setup.py运行
readme.md
12:30到
3.5元
5.5kg
第3.2节
a.b
发到abc@qq.com
e.g.
今天很热。top
他说好。com
v2.0
"""
CONTACTS = """
加我微信号：〔kefu_8866〕详谈 kefu_8866
会议号 〔123 456 789〕 123456789
加微信〔abc12345〕 abc12345
加V：〔jk2bg77〕 jk2bg77
加薇 〔sy9120〕 sy9120
加薇亻言〔hx66821〕 hx66821
加徽信号〔sunban-22〕 sunban-22
微❤ 〔hn_ly76〕 hn_ly76
➕v 〔weiqi1766〕 weiqi1766
识ⓥ：〔niu8king〕 niu8king
威信〔tw8899bet〕 tw8899bet
QQ〔12345678〕 12345678
QQ 〔1 2 3 4 5 6 7 8〕 12345678
QQ：〔1234-5678〕 12345678
加扣扣〔12345678〕 12345678
加企鹅 〔3719 028 577〕 3719028577
QQ群 〔71022 648〕 71022648
QQ是〔三零八八七幺二四六〕 308871246
加Ｑ：〔１９８３·３３０·７２〕 198333072
群号〔681143207〕 681143207
LINE id 〔zu-bk77〕 zu-bk77
Telegram 〔@kefu_99〕 kefu_99
小飞机〔@gold_pay88〕 gold_pay88
TG找〔bbq_99〕 bbq_99
企业微信〔hc-777〕 hc-777
加企业微信“〔晨曦老师〕”领取 晨曦老师
网名“〔大漠孤烟〕”的人 大漠孤烟
会议号〔幺二三四五六七八九〕 123456789
邮箱〔abc@qq.com〕 abc@qq.com
QQ 〔2847×××〕 2847×××
手机13800138000
微信同号13800138000
我在微信上聊
QQ音乐会员
转了5000元
"""


def _cases(table: str) -> list[tuple[str, str, str]]:
    cases = []
    for line in table.strip().splitlines():
        if "〔" not in line:
            cases.append((line, "", ""))
            continue
        marked, _, value = line.rpartition(" ")
        words = marked[marked.index("〔") + 1 : marked.index("〕")]
        cases.append((marked.replace("〔", "").replace("〕", ""), words, value))
    return cases


@pytest.mark.parametrize(
    ("key", "text", "words", "value"),
    [
        (key, *case)
        for key, table in (("phone", PHONES), ("account", ACCOUNTS), ("link", LINKS), ("contact", CONTACTS))
        for case in _cases(table)
    ],
)
def test_it_is_found_where_it_stands(key: str, text: str, words: str, value: str) -> None:
    found = [(e["start"], e["text"], e["value"]) for e in extract(text).get(key, [])]
    assert found == ([(text.index(words), words, value)] if words else [])


def test_a_forged_caller_id_is_flagged() -> None:
    assert extract("来电000861234567")["phone"][0]["forged"] is True
    assert "forged" not in extract("来电0086-13800138000")["phone"][0]


def test_the_check_digit_of_a_card_is_noted() -> None:
    assert [luhn(d) for d in ("4111111111111111", "4111111111111112")] == [True, False]
    assert extract("卡号4111111111111111")["account"][0]["luhn"] is True
    assert extract("卡号4111111111111112")["account"][0]["luhn"] is False
