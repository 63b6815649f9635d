"""A text cut where evidence begins and ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text.

    Attributes:
        signs: names of the signs it shows; none for ordinary words.
        ending: names of those signs that end here.
    """

    text: str
    signs: tuple[str, ...]
    ending: tuple[str, ...]


def pieces(text: str, evidence: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> list[Piece]:
    """The text in pieces that join to it again."""
    cuts = sorted({0, len(text), *(e["start"] for e in evidence), *(e["end"] for e in evidence)})
    return [
        Piece(
            text[start:end],
            tuple(names[e["sign"]] for e in evidence if e["start"] <= start and end <= e["end"]),
            tuple(names[e["sign"]] for e in evidence if e["end"] == end),
        )
        for start, end in pairwise(cuts)
    ]
