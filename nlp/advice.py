"""What to do now, from the taxonomy's data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nlp.result import Scored, Verdict


def advise(taxonomy: dict[str, Any], verdict: Verdict, types: Sequence[Scored], stage: str | None) -> dict[str, Any]:
    """The action for the verdict and, unless normal, the questions and lines for the likeliest script.

    Returns:
        ``action`` always; ``questions``, ``dissuade``, ``never``, ``steps`` and ``confirm`` (三问一确认) for a scam or
        suspicion; ``stop_payment`` (紧急止付) where money has moved.
    """
    action = next(v["action"] for v in taxonomy["verdicts"] if v["id"] == verdict)
    if verdict == "normal" or not types:
        return {"action": action}
    script = next(t for t in taxonomy["types"] if t["id"] == types[0].id)
    advice = {
        "action": action,
        "questions": [q["ask"] for q in script["questions"]],
        "dissuade": script["dissuade"],
        "never": script["never"],
        "steps": script["advice"],
        "confirm": [*taxonomy["confirm"]["questions"], taxonomy["confirm"]["confirm"]],
    }
    if stage == "after":
        advice["stop_payment"] = taxonomy["stop_payment"]["steps"]
    return advice
