"""Numbers of persons made unreadable, the rest of the text left as it is."""

from __future__ import annotations

import re

from nlp.elements import extract

_PERSONAL = ("account", "phone", "contact")
# Identity cards, and numbers that no extractor knows.
LONG = re.compile(r"\d(?:[ -]?\d){6,}[Xx]?")
_HEAD, _TAIL = 3, 2


def mask(text: str) -> str:
    """The text with phone, card, account and other long numbers reduced to their first and last characters."""
    elements = extract(text)
    amounts = [(e["start"], e["end"]) for e in elements.get("amount", ())]
    spans = [(e["start"], e["end"]) for key in _PERSONAL for e in elements.get(key, ())]
    spans += [m.span() for m in LONG.finditer(text) if not any(a <= m.start() and m.end() <= b for a, b in amounts)]
    shown = list(text)
    for start, end in spans:
        shown[start + _HEAD : max(start + _HEAD, end - _TAIL)] = "*" * max(0, end - start - _HEAD - _TAIL)
    return "".join(shown)
