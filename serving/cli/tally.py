"""What a run came to."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from typing import Any, Self

from nlp import Result
from serving.cli.campaigns import Campaigns


class Tally:
    """Counts of a run as it goes on.

    Attributes:
        verdicts: texts by verdict.
        types: scam and suspicious texts by the Chinese name of their likeliest type.
        stages: scam and suspicious texts by the id of their stage.
        campaigns: scam texts that came again and again.
        rejected: rows that could not be screened.
    """

    def __init__(self) -> None:
        self.verdicts: Counter[str] = Counter()
        self.types: Counter[str] = Counter()
        self.stages: Counter[str] = Counter()
        self.campaigns = Campaigns()
        self.rejected = 0
        self._began = time.perf_counter()

    @classmethod
    def restored(cls, state: Mapping[str, Any]) -> Self:
        """From what :meth:`state` gave; its clock goes on from there."""
        tally = cls()
        for name in ("verdicts", "types", "stages"):
            getattr(tally, name).update(state[name])
        tally.campaigns = Campaigns.restored(state["campaigns"])
        tally.rejected = state["rejected"]
        tally._began -= state["seconds"]
        return tally

    def state(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "verdicts": self.verdicts,
            "types": self.types,
            "stages": self.stages,
            "campaigns": self.campaigns.state(),
            "rejected": self.rejected,
            "seconds": self.seconds,
        }

    def add(self, text: str, result: Result) -> None:
        """Count an answer."""
        self.verdicts[result.verdict] += 1
        if result.verdict != "normal" and result.types:
            self.types[result.types[0].name] += 1
        if result.stage is not None:
            self.stages[result.stage] += 1
        if result.verdict == "scam":
            self.campaigns.add(text)

    @property
    def screened(self) -> int:
        """Texts that were answered."""
        return self.verdicts.total()

    @property
    def seconds(self) -> float:
        """Since the run began, without the pauses between a stop and a resumption."""
        return time.perf_counter() - self._began

    @property
    def rate(self) -> float:
        """Texts per second."""
        return self.screened / max(self.seconds, 1e-9)
