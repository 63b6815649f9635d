"""Sums of money: with a currency, with 万/千/百, or bare beside a word of money."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlp.elements.numerals import DIGITS, HAN, amount_value
from nlp.elements.spans import Span, before

_D = "".join(DIGITS)
_COUNTED = (
    "个人名位户次天年月号岁件条台部辆单吨斤克米公里平股只头页字题步粉级度票楼瓦届期周秒分点折成倍%室栋幢层路线频区"
    "班组场集章项种家本支瓶盒袋箱罐杯碗副双套根株棵亩钟时小日刻张份趟把块顿回遍轮等档星师积集"
)
_ARABIC = rf"(?:\d{{1,3}}(?:,\d{{3}}){{1,3}}(?!\d)|\d{{1,9}}(?!\d))(?:\.\d{{1,4}}(?!\d))?"
_SCALED = (
    rf"{_ARABIC}(?: ?[多余来几]? ?(?:[万亿]|[千百]万?|[wWkK](?![a-zA-Z]))"
    rf"(?:零?\d{{1,4}}(?![\d.:年月日号])[千百]?|[{HAN}]{{1,7}})?)?"
)
_CHINESE = rf"(?:[{HAN}]{{1,8}}[多余来几][百千万亿][{HAN}]{{0,6}}|[{HAN}]{{1,14}})"
_COIN = rf"(?:[{_D}]|\d{{1,2}})(?![\d{HAN}{_COUNTED}.])(?:毛|角)?钱?|(?:[{_D}]|\d)[毛角](?:[{_D}]|\d)?|半(?![{_COUNTED}])"
_MONEY = r"块钱|元整|元钱|[块元圆](?!儿|素|里|桥|旦)|人民币|(?:RMB|rmb|CNY)(?![a-zA-Z])|[毛角](?:钱|(?=[，。]))"
_FOREIGN = r"美[元金刀]|港[币元纸]|澳[元币]|欧元|英镑|日元|泰铢|韩元|加[元币]|新币|台币|USDT|usdt|[uU](?![a-zA-Z盾盘币])|比特币|USD"
_AMOUNT = re.compile(
    rf"(?P<sign>[¥$]|人民币|RMB|rmb|USD|US\$|HK\$)? ?(?<![\d{HAN}])(?<!\d[.:,])(?P<n>{_SCALED}|{_CHINESE})"
    rf"(?:[多余来几](?:的(?=[，。]))?|出头)?整?(?: ?\+)?"
    rf"(?: ?(?:(?P<yuan>{_MONEY})(?:[多整]|(?P<coin>{_COIN}))?|(?P<foreign>{_FOREIGN})))?"
)
_HUGE = 1e13
# Numbers that name something: they are no money whatever stands before them.
_NAMES = re.compile(
    r"(?:[第a-zA-Z\d_#@/×*&=]|百分之|[\d ]-|[尾工警编卡案座车门]号[码为是：: ]{0,2}|[码期码龄岁]|[^给][:：]\d{0,2}|房|路|栋|凌晨|上午|下午|晚上?|早上?"
    r"|星期|礼拜|周|初|腊月|农历|版|分之|[东西南北]|0\.|No\.?)$"
)
_WORD = (
    r"(?:费用?|[金价薪款押租险税息额贷奖薪币值钱佣红]|付|返|扣|交|减|送|转|满|充|补|退|存|打(?!电)|赔|垫|抵|差|加|出|提|借|领|刷|剩"
    r"|卖|缴|贴|收|买|取|投|还|花|赚|输|赢|亏|欠|估|罚|凑|汇|挣|结|共计?|合计|总计|捐|骗|贪|省|优惠|立减|折后|只要|仅需|只需|仅|均"
    r"|开价|报|起步|兑|得|拿|才|押|多收|少|损|转账|红包|随|值|入|消费|支出|收入|余|找|夺|要|给|发|每[人张份单月天晚次桌位吨斤斗只条平]"
    r"|[一每][人张份单月天晚次位套]|垫|缺|另|加|还剩|限|足|过|来|走|凑|讨|敲|掏|免|保|赏|礼|份子|押|涨|降|挂|扫|收款|尾款|原)"
)
_CONTEXT = re.compile(rf"{_WORD}[了的是为到共约近：: 就才只仅满至过我你您他她它个“‘—、-]{{0,3}}(?:[我你您他她]|百分|至少|最[低高多少]|整整|不到|不足|大概|差不多|将近|人均)?$")
_JOIN = re.compile(r" ?(?:、|/|和|跟|到|至|-|~|—|～|或|还是|变|涨到|降到|\+|，再|，又|返|减|送|抵|得|，| ) ?")
_UNITLESS = re.compile(rf"[万千百亿wWkK]")
_AFTER_NUMBER = re.compile(rf" ?(?:[{_COUNTED}]|[-:./~×xX*]?\d|[a-zA-Z×*]|[-—~至到]\d{{1,2}}[{_COUNTED}]|\.\d|多[{_COUNTED}])")


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
    candidates = [c for match in _AMOUNT.finditer(text) if (c := _candidate(text, match))]
    _spread(text, candidates)
    return [Span(c.start, c.end, plain(c.value) + c.foreign) for c in candidates if c.sure]


def plain(value: float) -> str:
    """A number without exponent and trailing zeros."""
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _candidate(text: str, match: re.Match[str]) -> _Candidate | None:
    start, end, number = match.start(), match.end(), match["n"]
    yuan, sign, foreign = match["yuan"], match["sign"], match["foreign"] or ""
    if text[start] == " ":
        start += 1
    words = match[0]
    han = number[0] in HAN
    if not (yuan or foreign) and han and number[-1] in "一两二三" and len(number) > 1 and number[-2] in "十百千万亿":
        if re.match(rf" ?[{_COUNTED}]", text[end : end + 2]) and words.endswith(number):  # 八百一位 is 800 each
            number, words, end = number[:-1], words[:-1], end - 1
    elif foreign:
        words = words[: -len(foreign)]
    worth = amount_value(re.sub(r"^ ?(?:USD|US\$|HK\$)", "", words).replace("的", "").replace("出头", ""))
    zero = bool(re.fullmatch(r" ?[¥]? ?0(?:\.0+)? ?[元块]", words))
    if (not worth and not zero) or (worth or 0) >= _HUGE:
        return None
    worth = worth or 0.0
    left, right = before(text, start, 8), text[end : end + 5]
    if yuan in ("块", "毛", "角") and not match["coin"] and worth < 10 and re.match(r"[^，。,.\s！？钱的吗吧了]", right):
        if not _CONTEXT.search(left) and "块" in words and not re.match(r"[一每两]|起", right):  # 一块去, 两块地
            return None
    if yuan and re.search(r"百分之$|第$", left):
        return None
    if sign or yuan or foreign:
        return _Candidate(start, end, worth, foreign or {"$": "美元", "USD": "美元", "US$": "美元", "HK$": "港元"}.get(sign or "", ""), True, True)
    counted = bool(_AFTER_NUMBER.match(right)) and not re.match(r" ?(?:一[个张份人次单天]|[1一]/|块)", right)
    if counted or _NAMES.search(left) or re.match(r"分之|一带", right):
        return None
    scaled = bool(_UNITLESS.search(number.replace("十", "")))
    if scaled and worth >= 100 and number not in ("一千零一", "一百"):
        return _Candidate(start, end, worth, "", True, True)
    money = bool(_CONTEXT.search(left)) and 1 < worth < 1e6 and not (len(number) == 1 and han)
    return _Candidate(start, end, worth, "", money, worth >= 5)


def _spread(text: str, candidates: list[_Candidate]) -> None:
    """A bare number joined to an amount (800、1600、3200三笔; 30-80元) is one; in a range it shares the scale."""
    for order in (range(len(candidates) - 1, 0, -1), range(1, len(candidates))):
        for i in order:
            one, two = candidates[i - 1], candidates[i]
            if one.sure == two.sure and not (one.sure and two.sure):
                continue
            between = text[one.end : two.start]
            if len(between) > 4 or not _JOIN.fullmatch(between):
                continue
            if re.fullmatch(r" ?[-~—至到～] ?", between) and one.value < 1000 <= two.value:
                scale = re.search(r"[万千百亿wWkK]", text[two.start : two.end])
                if scale and not _UNITLESS.search(text[one.start : one.end]) and not re.search("[元块]", text[one.start : one.end]):
                    one.value *= {"万": 1e4, "w": 1e4, "千": 1e3, "k": 1e3, "百": 100, "亿": 1e8}[scale[0].lower()]
            if between.strip() not in ("，", "") or min(one.value, two.value) >= 100:
                one.sure, two.sure = one.sure or one.possible, two.sure or two.possible
