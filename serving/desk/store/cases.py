"""Cases added, found, revised."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select

from nlp import Result
from serving.desk.store.clock import local, utc_now
from serving.desk.store.database import Database
from serving.desk.store.follow import follow
from serving.desk.store.paging import paged
from serving.desk.store.tables import Case, EvidenceFeedback, Feedback
from serving.desk.tiers import Limits


@dataclass(frozen=True, slots=True)
class Entry:
    """What the operator decides about a case; see :class:`Case`."""

    operator: str
    verdict: str
    type: str
    disposition: str
    cents: int | None
    elements: dict[str, Any]
    asked: list[str]
    source: str
    victim: str
    person: str
    district: str
    payment: dict[str, str]


@dataclass(frozen=True, slots=True)
class Query:
    """What a list shows; an empty field shows all."""

    words: str = ""
    verdict: str = ""
    type: str = ""
    disposition: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """Words of a text that show a sign: half-open offsets."""

    start: int
    end: int
    sign: str


class Cases:
    """The cases of one database; whatever is written to them reaches the dissuasion queue."""

    def __init__(self, database: Database, limits: Limits) -> None:
        self._database = database
        self._limits = limits

    def add(self, text: str, result: Result, entry: Entry, now: datetime | None = None) -> Case:
        """Save a new case; a verdict or type other than the machine's is kept as feedback.

        Args:
            now: when it was closed, UTC without a zone; by default this moment.
        """
        now = now or utc_now()
        day = local(now).date()
        machine = result.to_dict()
        with self._database.writing() as session, session.begin():
            last = session.scalar(select(func.max(Case.number)).where(Case.number.startswith(f"{day:%Y%m%d}-")))
            case = Case(
                number=f"{day:%Y%m%d}-{int(last.partition('-')[2]) + 1 if last else 1:04d}",
                at=now,
                day=day,
                channel=result.channel,
                text=text,
                result=machine,
                verdict=result.verdict,
                type=suggested_type(machine),
            )
            _decide(case, entry, now)
            session.add(case)
            session.flush()
            follow(session, case, entry.operator, now, self._limits, ("", ""))
        return case

    def get(self, id_: int) -> Case | None:
        """The case, if there is one."""
        with self._database.reading() as session:
            return session.get(Case, id_)

    def revise(self, id_: int, entry: Entry) -> bool:
        """Change what was decided; False where there is no such case."""
        with self._database.writing() as session, session.begin():
            case = session.get(Case, id_)
            if case is None:
                return False
            was, now = (case.verdict, case.disposition), utc_now()
            _decide(case, entry, now)
            follow(session, case, entry.operator, now, self._limits, was)
        return True

    def mark(self, id_: int, operator: str, span: Span, added: bool) -> bool:
        """Add a span to the evidence or take it away; False where there is no such case.

        Raises:
            ValueError: in Chinese, why that cannot be.
        """
        with self._database.writing() as session, session.begin():
            case = session.get(Case, id_)
            if case is None:
                return False
            there = any((e["start"], e["end"], e["sign"]) == (span.start, span.end, span.sign) for e in case.evidence)
            if there == added:
                raise ValueError("这处依据已经有了" if added else "这处依据已经不在了")
            if not 0 <= span.start < span.end <= len(case.text):
                raise ValueError("所标的话不在原文里")
            case.marks.append(
                EvidenceFeedback(
                    at=utc_now(), operator=operator, added=added, start=span.start, end=span.end, sign=span.sign
                )
            )
        return True

    def search(self, query: Query, page: int) -> tuple[list[Case], int]:
        """One page of the cases, latest first, and how many there are on all pages."""
        with self._database.reading() as session:
            total = session.scalar(_where(select(func.count(Case.id)), query)) or 0
            rows = paged(_where(select(Case), query).order_by(Case.id.desc()), page)
            return list(session.scalars(rows)), total

    def stream(self, query: Query) -> Iterator[Case]:
        """All of the cases, latest first."""
        with self._database.reading() as session:
            rows = _where(select(Case), query).order_by(Case.id.desc())
            yield from session.scalars(rows.execution_options(yield_per=200))


def suggested_type(result: dict[str, Any]) -> str:
    """The machine's likeliest script, none for a normal text."""
    return result["types"][0]["id"] if result["verdict"] != "normal" and result["types"] else ""


def _decide(case: Case, entry: Entry, now: datetime) -> None:
    for field in ("verdict", "type"):
        before, after = getattr(case, field), getattr(entry, field)
        if before != after:
            case.feedback.append(Feedback(at=now, operator=entry.operator, field=field, before=before, after=after))
    for field in Entry.__slots__:
        # Who took the call stays; who corrects it is named in the feedback.
        if field != "operator" or not case.operator:
            setattr(case, field, getattr(entry, field))


def _where(statement: Select[Any], query: Query) -> Select[Any]:
    for word in query.words.split():
        found = Case.text.contains(word, autoescape=True) | (Case.number == word)
        statement = statement.where(found)
    if query.day:
        statement = statement.where(Case.day == query.day)
    for field in ("verdict", "type", "disposition"):
        if value := getattr(query, field):
            statement = statement.where(getattr(Case, field) == value)
    return statement
