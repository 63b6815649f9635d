"""What a run came to."""

from __future__ import annotations

import time
from collections import Counter

from nlp import Result


class Tally:
    """Counts of a run as it goes on.

    Attributes:
        verdicts: texts by verdict.
        types: scam and suspicious texts by the Chinese name of their likeliest type.
        rejected: rows that could not be screened.
    """

    def __init__(self) -> None:
        self.verdicts: Counter[str] = Counter()
        self.types: Counter[str] = Counter()
        self.rejected = 0
        self._began = time.perf_counter()

    def add(self, result: Result) -> None:
        """Count an answer."""
        self.verdicts[result.verdict] += 1
        if result.verdict != "normal" and result.types:
            self.types[result.types[0].name] += 1

    @property
    def screened(self) -> int:
        """Texts that were answered."""
        return self.verdicts.total()

    @property
    def seconds(self) -> float:
        """Since the run began."""
        return time.perf_counter() - self._began

    @property
    def rate(self) -> float:
        """Texts per second."""
        return self.screened / max(self.seconds, 1e-9)
