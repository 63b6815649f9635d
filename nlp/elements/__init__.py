"""Case elements (案情要素): amounts, accounts, phone numbers, links, contacts, apps, claimed identity.

Offsets are half-open and count characters of the text as it was handed in. The work grows with the length of the
text and nothing else: every repetition of every pattern is bounded.

Example:
    >>> extract("自称客服，让我转三万五到6222 0200 0000 0000 001")["amount"]
    [{'start': 8, 'end': 11, 'text': '三万五', 'value': '35000'}]
"""

from __future__ import annotations

from typing import Any

from nlp.elements.amounts import find_amounts
from nlp.elements.contacts import find_contacts
from nlp.elements.fold import fold
from nlp.elements.links import find_links
from nlp.elements.moved import money_moved
from nlp.elements.names import find_apps, find_identities
from nlp.elements.numbers import find_accounts, find_phones
from nlp.elements.numerals import amount_value
from nlp.elements.spans import Span, Taken, element

__all__ = ["KEYS", "amount_value", "extract"]

KEYS = ("amount", "account", "phone", "link", "contact", "claimed_identity", "app")


def extract(text: str) -> dict[str, Any]:
    """Elements by key, each a list of ``{start, end, text, value}``, and ``money_moved`` (yes, no, unknown).

    Values: yuan as a plain number (a foreign sum keeps its currency), digits for phones and cards (``luhn`` says
    whether a card's check digit is right, ``forged`` marks a caller id that begins with several zeros), lower case
    for links. A key without elements is left out.
    """
    folded = fold(text)
    words = folded.text
    taken = Taken(len(words))
    found: dict[str, list[Span]] = {}
    # What is surest comes first: a link's digits are no phone, a card's digits no amount.
    found["link"] = taken.take(find_links(words))
    found["account"] = taken.take(find_accounts(words))
    found["contact"] = taken.take(find_contacts(words))
    found["phone"] = taken.take(find_phones(words))
    found["amount"] = taken.take(find_amounts(words))
    # Names may hold one another: 【支付宝】 is both an app and the sender.
    found["app"] = Taken(len(words)).take(find_apps(words))
    found["claimed_identity"] = Taken(len(words)).take(find_identities(words))
    elements: dict[str, Any] = {key: [element(text, folded, span) for span in found[key]] for key in KEYS if found[key]}
    return elements | {"money_moved": money_moved(words)}
