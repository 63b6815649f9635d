"""What to say to a person on the telephone or at the door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from serving.desk.highlight import Piece, pieces
from serving.desk.store.tables import Case, Task


@dataclass(frozen=True, slots=True)
class CallSheet:
    """One task's sheet.

    Attributes:
        type: the script's Chinese name.
        person: what the person is, as a key of ``PERSONS``.
        told: each alert with its text in pieces, the words that gave it away marked.
        confirm: the three questions and the confirmation (三问一确认).
        lines: what dissuades, the lines for this person first.
        never: what does not happen in reality.
        steps: what the officer does.
        sms: a message for those who are only written to.
    """

    type: str
    person: str
    told: list[tuple[Case, list[Piece]]]
    confirm: list[str]
    lines: list[str]
    never: list[str]
    steps: list[str]
    sms: str


def call_sheet(task: Task, taxonomy: Mapping[str, Any]) -> CallSheet:
    """The sheet, from the alerts and the taxonomy; the latest alert says the type."""
    names = {s["id"]: s["zh"] for s in taxonomy["signs"]}
    alerts = [case for case in reversed(task.cases) if case.verdict != "normal"] or task.cases[::-1]
    script = next(t for t in taxonomy["types"] if t["id"] == (alerts[0].type or "other"))
    person = next((case.person for case in alerts if case.person), "")
    own = script.get(f"dissuade_{person}", []) if person else []
    return CallSheet(
        type=script["zh"],
        person=person,
        told=[(case, pieces(case.text, case.evidence, names)) for case in alerts],
        confirm=[*taxonomy["confirm"]["questions"], taxonomy["confirm"]["confirm"]],
        lines=[*own, *script["dissuade"]],
        never=script["never"],
        steps=script["advice"],
        sms=f"【反诈提醒】您可能正遭遇“{script['zh']}”诈骗。{script['never'][0]}请立即停止转账，有疑问拨打96110或110。",
    )
