"""A text that may be published: no person can be told from it, as far as rules can see."""

from __future__ import annotations

import re

from nlp.elements import extract
from serving.desk.masking import LONG

_WORDS = {"phone": "某电话", "account": "某账户", "contact": "某账号", "link": "某链接"}
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔"
    "钟谭陆汪范金石廖贾夏韦付傅白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_ROLES = (
    "报警人|报警群众|受害人|被害人|事主|当事人|嫌疑人|群众|居民|市民|村民|学生|老人|会计|财务|店主|户名|户主|姓名|"
    "联系人|收款人|商户|商家|老板|员工|职工|储户|客户|来电人|游客|业主|工人|教师|丈夫|妻子|儿子|女儿|母亲|父亲|家属|男子|女子"
)
_NAME = rf"([{_SURNAMES}])(?!某)"
_ENDS = r"(?=[，,。；;、：:（(\s\d]|$|的|在|接|来|于|被|称|报|说|将|向|因|收|通过|打|到|反映|一|今|昨|已|和|与)"
# Where no word tells the name's end, two characters go: a verb cut short is better than a name.
_AFTER_ROLE = re.compile(rf"((?:{_ROLES})(?:为|是|叫|名叫|[：:])?){_NAME}(?:[一-龥]{{1,2}}?{_ENDS}|[一-龥]{{2}})")
_BEFORE_TITLE = re.compile(rf"{_NAME}[一-龥]{{1,2}}?(?=先生|女士|同学|小姐|阿姨|大爷|老师|经理)")
_PLACE = re.compile(r"(?<=[住在址])[一-龥]{2,6}?(路|街|大道|巷|小区|花园|公寓|家园|新村|村)")
_DOOR = re.compile(r"(?:\d{1,4}(?:号楼|号院|号|栋|幢|单元|室|弄))+")


def redact(text: str) -> str:
    """The text with numbers, links, names after a role or before a title, and addresses replaced by words."""
    elements = extract(text)
    amounts = [(e["start"], e["end"]) for e in elements.get("amount", ())]
    spans = [(e["start"], e["end"], word) for key, word in _WORDS.items() for e in elements.get(key, ())]
    known = amounts + [(start, end) for start, end, _ in spans]
    for long in LONG.finditer(text):
        if not any(start < long.end() and long.start() < end for start, end in known):
            spans.append((long.start(), long.end(), "某号码"))
    for start, end, word in sorted(spans, reverse=True):
        text = text[:start] + word + text[end:]
    text = _AFTER_ROLE.sub(r"\1\2某", text)
    text = _BEFORE_TITLE.sub(r"\1某", text)
    return _DOOR.sub("某处", _PLACE.sub(r"某\1", text))
