"""Apps, and who the other side claims to be."""

from __future__ import annotations

import re

from nlp.elements.lexicon import APPS, HEADS, KIN
from nlp.elements.spans import Span, before

_APP = re.compile(
    "(?:" + "|".join(sorted(map(re.escape, APPS), key=len, reverse=True)) + r")(?: ?(?:APP|App|app|小程序))?(?![a-zA-Z])"
)
_NAMED_APP = re.compile(
    r"“(?P<quoted>[^”\n]{2,12})”(?= ?(?:APP|App|app|软件|平台|小程序|程序))"
    r"|(?:下载好?|安装|装个?上?|下一?个|装了?一?个|打开|进入|登录|使用)(?:了|一个|叫|名为|那个|个|并登录|客户端){0,2}“(?P<loaded>[^”\n]{2,12})”"
    r"|(?:下载|安装|下一?个|装一?个|装的?|叫)(?:了|叫|个|名为)?(?P<bare>[\u4e00-\u9fffA-Za-z0-9]{2,8}?)(?: ?(?:APP|App|app)|软件|客户端)"
    r"|(?P<apk>[\u4e00-\u9fffa-zA-Z0-9]{2,8}\.apk)(?![a-z])"
)
_TRIGGER = re.compile(
    r"(?:自称(?:是|为|系)?(?:来自)?|冒充(?:是)?|冒用|假冒|谎称(?:是)?|这里是|这边是|我这边是|我们这边是|我们是|我是|俺是|他是|她是|说(?:他|她|自己)?是|讲是"
    r"|称(?:其|自己)?是|称系|来电称是|对方称|咱们是|我这里是|我这儿是|这儿是|我系|真是|就是那个)"
    r"(?:一个|一名|一位|个|那个|这个|你们|你|您|咱们?|我们|咱|“|‘|「|\s){0,3}"
)
_GREETING = re.compile(r"(?:您好|你好|喂|哥|姐|总|板|姨|叔|长|生|士|女士|先生)[，, ](?:我|我们|这边|这里)?(?=[^，。！？\n]{2,16}?的?[，,。 ])")
_SIGN = re.compile(r"【(?P<name>[^】\n]{2,16})】")
_TAIL_SIGN = re.compile(r"(?:[。！!）)]|T ?|N ?)(?P<name>[\u4e00-\u9fff]{2,14})$")
_END = re.compile(
    r"[，。！？；：、,.!?;:\n“”\"‘’「」《》【】()（）\[\]…—]| (?=[\u4e00-\u9fff])|的(?=[^，。、\s][^，。]{0,1}[^，。、\s])|(?:呀|啊|哈|啦|哦|嘞|呢|吧|吗|嘛|哟|咯)|工号|警号|姓|看到|给[您你我]|打电话|打来|来电|电话|通知|提醒|联系|找[你您]|跟[您你]"
    r"|想|要求|让[其他她我]|叫[其他她我]|以[其他她]|因|称|说|讲|发来|发[信短]|向|就|有[个一]|我[^们]|您|你(?!们)|接[到我]|在[^线职编]|是|能|可以|需要|要|把|之前|今天|昨天|上次|现在|工作号|新号|换号"
)
_CLEAN = re.compile(r"(?:的人|的男子|的女子|的电话|的|者|人|电话|来电|男子|女子)$")
_HEAD = re.compile("(?:" + "|".join(sorted(map(re.escape, HEADS), key=len, reverse=True)) + ")")
_KIN = re.compile("(?:" + "|".join(KIN) + ")$")
_VAGUE = re.compile(r"^(?:骗子|真的?|假的?|谁|什么|哪|不是|这样|那样|一样|我|你|他|她|它|人|本人|自己|为了?|怕|想|要|来|去|不|没|怎么|因为|正规|免费|诈骗|老人|问|今|明|昨|被)")
_LONGEST = 22


def find_apps(text: str) -> list[Span]:
    """Known apps, and unknown ones that are named as such."""
    found = [Span(m.start(), m.end(), m[0]) for m in _APP.finditer(text) if not re.match(r"号|群|好友|昵称|：", text[m.end() : m.end() + 1])]
    for match in _NAMED_APP.finditer(text):
        group = match.lastgroup or "bare"
        found.append(Span(match.start(group), match.end(group), match[group]))
    return found


def find_identities(text: str) -> list[Span]:
    """Organisations and persons that someone in the text claims to be or to act for."""
    found = [Span(m.start("name"), m.end("name"), m["name"]) for m in _SIGN.finditer(text)]
    for match in _TRIGGER.finditer(text):
        claim = re.match("自|冒|假|谎", match[0]) is not None
        if span := _name(text, match.end(), claim):
            found.append(span)
    for match in _GREETING.finditer(text):
        span = _name(text, match.end(), False)
        if span and _HEAD.search(span.value):
            found.append(span)
    if (match := _TAIL_SIGN.search(text[-20:])) and _HEAD.search(match["name"]):
        start = max(0, len(text) - 20) + match.start("name")
        found.append(Span(start, start + len(match["name"]), match["name"]))
    return found


def _name(text: str, start: int, claim: bool) -> Span | None:
    words = text[start : start + _LONGEST]
    end = _END.search(words)
    words = words[: end.start()] if end else words
    heads = list(_HEAD.finditer(words))
    if not end and heads:
        words = words[: heads[-1].end()]
    words = _CLEAN.sub("", words.rstrip())
    if not 2 <= len(words) <= 20 or _VAGUE.match(words):
        return None
    if heads or claim or _KIN.search(words):
        return Span(start, start + len(words), words)
    return None
