"""Links and bare hosts, with the disguises of dots and letters undone; never fetched."""

from __future__ import annotations

import re

from nlp.elements.lexicon import COUNTRY_TLDS, FILE_TLDS, TLDS
from nlp.elements.spans import Span

_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_PATH = r"(?:[/?#][!#-&*-;=?-Z_a-z~]{0,200})?"
_PLAIN = re.compile(
    rf"(?:(?P<scheme>[hH][tTxX]{{2}}[pP][sS]?[:：]/{{1,2}})|(?<![a-zA-Z0-9@._-]))"
    rf"(?P<host>(?:{_LABEL}\.){{1,6}}(?P<tld>[a-zA-Z]{{2,12}}|"
    rf"[cC]0[mM]))(?![a-zA-Z0-9@-])(?P<port>:\d{{2,5}})?(?P<path>{_PATH})"
)
_IP = re.compile(r"[hH][tT]{2}[pP][sS]?[:：]//(?P<host>\d{1,3}(?:\.\d{1,3}){3}(?::\d{2,5})?)(?P<path>" + _PATH + ")")
_DOT = r" ?(?:点|。|·|•|丶|∙|\[\.\]|\(\.\)|（\.）|[dD][oO][tT]|\.|(?<=[a-z]),) ?"
_SURE = (
    r"c ?[o0] ?m|n ?e ?t|c ?n|o ?r ?g|c ?c|t ?o ?p|x ?y ?z|v ?i ?p|i ?c ?u|c ?l ?u ?b|s ?h ?o ?p|"
    r"s ?i ?t ?e|a ?p ?p|m ?e|c ?o|l ?i ?v ?e|f ?u ?n|w ?o ?r ?k|t ?v|p ?w|w ?s|i ?n ?k|i ?o"
)
# A label in one piece, or letter by letter (x j 9 3 8 . c o m).
_PIECE = r"(?:[a-zA-Z0-9-]{2,24}|(?<![a-zA-Z0-9] )[a-zA-Z0-9-](?: [a-zA-Z0-9-]){1,23})"
_BROKEN = re.compile(
    rf"(?<![a-zA-Z0-9@._-])(?P<host>{_PIECE}(?:{_DOT}[a-zA-Z0-9-](?: ?[a-zA-Z0-9-]){{0,23}}){{0,2}}{_DOT}(?:{_SURE}))"
    rf"(?![a-zA-Z0-9]|点)(?P<path>{_PATH})",
    re.I,
)
_TAIL = re.compile(r"[.,;:!?'\"*-]{1,9}$")


def find_links(text: str) -> list[Span]:
    """Links of a folded text; the value is the host and path in lower case, with the scheme where one stands."""
    found = []
    for match in _PLAIN.finditer(text):
        tld = match["tld"].lower().replace("0", "o")
        first = match["host"].split(".")[0]
        if not match["scheme"]:
            if tld not in TLDS and tld not in COUNTRY_TLDS:
                continue
            if tld in FILE_TLDS and not match["path"]:
                continue
            if first.isdigit() and tld in COUNTRY_TLDS and len(first) < 3 and not match["path"]:  # 3.kg
                continue
        end = match.end() - len(m[0] if (m := _TAIL.search(match[0])) else "")
        found.append(Span(match.start(), end, _value(text[match.start() : end])))
    found += [Span(m.start(), m.end(), _value(m[0])) for m in _IP.finditer(text)]
    for match in _BROKEN.finditer(text):
        host = re.sub(_DOT, ".", match["host"], flags=re.I).replace(" ", "").lower()
        if not re.search(r"[a-z]", host.rsplit(".", 1)[0]) and not re.search(r"\d{3}", host):
            continue
        end = match.end() - len(m[0] if (m := _TAIL.search(match[0])) else "")
        found.append(Span(match.start(), end, _value(host + match["path"])))
    return found


def _value(words: str) -> str:
    lower = words.lower().replace("：", ":")
    lower = re.sub(r"^h[tx]{2}p", "http", lower)
    return re.sub(r"\.c0m(?=$|[/:?#])", ".com", lower)
