"""How urgent a dissuasion is, and how long it may wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from serving.desk.words import TIERS, Tier

_RANKS: tuple[Tier, ...] = tuple(TIERS)


@dataclass(frozen=True, slots=True)
class Limits:
    """Where a tier begins, and its minutes; see :class:`serving.desk.settings.DeskSettings`."""

    high_score: float
    high_cents: int
    medium_score: float
    high_minutes: int
    medium_minutes: int
    low_minutes: int

    def tier(self, verdict: str, score: float, moved: str, cents: int | None) -> Tier:
        """The tier of a case that is not normal.

        A scam is seen in person where money has moved, the sum is large or the model is as good as certain.
        """
        if verdict == "scam":
            grave = moved == "yes" or (cents or 0) >= self.high_cents or score >= self.high_score
            return "high" if grave else "medium"
        return "medium" if score >= self.medium_score else "low"

    def wait(self, tier: Tier) -> timedelta:
        """How long a task of the tier may wait."""
        minutes = {"high": self.high_minutes, "medium": self.medium_minutes, "low": self.low_minutes}
        return timedelta(minutes=minutes[tier])


def rank(tier: Tier) -> int:
    """0 for the most urgent."""
    return _RANKS.index(tier)


def remaining(due: datetime, now: datetime) -> str:
    """``剩 25 分钟``, ``超时 3 小时``."""
    late, minutes = due < now, round(abs((due - now).total_seconds()) / 60)
    if minutes < 60:
        words = f"{minutes} 分钟"
    elif minutes < 48 * 60:
        words = f"{minutes // 60} 小时" + (f" {minutes % 60} 分" if minutes % 60 and minutes < 600 else "")
    else:
        words = f"{minutes // 1440} 天"
    return f"{'超时' if late else '剩'} {words}"
