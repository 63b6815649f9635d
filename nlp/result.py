"""What the screener answers: frozen values that turn into JSON with fixed names."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Channel = Literal["call", "note", "sms"]
Verdict = Literal["scam", "suspicious", "normal"]
CHANNELS: tuple[Channel, ...] = ("call", "note", "sms")


@dataclass(frozen=True, slots=True)
class Scored:
    """An id of the taxonomy with its Chinese name and its probability (0-1)."""

    id: str
    name: str
    score: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words that gave it away: half-open character offsets into the text as it was handed in."""

    start: int
    end: int
    text: str
    sign: str


@dataclass(frozen=True, slots=True)
class Result:
    """The answer for one text.

    Attributes:
        id: the caller's id, or the text's position as a string.
        channel: as handed in, or as recognised.
        verdict: ``scam``, ``suspicious`` or ``normal`` by the model's thresholds for the channel.
        score: calibrated P(scam), 0-1.
        spam_score: P(lawful advertising), 0-1.
        types: scripts, most likely first.
        signs: warning signs found, strongest first.
        evidence: spans in reading order.
        elements: case elements (案情要素) by key.
        advice: what to do now (处置建议).
        stage: how far the script has got; None for a normal text.
        model: name and version of the model.
        truncated: True where the text was longer than ``Settings.max_chars`` and its end was not read.
        elapsed_ms: milliseconds from the batch's start to its answers, shared over its texts.
    """

    id: str
    channel: Channel
    verdict: Verdict
    score: float
    spam_score: float
    types: tuple[Scored, ...]
    signs: tuple[Scored, ...]
    evidence: tuple[Evidence, ...]
    elements: dict[str, Any] = field(default_factory=dict)
    advice: dict[str, Any] = field(default_factory=dict)
    stage: str | None = None
    model: str = ""
    truncated: bool = False
    elapsed_ms: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)
