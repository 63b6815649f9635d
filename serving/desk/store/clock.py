"""Times as the store keeps them (UTC without a zone) and as the operator's clock shows them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta


def utc_now() -> datetime:
    """Now, as stored."""
    return datetime.now(UTC).replace(tzinfo=None)


def local(at: datetime) -> datetime:
    """A stored time on the operator's clock."""
    return at.replace(tzinfo=UTC).astimezone()


def today() -> date:
    """The day on the operator's clock."""
    return datetime.now().astimezone().date()


def bounds(first: date, last: date) -> tuple[datetime, datetime]:
    """Stored times between which the days lie, the second left out."""
    return _midnight(first), _midnight(last + timedelta(1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time()).astimezone(UTC).replace(tzinfo=None)
