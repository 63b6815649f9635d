"""Bank cards, wallets and phone numbers, whole, broken, spoken or masked."""

from __future__ import annotations

import re

from nlp.elements.lexicon import SHORT_NUMBERS
from nlp.elements.spans import Span, before

_SPOKEN = dict(zip("零〇洞幺一二两三四五六七八九拐勾", "0001122345678979", strict=True))
_SAY = "".join(_SPOKEN)
_LOOKS = str.maketrans("oOlI", "0011")
_GROUPED = re.compile(r"(?<![\d.,a-zA-Z])\d(?:[ ·.-]?\d){10,22}(?![\d×*]|[.,]\d)")
_MASKED = re.compile(r"(?<![\da-zA-Z])\d{4,6} ?[×xX*]{2,10} ?\d{3,4}(?!\d)")
_PART_MASKED = re.compile(r"(?<![\da-zA-Z])[2-9]\d{3}(?= ?[\dxX×* ]{0,14}[xX×*])(?: ?[\dxX×*]){9,15}(?![\dxX×*])")
_WALLET = re.compile(
    r"(?<![a-zA-Z0-9])(?:T[1-9A-HJ-NP-Za-km-z]{33}|0x[0-9a-fA-F]{40}|bc1[0-9a-z]{8,60}|"
    r"[13][1-9A-HJ-NP-Za-km-z]{25,34})(?![a-zA-Z0-9])"
    r"|(?<![a-zA-Z0-9])(?:T[1-9A-HJ-NP-Za-km-z]{4,20}|0x[0-9a-fA-F]{3,20})(?:…|\.{2,6}|"
    r"\*{2,6})[a-zA-Z0-9]{3,8}(?![a-zA-Z0-9])"
)
_MAIL = re.compile(r"(?<![a-zA-Z0-9._-])[a-zA-Z0-9._-]{2,40}@[a-zA-Z0-9-]{1,40}(?:\.[a-zA-Z0-9-]{1,20}){1,3}")
_TAIL = re.compile(rf"尾号(?:是|为|：|:|的)? ?(\d{{4}}|[{_SAY}]{{4}})(?![\d{_SAY}])")
_OTHER_NUMBER = re.compile(
    r"(?:身份证|证件|订单|运单|单号|快递|流水|编号|案号|合同|号牌|税号|信用代码|条码|取件码|学号|账单号|"
    r"IMEI)[^，。\n]{0,6}$"
)
_BANK_WORD = re.compile(r"(?:[卡账户行信]|转|汇|打|存|邮|对公)[^，。\n\d]{0,8}$|(?:农|工|建|中|交|邮|商)[行储信]? ?$")
_PAY_WORD = re.compile(r"(?:支付宝|钱包|数字人民币)[^，。\n]{0,6}$")
_ID_CARD = re.compile(r"[1-8]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

_D = "[0-9oOlI]"
_S = "[ ·.-]?"
_X = "[0-9oOxX×*]"
_PHONE = re.compile(
    rf"(?<![\d.a-zA-Z×*])(?<!\d-)(?:"
    rf"(?P<foreign>(?:\+|(?<!\d)00) ?(?:[\dxX][ ()-]{{0,2}}){{7,14}}\d)"
    rf"|(?P<mobile>[1I][3-9](?:{_S}{_D}){{9}})"
    rf"|(?P<spaced>1 [3-9](?: {_D}){{9}})"
    rf"|(?P<masked>1[3-9]\d?{_S}{_X}(?:{_S}{_X}){{7,8}})"
    rf"|(?P<land>\(?[0oO][\dxXoO]{{2,3}}\)?[ -]?{_X}{{3,4}}(?:[ -]?{_X}){{3,5}}|0\d[- ]\d{{4}}[ -]?\d{{4}})"
    rf"|(?P<spacedland>0 \d(?: \d){{9,10}})"
    rf"|(?P<free>[48]00(?:[ -]?{_X}){{7,8}})"
    rf"|(?P<gate>106\d{{5,17}}))(?![\d×*])(?!-\d)"
)
_SERVICE = re.compile(
    r"(?<![\d.a-zA-Z×*:/-])(?:0\d{2,3}[ -]?)?(?P<n>95\d{3}(?:\d{1,3})?|96\d{3,4}|12[0-9]\d{2}|"
    r"100\d{2}|11[0249]|12[0-2])"
    r"(?![\d×*.:/]|[a-zA-Z]| ?[元块万美%年月日室栋][^码]|-\d)"
)
_LOCAL = re.compile(r"(?<![\da-zA-Z.×*-])[2-8]\d(?:[ -]?\d){5,6}(?![\d.×*]|-\d|[万元块])")
_FORGED = re.compile(r"(?<![\d.])0{3,9}\d{4,15}(?!\d)")
_CALL = re.compile(
    r"(?:电话|致电|回拨|拨打?|打|热线|专线|电|☎|来电|手机号?|座机|号码|联系|客服|报警?|呼|咨询|洽|回电|"
    r"总机|值班|物业|显示|门卫室)[^，。！？\n\d]{0,6}$"
)
_SPOKEN_RUN = re.compile(rf"(?<![{_SAY}十百千万])[{_SAY}](?:[ ，,、-]?[{_SAY}]){{2,19}}(?![十百千万块元]|[{_SAY}])")

_SAID_MASKED = re.compile(
    rf"(?<![{_SAY}])[一幺][三四五六七八九](?=[{_SAY}]{{0,8}}[xX×])[{_SAY}xX×]{{9}}(?![{_SAY}xX×])"
)


def find_accounts(text: str) -> list[Span]:
    """Cards, masked cards, tails of cards, wallets and payment accounts of a folded text."""
    found = []
    for match in _GROUPED.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        left = before(text, match.start(), 14)
        if _OTHER_NUMBER.search(left) or _resident(digits, text[match.end() : match.end() + 1]):
            continue
        card = 15 <= len(digits) <= 19 and not digits.startswith(("106", "00"))
        named = 12 <= len(digits) <= 23 and (_BANK_WORD.search(left) or digits.startswith("62"))
        if card or (named and not digits.startswith(("0", "400", "106"))):
            found.append(Span(match.start(), match.end(), digits, (("luhn", luhn(digits)),) if card else ()))
        elif len(digits) == 11 and _PAY_WORD.search(left):
            found.append(Span(match.start(), match.end(), digits))
    for match in _SPOKEN_RUN.finditer(text):
        digits = spoken(match[0])
        if 15 <= len(digits) <= 19:
            found.append(Span(match.start(), match.end(), digits, (("luhn", luhn(digits)),)))
    found += [
        Span(m.start(), m.end(), re.sub("[xX*]", "×", m[0]).replace(" ", ""))
        for m in (*_MASKED.finditer(text), *_PART_MASKED.finditer(text))
        if not m[0].startswith(("106", "00", "13", "15", "17", "18", "19", "400"))
    ]
    found += [Span(m.start(), m.end(), m[0]) for m in _WALLET.finditer(text)]
    found += [
        Span(m.start(), m.end(), m[0].lower())
        for m in _MAIL.finditer(text)
        if _PAY_WORD.search(before(text, m.start(), 12))
    ]
    for match in _TAIL.finditer(text):
        near = before(text, match.start(), 8) + text[match.end() : match.end() + 8]
        if re.search(r"卡|账户|存折|银行|[工农中建交招]行", near) and not re.search(
            r"手机|机主|号码|车|航班|单子|小票", near
        ):
            found.append(Span(match.start(), match.end(), "尾号" + spoken(match[1])))
    return found


def find_phones(text: str) -> list[Span]:
    """Phone numbers of a folded text, digits only (``+`` kept, masked places as ``×``)."""
    found = []
    for match in _PHONE.finditer(text):
        value = match[0]
        left = before(text, match.start(), 14)
        if _OTHER_NUMBER.search(left) or (match["masked"] and not re.search("[xX×*]", value)):
            continue
        if (
            match["land"]
            and not re.search(r"\d{7}|[xX×*]", re.sub(r"\D", "", value)[-8:])
            and not re.search("[xX×*]", value)
        ):
            continue
        digits = re.sub("[xX*]", "×", re.sub(r"[^\d+xX×*oOlI]", "", value).translate(_LOOKS))
        if not re.search(r"\d{3}", digits):
            continue
        found.append(Span(match.start(), match.end(), digits, (("forged", True),) if digits.startswith("000") else ()))
    found += [Span(m.start(), m.end(), m[0], (("forged", True),)) for m in _FORGED.finditer(text)]
    for match in _SERVICE.finditer(text):
        number, left = match["n"], before(text, match.start(), 8)
        if number in SHORT_NUMBERS or (number[:2] in ("95", "96") and len(number) in (5, 6, 8)):
            if (
                len(number) == 3
                and not _CALL.search(left)
                and not re.match(r"吗|接警|报警|指挥", text[match.end() : match.end() + 2])
            ):
                continue
            if re.search(r"(?:[费金价满减返付交转充共]|交管)$", left) or re.match(
                r"APP|app| ?[元块]", text[match.end() : match.end() + 3]
            ):
                continue
            found.append(Span(match.start(), match.end(), re.sub(r"\D", "", match[0])))
    for match in _LOCAL.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if len(digits) in (7, 8) and _CALL.search(before(text, match.start(), 12)):
            found.append(Span(match.start(), match.end(), digits))
    return found + _said(text)


def _said(text: str) -> list[Span]:
    found = []
    for match in _SPOKEN_RUN.finditer(text):
        digits = spoken(match[0])
        left = before(text, match.start(), 12)
        whole = (len(digits) == 11 and re.match(r"1[3-9]", digits)) or re.fullmatch(r"0\d{9,11}|[48]00\d{7}", digits)
        service = (
            (digits in SHORT_NUMBERS and len(digits) > 3)
            or re.fullmatch(r"9[56]\d{3}", digits)
            or (digits == "110" and _CALL.search(left))
        )
        if ((whole or service) and not re.search(r"(?:工号|警号|尾号|验证码|会议号|[Qq]{1,2})[^，。]{0,5}$", left)) or (
            len(digits) in (7, 8) and re.search(r"电话|拨|座机|热线", left)
        ):
            found.append(Span(match.start(), match.end(), digits))
    for match in _SAID_MASKED.finditer(text):
        found.append(Span(match.start(), match.end(), re.sub("[xX]", "×", spoken(match[0], keep="xX×"))))
    return found


def spoken(words: str, keep: str = "") -> str:
    """Digits read aloud (``幺三八``) as digits."""
    return "".join(_SPOKEN.get(char, char) for char in words if char in _SPOKEN or char.isdigit() or char in keep)


def luhn(digits: str) -> bool:
    """Whether the check digit of a card number is right."""
    odd, even = digits[-1::-2], digits[-2::-2]
    return (sum(map(int, odd)) + sum(sum(divmod(2 * int(d), 10)) for d in even)) % 10 == 0


def _resident(digits: str, after: str) -> bool:
    """Whether the digits are a resident id number: 17 and X, or 18 whose check digit is right."""
    if not _ID_CARD.match(digits):
        return False
    if len(digits) == 17:
        return after in ("X", "x")
    total = sum(int(d) * w for d, w in zip(digits[:17], _WEIGHTS, strict=False))
    return len(digits) == 18 and "10X98765432"[total % 11] == digits[17]
