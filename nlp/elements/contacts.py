"""QQ, WeChat, meeting ids, Telegram and other contacts, by the word that names them."""

from __future__ import annotations

import re

from nlp.elements.numbers import spoken
from nlp.elements.spans import Span, before

_SAY = "零〇洞幺一二两三四五六七八九"
_WECHAT = r"(?:企业)?(?:[微徽薇威維维]\W{0,2}(?:信|芯|亻言|❤|♥)?|[wW][xX]|[vV][xX]?|威信|徽信|[vV]信)(?:同号|同步|号)?"
_QQ = r"(?:[qQ] ?[qQoO]|[qQ]|扣扣|企 ?鹅|扣|球球)(?:班级)?(?:群号|群|号)?"
_HEAD = re.compile(
    rf"(?<![a-zA-Z])(?:{_QQ}|{_WECHAT}|会议(?:号码|号|ID|id)|群号|(?:LINE|line|Line)(?: ?[iI][dD])?|(?:TG|"
    rf"tg|Telegram|telegram|飞机|纸飞机|小飞机|电报)(?:号|找|群)?"
    rf"|[sS]kype|钉钉(?:会议|号)|会议|房间号|钉钉|[加➕㐅╋+] ?❤?|(?:客服|专员|助理|老师|顾问)|输入(?:会议号)?)"
    rf"(?:[\u4e00-\u9fff]{{0,2}}[：:]|是|为|找|搜|叫|联系|：|:|[^\w\s，。“”@+（）]){{0,2}} ?"
)
_ID = re.compile(
    rf"@?(?P<id>(?=[0-9_-]{{0,24}}[a-zA-Z])[a-zA-Z0-9](?:[a-zA-Z0-9_-]{{4,24}})(?![a-zA-Z0-9_]|\.[a-z]))|"
    rf"(?P<digits>\d(?:[ ·.-]?\d){{4,12}})(?!\d)"
    rf"|(?P<masked>\d{{3,5}}[×xX*]{{3,7}}\d{{0,4}})|(?P<say>[{_SAY}\d](?: ?[{_SAY}\d]){{4,12}})(?![十百千万块元])"
    rf"|“(?P<name>[^”\n]{{1,12}})”|@(?P<at>[a-zA-Z0-9_]{{4,32}})"
)
_AT = re.compile(r"(?<![a-zA-Z0-9._-])@(?P<at>[a-zA-Z][a-zA-Z0-9_]{3,31})")
_NICKNAME = re.compile(
    r"(?:网名|微信名|名叫|网友|微信叫|加)“(?P<name>[^”\n]{1,12})”(?P<after>企业微信|企微|微信|QQ|好友)?"
)
_MAIL = re.compile(r"(?<![a-zA-Z0-9._-])[a-zA-Z0-9._-]{2,40}@[a-zA-Z0-9-]{1,40}(?:\.[a-zA-Z0-9-]{1,20}){1,3}")


def find_contacts(text: str) -> list[Span]:
    """Contacts of a folded text: the id where one stands, else the quoted name."""
    found = []
    for head in _HEAD.finditer(text):
        match = _ID.match(text, head.end())
        if not match:
            continue
        word = head[0].strip(" ：:")
        if "同" in word and not match["id"]:  # that is the phone number
            continue
        if word[0] in "客专助老顾加➕㐅╋+" and not (match["id"] and re.search(r"[\d_-]", match["id"])):
            continue
        if word[0] == "输" and not (match["digits"] and "会议" in before(text, head.start(), 14)):
            continue
        if match["name"] is not None:
            if re.search("[微信企]", word):
                found.append(Span(match.start("name"), match.end("name"), match["name"]))
            continue
        if (
            match["id"]
            and not re.search(r"[\d_-]", match["id"])
            and len(word) < 2
            and not re.search(r"[加➕+]$|[加联系我] ?$", before(text, head.start(), 3))
        ):
            continue
        if re.fullmatch("[扣会议]{1,2}", word) and match["digits"] and len(re.sub(r"\D", "", match["digits"])) < 8:
            continue
        group = next(g for g in ("id", "digits", "masked", "say", "at") if match[g])
        found.append(Span(match.start(), match.end(group), _value(group, match[group])))
    found += [Span(m.start(), m.end(), m["at"]) for m in _AT.finditer(text)]
    found += [
        Span(m.start("name"), m.end("name"), m["name"])
        for m in _NICKNAME.finditer(text)
        if m["after"] or m[0][0] != "加"
    ]
    found += [Span(m.start(), m.end(), m[0].lower()) for m in _MAIL.finditer(text)]
    return found


def _value(group: str, words: str) -> str:
    if group == "say":
        return spoken(words)
    if group == "digits" or re.fullmatch(r"[\d -]+", words):
        return re.sub(r"\D", "", words)
    return words
