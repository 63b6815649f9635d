"""Apps, and who the other side claims to be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from nlp.elements.lexicon import APPS, KIN, ORGANISATIONS, PERSONS, VERBS
from nlp.elements.spans import Span


def _any(words: tuple[str, ...]) -> str:
    return "(?:" + "|".join(sorted(words, key=len, reverse=True)) + ")"


_APP = re.compile(_any(tuple(map(re.escape, APPS))) + r"(?: ?(?:APP|App|app|小程序))?(?![a-zA-Z])")
_NOT_APP = re.compile("[号群：的]?(?:好友|昵称|名片)|号(?!卡)|群|专员|[:：]|客服")
_NAMED_APP = re.compile(
    r"“(?P<quoted>[^”\n]{2,12})”(?= ?(?:的)?(?:APP|App|app|软件|平台|小程序|程序|网站|账户|打卡|俱乐部|"
    r"下注|充值|上买|里充|借))"
    r"|(?:下载好?|安装|安起那个|装个?上?|下一?个|装了?一?个|打开|进入?|登录|使用|走|开|通过|网站|平台|在|"
    r"往|叫)(?:了|一个|叫|名为|那个|个|并登录|客户端|我发的那个){0,2}“(?P<loaded>[^”\n]{2,12})”(?!群|号)"
    r"|(?:下载|安装|下一?个|装一?个|装的?|叫|用|到|登录)(?:了|叫|个|名为|那个叫|"
    r"一个叫)?(?P<bare>[\u4e00-\u9fffA-Za-z0-9]{2,8}?)(?: ?(?:APP|App|app)|软件|客户端|的平台|的软件|"
    r"小程序)"
    r"|(?:下载|安装|下一?个|装个)(?:了|叫|那个叫|"
    r"会议软件叫)?(?P<load>[\u4e00-\u9fffA-Za-z0-9]{2,9}?)(?=[，。,、]|填|扫|登|做|并|再|注册|才|然后|"
    r"开会)"
    r"|一个叫(?P<called>[\u4e00-\u9fffA-Za-z0-9]{2,8}?)的(?:平台|软件|网站|站|图标|房间|APP)"
    r"|(?:安装|下载|点开?)?(?P<apk>[\u4e00-\u9fffa-zA-Z0-9]{2,8}\.apk)(?![a-z])"
)
_VAGUE_APP = re.compile(
    r"[我你您他她它这那啥什某其该此一两几个的了]|会议软件|链接|附件|软件|插件|手机|电脑|证书|安装包|程序|"
    r"控件|客户端|资料|文件|表|微信|QQ|图片|账单|回单|单子|订单$|电子"
)

_ORGANISATION = re.compile(_any(ORGANISATIONS))
_PERSON = re.compile(_any(PERSONS))
_HEAD = re.compile(_any(ORGANISATIONS + PERSONS))
_KIN = re.compile(_any(KIN) + "$")

# Somebody says who he is, or is said to.
_TRIGGER = re.compile(
    r"(?P<claim>自称(?:是|为|系)?(?:来自)?|冒充(?:是)?|冒用|假冒|谎称(?:是)?|所谓的?|假扮)"
    r"|(?P<is>这里是|这边是|我这边是|我们这边是|我们是|我是|俺是|我系|咱们是|我这[里儿]是|这儿是|我就是|"
    r"(?:你好|您好|喂|吧|不)我(?![是们这想问在刚跟的要有给就])"
    r"|(?:吧|好|不|哥|姐|您好)我们?这边(?!想|看|要|给|有|的))"
    r"|(?P<said>他是|她是|[说讲称](?:他|她|其|自己)?是|称系|来电称[是系]?|对方称|真是|自言|抬头是|顶着|"
    r"退休前是|名字写的)"
    r"|(?P<via>转接[到至给去]?|转到|转给|连线|接到|[日早午晨晚时]接|今接|又转|推给|收到)"
)
_FILLER = re.compile(r"(?:一个|一名|一位|一自称|个|那个|这个|你们|你|您|咱们?|我们|咱|对面|自称|“|‘|「| |负责){0,3}")
_SIGN = re.compile(r"【(?P<name>[^】\n]{2,16})】|^\[(?P<square>[^\]\n]{2,14})\]")
_TAIL_SIGN = re.compile(r"(?:[。！!）)T0-9N ]|退订|^)(?P<name>[\u4e00-\u9fff]{2,14})$")
# 您好，微粒贷法务的，: an organisation by itself among the first words of a turn.
_TURN = re.compile(r"(?:^|\n)(?:[^：:\n，。？]{1,6}[：:] ?)?(?P<turn>[^\n]{1,60})")
_CLAUSE = re.compile(r"[^，。！？,!?… ]{1,40}")
_HELLO = re.compile(
    r"(?:喂|您好|你好|哎|哈喽|[大老]?[哥姐叔姨弟]|老板|先生|女士|美女|大兄弟|啊|嗯|老师|校长|老乡|阿叔|"
    r"\w{1,3}(?:先生|女士|老师|师傅|姐|哥|总)(?:您好|吧|好)?){0,6}(?:我们?|俺们?|这边|这里)?(?:是|系(?!统))?"
)
_CLOSE = re.compile(r"(?:的|这边的?|这里的?|这儿的?|嘞|啊|热线|通知|提醒){1,4}$")
_AFTER_HEAD = re.compile(r"(?:的?[小老]?[\u4e00-\u9fff]{1,2}|的[\u4e00-\u9fff]{2,4})?")
_SENTENCE = re.compile(
    r"[您你我他她是有要没去来把被给让打转不吗了着么谁哪说看搜停订买换填同昨跟呢就到在先都那]|交(?!警|通|"
    r"行)|上个|下周|月|报警|群众|客户|持|据|某|所求|款$|[一二两三四五六七八九十\d]{2}|怎么|可以|好$|报$|"
    r"学生"
)
# 客服称, “理赔专员”: the other side as a note names it.
_ACTOR = re.compile(
    r"(?:(?<=[，。；、“ ：\n称由有经])|^)(?P<name>[\u4e00-\u9fffA-Za-z]{2,10}?)”?(?:来电|打来|打电话|称|"
    r"说[我她他其]|发来|微信加|让[我她他其]|要求[我她他其]|回复)"
    r"|“(?P<quoted>[^”\n，。]{2,12})”(?!APP|软件|平台)"
)
_END = re.compile(
    r"[，。！？；：、,.!?;:\n“”\"‘’'「」《》【】()（）\[\]…—/]| (?=[\u4e00-\u9fff])|(?:呀|啊|哈(?!尔|密)|啦|哦|嘞|"
    r"呢|吧|吗|嘛|哟|咯|耶|嘅)"
    r"|工号|警号|(?<!^)姓(?!名)|打电话|打来|来电|电话|短信|通知|提醒|想|要求|让|叫|以[其他她]|因|称|说|讲|"
    r"发来|向|就|我|您|你(?!们)|是|能|可以|需要|要|把|今天|昨天|上次|现在"
    r"|工作号|新号|换号|以后|" + _any(VERBS)
)
_CLEAN = re.compile(r"(?:的人|的男子|的女子|的电话|的者|者|人|电话|来电|男子|女子|一般|这边|那边|这里|的什么)$")
_VAGUE = re.compile(
    r"^(?:[了的嘅]|谁|在|其他|骗子|真的?|假的?|谁|什么|哪|不是|这样|那样|一样|我|你|他|她|它|人$|本人|"
    r"自己|为了?|怕|想|来|去|不|没|怎么|因为|正规|免费|诈骗|老人|问|今|明|昨|被|电话|消息|微信|短信|一条|"
    r"这个|货|验证码|快递单)"
)
_OWN = re.compile(
    r"女儿|儿子|民警|同学|室友|同事|家长|朋友|报警|妈妈|爸爸|店主|店长|保安|市民|学校$|平台$|银行$|贷款|"
    r"弟弟|妹妹|消费|^对方|所$|保险$|基金$|支行$|柜员|房东|司机|邻居|家属|会$|大厅|服务|医院"
)
_WITNESS = re.compile(r"(?:民警|警察)?(?:你好|您好|同志)?[，, ]?我是(?!您|你)")
_LONGEST = 24


def find_apps(text: str) -> list[Span]:
    """Known apps, and unknown ones that are named as such."""
    found = [Span(m.start(), m.end(), m[0]) for m in _APP.finditer(text) if not _NOT_APP.match(text, m.end())]
    for match in _NAMED_APP.finditer(text):
        group = match.lastgroup or "bare"
        if not (group in ("bare", "load", "called") and _VAGUE_APP.search(match[group])):
            found.append(Span(match.start(group), match.end(group), match[group]))
    return found


def find_identities(text: str) -> list[Span]:
    """Organisations and persons that someone in the text claims to be or to act for."""
    found = []
    for match in _SIGN.finditer(text):
        group = match.lastgroup or "name"
        found.append(Span(match.start(group), match.end(group), match[group]))
    skip = _witness(text)
    for match in _TRIGGER.finditer(text):
        if match.start() >= skip and (span := _name(text, match.end(), match.lastgroup or "is")):
            found.append(span)
    found += _turns(text)
    for match in _ACTOR.finditer(text):
        group = match.lastgroup or "name"
        name = match[group]
        heads = list(_HEAD.finditer(name))
        if heads and heads[-1].end() == len(name) and not _SENTENCE.search(name) and not _OWN.search(name):
            found.append(Span(match.start(group), match.end(group), name))
    start = max(0, len(text) - 20)
    if (tail := _TAIL_SIGN.search(text[start:])) and _signature(tail["name"]):
        found.append(Span(start + tail.start("name"), start + tail.end("name"), tail["name"]))
    return found


def _signature(name: str) -> bool:
    heads = list(_ORGANISATION.finditer(name))
    return bool(heads and _AFTER_HEAD.fullmatch(name[heads[-1].end() :]) and not _SENTENCE.search(name))


def _witness(text: str) -> int:
    """Where the claims begin: a note's writer who says who he is (我是村会计，今天有个微信加我) claims nothing."""
    match = _WITNESS.match(text)
    return (
        match.end()
        if match and "\n" not in text and not re.search("[您你]", text[match.end() : match.end() + 60])
        else 0
    )


