"""From two log-odds to a calibrated score, and from the score to a verdict."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Self

from nlp.result import CHANNELS, Channel, Verdict


@dataclass(frozen=True, slots=True)
class ChannelDecision:
    """One channel's calibration: logit P(scam) = encoder·a + ngram·b + bias; thresholds on P(scam)."""

    encoder: float
    ngram: float
    bias: float
    scam: float
    suspicious: float


@dataclass(frozen=True, slots=True)
class Decision:
    """Calibration and thresholds, as ``decision.json`` holds them.

    Attributes:
        signs: per warning sign the probability from which it is named.
        evidence: probability from which a token belongs to a span.
        types: what the encoder's and the n-grams' type logits count.
    """

    channels: dict[Channel, ChannelDecision]
    signs: tuple[float, ...]
    evidence: float
    types: tuple[float, float]

    @classmethod
    def parse(cls, raw: dict[str, Any], caution: float = 0.0) -> Self:
        """Read the file's content; ``caution`` shifts the thresholds in log-odds.

        Raises:
            KeyError, TypeError: the file lacks a field.
        """
        channels = {}
        for name in CHANNELS:
            values = dict(raw["channels"][name])
            for key in ("scam", "suspicious"):
                values[key] = _shift(values[key], caution)
            channels[name] = ChannelDecision(**values)
        types = raw["types"]["encoder"], raw["types"]["ngram"]
        return cls(channels, tuple(raw["signs"]), raw["evidence"], types)

    def score(self, channel: Channel, encoder: float, ngram: float) -> float:
        """Calibrated P(scam) of two log-odds."""
        c = self.channels[channel]
        return 1 / (1 + math.exp(-max(-40.0, min(40.0, c.encoder * encoder + c.ngram * ngram + c.bias))))

    def verdict(self, channel: Channel, score: float) -> Verdict:
        """``scam`` and ``suspicious`` from their thresholds on."""
        c = self.channels[channel]
        return "scam" if score >= c.scam else "suspicious" if score >= c.suspicious else "normal"


def _shift(threshold: float, caution: float) -> float:
    odds = math.log(max(threshold, 1e-9) / max(1 - threshold, 1e-9)) + caution
    return 1 / (1 + math.exp(-max(-40.0, min(40.0, odds))))
