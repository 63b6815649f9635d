"""Sums of money: with a currency, with 万/千/百, or bare beside a word of money."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nlp.elements.numerals import DIGITS, HAN, amount_value
from nlp.elements.spans import Span, before

_D = "".join(DIGITS)
_COUNTED = (
    "个人名位户次天年月号岁件条台部辆单吨斤克米公平股只头页字题步粉级度票楼瓦届期周秒分点折成倍%‰室栋幢层路线频区"
    "班组场集章项种家本支瓶盒袋箱罐杯碗副双套根株棵亩钟时小日刻张份趟把顿回遍轮档星师积朵枚颗桌间桶筐晚笔扇兆门回小毫"
)
_ARABIC = r"(?:\d{1,3}(?:,\d{3}){1,3}(?!\d)|\d{1,9}(?!\d))(?:\.\d{1,4}(?!\d))?"
_SCALED = (
    rf"{_ARABIC}(?: ?[多余来几]? ?(?:[万亿]|[千百]万?|[wWkK](?![a-zA-Z]))"
    rf"(?: ?(?:零?\d{{1,4}}(?![\d.:年月日号])(?: ?[千百])?|[{HAN}]{{1,7}}))?)?"
)
_SPACED = r"\d(?: \d){1,7}(?! ?\d)"
_CHINESE = (
    rf"(?:[{HAN}]{{1,8}}[多余来几][百千万亿][{HAN}]{{0,6}}|[{HAN}]{{1,14}}(?:点[{_D}]{{1,2}}(?:[万亿]|"
    rf"(?![{HAN}分点])))?)"
)
_COIN = (
    rf"(?:[{_D}]|\d{{1,2}})[毛角]钱?|(?<=块)(?:[{_D}]|\d)(?=一[起次共块]|[{_D}][{_COUNTED}])|"
    rf"(?<=块)(?:[{_D}\d]|\d\d)(?![\d{HAN}{_COUNTED}.蛇块元])钱?|半(?![{_COUNTED}])"
)
_MONEY = r"块钱|元整|元钱|[块元圆](?!儿|素|里|桥|旦)|人民币|(?:RMB|rmb|CNY)(?![a-zA-Z])|[毛角](?:钱|(?=[，。]))"
_FOREIGN = (
    r"美[元金刀]|港[币元纸]|澳[元币]|欧元|英镑|日元|泰铢|韩元|加[元币]|新币|台币|USDT|usdt|"
    r"[uU](?![a-zA-Z盾盘币])|比特币|USD"
)
_SIGNS = {"$": "美元", "USD": "美元", "US$": "美元", "HK$": "港元"}
_AMOUNT = re.compile(
    rf"(?P<sign>[¥$]|人民币|RMB|rmb|USD|US\$|HK\$)? ?(?<![\d{HAN}几])(?<!\d[.:,])"
    rf"(?P<n>{_SPACED}|{_SCALED}|{_CHINESE})"
    rf"(?P<about>[多余来几](?:的(?=[，。]))?|出头)?整?(?: ?\+)?"
    rf"(?: ?(?:(?P<yuan>{_MONEY})(?:[多整]|(?P<coin>{_COIN}))?|(?P<foreign>{_FOREIGN})))?"
)
_SCALE = {"万": 1e4, "w": 1e4, "千": 1e3, "k": 1e3, "百": 100.0, "亿": 1e8}
_HUGE = 1e13

# Numbers that name or date something: no money, whatever stands before them.
_NAMED = re.compile(r"(?:[第a-zA-Z\d_#@/×*&=]|百分之|分之|[尾工警编卡案座车门单]号[码为是：: ]{0,2})$")
_NAMED_BARE = re.compile(
    r"(?:[码期龄岁]|\d[:：]\d{0,2}|房|路|栋|凌晨|上午|下午|(?<![一每])晚|晚上|早上?|星期|礼拜|周|初|腊月|"
    r"农历|版|年化|利率|满(?=十八)|(?<!房)[东西南北]|No\.?|[第半])$"
)
# Beside the first a bare number is money even some characters on, beside the second only at once.
_STRONG = (
    r"[费金价薪款租险税额贷奖佣]|付|返|扣|减|充[^电]?|补|退|赔|垫|抵|差|借|缴|贴|投|还|花[了]?|赚|输|亏|"
    r"欠|罚|汇|挣|骗|捐|押|优惠|收款|转账|红包"
    r"|余额|消费|支出|收入|到手|卡里|账上|份子|合计|总计|共计?|[一两每]笔|首年|[今一每去]年|一次性|学期|"
    r"[一每]小?时|套餐"
)
_WEAK = (
    r"交|送|转|满|存|打|加|提|领|刷|卖|收|买|取|找|夺|要|给|发|出|随|值|省|够|得|拿|才|中|限[时量]|只|仅|"
    r"均|估|凑|报|起|开|掏|降|涨|挂|扫|原|过|来|走|说好|就"
    r"|结|限|兑|赢|另|还剩|剩|少|多|损|讨|敲|免|保|赏|礼|入|"
    r"[每一两][人张份单月天晚次桌位吨斤斗只条平档件杯根套台分筐支盒台节]|[元块]购?买?|按(?=[\d一-九]{2})|AA|用的是|换成"
)
_LINK = (
    r"[了的是为到共约近：: 就才只仅满至过我你您他她它个“‘—、]{0,3}"
    r"(?:[我你您他她]|至少|最[低高多少]|整整|不到|不足|大概|差不多|将近|人均|现金|定金)?"
)
_CONTEXT = re.compile(rf"(?:(?:{_STRONG})[^，。！？；\n\d]{{0,3}}|(?:{_STRONG}|{_WEAK}){_LINK})$")
_ASKED = re.compile(r"多少[^\n]{0,8}[\n/] ?[^：:\n]{1,6}[：:](?:就|大概|一共|总共)?$")
_JOIN = re.compile(r" ?(?:、|/|和|跟|到|至|-|~|—|～|或|还是|变|涨到|降到|\+|，再|，又|返|减|送|抵|得|回|，| ) ?")
_RANGE = re.compile(r" ?[-~—至到～] ?")
_SPAN = re.compile(r" ?[-—~至到] ?\d{2,6}(?![\d月日号点:.-])")
_UNIT = re.compile(r"[万千百亿wWkK]")
_ONE_OF = re.compile(rf" ?(?:一(?:[{_COUNTED}]|小时|天|[起共])|[1一]?/|每|起(?![来诉]))")
_AFTER = re.compile(rf" ?(?:[{_COUNTED}]|[-:./~×xX*]?\d|[a-zA-Z×*]|[-—~至到]\d{{1,2}}[{_COUNTED}]|块(?!钱))")
_NOT_COUNTED = re.compile(
    r" ?(?:个(?:人[账信卡名户]|体|户)|人家|家[里长人]|天天|次(?:日|性|月)|分(?:[期三六十配给钱]|两)|"
    r"只(?:[剩退能有要是])|成不成|回[来给了款]|小[姐哥伙]|把|度|点[开击这我]|本[来金]|支付|日均|名义|条件|"
    r"月底|日结|年底|[-—~至到～] ?\d[\d.]{0,6} ?[万千百元块wWkK])"
)
_ONE_MORE = re.compile(rf" ?(?:[{_COUNTED.replace('只', '')}起并直定共样节]|小时)")


@dataclass(slots=True)
class _Candidate:
    start: int
    end: int
    value: float
    foreign: str
    sure: bool
    possible: bool


def find_amounts(text: str) -> list[Span]:
    """Amounts of a folded text; a foreign sum keeps its currency in the value."""
    candidates = [c for match in _AMOUNT.finditer(text) for c in _candidates(text, match)]
    _spread(text, candidates)
    return [Span(c.start, c.end, plain(c.value) + c.foreign) for c in candidates if c.sure]


def plain(value: float) -> str:
    """A number without exponent and trailing zeros."""
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _candidates(text: str, match: re.Match[str]) -> Iterator[_Candidate]:
    """The sums of one run of numerals: 三千五千 is two, and the 一 of 八百一位 belongs to 位."""
    start, end = match.start() + (text[match.start()] == " "), match.end()
    at, number = match.start("n"), match["n"]
    currency = bool(match["yuan"] or match["foreign"])
    if len(number) > 1 and number[-1] == "一" and number[-2] in "百千万亿":
        right = text[end : end + 2]
        if (not currency and _ONE_MORE.match(right)) or (
            match[0].endswith("块") and not re.match("[钱，。！？的了,.]|$", right)
        ):
            number, end, currency = number[:-1], at + len(number) - 1, False
    cut = 0
    if number[0] in HAN and amount_value(number) is None:
        cut = next(
            (i for i in range(len(number) - 1, 0, -1) if amount_value(number[:i]) and amount_value(number[i:])), 0
        )
    if cut:
        yield from _one(text, start, at + cut, "", "", "")
        start = at + cut
    if currency:
        yield from _one(
            text, start, end, "" if cut else match["sign"] or "", match["yuan"] or "", match["foreign"] or ""
        )
    else:
        yield from _one(text, start, end, "" if cut else match["sign"] or "", "", "")


def _one(text: str, start: int, end: int, sign: str, yuan: str, foreign: str) -> Iterator[_Candidate]:
    words = text[start:end]
    number = words[len(sign) : len(words) - len(foreign)].strip()
    worth = amount_value(re.sub("的|出头", "", number))
    if not worth:
        if not re.fullmatch(r"0(?:\.0+)?[元块]", number.replace(" ", "")):
            return
        worth = 0.0
    if worth >= _HUGE or number.startswith("零") or (len(number) > 1 and not yuan and all(c in DIGITS for c in number)):
        return
    left, right = before(text, start, 9), text[end : end + 8]
    if sign or yuan or foreign:
        if re.search(r"百分之$|第$", left) or (yuan in ("块", "毛", "角") and _thing(words, worth, left, right)):
            return
        yield _Candidate(start, end, worth, foreign or _SIGNS.get(sign, ""), True, True)
        return
    price = bool(_ONE_OF.match(right))
    near = bool(_CONTEXT.search(left))
    counted = bool(_AFTER.match(right)) and not _NOT_COUNTED.match(right) and not (near and _SPAN.match(right))
    if (counted and not price) or _NAMED.search(left) or re.match("分之|带|大早", right):
        return
    if _UNIT.search(number) and worth >= 100 and number != "一百" and ("点" not in number or number[-1] in "万亿"):
        yield _Candidate(start, end, worth, "", True, True)
        return
    long = 1 <= worth < 1e6 and not (len(number) == 1 and number in HAN) and not _NAMED_BARE.search(left)
    year = re.fullmatch(r"(?:19|20)\d\d", number) and re.match(" ?(?:年|届|级|版|-)", right)
    near = near or (price and worth >= 8)
    asked = bool(_ASKED.search(before(text, start, 24)))
    yield _Candidate(start, end, worth, "", long and worth >= 5 and not year and (near or asked), long)


def _thing(words: str, worth: float, left: str, right: str) -> bool:
    """Whether 块 counts a thing: 一块去, 两块地."""
    if worth >= 10 or not words.endswith("块") or re.match(r"[，。,.\s！？钱的吗吧了/]|[一每两]|起|$", right):
        return False
    return not _CONTEXT.search(left)


def _spread(text: str, candidates: list[_Candidate]) -> None:
    """A bare number joined to an amount (800、1600、3200三笔; 30-80元) is one; in a range it shares the scale."""
    for order in (range(len(candidates) - 1, 0, -1), range(1, len(candidates))):
        for i in order:
            one, two = candidates[i - 1], candidates[i]
            between = text[one.end : two.start]
            if one.sure == two.sure or len(between) > 4 or not _JOIN.fullmatch(between):
                continue
            if _RANGE.fullmatch(between) and one.value < 1000 <= two.value:
                scale = _UNIT.search(text[two.start : two.end])
                if scale and not re.search("[万千百亿wWkK元块]", text[one.start : one.end]):
                    one.value *= _SCALE[scale[0].lower()]
            small = min(one.value, two.value)
            near = bool(_RANGE.fullmatch(between)) or (between.strip() not in ("，", "") and small >= 5)
            if near or small >= 100:
                one.sure, two.sure = one.sure or one.possible, two.sure or two.possible