def _turns(text: str) -> Iterator[Span]:
    if not re.search("[您你恁]", text[:400]):  # a note speaks to nobody
        return
    for turn in islice(_TURN.finditer(text), 3):  # who calls says so at once
        for clause in islice(_CLAUSE.finditer(turn["turn"]), 4):
            hello = _HELLO.match(clause[0])
            name = _CLOSE.sub("", clause[0][hello.end() if hello else 0 :])
            heads = list(_ORGANISATION.finditer(name))
            tail = name[heads[-1].end() :] if heads else ""
            if heads and 2 <= len(name) <= 20 and _AFTER_HEAD.fullmatch(tail) and not _SENTENCE.search(name):
                start = turn.start("turn") + clause.start() + (hello.end() if hello else 0)
                yield Span(start, start + len(name), name)
                break


def _name(text: str, start: int, kind: str) -> Span | None:
    filler = _FILLER.match(text, start)
    start = filler.end() if filler else start
    words = text[start : start + _LONGEST]
    end = _END.search(words)
    words = words[: end.start()] if end else words
    words = _CLEAN.sub("", _CLEAN.sub("", words.rstrip()))
    heads = list((_ORGANISATION if kind == "via" else _HEAD).finditer(words))
    if heads and len(words) - heads[-1].end() > 6:  # a name may follow a title, a sentence may not
        words = words[: heads[-1].end()]
    if words.endswith("的") and len(words) > 2:
        words = words[:-1]
    if not 2 <= len(words) <= 20 or _VAGUE.match(words):
        return None
    if kind == "via" and heads and len(words) - heads[-1].end() > 2:
        return None
    if heads or (kind == "claim" and len(words) <= 12) or (kind == "is" and _KIN.search(words)):
        return Span(start, start + len(words), words)
    return None
