"""A paper, before it is a page or a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with paragraphs, a table (its first row the head) and points."""

    heading: str
    paragraphs: Sequence[str] = ()
    table: Sequence[Sequence[str]] = ()
    points: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """What a reader gets."""

    title: str
    note: str
    sections: Sequence[Section] = field(default_factory=tuple)
