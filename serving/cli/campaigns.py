"""The scam texts that came again and again, counted in bounded memory."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any, Self

from serving.cli.labels import opening

# So many texts are kept when there are twice as many.
KEPT = 1000
_SHOWN = 30
_LINK = re.compile(r"(?:https?://)?[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:[/?:][!-~]*)?")
_CODE = re.compile(r"[a-z]*\d[a-z\d]*")


def campaign_key(text: str) -> str:
    """What near-identical texts share: links, numbers and codes masked, punctuation and case gone."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    masked = _CODE.sub("0", _LINK.sub("0", plain))
    return "".join(c for c in masked if c.isalnum())


class Campaigns:
    """Counts texts by :func:`campaign_key`; at most 2,000 keys (16 hex digits) with 30 characters each.

    When they are full, the count of the 1,001st is taken off all, and those left with nothing go (Misra-Gries): a
    text that makes up more than a thousandth of all is never lost, and a count is short by at most ``missed``.

    Attributes:
        missed: by so much a count may be short; 0 where all are exact.
    """

    def __init__(self) -> None:
        self.missed = 0
        self._counts: dict[str, int] = {}
        self._openings: dict[str, str] = {}

    @classmethod
    def restored(cls, state: Mapping[str, Any]) -> Self:
        """From what :meth:`state` gave."""
        campaigns = cls()
        campaigns.missed = state["missed"]
        for key, (count, shown) in state["texts"].items():
            campaigns._counts[key], campaigns._openings[key] = count, shown
        return campaigns

    def state(self) -> dict[str, Any]:
        """For JSON."""
        return {"missed": self.missed, "texts": {k: (n, self._openings[k]) for k, n in self._counts.items()}}

    def add(self, text: str) -> None:
        """Count a text."""
        key = blake2b(campaign_key(text).encode("utf-8", "replace"), digest_size=8).hexdigest()
        self._counts[key] = self._counts.get(key, 0) + 1
        self._openings.setdefault(key, opening(text, _SHOWN))
        if len(self._counts) == 2 * KEPT:
            self._prune()

    def top(self, number: int) -> list[tuple[str, int]]:
        """The beginnings of the most frequent texts that came more than once, with their counts."""
        often = sorted(((n, key) for key, n in self._counts.items() if n > 1), key=lambda entry: -entry[0])
        return [(self._openings[key], count) for count, key in often[:number]]

    def _prune(self) -> None:
        least = sorted(self._counts.values(), reverse=True)[KEPT]
        self.missed += least
        self._counts = {key: count - least for key, count in self._counts.items() if count > least}
        self._openings = {key: self._openings[key] for key in self._counts}
