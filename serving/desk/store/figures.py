"""The figures of a daily report and of a bulletin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from serving.desk.store.board import dissuaded
from serving.desk.store.database import Database
from serving.desk.store.tables import Case

_CLUES = ("account", "phone", "link", "contact", "app")


@dataclass(frozen=True, slots=True)
class Figures:
    """What happened from the first day to the last.

    Attributes:
        calls: cases of all verdicts (接警数).
        dissuaded: people talked out of it (劝阻数).
        cents: the sum involved in cases that are not normal (涉案金额).
        clues: different accounts, numbers, links, contacts and apps named in them (线索数).
        types: cases and hundredths of a yuan by type, most cases first.
        typical: of each of the most frequent types the case with the largest sum.
    """

    first: date
    last: date
    calls: int
    scams: int
    suspicious: int
    stopped: int
    dissuaded: int
    cents: int
    clues: int
    types: dict[str, tuple[int, int]]
    typical: list[Case]


def figures(database: Database, first: date, last: date, examples: int = 3) -> Figures:
    """Count the days from the first to the last."""
    with database.reading() as session:
        cases = session.scalars(select(Case).where(Case.day.between(first, last)).order_by(Case.id)).all()
        talked_out = dissuaded(session, first, last)
    bad = [case for case in cases if case.verdict != "normal"]
    types: dict[str, tuple[int, int]] = {}
    for case in bad:
        n, cents = types.get(case.type, (0, 0))
        types[case.type] = n + 1, cents + (case.cents or 0)
    types = dict(sorted(types.items(), key=lambda item: (-item[1][0], -item[1][1], item[0])))
    clues = {(key, v) for case in bad for key in _CLUES for v in case.elements.get(key, ()) if v != case.victim}
    return Figures(
        first=first,
        last=last,
        calls=len(cases),
        scams=sum(case.verdict == "scam" for case in bad),
        suspicious=sum(case.verdict == "suspicious" for case in bad),
        stopped=sum(case.disposition == "已止付" for case in bad),
        dissuaded=talked_out,
        cents=sum(case.cents or 0 for case in bad),
        clues=len(clues),
        types=types,
        typical=[_typical(bad, type_) for type_ in list(types)[:examples]],
    )


def _typical(cases: Sequence[Case], type_: str) -> Case:
    return max((case for case in cases if case.type == type_), key=lambda case: (case.cents or 0, len(case.text)))
